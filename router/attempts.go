package router

import (
	"errors"
	"strings"
	"time"

	"ctihub/leads"
)

// The backoff of a delivery: the wait doubles from waitFirst to waitMost, minus a jitter
// of up to a fifth, so that many deliveries are not retried at the same moment. Even with
// the greatest jitter, attemptsMost attempts take more than 72 hours.
const (
	waitFirst    = 5 * time.Second
	waitMost     = time.Hour
	waitCut      = 5 // the jitter is at most wait/waitCut
	attemptsMost = 100
	// retryAfterMost bounds the wait that a receiver may ask for.
	retryAfterMost = 24 * time.Hour
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

// Judge returns the verdict of an attempt to deliver.
func Judge(attempt int, err error) leads.Verdict {
	if err == nil {
		return leads.Verdict{State: leads.DeliveryDone}
	}
	v := leads.Verdict{State: leads.DeliveryWaiting, Error: errorText(err), Wait: min(leads.WaitOf(err), retryAfterMost)}
	switch {
	case leads.IsPermanent(err):
		v = leads.Verdict{State: leads.DeliveryDead, Error: v.Error}
	case attempt >= attemptsMost:
		v = leads.Verdict{State: leads.DeliveryDead, Error: errorText(errors.New("given up after three days and 100 attempts: " + v.Error))}
	}
	return v
}

func errorText(err error) string {
	text := err.Error()
	if text == "" {
		text = "failed without saying why"
	}
	if len(text) > errorMost {
		text = strings.ToValidUTF8(text[:errorMost], "") + "…"
	}
	return text
}
