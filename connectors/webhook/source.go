package webhook

import (
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Formats of what is posted.
const (
	formatMapping = "mapping" // any body, read by the paths below map
	formatCTI     = "cti"     // an exchange's calls, in the format of Zammad and sipgate
)

// sourceSettings are the keys of a source of this kind.
type sourceSettings struct {
	Format      string            `yaml:"format"`
	Channel     leads.Channel     `yaml:"channel"`
	Token       string            `yaml:"token"`
	TokenHeader string            `yaml:"token_header"`
	User        string            `yaml:"user"`
	Password    string            `yaml:"password"`
	Signature   signature         `yaml:"signature"`
	Items       string            `yaml:"items"`
	Map         fields            `yaml:"map"`
	Extensions  map[string]string `yaml:"extensions"`
}

// source is one sender.
type source struct {
	sourceSettings
	name   string
	region string
	log    *slog.Logger
	now    func() time.Time
	zone   *time.Location // of times that tell none
	onTest func()         // the sender has tested the address
	noID   sync.Once      // to log once that map.id finds nothing in an event
	read   mapping        // of formatMapping
	slots  chan struct{}  // one for each post that is being stored
	lists  chan struct{}  // the one for a long list
	bodies *connectors.Bodies
}

var channelName = regexp.MustCompile(`^[a-z0-9_-]{1,40}$`)

func openSource(env connectors.Env) (connectors.Source, error) {
	s, err := newSource(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return connectors.Source{Receive: s.Handler}, nil
}

func newSource(env connectors.Env) (*source, error) {
	var c sourceSettings
	if err := sourceSchema.Decode(env.Settings, &c); err != nil {
		return nil, err
	}
	var wrong connectors.Mistakes
	wrong.Add(sourceSchema.Check(&c))
	wrong.Add(c.checkAuth())
	if env.Hub.Zone == nil {
		env.Hub.Zone = time.UTC
	}
	if env.Report.Tested == nil {
		env.Report.Tested = func() {}
	}
	s := &source{
		sourceSettings: c, name: env.Name, region: env.Hub.Region, log: env.Log, now: env.Now, zone: env.Hub.Zone, onTest: env.Report.Tested,
		slots: make(chan struct{}, maxStoring), lists: make(chan struct{}, 1), bodies: env.Net.Bodies,
	}
	switch c.Format {
	case formatMapping:
		wrong.If(!channelName.MatchString(string(c.Channel)) || c.Channel == leads.ChannelCall, `channel: must be a word of a-z, 0-9, - and _, and not "call": calls come with "format: cti"`)
		wrong.If(len(c.Extensions) > 0, `extensions: belong to "format: cti"`)
		var err error
		s.read, err = compile(c.Items, c.Map)
		wrong.Add(err)
	case formatCTI:
		wrong.If(c.Items != "" || !c.Map.empty(), `map: "format: cti" has fields of its own; leave out map and items`)
		for _, user := range slices.Sorted(maps.Keys(c.Extensions)) {
			wrong.If(leads.CheckDialable(c.Extensions[user]) != nil, "extensions: %s is none", user)
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// Handler serves POST /in/<name>, and /in/<name>/<token>.
func (s *source) Handler(in leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, in) })
}
