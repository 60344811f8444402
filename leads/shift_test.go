package leads

import (
	"errors"
	"testing"
	"time"
)

var shiftNoon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestOnShift(t *testing.T) {
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time { // a week that begins on Monday, 2026-11-23
		day, err := time.ParseInLocation("2006-01-02 15:04", text, moscow)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	for text, c := range map[string]struct{ in, out []string }{
		"mon-fri 09:00-18:00": {[]string{"2026-11-23 09:00", "2026-11-27 17:59"}, []string{"2026-11-23 08:59", "2026-11-23 18:00", "2026-11-28 12:00"}},
		"sat,sun 00:00-24:00": {[]string{"2026-11-28 00:00", "2026-11-29 23:59"}, []string{"2026-11-27 23:59", "2026-11-30 00:00"}},
		"fri 20:00-08:00":     {[]string{"2026-11-27 20:00", "2026-11-28 07:59"}, []string{"2026-11-27 07:00", "2026-11-28 08:00", "2026-11-28 20:00"}},
		"sun 22:00-06:00":     {[]string{"2026-11-29 23:00", "2026-11-30 05:00"}, []string{"2026-11-29 05:00"}},
		"sat-mon 10:00-11:00": {[]string{"2026-11-28 10:30", "2026-11-30 10:30"}, []string{"2026-11-24 10:30"}},
	} {
		s, err := ParseShift(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if again, err := ParseShift(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%s is written %s", text, s)
		}
		for _, when := range c.in {
			if !OnShift([]Shift{s}, at(when)) {
				t.Errorf("%s does not cover %s", text, when)
			}
			if s.Days[0] == 1 && len(s.Days) == 5 && OnShift([]Shift{s}, at("2026-11-23 09:00").UTC()) {
				t.Error("the zone of the time plays no part")
			}
		}
		for _, when := range c.out {
			if OnShift([]Shift{s}, at(when)) {
				t.Errorf("%s covers %s", text, when)
			}
		}
	}
	if !OnShift(nil, shiftNoon) {
		t.Error("somebody without shifts does not work")
	}
	for _, wrong := range []string{"", "mon", "mon 9:00-18:00", "mon 09:00", "mo 09:00-18:00", "mon 09:00-09:00", "mon 09:00-25:00", "mon 24:00-08:00", "mon-fri09:00-18:00"} {
		if _, err := ParseShift(wrong); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestPresenceState(t *testing.T) {
	lunch := PresenceState{Presence: Paused, Reason: PauseLunch, Since: shiftNoon}
	wrapUp := PresenceState{Presence: Paused, Reason: PauseWrapUp, Since: shiftNoon, Until: shiftNoon.Add(20 * time.Second)}
	if got := lunch.At(shiftNoon.Add(time.Hour)); got != lunch {
		t.Errorf("a pause without end became %+v", got)
	}
	if got := wrapUp.At(shiftNoon.Add(19 * time.Second)); got != wrapUp {
		t.Errorf("a wrap-up ended early: %+v", got)
	}
	if got := wrapUp.At(wrapUp.Until); got != (PresenceState{Presence: Available, Since: wrapUp.Until}) {
		t.Errorf("after a wrap-up: %+v", got)
	}
	for _, fine := range []PresenceState{lunch, {Presence: Paused}, {Presence: Paused, Reason: PauseOther, Note: "plumber"}, {Presence: Available}, {Presence: Offline}} {
		if err := fine.Check(); err != nil {
			t.Errorf("%+v: %v", fine, err)
		}
	}
	for _, wrong := range []PresenceState{{}, {Presence: "asleep"}, {Presence: Available, Reason: PauseLunch}, {Presence: Paused, Reason: PauseLunch, Note: "soup"},
		{Presence: Paused, Note: "soup"}, {Presence: Paused, Reason: "nap"}, wrapUp} {
		if wrong.Check() == nil {
			t.Errorf("%+v is let through", wrong)
		}
	}
}
