package connectortest_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/connectortest/fakemessenger"
	"ctihub/leads"
)

func TestFakeMessengerSends(t *testing.T) {
	for name, keyed := range map[string]bool{"keyed": true, "keyless": false} {
		t.Run(name, func(t *testing.T) {
			connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
				v := fakemessenger.Start(t, keyed)
				c, err := fakemessenger.Kind(v.URL, keyed).In(connectors.Env{Name: "fakemessenger", Net: connectors.Net{HTTP: &http.Client{}}, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
				if err != nil {
					t.Fatal(err)
				}
				return connectortest.SenderSubject{
					Source: c, To: leads.Identity{Kind: fakemessenger.Address, Value: "42"}, Secret: fakemessenger.Token,
					Taken: v.Taken, Refuse: v.Refuse, Cut: func() { v.Cut(1) }, Down: v.Down,
				}
			})
		})
	}
}
