package asterisk

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// Events of types that do not exist yet, and events that cannot be read, harm
// nothing: what comes after them is understood.
func TestUnknownAndBrokenEvents(t *testing.T) {
	f := newFakeARI(t)
	h := startHub(t, f.URL, newMemory())
	h.connected(t)
	odd := []string{
		`{"type":"ChannelTransfer","timestamp":"2026-11-21T12:00:00.000+0000","channel":{"id":"x"}}`,
		`{"type":"SomethingOfAsterisk42","channel":7}`,
		`{"type":"ChannelCreated"}`,
		`{"type":"ChannelDestroyed","channel":null}`,
		`{"type":"Dial"}`,
		`{"type":""}`,
		`not json`,
		``,
	}
	if err := f.send(t.Context(), append(odd, missedCall(1)...)...); err != nil {
		t.Fatal(err)
	}
	h.untilCall(t, "in ended missed from=+79161230001 to=7001 did=7001 100:noanswer")
}

// An event that mattered and could not be read is made good by reading the
// exchange anew.
func TestAnUnreadableEventIsMadeGood(t *testing.T) {
	f := newFakeARI(t)
	h := startHub(t, f.URL, newMemory())
	h.connected(t)
	events := missedCall(1)
	if err := f.send(t.Context(), events[:4]...); err != nil {
		t.Fatal(err)
	}
	h.untilCall(t, "ringing")
	// Both channels end, and neither event can be read; the list shows it.
	if err := f.send(t.Context(), `{"type":"ChannelDestroyed","timestamp":"yesterday","channel":{"id":"call-1.trunk"}}`); err != nil {
		t.Fatal(err)
	}
	h.untilCall(t, "in ended interrupted")
}

func TestADeafConnectionIsNoticed(t *testing.T) {
	f := newFakeARI(t)
	f.deaf = true
	h := startHub(t, f.URL, newMemory())
	if err := failure(t, h); !strings.Contains(err.Error(), "delivers no events") {
		t.Errorf("reported %q", err)
	}
}

func TestAnExchangeThatHidesTheLinkedid(t *testing.T) {
	f := newFakeARI(t)
	h := startHub(t, f.URL, newMemory())
	h.connected(t)
	var events []string
	for _, e := range missedCall(1) {
		events = append(events, strings.ReplaceAll(e, "CHANNEL(linkedid)", "OTHER"))
	}
	if err := f.send(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
	if err := failure(t, h); !strings.Contains(err.Error(), "channelvars=CHANNEL(linkedid)") {
		t.Errorf("reported %q", err)
	}
	// The Dial tells that both channels are one call.
	h.untilCall(t, "in ended missed from=+79161230001 to=7001 did=7001 100:noanswer")
	if n := len(h.lines()); n != 1 {
		t.Errorf("made %d calls of one", n)
	}
}

func TestReconnectsAtOnceAfterABreak(t *testing.T) {
	f := newFakeARI(t)
	h := startHub(t, f.URL, newMemory())
	h.connected(t)
	f.cut()
	h.connected(t)
	if err := f.send(t.Context(), missedCall(1)...); err != nil {
		t.Fatal(err)
	}
	h.untilAllEnded(t, 1)
}

// More events than the queue holds: they are dropped, and the state is read
// from the exchange.
func TestOverflowIsMadeGood(t *testing.T) {
	f := newFakeARI(t)
	m := newMemory()
	c := &connector{env: env(nil, func(error) {}), plan: *testPlan(t), log: env(nil, nil).Log}
	base, err := ariAddress(f.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	c.rest = newREST(base, "hub", "secret", "test", client)
	j, err := newCheckpoint("")
	if err != nil {
		t.Fatal(err)
	}
	w := &watch{connector: c, tracker: newTracker(&c.plan), out: newDelivery(m, c.log, j)}
	defer w.out.close()
	l, err := openLink(t.Context(), c.rest, c.log)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	if err := w.catchUp(l); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	f.channels = append(f.channels, []byte(fakeChannel(7, "trunk", "Up")))
	f.mu.Unlock()
	for range queueLength + 10 {
		if err := f.send(t.Context(), `{"type":"RTCPSent"}`); err != nil {
			t.Fatal(err)
		}
	}
	for l.dropped.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := w.catchUp(l, l.drain()...); err != nil {
		t.Fatal(err)
	}
	m.untilCall(t, "in ringing from=+79161230007")
}

func TestErrorsSayWhatToDo(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	forbidden := newFakeARI(t)
	forbidden.refuse = http.StatusForbidden
	real := asterisktest.Start(t)
	address, _, _ := real.ARI()
	for _, c := range []struct{ address, password, want string }{
		{address, "wrong", "compare them with the user in ari.conf"},
		{plain.URL, "secret", "set enabled=yes in ari.conf"},
		{secure.URL, "secret", "is not trusted"},
		{strings.Replace(plain.URL, "http:", "https:", 1), "secret", "does not speak TLS"},
		{"http://127.0.0.1:1", "secret", "is Asterisk running"},
		{"http://no-such-name.invalid:8088", "secret", "check url"},
		{forbidden.URL, "secret", "read_only=no"},
	} {
		base, err := ariAddress(c.address)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: &http.Transport{}}
		r := newREST(base, "hub", c.password, "test", client)
		_, err = r.dial(t.Context())
		if err == nil {
			t.Fatalf("%s: connected", c.address)
		}
		if words := r.inWords(err).Error(); !strings.Contains(words, c.want) {
			t.Errorf("%s: %s", c.address, words)
		}
		client.CloseIdleConnections()
	}
}

func TestSettings(t *testing.T) {
	good := func() map[string]any {
		return map[string]any{"url": "http://127.0.0.1:8088/", "username": "hub", "password": "secret", "trunks": []string{"trunk"}}
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"good":           {func(map[string]any) {}, ""},
		"phones instead": {func(m map[string]any) { delete(m, "trunks"); m["phones"] = []string{"1*"} }, ""},
		"with prefix":    {func(m map[string]any) { m["url"] = "https://pbx.example/asterisk/ari" }, ""},
		"no url":         {func(m map[string]any) { delete(m, "url") }, "url"},
		"another scheme": {func(m map[string]any) { m["url"] = "ws://127.0.0.1:8088" }, "url"},
		"secret in url":  {func(m map[string]any) { m["url"] = "http://hub:secret@127.0.0.1" }, "url"},
		"no password":    {func(m map[string]any) { delete(m, "password") }, "password"},
		"no trunks":      {func(m map[string]any) { delete(m, "trunks") }, "trunks"},
		"bad pattern":    {func(m map[string]any) { m["trunks"] = []string{"["} }, "pattern"},
		"bad length":     {func(m map[string]any) { m["internal_length"] = "6-2" }, "internal_length"},
		"unknown key":    {func(m map[string]any) { m["trunk"] = "x" }, "trunk"},
	} {
		m := good()
		c.change(m)
		_, err := Kind().In(env(m, func(error) {}))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want it to name %s", name, err, c.want)
		}
	}
}

func TestStopsWhileOutOfReach(t *testing.T) {
	h := startHub(t, "http://127.0.0.1:1", newMemory())
	if err := failure(t, h); err == nil {
		t.Error("reported no error")
	}
	ctx, cancel := context.WithTimeout(t.Context(), asterisktest.Patience)
	defer cancel()
	h.stop()
	if ctx.Err() != nil {
		t.Error("took too long to stop")
	}
}

func TestPlan(t *testing.T) {
	p, err := newPlan(settings{Trunks: []string{"provider-*", "DAHDI/i1/*"}, DIDs: map[string]did{"8 (495) 123-45-67": {Name: "Sales"}}}, "RU")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"PJSIP/provider-a-0000000a": true, "PJSIP/100-0000000b": false, "DAHDI/i1/79161234567-1": true,
		"Local/100@provider-x-00000001;1": false, "SIP/provider-00000001": false, "": false, "-": false,
	} {
		if p.isTrunk(name) != want {
			t.Errorf("%q: trunk %v", name, !want)
		}
	}
	for in, want := range map[string]string{
		"89161234567": "+79161234567", "+375291234567": "+375291234567", "101": "101", "anonymous": "", "": "", "12345678901234567890": "12345678901234567890",
	} {
		if got := p.number(in); got != want {
			t.Errorf("number %q is %q, want %q", in, got, want)
		}
	}
	touch := p.touch(snapshot{Call: leads.Call{Linkedid: "x", Direction: leads.In, From: "+79161234567", To: "84951234567", DID: "+74951234567"}, Name: "Ivan"})
	if touch.Subject != "Sales" || touch.Name != "Ivan" || touch.To != "+74951234567" {
		t.Errorf("touch %+v", touch)
	}
	inside, err := newPlan(settings{Phones: []string{"1??"}, InternalLength: "3"}, "RU")
	if err != nil {
		t.Fatal(err)
	}
	if inside.isTrunk("PJSIP/101-00000001") || !inside.isTrunk("SIP/anything-00000001") || inside.isTrunk("Local/1@x-00000001;1") || inside.isExtension("1000") {
		t.Error("with phones named, everything else is a trunk")
	}
	for channel, want := range map[string]channel{
		"100": {name: "PJSIP/100-00000001", number: "200"},
		"200": {name: "PJSIP/desk-anna-00000001", number: "200"},
		"bob": {name: "SIP/bob-00000001"},
	} {
		if got := p.extension(want); got != channel {
			t.Errorf("%+v is extension %q, want %q", want, got, channel)
		}
	}
}
