package vk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/vk/vktest"
)

var canaries = []string{"Канарейкин", "canary-token", "canary-secret", "Canary", "61244431"}

func longPollSettings(s *vktest.Server) string {
	return fmt.Sprintf("group_id: %d\ntoken: %s\napi_url: %s\n", vktest.GroupID, vktest.Token, s.API())
}

func callbackSettings(s *vktest.Server) string {
	return longPollSettings(s) + "mode: callback\nconfirmation: c0nf1rm\nsecret: canary-secret\n"
}

// events are message n of each person, the same for the same n.
type events struct {
	vk *vktest.Server
	mu sync.Mutex
	of map[int]json.RawMessage
}

func (e *events) event(n int) json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of == nil {
		e.of = map[int]json.RawMessage{}
	}
	if e.of[n] == nil {
		peer := int64(612444310 + n)
		e.vk.Name(peer, "Канарейкин")
		e.of[n] = e.vk.Write(peer, vktest.Message{"text": fmt.Sprintf("Canary %d", n)})
	}
	return e.of[n]
}

func TestConformance(t *testing.T) {
	t.Run(modeLongPoll, func(t *testing.T) {
		connectortest.Run(t, connectortest.Subject{
			Kind: Kind(), Canaries: canaries,
			Start: func(t *testing.T) connectortest.Upstream {
				s := vktest.New()
				t.Cleanup(s.Close)
				e := &events{vk: s}
				return connectortest.Upstream{
					Settings: longPollSettings(s),
					Deliver: func(ctx context.Context, _ *connectortest.Source, n int) error {
						if err := s.AwaitPoll(ctx, 1); err != nil {
							return err // VK keeps what is written before the first question to itself
						}
						return s.AwaitAsked(ctx, s.Push(e.event(n)))
					},
					Garbage: func(ctx context.Context, _ *connectortest.Source, input []byte) {
						s.Answer(input)
						if err := s.AwaitAnswered(ctx); err != nil {
							t.Error(err)
						}
					},
				}
			},
		})
	})
	t.Run(modeCallback, func(t *testing.T) {
		connectortest.Run(t, connectortest.Subject{
			Kind: Kind(), Canaries: canaries,
			Start: func(t *testing.T) connectortest.Upstream {
				s := vktest.New()
				t.Cleanup(s.Close)
				e := &events{vk: s}
				return connectortest.Upstream{
					Settings: callbackSettings(s),
					Deliver: func(ctx context.Context, src *connectortest.Source, n int) error {
						return callback(ctx, src.Handler, src.Name, withSecret(e.event(n), "canary-secret"))
					},
				}
			},
		})
	})
}

func withSecret(event json.RawMessage, secret string) json.RawMessage {
	var fields map[string]any
	_ = json.Unmarshal(event, &fields)
	fields["secret"] = secret
	b, _ := json.Marshal(fields)
	return b
}

// callback posts an event as VK does: anything but ok is no acknowledgement.
func callback(ctx context.Context, h http.Handler, name string, body []byte) error {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+name, strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.String() != "ok" {
		return fmt.Errorf("status %d: %s", w.Code, w.Body)
	}
	return nil
}
