package router

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/engine"
	"ctihub/connectors/webhook"
	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// patience bounds waits; it decides no test.
// dataDir is a folder with the tables of an embedded database.
var dataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

// migrated is a PostgreSQL database with the tables.
var migrated = storagetest.Databases(func(dsn string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{Database: dsn})
	return err
})

const patience = 3 * time.Minute

// outbox is a store whose events go to sinks, and what they take.
type outbox struct {
	t     *testing.T
	conf  storage.Config
	store *storage.Store
	feed  *Feed
	told  *told // of the escalations that it published
}

// onBoth runs a test on SQLite and on PostgreSQL, with the sinks a and b.
func onBoth(t *testing.T, test func(*testing.T, *outbox)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, newOutbox(t, storage.Config{DataDir: dataDir(t)})) })
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newOutbox(t, storage.Config{Database: migrated(t)}))
	})
}

func newOutbox(t *testing.T, c storage.Config) *outbox {
	c.Sinks = []leads.SinkRule{{Name: "a"}, {Name: "b"}}
	o := &outbox{t: t, conf: c, feed: NewFeed(), told: &told{tasks: map[string]int{}}}
	o.conf.Publish = func(events ...leads.Event) {
		o.feed.Publish(events...)
		o.told.add(events...)
	}
	o.store = o.open()
	return o
}

func (o *outbox) open() *storage.Store {
	o.t.Helper()
	s, err := storage.Open(o.t.Context(), o.conf)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = s.Close() })
	return s
}

// form stores one person's touch and returns its events.
func (o *outbox) form(key string, person int) []leads.Event {
	o.t.Helper()
	st, err := o.store.Ingest(o.t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{{
		Source: "site", ExternalID: key, Channel: leads.ChannelForm, Direction: leads.In, At: time.Now(), Name: "Иван",
		From: []leads.Identity{{Kind: leads.KindPhone, Value: fmt.Sprintf("+7916%07d", person)}},
	}}})
	if err != nil {
		o.t.Fatal(err)
	}
	return st[0].Events
}

// dispatcher makes one that tries again soon, and starts it.
func (o *outbox) dispatch(store Deliveries, sinks map[string]leads.Sink, change ...func(*Dispatcher)) (d *Dispatcher, stop func()) {
	o.t.Helper()
	d = &Dispatcher{
		Store: store, Owner: uuid.NewString(), Log: slog.New(slog.DiscardHandler),
		wait: func(int) time.Duration { return 10 * time.Millisecond }, every: 20 * time.Millisecond,
	}
	for name, s := range sinks {
		d.Add(name, s)
	}
	for _, f := range change {
		f(d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = d.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	o.t.Cleanup(stop)
	return d, stop
}

// receiver is a real HTTP server that answers as told and keeps the ids of what
// it took with 200, in order.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request, id string) bool // true: it has answered
	taken  []string
	more   chan struct{}
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{more: make(chan struct{}, 10000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body) // only then the server notices a client that goes away
		id := q.Header.Get("Webhook-Id")
		r.mu.Lock()
		answer := r.answer
		r.mu.Unlock()
		if answer != nil && answer(w, q, id) {
			return
		}
		r.mu.Lock()
		r.taken = append(r.taken, id)
		r.mu.Unlock()
		r.more <- struct{}{}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(f func(w http.ResponseWriter, r *http.Request, id string) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// sink is the webhook sink that sends to the receiver.
func (r *receiver) sink(t *testing.T) leads.Sink {
	t.Helper()
	s, err := engine.NewSink(webhook.Kind(), connectortest.Env(t, "hook", fmt.Sprintf(
		"url: %q\nsecret: whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=\nallow: [127.0.0.1/32]\ntimeout: 1s\n", r.URL)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// await waits until the receiver has taken n events and returns their ids.
func (r *receiver) await(t *testing.T, n int) []string {
	t.Helper()
	limit := time.After(patience)
	for {
		r.mu.Lock()
		taken := append([]string(nil), r.taken...)
		r.mu.Unlock()
		if len(taken) >= n {
			return taken
		}
		select {
		case <-r.more:
		case <-limit:
			t.Fatalf("%d of %d events were taken: %v", len(taken), n, taken)
		}
	}
}

// settled waits until no delivery of the sink waits, and returns all of them.
func (o *outbox) settled(sink string) []leads.Delivery {
	o.t.Helper()
	limit := time.After(patience)
	for {
		list, err := o.store.Deliveries(o.t.Context(), leads.DeliveryFilter{Sink: sink}, leads.Page{Limit: 200})
		if err != nil {
			o.t.Fatal(err)
		}
		waiting := 0
		for _, d := range list.Items {
			if d.State == leads.DeliveryWaiting {
				waiting++
			}
		}
		if waiting == 0 {
			return list.Items
		}
		select {
		case <-limit:
			o.t.Fatalf("%d deliveries still wait: %+v", waiting, list.Items)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func ids(events []leads.Event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.ID
	}
	return out
}
