package router

import (
	"context"
	"log/slog"
	"testing"
	"time"
)

type digestDays []string

func (d *digestDays) WriteDigests(_ context.Context, day string, _ time.Time) error {
	*d = append(*d, day)
	return nil
}

func TestDigestHour(t *testing.T) {
	zone := time.FixedZone("office", 9*60*60)
	for at, want := range map[string]string{
		"2026-11-20T17:59:59+09:00": "",
		"2026-11-20T18:00:00+09:00": "2026-11-20",
		"2026-11-20T09:30:00Z":      "2026-11-20",
		"2026-11-20T20:00:01+09:00": "", // the hub was away
		"2026-11-20T23:00:00Z":      "", // eight in the morning there
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		var days digestDays
		d := &Digest{Store: &days, Log: slog.New(slog.DiscardHandler), Hour: 18 * time.Hour, Now: func() time.Time { return now.In(zone) }}
		if err := d.WriteIfDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := append(days, "")[0]; got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
