package webform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"ctihub/leads"
)

// inputCallback is when the visitor wants to be called: "now", a time in RFC
// 3339, or one on the office's clock as HTML writes it (2026-11-22T10:30).
const inputCallback = "_callback"

const (
	callNow      = "now"
	callWithin   = 5 * time.Second  // for the hub to ring somebody
	callAgain    = 10 * time.Minute // between two calls to one number
	hoursLookFor = 15 * 24 * time.Hour
)

// callbackRules are when visitors can ask to be called.
type callbackRules struct {
	Hours []string `yaml:"hours"` // "mon-fri 09:00-18:00"; empty: no call-backs are offered
	Days  int      `yaml:"days"`  // how many days ahead a time may be
}

// shifts reads the hours.
func (r callbackRules) shifts() (shifts []leads.Shift, err error) {
	for _, text := range r.Hours {
		s, err := leads.ParseShift(text)
		if err != nil {
			return nil, fmt.Errorf("callback.hours: %w", err)
		}
		shifts = append(shifts, s)
	}
	return shifts, nil
}

// offersCallback reports whether visitors can ask to be called.
func (f *form) offersCallback() bool { return len(f.hours) > 0 }

// opening returns the first time from at on that is within the hours, on the
// office's clock.
func (f *form) opening(at time.Time) time.Time {
	at = at.In(f.zone)
	if leads.OnShift(f.hours, at) {
		return at
	}
	for t := at.Truncate(5 * time.Minute).Add(5 * time.Minute); t.Before(at.Add(hoursLookFor)); t = t.Add(5 * time.Minute) {
		if leads.OnShift(f.hours, t) {
			return t
		}
	}
	return at
}

// callbackWish reads when the visitor wants to be called, nil for not at all. now: at
// once, and within the hours.
func (f *form) callbackWish(p filled) (w *leads.CallBackWish, now bool, err error) {
	if !f.offersCallback() || p.callback == "" {
		return nil, false, nil
	}
	today := f.now()
	at := today
	if p.callback != callNow {
		if at, err = time.Parse(time.RFC3339, p.callback); err != nil {
			at, err = time.ParseInLocation("2006-01-02T15:04", p.callback, f.zone)
		}
		if err != nil || at.Before(today.Add(-5*time.Minute)) || at.After(today.AddDate(0, 0, f.Callback.Days)) {
			return nil, false, errors.New("not a time at which somebody can call")
		}
	}
	open := f.opening(at)
	if p.callback == callNow && open.Equal(at) {
		return &leads.CallBackWish{}, true, nil
	}
	return &leads.CallBackWish{At: open}, false, nil
}

// callbackFaults returns the faults of a wish to be called.
func (f *form) callbackFaults(p filled, say *texts) []fault {
	w, _, err := f.callbackWish(p)
	switch {
	case err != nil:
		return []fault{{"callback", inputCallback, fmt.Sprintf(say.WrongTime, f.Callback.Days)}}
	case w != nil && !p.has(rolePhone):
		message := say.missing([]string{rolePhone})
		if len(p.values[rolePhone]) > 0 {
			message = say.wrong(rolePhone, f.region)
		}
		return []fault{{rolePhone, f.input(p, rolePhone), message}}
	}
	return nil
}

// called is the answer to a visitor who wants to be called.
type called struct {
	Calling bool      `json:"calling"`     // a manager's telephone rings, then theirs
	At      time.Time `json:"at,omitzero"` // otherwise: when they are called; zero: soon
}

// call carries out a wish from a client's address after it is stored.
func (f *form) call(ctx context.Context, client string, t leads.Touch, now bool) *called {
	if t.CallBack == nil {
		return nil
	}
	later := &called{At: t.CallBack.At}
	if !now || t.Suspect != "" || f.callBack == nil || !f.mayRing(t) {
		return later
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callWithin)
	defer cancel()
	calling, err := f.callBack(ctx, t.ExternalID, client)
	if err != nil {
		f.log.Warn("call back not placed; its task stays", "error", err)
	}
	if calling {
		return &called{Calling: true}
	}
	return later
}

// mayRing limits how often one number is called for a website. A repeated post is not
// counted.
func (f *form) mayRing(t leads.Touch) bool {
	number := leads.Touch{From: t.From, CallBack: t.CallBack}.Normalise(f.region).WishedNumber()
	now := f.now()
	r := f.rung.update(number, func(r ringing) ringing {
		if r.limit == nil {
			r.limit = rate.NewLimiter(rate.Every(callAgain), 1)
		}
		if r.key != t.ExternalID && r.limit.AllowN(now, 1) {
			r.key = t.ExternalID
		}
		return r
	})
	return r.key == t.ExternalID
}

// ringing is a number that was called, and for which post.
type ringing struct {
	limit *rate.Limiter
	key   string
}
