package asterisk

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Subject{
		Kind:     Kind(),
		Canaries: []string{"7916123"},
		Start: func(t *testing.T) connectortest.Upstream {
			f := newFakeARI(t)
			return connectortest.Upstream{
				Settings: fmt.Sprintf("url: %s\nusername: hub\npassword: secret\ntrunks: [trunk]\n", f.URL),
				Live:     true,
				Deliver: func(ctx context.Context, _ *connectortest.Source, n int) error {
					return f.send(ctx, missedCall(n)...)
				},
				Garbage: func(ctx context.Context, _ *connectortest.Source, input []byte) {
					_ = f.send(ctx, strings.ToValidUTF8(string(input), "?"))
				},
			}
		},
	})
}
