package people

import (
	"errors"
	"strings"
	"testing"

	"ctihub/leads"
)

func TestCheckUser(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*leads.User)
		field  string // that breaks its rule; empty: none does
	}{
		"whole":                       {func(*leads.User) {}, ""},
		"a mail address as login":     {func(u *leads.User) { u.Login = "anna@example.com" }, ""},
		"the longest login":           {func(u *leads.User) { u.Login = strings.Repeat("a", 100) }, ""},
		"a longer login":              {func(u *leads.User) { u.Login = strings.Repeat("a", 101) }, "login"},
		"capitals in a login":         {func(u *leads.User) { u.Login = "Anna" }, "login"},
		"a login that begins with -":  {func(u *leads.User) { u.Login = "-anna" }, "login"},
		"no login":                    {func(u *leads.User) { u.Login = "" }, "login"},
		"no name":                     {func(u *leads.User) { u.Name = "" }, "name"},
		"a long name":                 {func(u *leads.User) { u.Name = strings.Repeat("n", 201) }, "name"},
		"a name that is not text":     {func(u *leads.User) { u.Name = "\xff" }, "name"},
		"an unknown role":             {func(u *leads.User) { u.Role = "boss" }, "role"},
		"an extension of an exchange": {func(u *leads.User) { u.Extensions = []string{"100", "spb:100"} }, ""},
		"an outside number":           {func(u *leads.User) { u.Extensions = []string{"+74951234567"} }, "extensions"},
		"one digit":                   {func(u *leads.User) { u.Extensions = []string{"1"} }, "extensions"},
		"an extension twice":          {func(u *leads.User) { u.Extensions = []string{"100", "100"} }, "extensions"},
	} {
		t.Run(name, func(t *testing.T) {
			u := leads.User{Login: "anna", Name: "Anna Orlova", Role: leads.RoleOperator, Extensions: []string{"100"}}
			c.change(&u)
			err := CheckUser(u)
			var p *leads.Problem
			switch {
			case c.field == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.field != "" && (!errors.As(err, &p) || p.Field != c.field || !errors.Is(err, leads.ErrInvalid)):
				t.Errorf("got %v, want a refusal of %s", err, c.field)
			}
		})
	}
}
