package web

import (
	"slices"
	"testing"

	"ctihub/leads"
)

// A customer is reached by the preferred kind of address, and by the next one
// only for want of it.
func TestReached(t *testing.T) {
	phone, other, user := leads.Identity{Kind: leads.KindPhone, Value: "+1"}, leads.Identity{Kind: leads.KindPhone, Value: "+2"}, leads.Identity{Kind: "whatsapp", Value: "RU.1"}
	for name, c := range map[string]struct {
		has  []leads.Identity
		kind leads.IdentityKind
		want []string
	}{
		"both":    {[]leads.Identity{user, phone, other}, leads.KindPhone, []string{"+1", "+2"}},
		"hidden":  {[]leads.Identity{user}, "whatsapp", []string{"RU.1"}},
		"neither": {[]leads.Identity{{Kind: leads.KindEmail, Value: "a@b.example"}}, "", []string{}},
	} {
		kind, to := reached(leads.Contact{Identities: c.has}, []leads.IdentityKind{leads.KindPhone, "whatsapp"})
		if !slices.Equal(to, c.want) || to == nil || len(to) > 0 && kind != c.kind {
			t.Errorf("%s: %s %q", name, kind, to)
		}
	}
}
