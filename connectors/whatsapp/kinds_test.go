package whatsapp

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

// body is a webhook with one change.
func body(field string, value any) []byte {
	b, err := json.Marshal(m{"object": "whatsapp_business_account", "entry": []m{{"id": "1", "changes": []m{{"field": field, "value": value}}}}})
	if err != nil {
		panic(err)
	}
	return b
}

// Every field of the webhook has a known fate, and one that is not known is
// quarantined.
func TestFieldsOfTheWebhook(t *testing.T) {
	meta := m{"display_phone_number": whatsapptest.Number}
	for field, c := range map[string]struct {
		value            any
		kept, quarantine int
	}{
		"messages":            {m{"metadata": meta, "messages": []m{whatsapptest.Text(phone, "wamid.1", "Да")}}, 1, 0},
		"smb_message_echoes":  {m{"metadata": meta, "message_echoes": []m{{"to": phone, "id": "wamid.2", "type": "text", "text": m{"body": "Да"}}}}, 1, 0},
		"calls":               {m{"metadata": meta, "calls": []m{{"id": "wacid.1", "from": phone, "event": "connect", "direction": "USER_INITIATED"}}}, 1, 0},
		"user_preferences":    {m{"metadata": meta, "user_preferences": []m{{"wa_id": phone, "category": "marketing_messages", "value": "stop"}}}, 1, 0},
		"orders_of_tomorrow":  {m{"orders": []m{{"from": phone}}}, 0, 1},
		"standby":             {m{"messages": []m{whatsapptest.Text(phone, "wamid.1", "Да")}}, 0, 1},
		"":                    {m{"x": 1}, 0, 1},
		"messages of nothing": {m{}, 0, 1},
	} {
		t.Run(field, func(t *testing.T) {
			h := newHub(t, "")
			if code := h.post(body(strings.TrimSuffix(field, " of nothing"), c.value)); code != http.StatusOK {
				t.Fatal(code)
			}
			if all := len(h.Inbox.Touches()); all != c.kept+c.quarantine || len(h.Inbox.Quarantined()) != c.quarantine {
				t.Errorf("%+v", h.Inbox.Touches())
			}
		})
	}
	for _, field := range ignoredFields {
		h := newHub(t, "")
		if code := h.post(body(field, m{"event": "X"})); code != http.StatusOK || h.Inbox.Puts() != 0 {
			t.Errorf("%s: %d, %d puts", field, code, h.Inbox.Puts())
		}
	}
}

func TestFormAsPeopleReadIt(t *testing.T) {
	got := newHub(t, "").receive(of("interactive", m{"type": "nfm_reply", "nfm_reply": m{"name": "flow", "body": "Sent",
		"response_json": `{"flow_token": "x", "zone": "A", "budget": 1500000, "rooms": ["Кухня", "Зал"], "address": {"city": "Тверь", "house": 12}, "phone": "89160000001", "agree": true}`}}))
	want := "[form]\nzone: A\nbudget: 1500000\nrooms: Кухня, Зал\naddress.city: Тверь\naddress.house: 12\nphone: 89160000001\nagree: +"
	if got.Text != want || !reflect.DeepEqual(got.Offered, []leads.Identity{id(leads.KindPhone, "89160000001")}) {
		t.Errorf("%q offers %v", got.Text, got.Offered)
	}
}

// Some gateways unpack the answers, which Meta sends as a text.
func TestFormThatIsUnpacked(t *testing.T) {
	for name, answers := range map[string]any{"a text": `{"name":"Ия","phone":"89160000001"}`, "an object": m{"name": "Ия", "phone": "89160000001"}} {
		got := newHub(t, "").receive(of("interactive", m{"type": "nfm_reply", "nfm_reply": m{"response_json": answers}}))
		if got.Text != "[form]\nname: Ия\nphone: 89160000001" || !reflect.DeepEqual(got.Offered, []leads.Identity{id(leads.KindPhone, "89160000001")}) {
			t.Errorf("%s: %q offers %v", name, got.Text, got.Offered)
		}
	}
}

func TestCallPermission(t *testing.T) {
	for want, reply := range map[string]m{
		"[allows calls over WhatsApp]":                            {"response": "accept", "is_permanent": true, "response_source": "user_action"},
		"[allows calls over WhatsApp until 22.11.2025 08:26 UTC]": {"response": "accept", "expiration_timestamp": 1763800000},
		"[does not allow calls over WhatsApp]":                    {"response": "reject"},
	} {
		got := newHub(t, "").receive(of("interactive", m{"type": "call_permission_reply", "call_permission_reply": reply}))
		if got.Text != want || got.Automatic != "" {
			t.Errorf("%q, want %q", got.Text, want)
		}
	}
	got := newHub(t, "").receive(of("interactive", m{"type": "call_permission_reply", "call_permission_reply": m{"response": "accept", "response_source": "automatic"}}))
	if got.Automatic != leads.Notice {
		t.Errorf("%+v", got)
	}
}

func TestCalls(t *testing.T) {
	at := time.Unix(1763800000, 0).UTC()
	for name, c := range map[string]struct {
		call m
		text string
		d    leads.Direction
		end  time.Time
	}{
		"rings":    {m{"from": phone, "event": "connect", "direction": "USER_INITIATED", "timestamp": "1763800000"}, "[calls over WhatsApp]", leads.In, time.Time{}},
		"missed":   {m{"from": phone, "event": "terminate", "direction": "USER_INITIATED", "timestamp": "1763800000", "status": "FAILED"}, "[missed call over WhatsApp]", leads.In, at},
		"answered": {m{"from": phone, "event": "terminate", "direction": "USER_INITIATED", "timestamp": "1763800000", "duration": 75}, "[call over WhatsApp, 1:15]", leads.In, at},
		"ours":     {m{"to": phone, "from": whatsapptest.Number, "event": "connect", "direction": "BUSINESS_INITIATED", "timestamp": "1763800000"}, "[calls over WhatsApp]", leads.Out, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, "")
			c.call["id"] = "wacid.1"
			if code := h.post(body("calls", m{"metadata": m{"display_phone_number": whatsapptest.Number}, "contacts": []m{{"wa_id": phone, "profile": m{"name": "Иван"}}}, "calls": []m{c.call}})); code != http.StatusOK {
				t.Fatal(code)
			}
			got := h.Inbox.Touches()[0]
			if got.ExternalID != "call:wacid.1" || got.Text != c.text || got.Direction != c.d || !got.Edited.Equal(c.end) || !reflect.DeepEqual(got.From, []leads.Identity{id(leads.KindPhone, "+"+phone)}) {
				t.Errorf("%+v", got)
			}
		})
	}
	h := newHub(t, "")
	h.post(body("calls", m{"calls": []m{{"event": "connect"}}}))
	if len(h.Inbox.Quarantined()) != 1 {
		t.Errorf("%+v", h.Inbox.Touches())
	}
}

// Meta vouches for the number. One that the number plan does not know, or writes
// in another way, is an address of its own, to which replies go as it is.
func TestNumberThatThePlanDoesNotKnow(t *testing.T) {
	h := newHub(t, "")
	got := h.receive(whatsapptest.Text("15550001234567", "wamid.1", "Olá")) // too long for its country
	want := []leads.Identity{id(leads.KindPhone, "+15550001234567"), id(KindUser, "15550001234567")}
	if !reflect.DeepEqual(got.From, want) {
		t.Fatalf("%v, want %v", got.From, want)
	}
	if n := got.Normalise("RU"); len(n.From) != 1 || n.From[0] != want[1] {
		t.Errorf("normalised %v", n.From)
	}
	r := h.reply("Olá")
	r.To = want[1]
	if _, err := h.number.Send(t.Context(), r); err != nil || h.meta.Sent()[0].Body["to"] != "15550001234567" || h.meta.Sent()[0].Body["recipient"] != nil {
		t.Errorf("%v %v", err, h.meta.Sent())
	}
	prefers := h.number.Sends().Prefers
	if !prefers(want[1]) || prefers(want[0]) || prefers(id(KindUser, "RU.13491208655302741918")) {
		t.Error("another address is preferred")
	}
}
