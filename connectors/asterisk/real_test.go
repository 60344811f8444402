package asterisk

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.yaml.in/yaml/v3"

	"ctihub/connectors"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

var record = flag.Bool("record", false, "play the slow scenarios too, and write testdata anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hub is a connector at work on an exchange.
type hub struct {
	*memory
	health chan error // every report, in order
	stop   func()
}

func env(settings map[string]any, health func(error)) connectors.Env {
	return connectors.Env{
		Name: "pbx", Hub: connectors.Hub{Name: "test", Region: "RU"}, Log: slog.New(slog.DiscardHandler),
		Net: connectors.Net{HTTP: &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}}, Now: time.Now, Report: connectors.Report{Health: health},
		Settings: func(into any) error {
			b, err := yaml.Marshal(settings)
			if err != nil {
				return err
			}
			d := yaml.NewDecoder(bytes.NewReader(b))
			d.KnownFields(true)
			return d.Decode(into)
		},
	}
}

// startHub runs a connector against an address until the test ends.
func startHub(t *testing.T, address string, m *memory) *hub {
	t.Helper()
	return startHubWith(t, m, map[string]any{"url": address, "username": "hub", "password": "secret", "trunks": []string{"trunk"}})
}

func startHubWith(t *testing.T, m *memory, settings map[string]any) *hub {
	t.Helper()
	return startHubFor(t, m, settings, nil)
}

// startHubFor is startHubWith for people who may be away.
func startHubFor(t *testing.T, m *memory, settings map[string]any, people connectors.Pauses) *hub {
	t.Helper()
	h := &hub{memory: m, health: make(chan error, 1000)}
	e := env(settings, func(err error) {
		select {
		case h.health <- err:
		default:
		}
	})
	e.Calls.Pauses = people
	c, err := Kind().In(e)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := c.Run(ctx, m); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	h.stop = sync.OnceFunc(func() {
		cancel()
		done.Wait()
		e.Net.HTTP.CloseIdleConnections()
	})
	t.Cleanup(h.stop)
	return h
}

// connected waits until the hub follows the exchange.
func (h *hub) connected(t *testing.T) {
	t.Helper()
	timeout := time.After(asterisktest.Patience)
	var last error
	for {
		select {
		case last = <-h.health:
			if last == nil {
				return
			}
		case <-timeout:
			t.Fatalf("not connected: %v", last)
		}
	}
}

// Each scenario is played on a real exchange and must come out as people saw
// it. With -record the events are kept for TestReplay.
func TestRealCalls(t *testing.T) {
	const lanes = 3 // exchanges at once
	for lane := range lanes {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			p := asterisktest.Start(t)
			for i, s := range scenarios {
				if i%lanes != lane || s.slow && !*record {
					continue
				}
				t.Run(s.name, func(t *testing.T) { playReal(t, p, s) })
			}
		})
	}
}

func playReal(t *testing.T, p *asterisktest.PBX, s scenario) {
	address, _, _ := p.ARI()
	h := startHub(t, address, newMemory())
	h.connected(t)
	if *record {
		defer recordEvents(t, address, file(s.name))()
	}
	s.play(stage{t, p.For(t), h.memory})
	h.untilAllEnded(t, len(s.want))
	if got := h.lines(); !slices.Equal(got, s.want) {
		t.Errorf("stored:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(s.want, "\n"))
	}
	h.stop()
	for _, touch := range h.touches {
		checkTouch(t, touch)
	}
}

func checkTouch(t *testing.T, touch leads.Touch) {
	t.Helper()
	c := touch.Call
	if touch.ExternalID != c.Linkedid || touch.Direction != c.Direction || !touch.At.Equal(c.Started) {
		t.Errorf("touch %+v does not fit its call", touch)
	}
	wantFrom := map[leads.Direction]string{leads.In: c.From, leads.Out: c.To}[c.Direction]
	switch {
	case wantFrom == "" && len(touch.From) > 0:
		t.Errorf("a %s call belongs to %v", c.Direction, touch.From)
	case wantFrom != "" && (len(touch.From) != 1 || touch.From[0].Value != wantFrom || touch.From[0].Kind != leads.KindPhone):
		t.Errorf("a %s call of %s belongs to %v", c.Direction, wantFrom, touch.From)
	}
	for _, l := range c.Legs {
		if l.Rang.IsZero() || l.Channel == "" || l.Rang.Before(c.Started) {
			t.Errorf("leg %+v of a call started %v", l, c.Started)
		}
	}
	if c.Disposition == leads.Answered && (c.Answered.Before(c.Started) || c.Ended.Before(c.Answered)) {
		t.Errorf("times of %+v are out of order", c)
	}
}

func file(scenario string) string {
	return filepath.Join("testdata", strings.NewReplacer(" ", "_", ",", "").Replace(scenario)+".jsonl")
}

// recordEvents listens beside the connector and writes what came. The function
// that it returns ends it.
func recordEvents(t *testing.T, address, name string) func() {
	t.Helper()
	base, err := ariAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	r := newREST(base, "hub", "secret", "recorder"+url.QueryEscape(time.Now().Format("150405.000")), client)
	ctx, cancel := context.WithCancel(context.Background())
	conn, err := r.dial(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.subscribe(ctx); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var done sync.WaitGroup
	done.Go(func() {
		for {
			_, raw, err := conn.Read(ctx)
			if err != nil {
				return
			}
			out.Write(slim(t, raw))
		}
	})
	return func() {
		time.Sleep(300 * time.Millisecond) // only when recording: what comes after the end belongs to it too
		cancel()
		done.Wait()
		_ = conn.CloseNow()
		client.CloseIdleConnections()
		if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// slim leaves out of an event what says nothing about calls, so that the
// recordings stay readable.
func slim(t *testing.T, raw []byte) []byte {
	var e map[string]any
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Error(err)
		return nil
	}
	switch e["type"] {
	case "ChannelVarset", "ChannelConnectedLine", "ChannelCallerId", "DeviceStateChanged", "PeerStatusChange", "EndpointStateChange", "ContactStatusChange":
		return nil
	}
	slimMap(e)
	b, err := json.Marshal(e)
	if err != nil {
		t.Error(err)
	}
	return append(b, '\n')
}

func slimMap(m map[string]any) {
	for _, k := range []string{"asterisk_id", "application", "language", "accountcode", "protocol_id", "connected", "caller_rdnis", "technology", "bridge_class", "video_mode", "creator", "name_of_bridge"} {
		delete(m, k)
	}
	for k, v := range m {
		switch v := v.(type) {
		case map[string]any:
			slimMap(v)
		case string:
			if v == "" && k != "dialstatus" {
				delete(m, k)
			}
		}
	}
}
