package access

import (
	"errors"
	"testing"

	"ctihub/leads"
)

func TestMayChangeOwner(t *testing.T) {
	anna, boris := &leads.Person{ID: "anna", Name: "Anna"}, &leads.Person{ID: "boris", Name: "Boris"}
	for _, c := range []struct {
		name  string
		role  leads.Role
		owner *leads.Person
		to    string
		may   bool
	}{
		{"a supervisor gives", leads.RoleSupervisor, boris, "carl", true},
		{"an administrator takes away", leads.RoleAdmin, boris, "", true},
		{"the owner hands over", leads.RoleManager, anna, "boris", true},
		{"the owner gives up", leads.RoleOperator, anna, "", true},
		{"anybody takes what nobody owns", leads.RoleManager, nil, "anna", true},
		{"nobody gives what nobody owns", leads.RoleManager, nil, "boris", false},
		{"nobody takes a colleague's", leads.RoleManager, boris, "anna", false},
		{"nobody takes a colleague's away", leads.RoleManager, boris, "", false},
	} {
		err := MayChangeOwner(leads.Viewer{UserID: "anna", Role: c.role}, leads.Contact{Owner: c.owner}, c.to)
		if (err == nil) != c.may || err != nil && !errors.Is(err, leads.ErrForbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
