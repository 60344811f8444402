package max

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/leads"
)

// What becomes of an update.
const (
	toLead       = connectortest.ToLead
	toNotice     = connectortest.ToNotice
	toQuarantine = connectortest.ToQuarantine
	toNothing    = connectortest.ToNothing
)

// Every kind of update has a known fate, and one that is not known is
// quarantined.
func TestKindsOfUpdates(t *testing.T) {
	r := newRig(t, longPollSettings)
	user := object{"user_id": 61, "first_name": "Лия"}
	message := object{"sender": user, "recipient": object{"chat_type": "dialog"}, "timestamp": 1, "body": object{"mid": "m", "text": "Да"}}
	for kind, c := range map[string]struct {
		more object
		want connectortest.Outcome
	}{
		"message_created":              {object{"message": message}, toLead},
		"message_edited":               {object{"message": message}, toLead},
		"message_callback":             {object{"callback": object{"callback_id": "c", "timestamp": 1, "payload": "x", "user": user}}, toLead},
		"message_removed":              {object{"message_id": "m", "user_id": 61}, toNotice},
		"bot_started":                  {object{"user": user}, toLead},
		"comment_created":              {object{"message": message}, toQuarantine},
		"message_construction_request": {object{"user": user, "input": object{}}, toQuarantine},
		"order_of_tomorrow":            {object{"user": user}, toQuarantine},
		"":                             {object{"message": message}, toQuarantine},
	} {
		c.more["update_type"], c.more["timestamp"] = kind, 1_790_000_000_000
		if got := r.touchOf(encode(c.more)); connectortest.OutcomeOf(got) != c.want || got.Raw == "" {
			t.Errorf("%s: %v, want %v", kind, connectortest.OutcomeOf(got), c.want)
		}
	}
	for _, kind := range wanted {
		if got := r.touchOf(encode(object{"update_type": kind})); connectortest.OutcomeOf(got) != toQuarantine {
			t.Errorf("%s that holds nothing: %v", kind, connectortest.OutcomeOf(got))
		}
	}
	for _, kind := range leftAlone {
		if got := r.touchOf(encode(object{"update_type": kind, "user": user})); got != nil {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}

func TestNumbersOfAContact(t *testing.T) {
	r := newRig(t, longPollSettings)
	card := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Лия\r\nTEL;TYPE=cell:79160000001\r\nTEL;TYPE=work:tel:+74950000002\r\nEMAIL:l@example.com\r\nEND:VCARD"
	want := []leads.Identity{{Kind: leads.KindPhone, Value: "79160000001"}, {Kind: leads.KindPhone, Value: "+74950000002"}, {Kind: leads.KindEmail, Value: "l@example.com"}}
	for name, attachment := range map[string]object{
		"in the payload":  {"type": "contact", "payload": object{"vcf_info": card, "max_info": object{"user_id": 62, "first_name": "Лия"}}},
		"outside of it":   {"type": "contact", "vcf_info": card},
		"beside a broken": {"type": "contact", "vcf_info": card, "payload": 7},
	} {
		got := r.touchOf(created(61, "m", "", object{"attachments": list{attachment}}))
		if got.Text != "[контакт: Лия 79160000001, +74950000002, l@example.com]" || !slices.Equal(got.Offered, want) {
			t.Errorf("%s: %q %v", name, got.Text, got.Offered)
		}
	}
	for text, payload := range map[string]object{
		"[контакт: Лия]":              {"vcf_info": nil, "max_info": object{"user_id": 62, "first_name": "Лия"}},
		"[контакт: Лия +79160000003]": {"vcf_phone": "+79160000003", "name": "Лия"},
		"[контакт: ?]":                {},
	} {
		got := r.touchOf(created(61, "m", "", object{"attachments": list{object{"type": "contact", "payload": payload}}}))
		if got.Text != text || strings.Contains(text, "+") != (len(got.Offered) == 1) {
			t.Errorf("%q %v, want %q", got.Text, got.Offered, text)
		}
	}
}

func TestModeThatIsLeftOut(t *testing.T) {
	for address, want := range map[string]string{
		"https://hub.example.com": modeWebhook, "https://hub.example.com:8443": modeWebhook, "https://93.184.216.34": modeWebhook, "http://hub.example.com": modeLongPoll,
		"https://localhost": modeLongPoll, "https://hub.local": modeLongPoll, "https://hub": modeLongPoll, "https://127.0.0.1": modeLongPoll, "https://10.0.0.7": modeLongPoll,
		"https://[fd00::1]": modeLongPoll, "https://hub.localhost:8443": modeLongPoll, "": modeLongPoll,
	} {
		for settings, want := range map[string]string{"token: a": want, "token: a\nmode: longpoll": modeLongPoll, "token: a\nmode: webhook": modeWebhook} {
			var log bytes.Buffer
			env := envOf(t, settings)
			env.Hub.PublicURL, env.Log = address, slog.New(slog.NewTextHandler(&log, nil))
			b, err := newBot(env)
			if err != nil {
				t.Fatal(err)
			}
			if b.Mode != want || !secrets.MatchString(b.Secret) || (want == modeLongPoll) != (b.warning() == leads.WarnPolling) || (want == modeLongPoll) != strings.Contains(log.String(), "trials only") {
				t.Errorf("%q at %q: %s, warns %q, log %q", settings, address, b.Mode, b.warning(), &log)
			}
		}
	}
}

// The secret that is left out is the same on every hub, and another one for
// every bot.
func TestSecretThatIsLeftOut(t *testing.T) {
	r := newRig(t, webhookSettings)
	a, b, c := r.open("token: a\nmode: webhook"), r.open("token: a\nmode: webhook"), r.open("token: c\nmode: webhook")
	if a.Secret != b.Secret || a.Secret == c.Secret || strings.Contains(a.Secret, "a\n") {
		t.Errorf("%q %q %q", a.Secret, b.Secret, c.Secret)
	}
}

// Asked for the first time, without a marker, MAX gives the last update alone.
// From then on nothing is lost, over a restart either.
func TestFirstPoll(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.max.Push(created(61, "before1", "x"))
	last := r.max.Push(created(61, "before2", "x"))
	stop := r.run()
	r.taken(last)
	stop()
	r.max.Push(created(61, "away1", "x"))
	last = r.max.Push(created(61, "away2", "x"))
	r.run()
	r.taken(last)
	r.WantKeys("before2", "away1", "away2")
}
