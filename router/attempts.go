package router

import (
	"errors"
	"strings"
	"time"

	"ctihub/leads"
)

// The plan of a delivery's attempts: the wait doubles from waitFirst to
// waitMost and is cut by up to a fifth, so that many deliveries never come back
// in step. Even with every wait cut to its least, attemptsMost attempts are
// spread over more than 72 hours.
const (
	waitFirst    = 5 * time.Second
	waitMost     = time.Hour
	waitCut      = 5 // the divisor of a wait that gives the greatest cut
	attemptsMost = 100
	// politeMost bounds the wait that a receiver may ask for.
	politeMost = 24 * time.Hour
	// errorMost bounds the stored text of an error, in bytes.
	errorMost = 500
)

// WaitAfter is the time between attempt n (1, 2, …) and the next one. chance is
// in [0, 1).
func WaitAfter(attempt int, chance float64) time.Duration {
	wait := waitMost
	if doubled := attempt - 1; doubled < 10 { // 5 s · 2¹⁰ is beyond an hour
		wait = min(waitFirst<<max(doubled, 0), waitMost)
	}
	return wait - time.Duration(chance*float64(wait/waitCut))
}

// Judge says what becomes of a delivery after an attempt.
func Judge(attempt int, err error) leads.Verdict {
	if err == nil {
		return leads.Verdict{State: leads.DeliveryDone}
	}
	v := leads.Verdict{State: leads.DeliveryWaiting, Error: inWords(err), Wait: min(leads.WaitOf(err), politeMost)}
	switch {
	case leads.IsPermanent(err):
		v = leads.Verdict{State: leads.DeliveryDead, Error: v.Error}
	case attempt >= attemptsMost:
		v = leads.Verdict{State: leads.DeliveryDead, Error: inWords(errors.New("given up after three days and 100 attempts: " + v.Error))}
	}
	return v
}

func inWords(err error) string {
	text := err.Error()
	if text == "" {
		text = "failed without saying why"
	}
	if len(text) > errorMost {
		text = strings.ToValidUTF8(text[:errorMost], "") + "…"
	}
	return text
}
