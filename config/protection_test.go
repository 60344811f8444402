package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestProtection(t *testing.T) {
	load := func(text string) (Config, error) {
		path := filepath.Join(t.TempDir(), "ctihub.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return Load(path)
	}
	c, err := load("public_url: https://Hub.example.com:8443\nhosts: [HUB.lan]\nlimits: {streams_per_user: 5, requests_per_address: 0}\nmetrics: {from: [10.0.0.0/8, 192.0.2.1], token: 0123456789abcdef}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := defaultLimits()
	want.StreamsPerUser, want.RequestsPerAddress = 5, 0
	if c.Limits != want {
		t.Errorf("limits %+v, want %+v", c.Limits, want)
	}
	if m := c.Metrics; m.Token != "0123456789abcdef" || !slices.Equal(m.From, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")}) {
		t.Errorf("metrics %+v", m)
	}
	for _, name := range []string{"hub.example.com", "hub.lan", "127.0.0.1"} {
		if !slices.Contains(c.HostNames(), name) {
			t.Errorf("%s is not among %v", name, c.HostNames())
		}
	}
	for text, says := range map[string]string{
		"hosts: ['https://hub.lan']":             "hosts[0]",
		"hosts: ['hub.lan:8080']":                "hosts[0]",
		"limits: {connections_per_address: -1}":  "limits.connections_per_address",
		"limits: {uploads_waiting_mb: -1}":       "limits.uploads_waiting_mb",
		"metrics: {from: [everybody]}":           "metrics.from[0]",
		"metrics: {token: secret}":               "metrics.token",
		"metrics: {addresses: [10.0.0.1]}":       "addresses",
		"limits: {requests_per_address: plenty}": "limits.requests_per_address",
		"trusted_proxies: [proxy.example.com]":   "trusted_proxies[0]",
	} {
		if _, err := load(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want one that names %s", text, err, says)
		}
	}
}
