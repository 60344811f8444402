package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func testUsers(t *testing.T, o office) {
	ctx := t.Context()
	anna := must(o.CreateUser(ctx, leads.User{Login: " Anna ", Name: " Анна  Ильина", Role: leads.RoleOperator, Team: "sales", Extensions: []string{"101", "100"}, PasswordHash: "hash"}))(t)
	if anna.ID == "" || anna.Login != "anna" || anna.Name != "Анна Ильина" || anna.Presence != leads.Offline || !slices.Equal(anna.Extensions, []string{"101", "100"}) || anna.PasswordHash != "hash" || anna.Created.IsZero() {
		t.Errorf("created %+v", anna)
	}
	for what, u := range map[string]leads.User{
		"login":     {Login: "ANNA", Name: "x", Role: leads.RoleAdmin},
		"extension": {Login: "boris", Name: "x", Role: leads.RoleAdmin, Extensions: []string{"102", "100"}},
	} {
		if _, err := o.CreateUser(ctx, u); !errors.Is(err, leads.ErrExists) {
			t.Errorf("a taken %s: %v, want exists", what, err)
		}
	}
	for _, u := range []leads.User{
		{Name: "x", Role: leads.RoleAdmin}, {Login: "a b", Name: "x", Role: leads.RoleAdmin}, {Login: "x", Role: leads.RoleAdmin},
		{Login: "x", Name: "x", Role: "owner"}, {Login: "x", Name: "x", Role: leads.RoleAdmin, Extensions: []string{"1%"}},
	} {
		if _, err := o.CreateUser(ctx, u); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("%+v: %v, want invalid", u, err)
		}
	}
	if list := must(o.ListUsers(ctx))(t); len(list) != 1 {
		t.Errorf("a refused user stayed: %+v", list)
	}
	boris := o.hire("boris", leads.RoleManager, "", "102")
	if _, err := o.CreateUser(ctx, leads.User{Login: "vera", Name: "x", Role: leads.RoleAdmin, Extensions: []string{"spb:100"}}); err == nil || !strings.Contains(err.Error(), "Анна Ильина (anna)") {
		t.Errorf("a colleague's extension: %v does not say whose it is", err)
	}
	boris.Extensions = []string{"100"}
	if _, err := o.UpdateUser(ctx, boris); !errors.Is(err, leads.ErrExists) {
		t.Errorf("a colleague's extension: %v, want exists", err)
	}
	if u := must(o.User(ctx, boris.ID))(t); !slices.Equal(u.Extensions, []string{"102"}) {
		t.Errorf("a refused change stayed: %+v", u)
	}
	anna.Name, anna.Role, anna.Team, anna.Extensions, anna.Disabled, anna.PasswordHash = "Анна Петрова", leads.RoleManager, "", []string{"103"}, true, ""
	got := must(o.UpdateUser(ctx, anna))(t)
	if got.Name != anna.Name || got.Role != leads.RoleManager || got.Team != "" || !got.Disabled || !slices.Equal(got.Extensions, []string{"103"}) || got.PasswordHash != "hash" {
		t.Errorf("changed %+v", got)
	}
	got.PasswordHash = "new"
	if u := must(o.UpdateUser(ctx, got))(t); u.PasswordHash != "new" {
		t.Errorf("password %q", u.PasswordHash)
	}
	// The telephone of somebody who left is free, and whoever gets it keeps it.
	boris.Extensions = []string{"102", "103"}
	if u := must(o.UpdateUser(ctx, boris))(t); !slices.Equal(u.Extensions, boris.Extensions) {
		t.Errorf("the extension of a disabled user is not given: %+v", u)
	}
	anna.Disabled = false
	if _, err := o.UpdateUser(ctx, anna); !errors.Is(err, leads.ErrExists) || !strings.Contains(err.Error(), "103 belongs to The boris (boris)") {
		t.Errorf("enabled again with it: %v", err)
	}
	if u := must(o.User(ctx, anna.ID))(t); !u.Disabled || len(u.Extensions) != 0 {
		t.Errorf("after that: %+v", u)
	}
	if u := must(o.UserByLogin(ctx, "AnnA"))(t); u.ID != anna.ID {
		t.Errorf("by login %+v", u)
	}
	for what, err := range map[string]error{
		"user": second(o.User(ctx, "none")), "login": second(o.UserByLogin(ctx, "none")), "token": second(o.UserByToken(ctx, "none")),
		"change": second(o.UpdateUser(ctx, leads.User{ID: "none", Name: "x", Role: leads.RoleAdmin})),
	} {
		if !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("%s: %v, want not found", what, err)
		}
	}
	if _, err := o.SetPresence(ctx, anna.ID, leads.PresenceState{Presence: "asleep"}); !errors.Is(err, leads.ErrInvalid) {
		t.Errorf("presence: %v", err)
	}
	if err := o.Ping(ctx); err != nil {
		t.Error(err)
	}
}

func testTokens(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "")
	first := must(o.CreateToken(ctx, anna.ID, "crm", "hash1", noon))(t)
	must(o.CreateToken(ctx, anna.ID, "site", "hash2", noon.Add(time.Second)))(t)
	for what, err := range map[string]error{
		"name": second(o.CreateToken(ctx, anna.ID, "crm", "hash3", noon)), "hash": second(o.CreateToken(ctx, anna.ID, "new", "hash1", noon)),
	} {
		if !errors.Is(err, leads.ErrExists) {
			t.Errorf("a taken %s: %v", what, err)
		}
	}
	if _, err := o.CreateToken(ctx, "nobody", "x", "hash4", noon); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("nobody's token: %v", err)
	}
	if u := must(o.UserByToken(ctx, "hash1"))(t); u.ID != anna.ID {
		t.Errorf("user %+v", u)
	}
	list := must(o.ListTokens(ctx))(t)
	if len(list) != 2 || list[0] != first || list[0].Login != "anna" || !list[0].Created.Equal(noon) {
		t.Errorf("tokens %+v", list)
	}
	for _, name := range []string{first.ID, "site"} {
		if err := o.RevokeToken(ctx, name); err != nil {
			t.Error(err)
		}
		if err := o.RevokeToken(ctx, name); !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
	}
	if _, err := o.UserByToken(ctx, "hash1"); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a revoked token: %v", err)
	}
	boris := o.hire("boris", leads.RoleManager, "")
	his := must(o.CreateToken(ctx, boris.ID, "his", "hash5", noon))(t)
	must(o.CreateToken(ctx, anna.ID, "hers", "hash6", noon))(t)
	if err := o.RevokeTokensOf(ctx, anna.ID); err != nil {
		t.Error(err)
	}
	if list := must(o.ListTokens(ctx))(t); len(list) != 1 || list[0] != his {
		t.Errorf("after revoking anna's: %+v", list)
	}
}

// testChangePassword: the password that was checked is replaced, once, and
// tokens go with it if asked to.
func testChangePassword(t *testing.T, o office) {
	ctx, anna := t.Context(), o.hire("anna", leads.RoleManager, "")
	must(o.CreateToken(ctx, anna.ID, "crm", "hash1", noon))(t)
	before := must(o.RightsVersion(ctx))(t)
	if err := o.ChangePassword(ctx, anna.ID, "", "first", false); err != nil {
		t.Error(err)
	}
	if v := must(o.RightsVersion(ctx))(t); v <= before {
		t.Errorf("rights are of version %d after %d: no stream looks up", v, before)
	}
	if n := len(must(o.TokensOf(ctx, anna.ID))(t)); n != 1 {
		t.Errorf("%d tokens, want the one", n)
	}
	if err := o.ChangePassword(ctx, anna.ID, "", "second", true); !errors.Is(err, leads.ErrConflict) {
		t.Errorf("of a password that is no more: %v", err)
	}
	if err := o.ChangePassword(ctx, anna.ID, "first", "third", true); err != nil {
		t.Error(err)
	}
	if n := len(must(o.TokensOf(ctx, anna.ID))(t)); n != 0 {
		t.Errorf("%d tokens, want none", n)
	}
	if u := must(o.User(ctx, anna.ID))(t); u.PasswordHash != "third" {
		t.Errorf("hash %q", u.PasswordHash)
	}
}

func testSessions(t *testing.T, o office) {
	find := func(token string) string {
		b, ok, err := o.Find(token)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return "none"
		}
		return string(b)
	}
	soon := time.Now().Add(time.Hour)
	for _, err := range []error{o.Commit("a", []byte("one\x00\xff"), soon), o.Commit("a", []byte("two\x00\xff"), soon), o.Commit("b", []byte("old"), time.Now().Add(-time.Second))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if a, b, c := find("a"), find("b"), find("c"); a != "two\x00\xff" || b != "none" || c != "none" {
		t.Errorf("sessions %q, %q, %q", a, b, c)
	}
	if err := o.Delete("a"); err != nil || find("a") != "none" {
		t.Errorf("after deleting: %q, %v", find("a"), err)
	}
}
