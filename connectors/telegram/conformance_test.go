package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
)

// canary is person n of the conformance suite.
func canary(n int) telegramtest.Person {
	return telegramtest.Person{ID: 7_000_001 + int64(n), First: "Канарейкина", Last: "Жёлтая", Username: "canary_yellow", Lang: "ru"}
}

var canaries = []string{"Канарейкина", "canary_yellow", "700000", "Canary text", "AAtest-token"}

func TestConformancePolling(t *testing.T) {
	connectortest.Run(t, connectortest.Subject{
		Kind: Kind(), Canaries: canaries,
		Start: func(t *testing.T) connectortest.Upstream {
			srv := telegramtest.New(t)
			return connectortest.Upstream{
				Settings: fmt.Sprintf("token: %q\napi_url: %s\n", srv.Token, srv.URL),
				Deliver: func(ctx context.Context, _ *connectortest.Source, n int) error {
					return srv.AwaitConfirmed(ctx, srv.Text(canary(n), 10+n, "Canary text"))
				},
				Garbage: func(ctx context.Context, _ *connectortest.Source, input []byte) {
					calls := srv.Calls("getUpdates")
					srv.AnswerOnce(input)
					if json.Valid(input) && len(input) < 100_000 {
						srv.AnswerOnce(fmt.Appendf(nil, `{"ok":true,"result":[%s]}`, input))
						srv.AnswerOnce(fmt.Appendf(nil, `{"ok":true,"result":[{"update_id":5,"message":%s}]}`, input))
					}
					_ = srv.AwaitCalls(ctx, "getUpdates", calls+1)
				},
			}
		},
	})
}

func TestConformanceWebhook(t *testing.T) {
	connectortest.Run(t, connectortest.Subject{
		Kind: publicly(Kind()), Canaries: canaries,
		Start: func(t *testing.T) connectortest.Upstream {
			srv := telegramtest.New(t)
			return connectortest.Upstream{
				Settings: fmt.Sprintf("token: %q\napi_url: %s\nreceive: webhook\n", srv.Token, srv.URL),
				Deliver: func(ctx context.Context, s *connectortest.Source, n int) error {
					if err := srv.AwaitWebhook(ctx, "https://hub.test/in/"+s.Name); err != nil {
						return err
					}
					return srv.Deliver(ctx, s.Handler, srv.Text(canary(n), 10+n, "Canary text"))
				},
				Garbage: func(ctx context.Context, s *connectortest.Source, input []byte) {
					if err := srv.AwaitWebhook(ctx, "https://hub.test/in/"+s.Name); err != nil {
						t.Error(err)
						return
					}
					_, secret := srv.Webhook()
					r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+s.Name, bytes.NewReader(input))
					r.Header.Set(secretHeader, secret)
					w := httptest.NewRecorder()
					s.Handler.ServeHTTP(w, r)
					if w.Code >= 500 {
						t.Errorf("garbage with the right secret: %d", w.Code)
					}
				},
			}
		},
	})
}

// publicly gives the hub an address that Telegram accepts.
func publicly(k connectors.Kind) connectors.Kind {
	in := k.In
	k.In = func(env connectors.Env) (connectors.Source, error) {
		env.Hub.PublicURL = "https://hub.test"
		return in(env)
	}
	return k
}

func TestConformanceSink(t *testing.T) {
	k := Kind()
	out := k.Out
	k.Out = func(env connectors.Env) (connectors.Sink, error) {
		env.Staff = &office{told: []leads.Recipient{{User: leads.User{ID: "u1", Name: "Анна"}, Address: "7000501"}}}
		env.Hub.PublicURL = "https://hub.test"
		return out(env)
	}
	connectortest.RunSink(t, connectortest.SinkSubject{
		Kind: k, Canaries: []string{"AAtest-token", "7000501"},
		Start: func(t *testing.T) connectortest.Receiver {
			srv := telegramtest.New(t)
			srv.Meet(7000501)
			seen, hung := 0, make(chan struct{})
			var hang bool
			return connectortest.Receiver{
				Settings: fmt.Sprintf("token: %q\napi_url: %s\n", srv.Token, srv.URL),
				Refuse: func(on bool) {
					srv.Fail(func(string) telegramtest.Fault {
						if on {
							return telegramtest.Fault{Status: 502}
						}
						return telegramtest.Fault{}
					})
				},
				Hang: func(on bool) {
					hang = on
					srv.Fail(func(string) telegramtest.Fault {
						if on {
							close(hung)
							<-t.Context().Done()
						}
						return telegramtest.Fault{}
					})
				},
				Taken: func(ctx context.Context) (string, error) {
					if hang {
						select {
						case <-hung:
							return "hung", nil
						case <-ctx.Done():
							return "", ctx.Err()
						}
					}
					seen++
					if err := srv.AwaitCalls(ctx, "sendMessage", seen); err != nil {
						return "", err
					}
					if sent := srv.Sent(); len(sent) >= seen {
						return sent[seen-1].Markup, nil
					}
					return "refused", nil
				},
			}
		},
	})
}

// office is connectors.Staff in memory.
type office struct {
	told   []leads.Recipient
	users  map[string]leads.User // by address
	codes  map[string]leads.User
	leads  map[string]leads.Lead
	broken error
}

func (o *office) Link(_ context.Context, _, address, code string) (leads.User, error) {
	u, ok := o.codes[code]
	if o.broken != nil || !ok {
		return leads.User{}, errors.Join(o.broken, leads.ErrNotFound)
	}
	delete(o.codes, code)
	o.users[address] = u
	return u, nil
}

func (o *office) Unlink(_ context.Context, _, address string) (leads.User, error) {
	u, err := o.Linked(context.Background(), "", address)
	delete(o.users, address)
	return u, err
}

func (o *office) Linked(_ context.Context, _, address string) (leads.User, error) {
	if o.broken != nil {
		return leads.User{}, o.broken
	}
	if u, ok := o.users[address]; ok {
		return u, nil
	}
	return leads.User{}, leads.ErrNotFound
}

func (o *office) Take(_ context.Context, _, address, id string) (leads.Lead, error) {
	u, ok := o.users[address]
	l, there := o.leads[id]
	switch {
	case o.broken != nil:
		return leads.Lead{}, o.broken
	case !ok:
		return leads.Lead{}, leads.ErrForbidden
	case !there:
		return leads.Lead{}, leads.ErrNotFound
	case l.ManagerID != "" && l.ManagerID != u.ID:
		return l, leads.ErrConflict
	}
	l.ManagerID, l.ManagerName = u.ID, u.Name
	o.leads[id] = l
	return l, nil
}

func (o *office) Recipients(context.Context, string, leads.Event) ([]leads.Recipient, error) {
	return o.told, o.broken
}
