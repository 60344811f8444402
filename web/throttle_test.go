package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

func TestThrottleRefillsAndForgets(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	th := newThrottle(func() time.Time { return now }, 10*time.Second, 3, 100)
	tries := func(key string, n int) (ok int) {
		for range n {
			if _, yes := th.allow(key); yes {
				ok++
			}
		}
		return ok
	}
	if got := tries("a", 50); got != 3 {
		t.Errorf("%d of 50 tries at once, want 3", got)
	}
	if wait, ok := th.allow("a"); ok || wait <= 0 || wait > 10*time.Second {
		t.Errorf("refused try says wait %v", wait)
	}
	if got := tries("b", 1); got != 1 {
		t.Error("another key was refused")
	}
	now = now.Add(20 * time.Second)
	if got := tries("a", 50); got != 2 {
		t.Errorf("%d tries after 20 s, want 2", got)
	}
	th.forget("a")
	if got := tries("a", 50); got != 3 {
		t.Errorf("%d tries after a success, want 3", got)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	th := newThrottle(func() time.Time { return now }, time.Hour, 1, 100)
	for i := range 10_000 {
		th.allow(fmt.Sprint("someone", i))
		if _, ok := th.allow("attacked"); ok && i > 0 {
			t.Fatalf("the key in use was forgotten after %d others", i)
		}
	}
	if n := len(th.young) + len(th.old); n > 200 {
		t.Errorf("%d keys are kept, want 200 at most", n)
	}
}

func TestClientAddress(t *testing.T) {
	s := &Server{Options: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for _, c := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"direct", "203.0.113.5:4000", nil, "203.0.113.5"},
		{"forged", "203.0.113.5:4000", []string{"198.51.100.1"}, "203.0.113.5"},
		{"proxy", "10.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"forged behind a proxy", "10.0.0.1:4000", []string{"1.2.3.4, 198.51.100.1"}, "198.51.100.1"},
		{"forged in a second header", "10.0.0.1:4000", []string{"1.2.3.4", "198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1:4000", []string{"198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		{"rubbish", "10.0.0.1:4000", []string{"' OR 1=1"}, "10.0.0.1"},
		{"only proxies", "10.0.0.1:4000", []string{"10.0.0.2"}, "10.0.0.2"},
		{"IPv6 network", "[2001:db8:1:2:3:4:5:6]:4000", nil, "2001:db8:1:2::/64"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.5]:4000", nil, "203.0.113.5"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got := s.clientAddress(r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
