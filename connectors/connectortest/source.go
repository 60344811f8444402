package connectortest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"ctihub/connectors"
)

// Source is a connector at work in a test.
type Source struct {
	Name    string
	Inbox   *Inbox
	Handler http.Handler // nil for a connector that is not fed over HTTP

	t      *testing.T
	bodies *connectors.Bodies
	log    *log
	cancel context.CancelFunc
	ended  chan error // what Run returned after the context had ended
}

// Env returns what a connector is made with in tests: settings are strict
// YAML, and everything that is logged is kept.
func Env(t testing.TB, name, settings string) connectors.Env {
	env, _ := newEnv(t, name, settings)
	return env
}

func newEnv(t testing.TB, name, settings string) (connectors.Env, *log) {
	kept := &log{}
	logger := slog.New(slog.NewTextHandler(kept, &slog.HandlerOptions{Level: slog.LevelDebug}))
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return connectors.Env{
		Name: name, DataDir: t.TempDir(), Log: logger, Now: time.Now,
		Hub: connectors.Hub{Name: "test", Region: "RU", PublicURL: "http://hub.test"},
		Net: connectors.Net{
			HTTP: &http.Client{Transport: transport, Timeout: 30 * time.Second}, Bodies: connectors.NewBodies(bodiesMost, bodiesMost, patience),
		},
		Settings: func(into any) error {
			d := yaml.NewDecoder(strings.NewReader(settings))
			d.KnownFields(true)
			if err := d.Decode(into); !errors.Is(err, io.EOF) { // no settings at all
				return err
			}
			return nil
		},
		Report: connectors.Report{Health: func(err error) {
			if err != nil { // the supervisor logs and shows it
				logger.Warn("trouble", "error", err)
			}
		}},
	}, kept
}

// start makes a connector and runs it, again and again if it returns, as the
// supervisor does.
func start(t *testing.T, kind connectors.Kind, name, settings string, inbox *Inbox) *Source {
	t.Helper()
	env, kept := newEnv(t, name, settings)
	c, err := kind.In(env)
	if err != nil {
		t.Fatalf("making the connector: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Source{Name: name, Inbox: inbox, t: t, bodies: env.Net.Bodies, log: kept, cancel: cancel, ended: make(chan error, 1)}
	if c.Receive != nil {
		s.Handler = s.recoverPanics(c.Receive(inbox))
	}
	go func() {
		for {
			err := s.run(ctx, c)
			if ctx.Err() != nil {
				if err != nil && !errors.Is(err, context.Canceled) {
					err = s.run(ctx, c) // it may have failed just before its context ended
				}
				s.ended <- err
				return
			}
			if err != nil {
				env.Log.Warn("source failed", "error", err)
			}
			select {
			case <-time.After(10 * time.Millisecond):
			case <-ctx.Done():
				s.ended <- nil
				return
			}
		}
	}()
	return s
}

func (s *Source) run(ctx context.Context, c connectors.Source) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.t.Errorf("Run panicked: %v\n%s", v, debug.Stack())
			err = fmt.Errorf("panic")
		}
	}()
	if c.Run == nil {
		<-ctx.Done()
		return nil
	}
	return c.Run(ctx, s.Inbox)
}

// stop ends the connector and checks that it obeys.
func (s *Source) stop() {
	s.t.Helper()
	s.cancel()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("Run returned %q after its context had ended; it must return nil", err)
		}
	case <-time.After(stopWithin):
		s.t.Errorf("Run has not returned %s after its context had ended", stopWithin)
	}
	if err := s.Inbox.Err(); err != nil {
		s.t.Error(err)
	}
}

func (s *Source) recoverPanics(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				s.t.Errorf("the handler panicked: %v\n%s", v, debug.Stack())
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		h.ServeHTTP(w, r)
	})
}

// log keeps what is logged.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
