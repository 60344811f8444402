package engine

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// StopGrace is how long [Supervisor.Run] waits for the connectors after its
// context has ended.
const StopGrace = 10 * time.Second

// Bounds of posted bodies. One that is parsed and being stored takes about ten
// times its size in memory.
const (
	bodiesAtOnce = 8 << 20          // bytes of the large bodies of all sources together
	bodiesOfOne  = 2 << 20          // bytes of those that one address posts
	bodyWait     = 10 * time.Second // that a large body waits for its place; embed.js gives up after 15 s
)

var sourceName = regexp.MustCompile(`^[a-z0-9-]+$`)

// Supervisor keeps the configured sources running: it calls each connector
// again, after a back-off, whenever it returns or panics, and knows the state
// of each. A source that fails never stops another one.
type Supervisor struct {
	intake  func(source, team string, epoch int64) leads.Inbox
	leases  Leases // nil: there is one hub
	log     *slog.Logger
	books   Books                      // nil: nothing is compared with journals
	noted   func(leads.Reconciliation) // nil: nobody counts
	bodies  *connectors.Bodies         // of all sources
	sources []*source                  // in the order of the configuration; fixed before Run
}

// New returns a supervisor without sources. intake gives the inbox of one
// source, see [intake.Service.OwnedInbox].
func New(intake func(source, team string, epoch int64) leads.Inbox, log *slog.Logger) *Supervisor {
	return &Supervisor{intake: intake, log: log, bodies: connectors.NewBodies(bodiesAtOnce, bodiesOfOne, bodyWait)}
}

// Share makes the supervisor one of several: sources of a kind that needs one
// owner run on the hub that holds the lease and stand by on the others. Call
// it before Add, whose Env names the hub.
func (sv *Supervisor) Share(l Leases) { sv.leases = l }

// Add makes a source of the kind and takes it into care. Call it before
// Run. team serves touches that name no team; demo marks a simulated source.
// Env's Log, Now, Net and Report are filled in when they are nil;
// Health is told after the supervisor.
//
// When the settings are wrong, Add returns the error and keeps the source as
// failed, so that it is shown beside the others; the caller decides whether the
// hub starts without it.
func (sv *Supervisor) Add(kind connectors.Kind, env connectors.Env, team string, demo bool) error {
	switch {
	case !sourceName.MatchString(env.Name):
		return fmt.Errorf("source %q: a name consists of a-z, 0-9 and -", env.Name)
	case sv.find(env.Name) != nil:
		return fmt.Errorf("source %q is configured twice", env.Name)
	case kind.In == nil:
		return fmt.Errorf("source %q: kind %q does not receive", env.Name, kind.Name)
	}
	s := &source{
		state: leads.SourceState{
			Name: env.Name, Kind: kind.Name, Demo: demo,
			State: leads.SourceStarting, Since: time.Now().UTC(),
		},
		intake: func(epoch int64) leads.Inbox { return sv.intake(env.Name, team, epoch) },
		hub:    env.Hub.Name,
		log:    sv.log.With("source", env.Name, "kind", kind.Name),
	}
	s.inbox = &trackedInbox{to: s.intake(0), source: s}
	if kind.OneOwner {
		s.leases = sv.leases
	}
	sv.sources = append(sv.sources, s)

	if env.Log == nil {
		env.Log = s.log
	}
	if env.Now == nil {
		env.Now = time.Now
	}
	if env.Net.HTTP == nil {
		env.Net.HTTP = newHTTP(env.Net.Roots)
	}
	if env.Net.Bodies == nil {
		env.Net.Bodies = sv.bodies
	}
	if sv.books != nil {
		env.Calls.Gaps = sv.books
	}
	env.Report.Journal = s.journalled
	env.Report.Tested = s.tested
	told := env.Report.Health
	env.Report.Health = func(err error) {
		s.health(err)
		if told != nil {
			told(err)
		}
	}
	src, err := open(kind, env)
	if err != nil {
		err = fmt.Errorf("source %q: %w", env.Name, err)
		s.fail(err)
		return err
	}
	s.does, s.opened = src, true
	if src.Journal != nil && sv.books != nil {
		s.compare = &reconciler{
			source: env.Name, journal: src.Journal, books: sv.books, region: env.Hub.Region, noted: sv.noted, settle: settleTime, now: env.Now,
		}
	}
	if src.Receive != nil {
		s.state.State = leads.SourcePassive
		s.handler = recoverPanics(s.log, src.Receive(s.inbox))
	}
	s.setUp = src.Warning
	s.state.Warning = src.Warning
	if src.Embed != nil {
		s.embed = recoverPanics(s.log, src.Embed)
		s.state.Embed = embedHTML(env.Hub.PublicURL, env.Name)
	}
	if src.Route != nil {
		s.route = recoverPanics(s.log, src.Route)
	}
	return nil
}

// open makes a source of the kind; a panic in it is an error.
func open(kind connectors.Kind, env connectors.Env) (src connectors.Source, err error) {
	defer func() {
		if v := recover(); v != nil {
			src, err = connectors.Source{}, panicError(v)
		}
	}()
	if env.Settings == nil {
		env.Settings = func(any) error { return nil }
	}
	return kind.In(env)
}

// embedHTML is what a website pastes to show the source's form.
func embedHTML(publicURL, name string) string {
	return fmt.Sprintf("<div data-ctihub=\"%s\"></div>\n<script src=\"%s/embed/%s.js\" async></script>",
		name, html.EscapeString(publicURL), name)
}

// Run runs every source until ctx ends, then waits for each to finish the
// touch in hand. The error names the sources that had not stopped after
// [StopGrace]; nil means that all did.
func (sv *Supervisor) Run(ctx context.Context) error {
	done := make(chan *source, len(sv.sources))
	running := 0
	for _, s := range sv.sources {
		if !s.opened {
			continue
		}
		running++
		go func() {
			if s.leases != nil {
				s.runOwned(ctx)
			} else {
				s.run(ctx, s.inbox)
			}
			done <- s
		}()
	}
	<-ctx.Done()
	late := slices.Clone(sv.sources)
	late = slices.DeleteFunc(late, func(s *source) bool { return !s.opened })
	timeout := time.NewTimer(StopGrace)
	defer timeout.Stop()
	for ; running > 0; running-- {
		select {
		case s := <-done:
			late = slices.DeleteFunc(late, func(l *source) bool { return l == s })
		case <-timeout.C:
			names := make([]string, len(late))
			for i, s := range late {
				names[i] = s.state.Name
			}
			return fmt.Errorf("sources that did not stop within %s: %s", StopGrace, strings.Join(names, ", "))
		}
	}
	return nil
}

// States returns what is known of each source, in the order of the
// configuration. Count is left to storage, which knows it across restarts.
func (sv *Supervisor) States() []leads.SourceState {
	states := make([]leads.SourceState, len(sv.sources))
	for i, s := range sv.sources {
		states[i] = s.snapshot()
	}
	return states
}

// Receiver returns the handler of /in/<name> and everything below it, nil if
// there is no such source or it does not receive over HTTP.
func (sv *Supervisor) Receiver(name string) http.Handler {
	if s := sv.find(name); s != nil {
		return s.handler
	}
	return nil
}

// Embed returns the handler of /embed/<name>.js, nil if there is none.
func (sv *Supervisor) Embed(name string) http.Handler {
	if s := sv.find(name); s != nil {
		return s.embed
	}
	return nil
}

// Recorders names the sources that run on this hub, not on another one, and
// whose recordings can be fetched.
func (sv *Supervisor) Recorders() []string {
	var names []string
	for _, s := range sv.sources {
		if s.does.Recording != nil && s.snapshot().State != leads.SourceStandby {
			names = append(names, s.state.Name)
		}
	}
	return names
}

// Recording opens a recording of a source, see [connectors.Source].
func (sv *Supervisor) Recording(ctx context.Context, source, file string) (io.ReadCloser, error) {
	if s := sv.find(source); s != nil && s.does.Recording != nil {
		return s.does.Recording(ctx, file)
	}
	return nil, fmt.Errorf("source %q records nothing", source)
}

// Route returns the handler of /route/<name>, nil if there is none.
func (sv *Supervisor) Route(name string) http.Handler {
	if s := sv.find(name); s != nil {
		return s.route
	}
	return nil
}

func (sv *Supervisor) find(name string) *source {
	for _, s := range sv.sources {
		if s.state.Name == name {
			return s
		}
	}
	return nil
}

// source is one configured source in the supervisor's care.
type source struct {
	does    connectors.Source
	opened  bool         // does is of use: its settings are right
	handler http.Handler // nil: none
	embed   http.Handler // nil: none
	route   http.Handler // nil: none
	intake  func(epoch int64) leads.Inbox
	inbox   leads.Inbox // of its handler, and of Run where there is no lease
	leases  Leases      // nil: this hub need not ask
	hub     string      // name of this hub
	held    atomic.Bool // this hub owns it; of no matter without leases
	compare *reconciler // nil: it has no journal to be compared with
	log     *slog.Logger

	mu      sync.Mutex
	state   leads.SourceState
	setUp   leads.SourceWarning // about how it is set up
	reports bool                // it has called Health; a receiver that never does is passive
	ended   <-chan struct{}     // closed when the supervisor's context ends
	healthy time.Time           // since when it is healthy; zero: it is not
	steady  bool                // it was healthy for steadyTime since the last look
}

var errStopped = errors.New("stopped without being told to")
