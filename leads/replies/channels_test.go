package replies

import (
	"slices"
	"testing"

	"ctihub/leads"
)

// The address exactly as the channel has it comes before those of its kinds.
func TestAddresses(t *testing.T) {
	phone, exact, hidden := leads.Identity{Kind: leads.KindPhone, Value: "+5531987654321"}, leads.Identity{Kind: "whatsapp", Value: "553187654321"}, leads.Identity{Kind: "whatsapp", Value: "BR.1"}
	sender := Sender{To: []leads.IdentityKind{leads.KindPhone, "whatsapp"}, Prefers: func(id leads.Identity) bool { return id == exact }}
	for name, c := range map[string]struct {
		has  []leads.Identity
		by   Sender
		kind leads.IdentityKind
		want []string
	}{
		"both":                {[]leads.Identity{phone, hidden, exact}, sender, "whatsapp", []string{exact.Value}},
		"the phone only":      {[]leads.Identity{phone}, sender, leads.KindPhone, []string{phone.Value}},
		"the phone and an id": {[]leads.Identity{hidden, phone}, sender, leads.KindPhone, []string{phone.Value}},
		"an id only":          {[]leads.Identity{hidden}, sender, "whatsapp", []string{hidden.Value}},
		"nothing preferred":   {[]leads.Identity{phone, exact}, Sender{To: sender.To}, leads.KindPhone, []string{phone.Value}},
	} {
		if kind, to := addresses(leads.Contact{Identities: c.has}, c.by); kind != c.kind || !slices.Equal(to, c.want) {
			t.Errorf("%s: %s %q", name, kind, to)
		}
	}
	if _, to := addresses(leads.Contact{}, sender); to == nil || len(to) != 0 {
		t.Errorf("%v", to)
	}
}
