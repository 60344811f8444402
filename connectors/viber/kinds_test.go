package viber

import (
	"testing"

	"ctihub/connectors/viber/vibertest"
)

// Every kind of callback has a known fate, and one that is not known is
// quarantined.
func TestKindsOfCallbacks(t *testing.T) {
	who := m{"id": user, "name": "Иван"}
	const lead, notice, receipt, nothing, quarantine = "lead", "notice", "receipt", "nothing", "quarantine"
	for event, c := range map[string]struct {
		more m
		want string
	}{
		"message":              {m{"sender": who, "message": m{"type": "text", "text": "Да"}}, lead},
		"conversation_started": {m{"user": who}, notice},
		"subscribed":           {m{"user": who}, notice},
		"unsubscribed":         {m{"user_id": user}, notice},
		"delivered":            {m{"user_id": user}, receipt},
		"seen":                 {m{"user_id": user}, receipt},
		"failed":               {m{"user_id": user, "desc": "x"}, receipt},
		"webhook":              {m{}, nothing},
		"payment":              {m{"user": who}, quarantine},
		"order_of_tomorrow":    {m{"sender": who, "message": m{"text": "Да"}}, quarantine},
	} {
		got := nothing
		switch f := parse(vibertest.Body(event, 1, c.more), words["ru"]); {
		case f.receipt != nil:
			got = receipt
		case f.touch == nil:
		case f.touch.Suspect != "":
			got = quarantine
		case f.touch.Automatic != "":
			got = notice
		default:
			got = lead
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", event, got, c.want)
		}
	}
}
