package connectortest_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/connectortest/pigeon"
	"ctihub/leads"
)

func TestPigeonSends(t *testing.T) {
	for name, keyed := range map[string]bool{"keyed": true, "keyless": false} {
		t.Run(name, func(t *testing.T) {
			connectortest.Sender(t, func(t *testing.T) connectortest.Posting {
				v := pigeon.Start(t, keyed)
				c, err := pigeon.Kind(v.URL, keyed).In(connectors.Env{Name: "pigeon", Net: connectors.Net{HTTP: &http.Client{}}, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
				if err != nil {
					t.Fatal(err)
				}
				return connectortest.Posting{
					Source: c, To: leads.Identity{Kind: pigeon.Address, Value: "42"}, Secret: pigeon.Token,
					Taken: v.Taken, Refuse: v.Refuse, Cut: func() { v.Cut(1) }, Down: v.Down,
				}
			})
		})
	}
}
