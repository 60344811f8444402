package email

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/email/mailtest"
)

// hasty are times for tests.
var hasty = times{patience: 30 * time.Second, idle: time.Minute, first: 5 * time.Millisecond, longest: 100 * time.Millisecond}

func hastyKind(t times) connectors.Kind {
	k := Kind()
	k.In = func(env connectors.Env) (connectors.Source, error) {
		c, err := newConnector(env, t)
		if err != nil {
			return connectors.Source{}, err
		}
		return c.source(), nil
	}
	return k
}

// inboxOf are the settings of one inbox of a server.
func inboxOf(d *mailtest.Dovecot, user string, more ...string) string {
	s := fmt.Sprintf("inboxes:\n- {name: %s, host: %s, port: %d, tls: none, username: %s, password: %s}\n", user, d.Host, d.Port, user, mailtest.Password)
	for _, m := range more {
		s += m + "\n"
	}
	return s
}

func TestRealConformance(t *testing.T) {
	d := mailtest.Start(t)
	users := 0
	connectortest.Run(t, connectortest.Subject{
		Kind:     hastyKind(hasty),
		Canaries: []string{"client0", "Question", "Сколько"},
		Start: func(*testing.T) connectortest.Upstream {
			users++
			user := fmt.Sprintf("user%d", users)
			var mu sync.Mutex
			sent := map[int]bool{}
			return connectortest.Upstream{
				Settings: inboxOf(d, user),
				Live:     true,
				Deliver: func(_ context.Context, _ *connectortest.Source, n int) error {
					mu.Lock()
					defer mu.Unlock()
					sent[n] = true
					d.Deliver(user, "INBOX", mailtest.Mail(n))
					return nil
				},
				Garbage: func(_ context.Context, _ *connectortest.Source, input []byte) {
					d.Deliver(user, "INBOX", input)
				},
			}
		},
	})
}
