package viber

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Subject{
		Kind:     Kind(),
		Canaries: []string{"Канарейкин", "canaryuser", "Canary", vibertest.Token},
		Start: func(t *testing.T) connectortest.Upstream {
			viber := vibertest.Start(t)
			return connectortest.Upstream{
				Settings: viber.Settings(),
				Deliver: func(ctx context.Context, s *connectortest.Source, n int) error {
					body := vibertest.Message(fmt.Sprintf("canaryuser%d=", n), "Канарейкин", 4912661846655238145+uint64(n), vibertest.M{"type": "text", "text": "Canary"})
					if code := vibertest.Post(ctx, s.Handler, s.Name, body); code != http.StatusOK {
						return fmt.Errorf("status %d", code)
					}
					return nil
				},
			}
		},
	})
}
