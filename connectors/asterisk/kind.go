package asterisk

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"ctihub/connectors"
)

// settings are the keys of a source of this kind.
type settings struct {
	URL      string `yaml:"url"`
	Username string `yaml:"username"`
	Password string `yaml:"password"`
	// Trunks and Phones are names of endpoints ("PJSIP/provider" or just
	// "provider"), with * and ?. One of them is needed to tell who is outside.
	Trunks []string `yaml:"trunks"`
	Phones []string `yaml:"phones"`
	// DIDs are the numbers by which customers reach the company.
	DIDs map[string]did `yaml:"dids"`
	// InternalLength is the range of digits of an extension, "2-6" or "3".
	InternalLength string `yaml:"internal_length"`
	// Strip are prefixes before numbers, as they come and as phones dial them.
	Strip []string `yaml:"strip"`
	// DialOut maps the beginning of an international number to what the
	// exchange expects instead.
	DialOut map[string]string `yaml:"dial_out"`
	// Blacklist holds numbers, and prefixes that end in *.
	Blacklist []string `yaml:"blacklist"`
	// Device is how the dialplan rings an extension.
	Device string `yaml:"device"`
	// RouteToken lets the dialplan ask who should get a call; empty: it cannot.
	RouteToken string `yaml:"route_token"`
	// Dial lets users place calls; nil: they cannot.
	Dial *dialSettings `yaml:"dial"`
	// Queues are paused with the users' own pauses; nil: the hub leaves them alone.
	Queues *queueSettings `yaml:"queues"`
	App    string         `yaml:"app"`
	// Recordings is the folder of MixMonitor's files as this machine sees it,
	// or "ari" to fetch them over ARI. RecordingsThere is what the exchange
	// calls that folder, when it is mounted elsewhere here.
	Recordings      string `yaml:"recordings"`
	RecordingsThere string `yaml:"recordings_there"`
	// Record makes the hub record what the dialplan does not, by snooping.
	Record bool `yaml:"record"`
	// CEL is the file of the exchange's own call journal. Empty: calls are as
	// they were seen live.
	CEL string `yaml:"cel"`
	// CELToken is the secret of "ctihub cel ship", which sends the journal of an
	// exchange on another machine.
	CELToken string `yaml:"cel_token"`
}

// Kind describes the connector for the list of kinds.
func Kind() connectors.Kind {
	return connectors.Kind{Name: "asterisk", Source: schema, In: open, OneOwner: true}
}

func open(env connectors.Env) (connectors.Source, error) {
	c, err := newConnector(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return c.source(), nil
}

func (c *connector) source() connectors.Source {
	s := connectors.Source{
		Run: c.Run, Route: c.Route(), Journal: c.Journal, DIDs: c.plan.listDIDs(),
		Calls: connectors.CallControl{Follows: c.FollowsCall, PausesQueues: c.queues != nil},
	}
	if c.dials() {
		s.Calls.Dialler = c
	}
	if c.records() {
		s.Recording = c.Recording
	}
	if c.copies != nil {
		s.Receive = c.takeJournal
	}
	return s
}

func newConnector(env connectors.Env) (*connector, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(&s))
	base, err := ariAddress(s.URL)
	wrong.Add(err)
	wrong.If(s.Username == "" || s.Password == "", "username and password (or password_file) are needed: a user of ari.conf")
	plan, err := newPlan(s, env.Hub.Region)
	wrong.Add(err)
	wrong.If(s.RouteToken != "" && len(s.RouteToken) < routeTokenLeast, "route_token: is shorter than %d characters; make one with: openssl rand -hex 16", routeTokenLeast)
	if s.Dial != nil {
		wrong.Add(s.Dial.check())
	}
	var pausing *queues
	if s.Queues != nil {
		pausing, err = newQueues(*s.Queues, s.Device)
		wrong.Add(err)
	}
	wrong.If(s.CELToken != "" && (s.CEL != "" || len(s.CELToken) < 16),
		"cel_token: at least 16 characters, and no cel beside it: the journal is either a file here or sent by ctihub cel ship")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	plan.zone = env.Hub.Zone
	if s.Dial != nil {
		plan.shown = plan.didOf(s.Dial.CallerID)
	}
	if s.App == "" {
		s.App = "ctihub-" + env.Hub.Name
	}
	files, err := newSoundFiles(s)
	if err != nil {
		return nil, err
	}
	c := &connector{
		env: env, plan: plan, token: s.RouteToken, within: routeWithin, dialling: s.Dial, queues: pausing, kick: make(chan struct{}, 1), app: s.App, cel: s.CEL, log: env.Log.With("app", s.App), files: files,
		rest: newREST(base, s.Username, s.Password, s.App, env.Net.HTTP),
	}
	if s.CELToken == "" {
		return c, nil
	}
	c.copies = &shippedJournal{dir: filepath.Join(env.DataDir, "journal"), token: s.CELToken, log: env.Log, bodies: env.Net.Bodies}
	c.cel, c.since = c.copies.path(), c.copies.since
	return c, nil
}

// ariAddress returns the address of ARI below the web server's address.
func ariAddress(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("url: %w", err)
	case (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return nil, fmt.Errorf("url: %q is not of the form http://host:8088", s)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("url: only scheme, host, port and the prefix of http.conf belong here")
	}
	path := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/ari")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path + "/ari"}, nil
}
