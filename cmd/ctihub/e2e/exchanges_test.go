package e2e

import (
	"slices"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// sourceState is the state of a source as the page of sources shows it.
func sourceState(h *hubtest.Hub, name string) leads.SourceState {
	i := slices.IndexFunc(h.Sources().States(), func(s leads.SourceState) bool { return s.Name == name })
	return h.Sources().States()[i]
}

// Two branches use the same extensions. One exchange is down when the hub starts: the
// hub reports that and serves the other; when it comes up the hub follows it. A call at
// one branch shows no card at the other, and a customer of both is one contact.
func TestRealTwoExchanges(t *testing.T) {
	moscow, petersburg := asterisktest.Start(t), asterisktest.New(t)
	h := hubtest.Start(t, hubtest.Branch(t, "msk", moscow, nil), hubtest.Branch(t, "spb", petersburg, nil))
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleOperator, "msk:100")
	borisID, boris := h.Person("boris", "Борис Титов", leads.RoleOperator, "spb:100")
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	h.Connected("msk")
	waitFor(t, "words about the exchange that is down", func() bool {
		s := sourceState(h, "spb")
		return s.State == leads.SourceFailed && strings.Contains(s.Error, "is Asterisk running")
	})
	annas, boriss := h.Events(anna), h.Events(boris)
	const customer = "79161234567"
	ringing := func(e hubtest.Received) bool { return e.Type == leads.EventCallRinging }
	never := func(who string, stream <-chan hubtest.Received) {
		t.Helper()
		for len(stream) > 0 {
			if e := <-stream; e.Call != nil {
				t.Errorf("%s got %s of a call at %s", who, e.Type, e.Call.Source)
			}
		}
	}

	phone := moscow.Phone("100", -1, 0)
	call := moscow.Call(customer, "7001")
	asterisktest.Next(t, phone.Rings())
	if e := hubtest.Await(t, annas, "the ring in Moscow", ringing); e.Call.Source != "msk" || e.Call.Legs[0].User == nil || e.Call.Legs[0].User.ID == borisID {
		t.Errorf("Anna's phone rings as %+v", e.Call)
	}
	call.Hangup()
	hubtest.Await(t, annas, "the end", func(e hubtest.Received) bool { return e.Type == leads.EventCallEnded })
	never("Boris", boriss)

	petersburg.Restart()
	h.Connected("spb")
	if s := sourceState(h, "spb"); s.Error != "" {
		t.Errorf("an exchange that is followed complains: %s", s.Error)
	}
	phone = petersburg.Phone("100", -1, 0)
	call = petersburg.Call(customer, "7001")
	asterisktest.Next(t, phone.Rings())
	if e := hubtest.Await(t, boriss, "the ring in Petersburg", ringing); e.Call.Source != "spb" || e.Call.Legs[0].User == nil || e.Call.Legs[0].User.ID != borisID {
		t.Errorf("Boris's phone rings as %+v", e.Call)
	}
	call.Hangup()
	hubtest.Await(t, boriss, "the end", func(e hubtest.Received) bool { return e.Type == leads.EventCallEnded })
	for len(annas) > 0 {
		if e := <-annas; e.Call != nil && e.Call.Source == "spb" {
			t.Errorf("Anna got %s of a call at the other exchange", e.Type)
		}
	}
	if got := hubtest.List[leads.Contact](h, chief, "/api/v1/contacts", nil); len(got) != 1 {
		t.Errorf("a customer of both branches is %d contacts", len(got))
	}
	if got := hubtest.List[leads.CallRecord](h, chief, "/api/v1/calls", nil); len(got) != 2 {
		t.Errorf("%d calls, want 2", len(got))
	}
}

// A wrong password and a wrong host are reported in words, and do not disturb the
// other exchange.
func TestRealWrongExchangesAreToldInWords(t *testing.T) {
	pbx := asterisktest.Start(t)
	h := hubtest.Start(t, hubtest.Branch(t, "pbx", pbx, nil),
		hubtest.Branch(t, "password", pbx, map[string]any{"password": "wrong", "app": "other"}),
		hubtest.Branch(t, "host", pbx, map[string]any{"url": "http://no-such-exchange.invalid:8088"}))
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
	h.Connected("pbx")
	for name, words := range map[string]string{"password": "refused the user name or the password", "host": "check url"} {
		waitFor(t, "words about a wrong "+name, func() bool {
			s := sourceState(h, name)
			return s.State == leads.SourceFailed && strings.Contains(s.Error, words) && !strings.Contains(s.Error, "wrong")
		})
	}
	rings := h.Events(anna, leads.EventCallRinging)
	pbx.Phone("100", -1, 0)
	pbx.Call("79161234567", "7001")
	hubtest.Await(t, rings, "a ring at the exchange that is right", func(e hubtest.Received) bool { return e.Call.Source == "pbx" })
}
