package router

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func TestWaitAfter(t *testing.T) {
	for _, x := range []struct {
		attempt int
		chance  float64
		want    time.Duration
	}{
		{1, 0, 5 * time.Second}, {2, 0, 10 * time.Second}, {3, 0, 20 * time.Second},
		{10, 0, 2560 * time.Second}, {11, 0, time.Hour}, {99, 0, time.Hour}, {1 << 40, 0, time.Hour}, {0, 0, 5 * time.Second},
		{1, 0.5, 4500 * time.Millisecond}, {11, 0.5, 54 * time.Minute},
	} {
		if got := WaitAfter(x.attempt, x.chance); got != x.want {
			t.Errorf("after attempt %d with chance %v: %s, want %s", x.attempt, x.chance, got, x.want)
		}
	}
	for _, chance := range []float64{0, 0.999999} {
		var all time.Duration
		for attempt := 1; attempt < attemptsMost; attempt++ {
			wait := WaitAfter(attempt, chance)
			if wait < 4*time.Second-time.Millisecond || wait > time.Hour {
				t.Errorf("after attempt %d: %s", attempt, wait)
			}
			all += wait
		}
		if all < 72*time.Hour || all > 96*time.Hour {
			t.Errorf("with chance %v all attempts take %s, want three to four days", chance, all)
		}
	}
}

func TestJudge(t *testing.T) {
	bad := errors.New("answered 500")
	for name, x := range map[string]struct {
		attempt int
		err     error
		want    leads.Verdict
	}{
		"delivered":           {3, nil, leads.Verdict{State: leads.DeliveryDone}},
		"delivered at last":   {attemptsMost, nil, leads.Verdict{State: leads.DeliveryDone}},
		"unknown":             {1, bad, leads.Verdict{State: leads.DeliveryWaiting, Error: "answered 500"}},
		"asked to wait":       {1, fmt.Errorf("sending: %w", leads.NotBefore(bad, time.Minute)), leads.Verdict{State: leads.DeliveryWaiting, Error: "sending: answered 500", Wait: time.Minute}},
		"asked for a year":    {1, leads.NotBefore(bad, 9000*time.Hour), leads.Verdict{State: leads.DeliveryWaiting, Error: "answered 500", Wait: 24 * time.Hour}},
		"refused":             {1, fmt.Errorf("sending: %w", leads.Permanent(bad)), leads.Verdict{State: leads.DeliveryDead, Error: "sending: answered 500"}},
		"last but one":        {attemptsMost - 1, bad, leads.Verdict{State: leads.DeliveryWaiting, Error: "answered 500"}},
		"given up":            {attemptsMost, bad, leads.Verdict{State: leads.DeliveryDead, Error: "given up after three days and 100 attempts: answered 500"}},
		"without words":       {1, errors.New(""), leads.Verdict{State: leads.DeliveryWaiting, Error: "failed without saying why"}},
		"with too many of it": {1, errors.New(strings.Repeat("ж", 600)), leads.Verdict{State: leads.DeliveryWaiting, Error: strings.Repeat("ж", 250) + "…"}},
	} {
		if got := Judge(x.attempt, x.err); got != x.want {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
	}
}
