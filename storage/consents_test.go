package storage_test

import (
	"errors"
	"testing"
	"time"

	"ctihub/leads"
)

// What a customer agreed to is kept word for word with each of their
// interactions, once, and seen by whoever sees the contact.
func testConsents(t *testing.T, o office) {
	agreed := func(key, version string, at time.Time) leads.Touch {
		return leads.Touch{
			Source: "site", ExternalID: key, Channel: leads.ChannelForm, Direction: leads.In, At: at, From: []leads.Identity{ivan},
			Consent: &leads.Consent{Text: "I agree to «all»", Version: version, At: at, Page: "https://www.example.com/a"},
		}
	}
	first := o.ingest(agreed("a", "1", noon))[0]
	o.ingest(agreed("a", "9", noon)) // said again, whatever it says
	second := o.ingest(agreed("b", "2", noon.Add(time.Hour)))[0]
	none := agreed("c", "", noon)
	none.Consent = nil
	o.ingest(none)
	got := must(o.Consents(t.Context(), admin, first.ContactID))(t)
	if len(got) != 2 || got[0].Version != "2" || got[0].InteractionID != second.InteractionID || got[1].Version != "1" {
		t.Fatalf("%+v", got)
	}
	if c := got[1]; c.Text != "I agree to «all»" || c.Page != "https://www.example.com/a" || !c.At.Equal(noon) || c.Source != "site" {
		t.Errorf("%+v", c)
	}
	stranger := leads.Viewer{UserID: o.hire("stranger", leads.RoleOperator, "").ID, Role: leads.RoleOperator}
	if _, err := o.Consents(t.Context(), stranger, first.ContactID); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
}
