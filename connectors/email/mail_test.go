package email

import (
	"testing"

	"ctihub/leads"
)

// TestSentByHand: the customer of a mail in the folder of sent mail is the first
// recipient who is not one of us, however the field is written.
func TestSentByHand(t *testing.T) {
	for to, want := range map[string]string{
		"Igor Lesnoy <igor@client.example>":                     "Igor Lesnoy|igor@client.example",
		"anna@firm.example, Igor Lesnoy igor@client.example":    "Igor Lesnoy|igor@client.example",
		"Lesnoy, Igor <igor@client.example>":                    "Lesnoy, Igor|igor@client.example",
		"igor@client.example; boris@client.example":             "|igor@client.example",
		`"Igor <igor@client.example>, Anna <anna@firm.example>`: "Igor|igor@client.example",
		"=?utf-8?B?0JjQs9C+0YDRjA==?= <igor@client.example>":    "Игорь|igor@client.example",
		"Igor <igor lesnoy@client.example>":                     "Igor|igor lesnoy@client.example",
		"Anna <anna@FIRM.example>":                              "",
		"undisclosed-recipients:;":                              "",
		"":                                                      "",
	} {
		r := reading{folder: &folder{connector: &connector{ownAddresses: []string{"@firm.example"}}}}
		touch := leads.Touch{Direction: leads.Internal, Automatic: leads.Notice}
		r.outgoing(&touch, fingerprint{header: map[string]string{"to": to}})
		got := ""
		if len(touch.From) > 0 {
			got = touch.Name + "|" + touch.From[0].Value
		}
		if got != want || touch.Direction != leads.Out || touch.Automatic != "" || touch.To != to {
			t.Errorf("%s: %q, %+v", to, got, touch)
		}
	}
}
