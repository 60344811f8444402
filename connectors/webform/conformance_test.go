package webform

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
)

func TestConformance(t *testing.T) {
	for _, how := range []string{"application/json", "application/x-www-form-urlencoded"} {
		t.Run(how, func(t *testing.T) {
			connectortest.Run(t, connectortest.Subject{
				Kind:     Kind(),
				Canaries: []string{"Канарейкин", "7916123450", "canary", "Canary"},
				Start: func(*testing.T) connectortest.Upstream {
					return connectortest.Upstream{
						Settings: "per_minute: 0",
						Deliver: func(ctx context.Context, s *connectortest.Source, n int) error {
							return deliver(ctx, s, how, n)
						},
					}
				},
			})
		})
	}
}

// deliver posts the form of person n as a script, or as a browser without one.
func deliver(ctx context.Context, s *connectortest.Source, how string, n int) error {
	body := fmt.Sprintf(`{"name":"Канарейкин %d","phone":"+7916123450%d","email":"canary%d@example.com","message":"Canary %d"}`, n, n, n, n)
	if how != "application/json" {
		body = fmt.Sprintf("name=Канарейкин&phone=%%2B7916123450%d&message=Canary&_key=filling-%d", n, n)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+s.Name, strings.NewReader(body))
	r.Header.Set("Content-Type", how)
	if how == "application/json" {
		r.Header.Set("Idempotency-Key", fmt.Sprintf("filling-%d", n))
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	if w.Code >= 400 {
		return fmt.Errorf("status %d: %s", w.Code, w.Body)
	}
	return nil
}
