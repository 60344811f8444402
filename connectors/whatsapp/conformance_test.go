package whatsapp

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/whatsapp/whatsapptest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Subject{
		Kind:     Kind(),
		Canaries: []string{"Канарейкин", "7916123450", "Canary", whatsapptest.Token, whatsapptest.AppSecret, whatsapptest.VerifyToken},
		Start: func(t *testing.T) connectortest.Upstream {
			meta := whatsapptest.Start(t)
			return connectortest.Upstream{
				Settings: meta.Settings(),
				Deliver: func(ctx context.Context, s *connectortest.Source, n int) error {
					phone := fmt.Sprintf("7916123450%d", n)
					body := whatsapptest.Body(whatsapptest.Change(phone, "Канарейкин", whatsapptest.Text(phone, fmt.Sprintf("wamid.IN%d", n), "Canary")))
					if code := whatsapptest.Post(ctx, s.Handler, s.Name, body); code != http.StatusOK {
						return fmt.Errorf("status %d", code)
					}
					return nil
				},
			}
		},
	})
}
