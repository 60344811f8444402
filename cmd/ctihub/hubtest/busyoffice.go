package hubtest

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

// stalledCRM adds a sink whose server accepts connections and never answers.
func stalledCRM(t testing.TB, name string) func(*config.Config) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // without Accept: the kernel completes the handshake
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

// Screens is the number of people, telephones and browsers of a [BusyOffice].
const Screens = 5

// ScreenPaths are the pages that the browsers of a [BusyOffice] show.
var ScreenPaths = [Screens]string{"/", "/leads", "/calls", "/tasks", "/contacts"}

// BusyOffice is a hub whose people's telephones ring 20 times a second in all, while both CRMs
// are stalled. Each of the people may open a page in a real browser.
type BusyOffice struct {
	*Hub
	*Browser
	t     testing.TB
	pbx   *asterisktest.PBX
	chief <-chan Received
	mu    sync.Mutex
	rang  map[string]time.Time // by caller
	next  int64
	open  map[string]int // places in ScreenPaths, by the person's login
}

// NewBusyOffice starts one on a hub that more configures further.
func NewBusyOffice(t testing.TB, more ...func(*config.Config)) *BusyOffice {
	t.Helper()
	pbx := asterisktest.Start(t)
	more = append(more, Exchange(t, pbx), stalledCRM(t, "amo"), stalledCRM(t, "bitrix"))
	o := &BusyOffice{Hub: Start(t, more...), Browser: NewBrowser(t), t: t, pbx: pbx, rang: map[string]time.Time{}, next: 79165000000, open: map[string]int{}}
	_, chief := o.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	for i := range Screens {
		ext := fmt.Sprint(100 + i)
		o.Person(operator(i), operator(i), leads.RoleOperator, ext)
		phone := pbx.Phone(ext, -1, 0)
		go func() {
			for r := range phone.Rings() {
				o.mu.Lock()
				o.rang["+"+r.Caller] = r.At
				o.mu.Unlock()
			}
		}()
	}
	o.Connected("pbx")
	o.chief = o.Events(chief, leads.EventCallRinging, leads.EventCallEnded)
	return o
}

func operator(place int) string { return fmt.Sprintf("operator%d", place) }

// Open opens the page at a place in [ScreenPaths]; each has a person of its own.
func (o *BusyOffice) Open(place int) {
	o.t.Helper()
	o.open[operator(place)] = place
	o.Do("open", operator(place), map[string]any{"url": o.URL, "login": operator(place), "password": Password, "path": ScreenPaths[place]})
}

// Close closes the page at a place in [ScreenPaths].
func (o *BusyOffice) Close(place int) {
	o.t.Helper()
	delete(o.open, operator(place))
	o.Do("close", operator(place), nil)
}

// Calls places n calls, 20 a second over all telephones, each ringing for a
// second, waits until an event has reported the end of each, and returns the times
// from the ring to the event's last byte and, of open pages, to the frame that shows the card, by
// the page's place in [ScreenPaths]; a minute for a call that ended before its ringing was reported or shown.
func (o *BusyOffice) Calls(n int) (stream []time.Duration, screens [Screens][]time.Duration) {
	o.t.Helper()
	each := n / Screens
	loads := make(chan error, Screens)
	for i := range Screens {
		first := o.next
		o.next += int64(each)
		go func() { loads <- o.pbx.Load(fmt.Sprint(7100+i), first, each, 20/Screens, time.Second) }()
	}
	at := func(caller string) time.Time {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.rang[caller]
	}
	rings, ends := map[string]string{}, map[string]bool{} // by linkedid: the caller; whether the end was reported
	shown := map[string]CardSeen{}
	show := func(c CardSeen) {
		if _, again := shown[c.Card]; !again && c.State == "ringing" {
			shown[c.Card] = c
		}
	}
	late := time.After(Patience + time.Duration(n/20)*time.Second)
	for calling := Screens; calling > 0 || len(ends) < n; {
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
				o.t.Log(err) // sipp counts a call as failed that was placed all the same
			}
		case <-late:
			o.t.Fatalf("of %d calls %d were told as ended", n, len(ends))
		}
	}
	for soon := time.After(5 * time.Second); len(shown) < len(o.open)*each && soon != nil; {
		select {
		case c := <-o.cards:
			show(c)
		case <-soon:
			soon = nil
		}
	}
	for id, caller := range rings {
		if c, seen := shown[id]; seen {
			took := time.UnixMicro(int64(c.At * 1000)).Sub(at(caller))
			screens[o.open[c.Who]] = append(screens[o.open[c.Who]], took)
		}
	}
	missing := func(times []time.Duration, n int) []time.Duration {
		return append(times, slices.Repeat([]time.Duration{time.Minute}, n-len(times))...)
	}
	for _, i := range o.open {
		screens[i] = missing(screens[i], each)
	}
	return missing(stream, n), screens
}

// Percentiles prints p50, p95 and p99.
func Percentiles(took []time.Duration) string {
	return fmt.Sprintf("%v / %v / %v", round(Percentile(took, 50)), round(Percentile(took, 95)), round(Percentile(took, 99)))
}

// round leaves out what is below 10 µs.
func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
