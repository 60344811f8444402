package vk

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
	"ctihub/connectors/vk/vktest"
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

// rig is a community at work against a fake VK.
type rig struct {
	t        *testing.T
	vk       *vktest.Server
	c        *community
	inbox    *connectortest.Inbox
	files    *folder
	mu       sync.Mutex
	receipts []leads.Receipt
	refuse   int // receipts that are not stored
	trouble  error
}

func newRig(t *testing.T, settings func(*vktest.Server) string) *rig {
	t.Helper()
	s := vktest.New()
	t.Cleanup(s.Close)
	r := &rig{t: t, vk: s, inbox: connectortest.NewInbox("vk"), files: &folder{content: map[string][]byte{}}}
	r.c = r.open(settings(s))
	return r
}

func (r *rig) open(settings string) *community {
	r.t.Helper()
	env := connectortest.Env(r.t, "vk", settings)
	env.Files = r.files
	env.Receipt = func(_ context.Context, got leads.Receipt) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refuse > 0 {
			r.refuse--
			return errors.New("the database is away")
		}
		r.receipts = append(r.receipts, got)
		return nil
	}
	env.Health = func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.trouble = err
	}
	c, err := open(env)
	if err != nil {
		r.t.Fatal(err)
	}
	return c.(*community)
}

// run lets the community work until the test ends, as the supervisor does.
func (r *rig) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if err := r.c.Run(ctx, r.inbox); err != nil {
				r.c.health(err)
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

// taken waits until the stream was acknowledged up to ts.
func (r *rig) taken(ts int) {
	r.t.Helper()
	if err := r.vk.AwaitAsked(r.wait(), ts); err != nil {
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
	var u update
	if err := decode(event, &u); err != nil {
		r.t.Fatal(err)
	}
	got, err := r.c.touch(r.t.Context(), u)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

var _ connectors.Sender = (*community)(nil)

func envOf(t *testing.T, settings string) connectors.Env { return connectortest.Env(t, "vk", settings) }
