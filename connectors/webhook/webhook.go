// Package webhook speaks HTTP with any other program. As a source it receives posts,
// read by a mapping of fields or as an exchange's call events. As a sink it posts
// each event to a program, signed so that the receiver can verify its sender,
// content and time (docs/webhooks.md).
package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"ctihub/connectors"
)

// Bounds of one request.
const (
	timeoutDefault = 10 * time.Second
	timeoutMost    = 15 * time.Second // the dispatcher's own limit
	answerMost     = 16 << 10         // bytes of an answer that are read, to keep the connection
	headerMost     = 64 << 10         // bytes of an answer's header
)

// Kind is the kind "webhook".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "webhook", Source: sourceSchema, In: openSource, Sink: sinkSchema, Out: open}
}

// settings are the keys of a sink of this kind.
type settings struct {
	URL     string         `yaml:"url"`
	Secret  string         `yaml:"secret"` // one or several, the newest first, with white space between
	Timeout time.Duration  `yaml:"timeout"`
	Allow   []netip.Prefix `yaml:"allow"`
}

// sink is one receiver.
type sink struct {
	url    string
	keys   [][]byte // newest first
	client *http.Client
	now    func() time.Time
}

func open(env connectors.Env) (connectors.Sink, error) {
	s, err := newSink(env)
	if err != nil {
		return connectors.Sink{}, err
	}
	return connectors.Sink{Sink: s}, nil
}

func newSink(env connectors.Env) (*sink, error) {
	var c settings
	if err := sinkSchema.Decode(env.Settings, &c); err != nil {
		return nil, err
	}
	var wrong connectors.Mistakes
	wrong.Add(sinkSchema.Check(&c))
	keys, err := keysOf(c.Secret)
	wrong.Add(err)
	policy := addressPolicy{allow: c.Allow}
	u, err := url.Parse(c.URL)
	switch {
	case c.URL == "": // told by Check
	case err != nil, u.Host == "", u.Scheme != "https" && u.Scheme != "http":
		wrong.Add(errors.New("url: must be an https address"))
	case u.User != nil, u.Fragment != "":
		wrong.Add(errors.New("url: must hold neither a user nor a fragment"))
	case u.Scheme == "http" && len(c.Allow) == 0:
		wrong.Add(errors.New("url: must be https; http is for internal networks, which \"allow\" names"))
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	policy.allowOnly = u.Scheme == "http"
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		if err := policy.check(a); err != nil {
			return nil, fmt.Errorf("url: %w", err)
		}
	}
	return &sink{url: c.URL, keys: keys, client: newClient(policy, c.Timeout, env.Net.Roots), now: env.Now}, nil
}
