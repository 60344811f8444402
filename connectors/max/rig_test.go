package max

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/max/maxtest"
	"ctihub/leads"
)

// folder keeps files in memory.
type folder struct {
	mu      sync.Mutex
	content map[string][]byte
	fail    int
}

func (f *folder) Keep(_ context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return leads.Attachment{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail > 0 {
		f.fail--
		return leads.Attachment{}, errors.New("the disk is full")
	}
	id := fmt.Sprintf("%s/%d", externalID, n)
	f.content[id] = b
	return leads.Attachment{ID: id, Name: name, Type: "application/octet-stream", Size: int64(len(b))}, nil
}

func (f *folder) Open(_ context.Context, id string) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.content[id]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// rig is a bot at work against a fake MAX.
type rig struct {
	t       *testing.T
	max     *maxtest.Server
	b       *bot
	inbox   *connectortest.Inbox
	files   *folder
	mu      sync.Mutex
	trouble error
}

func newRig(t *testing.T, settings func(*maxtest.Server) string) *rig {
	t.Helper()
	s := maxtest.New()
	t.Cleanup(s.Close)
	r := &rig{t: t, max: s, inbox: connectortest.NewInbox("max"), files: &folder{content: map[string][]byte{}}}
	r.b = r.open(settings(s))
	return r
}

func (r *rig) open(settings string) *bot {
	r.t.Helper()
	env := connectortest.Env(r.t, "max", settings)
	env.Files = r.files
	env.PublicURL = "https://hub.test"
	env.Health = func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.trouble = err
	}
	c, err := open(env)
	if err != nil {
		r.t.Fatal(err)
	}
	return c.(*bot)
}

// run lets the bot work until the test ends, as the supervisor does.
func (r *rig) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := r.b.Run(ctx, r.inbox); err != nil {
				r.b.health(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			<-done
		})
	}
	r.t.Cleanup(stop)
	return stop
}

func (r *rig) wait() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	r.t.Cleanup(cancel)
	return ctx
}

// taken waits until the stream was acknowledged up to a marker.
func (r *rig) taken(marker int64) {
	r.t.Helper()
	if err := r.max.AwaitAsked(r.wait(), marker); err != nil {
		r.t.Fatalf("not acknowledged: %v (trouble: %v)", err, r.health())
	}
}

func (r *rig) health() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trouble
}

// touchOf puts one event through the parser.
func (r *rig) touchOf(event []byte) *leads.Touch {
	r.t.Helper()
	got, err := r.b.touchOf(r.t.Context(), event)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

var _ connectors.Sender = (*bot)(nil)

func envOf(t *testing.T, settings string) connectors.Env {
	return connectortest.Env(t, "max", settings)
}
