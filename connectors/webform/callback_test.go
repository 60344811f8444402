package webform

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// answered is what a visitor who wants to be called is told.
func answered(t *testing.T, s *site, key, phone, when string) (int, *called) {
	t.Helper()
	w := s.post(asForm, "phone="+phone+"&_callback="+when, "Idempotency-Key", key, "Accept", "application/json")
	var said struct{ Callback *called }
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	return w.Code, said.Callback
}

func TestWhoWantsToBeCalled(t *testing.T) {
	const settings = "callback: {hours: ['mon-fri 09:00-18:00'], days: 7}\nper_minute: 0"
	at := func(text string) time.Time {
		t.Helper()
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	const monday, saturday = "2026-11-23T12:00:00Z", "2026-11-21T12:00:00Z"
	for name, c := range map[string]struct {
		now, when, phone string
		status           int
		wish             string // "": none, "now", or a time
		dials            bool
	}{
		"now, within the hours":    {monday, "now", "89161234567", 200, "now", true},
		"now, on a day off":        {saturday, "now", "89161234567", 200, "2026-11-23T09:00:00Z", false},
		"now, in the evening":      {"2026-11-23T18:00:00Z", "now", "89161234567", 200, "2026-11-24T09:00:00Z", false},
		"at a time":                {monday, "2026-11-24T10:30:00%2B00:00", "89161234567", 200, "2026-11-24T10:30:00Z", false},
		"on the office's clock":    {monday, "2026-11-24T10:30", "89161234567", 200, "2026-11-24T10:30:00Z", false},
		"at a time of another":     {monday, "2026-11-24T13:30:00%2B03:00", "89161234567", 200, "2026-11-24T10:30:00Z", false},
		"at night":                 {monday, "2026-11-24T03:00", "89161234567", 200, "2026-11-24T09:00:00Z", false},
		"yesterday":                {monday, "2026-11-22T10:30", "89161234567", 422, "", false},
		"next year":                {monday, "2027-11-22T10:30", "89161234567", 422, "", false},
		"nonsense":                 {monday, "soon", "89161234567", 422, "", false},
		"a number that is none":    {monday, "now", "12", 422, "", false},
		"no wish":                  {monday, "", "89161234567", 200, "", false},
		"no number but an address": {monday, "now", "&email=a@example.com", 422, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, settings)
			s.now = at(c.now)
			var dialled []string
			s.form.callBack = func(_ context.Context, id, _ string) (bool, error) {
				dialled = append(dialled, id)
				return true, nil
			}
			status, said := answered(t, s, "k", c.phone, c.when)
			if status != c.status {
				t.Fatalf("status %d", status)
			}
			if (len(dialled) == 1) != c.dials {
				t.Errorf("dialled %q", dialled)
			}
			if status != 200 {
				return
			}
			got := s.stored()
			switch c.wish {
			case "":
				if got.CallBack != nil || said != nil {
					t.Errorf("wish %+v, said %+v", got.CallBack, said)
				}
			case "now":
				if got.CallBack == nil || !got.CallBack.At.IsZero() || said == nil || !said.Calling || got.WishedNumber() != "+79161234567" {
					t.Errorf("wish %+v, said %+v", got.CallBack, said)
				}
			default:
				if got.CallBack == nil || !got.CallBack.At.Equal(at(c.wish)) || said == nil || said.Calling || !said.At.Equal(at(c.wish)) {
					t.Errorf("wish %+v, said %+v", got.CallBack, said)
				}
			}
			if strings.Contains(got.Text, "callback") {
				t.Errorf("text %q", got.Text)
			}
		})
	}
}

// Nobody is rung for a robot, nor one number again and again; and where nobody
// can be rung, the visitor is told so.
func TestWhoIsNotRung(t *testing.T) {
	s := newSite(t, "callback: {hours: ['mon-sun 00:00-24:00']}\nper_minute: 0")
	var dialled []string
	free, trouble := true, error(nil)
	s.form.callBack = func(_ context.Context, id, _ string) (bool, error) {
		dialled = append(dialled, id)
		return free, trouble
	}
	ask := func(key, phone string) *called {
		t.Helper()
		status, said := answered(t, s, key, phone, "now")
		if status != http.StatusOK || said == nil {
			t.Fatalf("%d %+v", status, said)
		}
		return said
	}
	for range 2 {
		if !ask("a", "89161234567").Calling {
			t.Error("the same post again is told something else")
		}
	}
	if ask("b", "+7+916+123-45-67").Calling {
		t.Error("a number is called twice within minutes")
	}
	if !ask("c", "89161234568").Calling {
		t.Error("another number")
	}
	if ask("d", "89161234569&_hp=x").Calling {
		t.Error("for a robot")
	}
	s.now = s.now.Add(callAgain)
	free = false
	if said := ask("e", "89161234567"); said.Calling || !said.At.IsZero() {
		t.Errorf("nobody is free: %+v", said)
	}
	free, trouble = false, errors.New("the database is away")
	if ask("f", "89161234570").Calling {
		t.Error("in trouble")
	}
	if want := []string{"a", "a", "c", "e", "f"}; !slices.Equal(dialled, want) {
		t.Errorf("dialled %q, want %q", dialled, want)
	}
	for _, touch := range s.inbox.Touches() {
		if touch.CallBack == nil {
			t.Errorf("%s has no wish, and so no task", touch.ExternalID)
		}
	}
	s.inbox.Fail(1)
	if w := s.post(asForm, "phone=89161234599&_callback=now", "Idempotency-Key", "g"); w.Code != 503 || slices.Contains(dialled, "g") {
		t.Errorf("%d, dialled %q before it is stored", w.Code, dialled)
	}
	w := s.post(asForm, "phone=89161234598&_callback=2026-11-23T10:30", "Accept", browser)
	page := s.request(http.MethodGet, w.Header().Get("Location"), "", "Accept", browser)
	if !strings.Contains(page.Body.String(), "23.11.2026 10:30") {
		t.Errorf("a plain form is told %s", page.Body)
	}
	off := newSite(t, "")
	if off.post(asForm, good+"&_callback=now"); off.stored().CallBack != nil {
		t.Error("a wish where none is offered")
	}
}
