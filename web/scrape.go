package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Scrapers says which clients may read /metrics besides programs on this machine.
type Scrapers struct {
	Token string         // of Authorization: Bearer; empty: none
	From  []netip.Prefix // addresses and networks
}

var (
	errMetrics = &problem{status: http.StatusForbidden, code: codeForbidden, title: "Metrics are not for this address",
		detail: "List it under metrics.from in the hub's configuration, or send the token of metrics.token as Authorization: Bearer."}
	errMetricsToken = &problem{status: http.StatusUnauthorized, code: codeUnauthenticated, title: "The token is wrong",
		detail: "It is that of metrics.token in the hub's configuration."}
)

// serveMetrics serves /metrics to allowed clients.
func (s *Server) serveMetrics() http.HandlerFunc {
	all := promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{})
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.mayScrape(r); err != nil {
			s.fail(w, r, err)
			return
		}
		all.ServeHTTP(w, r)
	}
}

// mayScrape checks the token, or else the client's address.
func (s *Server) mayScrape(r *http.Request) error {
	if scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") && s.Scrapers.Token != "" {
		a, b := sha256.Sum256([]byte(strings.TrimSpace(given))), sha256.Sum256([]byte(s.Scrapers.Token))
		if subtle.ConstantTimeCompare(a[:], b[:]) == 1 {
			return nil
		}
		return errMetricsToken
	}
	ip := s.clientIP(r)
	// A request that a proxy on this machine forwards is not local, whether
	// trusted_proxies names the proxy or not.
	if ip.IsLoopback() && !forwarded(r) {
		return nil
	}
	if slices.ContainsFunc(s.Scrapers.From, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	return errMetrics
}

// forwarded reports whether a proxy passed the request on.
func forwarded(r *http.Request) bool {
	return slices.ContainsFunc([]string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"},
		func(name string) bool { return r.Header.Get(name) != "" })
}
