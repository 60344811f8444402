package max

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/max/maxtest"
)

var canaries = []string{"Канарейкин", "canary-token", "canary-secret", "Canary", "61244431"}

func longPollSettings(s *maxtest.Server) string {
	return fmt.Sprintf("token: %s\napi_url: %s\nmode: longpoll\n", maxtest.Token, s.URL)
}

func webhookSettings(s *maxtest.Server) string {
	return fmt.Sprintf("token: %s\napi_url: %s\nmode: webhook\nsecret: canary-secret\n", maxtest.Token, s.URL)
}

type object = map[string]any

// created is an update of a message; the same for the same mid.
func created(user int, mid, text string, more ...object) json.RawMessage {
	body := object{"mid": mid, "seq": 1, "text": text}
	m := object{
		"sender":    object{"user_id": user, "first_name": "Канарейкин", "last_name": "", "is_bot": false},
		"recipient": object{"chat_id": 5, "chat_type": "dialog", "user_id": maxtest.BotID}, "timestamp": 1_790_000_000_000, "body": body,
	}
	for _, x := range more {
		for k, v := range x {
			if k == "attachments" {
				body[k] = v
			} else {
				m[k] = v
			}
		}
	}
	return encode(object{"update_type": "message_created", "timestamp": 1_790_000_000_000, "message": m, "user_locale": "ru"})
}

func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func canary(n int) json.RawMessage {
	return created(612444310+n, fmt.Sprintf("mid.%d", n), fmt.Sprintf("Canary %d", n))
}

func TestConformance(t *testing.T) {
	t.Run(modeLongPoll, func(t *testing.T) {
		connectortest.Run(t, connectortest.Subject{
			Kind: Kind(), Canaries: canaries,
			Start: func(t *testing.T) connectortest.Upstream {
				s := maxtest.New()
				t.Cleanup(s.Close)
				return connectortest.Upstream{
					Settings: longPollSettings(s),
					Deliver: func(ctx context.Context, _ *connectortest.Source, n int) error {
						return s.AwaitAsked(ctx, s.Push(canary(n)))
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
	t.Run(modeWebhook, func(t *testing.T) {
		connectortest.Run(t, connectortest.Subject{
			Kind: Kind(), Canaries: canaries,
			Start: func(t *testing.T) connectortest.Upstream {
				s := maxtest.New()
				t.Cleanup(s.Close)
				return connectortest.Upstream{
					Settings: webhookSettings(s),
					Deliver: func(ctx context.Context, src *connectortest.Source, n int) error {
						return post(ctx, src.Handler, src.Name, "canary-secret", canary(n))
					},
				}
			},
		})
	})
}

// post posts an update as MAX does.
func post(ctx context.Context, h http.Handler, name, secret string, body []byte) error {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+name, strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Max-Bot-Api-Secret", secret)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return fmt.Errorf("status %d: %s", w.Code, w.Body)
	}
	return nil
}
