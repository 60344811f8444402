package main

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// stalledCRM is a sink that takes the connection and never answers.
func stalledCRM(t testing.TB, name string) func(*config.Config) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts: the kernel does
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	sink, err := config.NewSink(name, "webhook", []string{"lead.created", "lead.assigned", "call.ended"}, map[string]any{
		"url": "http://" + l.Addr().String(), "secret": "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=", "allow": []string{"127.0.0.1/32"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) { c.Sinks = append(c.Sinks, sink) }
}

// screens is how many people look at a page while their telephones ring.
const screens = 5

// hurry is an office whose telephones ring 20 times a second in all, under the
// eyes of a real browser each, while both CRMs are stalled.
type hurry struct {
	*hub
	*browser
	t     testing.TB
	pbx   *asterisktest.PBX
	chief <-chan received
	mu    sync.Mutex
	rang  map[string]time.Time // by caller
	next  int64
}

func newHurry(t testing.TB, more ...func(*config.Config)) *hurry {
	t.Helper()
	pbx := asterisktest.Start(t)
	more = append(more, exchange(t, pbx), stalledCRM(t, "amo"), stalledCRM(t, "bitrix"))
	o := &hurry{hub: startHub(t, more...), browser: newBrowser(t), t: t, pbx: pbx, rang: map[string]time.Time{}, next: 79165000000}
	_, chief := o.person("chief", "Вера Шеф", leads.RoleSupervisor)
	for i := range screens {
		who, ext := fmt.Sprintf("operator%d", i), fmt.Sprint(100+i)
		o.person(who, who, leads.RoleOperator, ext)
		o.do("open", who, map[string]any{"url": o.url, "login": who, "password": password})
		phone := pbx.Phone(ext, -1, 0)
		go func() {
			for r := range phone.Rings() {
				o.mu.Lock()
				o.rang["+"+r.Caller] = r.At
				o.mu.Unlock()
			}
		}()
	}
	o.connected("pbx")
	o.chief = o.events(chief, leads.EventCallRinging, leads.EventCallEnded)
	return o
}

// calls places n calls, 20 a second over all telephones, each ringing for a
// second, waits until all are told as ended, and returns the times from the
// ring to the event's last byte and to the frame that shows the card; a minute
// for a call that was over before its ringing was told or shown.
func (o *hurry) calls(n int) (stream, screen []time.Duration) {
	o.t.Helper()
	each := n / screens
	loads := make(chan error, screens)
	for i := range screens {
		first := o.next
		o.next += int64(each)
		go func() { loads <- o.pbx.Load(fmt.Sprint(7100+i), first, each, 20/screens, time.Second) }()
	}
	at := func(caller string) time.Time {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.rang[caller]
	}
	rings, ends := map[string]string{}, map[string]bool{} // by linkedid: the caller; told as over
	shown := map[string]float64{}
	show := func(c cardSeen) {
		if _, again := shown[c.Card]; !again && c.State == "ringing" {
			shown[c.Card] = c.At
		}
	}
	late := time.After(patience + time.Duration(n/20)*time.Second)
	for calling := screens; calling > 0 || len(ends) < n; {
		select {
		case e := <-o.chief:
			id := e.Call.Linkedid
			if _, again := rings[id]; e.Type == leads.EventCallRinging && !again && len(e.Call.Legs) > 0 {
				rings[id] = e.Call.From
				stream = append(stream, e.At.Sub(at(e.Call.From)))
			}
			if e.Type == leads.EventCallEnded {
				ends[id] = true
			}
		case c := <-o.cards:
			show(c)
		case err := <-loads:
			if calling--; err != nil {
				o.t.Log(err) // a call that sipp holds for failed was placed all the same
			}
		case <-late:
			o.t.Fatalf("of %d calls %d were told as ended", n, len(ends))
		}
	}
	for soon := time.After(5 * time.Second); len(shown) < len(rings) && soon != nil; {
		select {
		case c := <-o.cards:
			show(c)
		case <-soon:
			soon = nil
		}
	}
	for id, caller := range rings {
		if frame, seen := shown[id]; seen {
			screen = append(screen, time.UnixMicro(int64(frame*1000)).Sub(at(caller)))
		}
	}
	missing := func(times []time.Duration) []time.Duration {
		return append(times, slices.Repeat([]time.Duration{time.Minute}, n-len(times))...)
	}
	return missing(stream), missing(screen)
}

// tail prints p50, p95 and p99.
func tail(took []time.Duration) string {
	return fmt.Sprintf("%v / %v / %v", short(percentile(took, 50)), short(percentile(took, 95)), short(percentile(took, 99)))
}
