package engine

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// source is one configured source of the supervisor.
type source struct {
	connector  connectors.Source
	usable     bool         // connector is set: the settings are right
	handler    http.Handler // nil: none
	embed      http.Handler // nil: none
	route      http.Handler // nil: none
	intake     func(epoch int64) leads.Inbox
	inbox      leads.Inbox // of its handler, and of Run where there is no lease
	leases     Leases      // nil: it needs no lease
	hub        string      // name of this hub
	owned      atomic.Bool // this hub owns it; of no matter without leases
	reconciler *reconciler // nil: it has no journal to be compared with
	log        *slog.Logger

	stop    context.CancelFunc // ends its work; nil: it has not begun
	done    chan struct{}      // closed when its work has ended
	removed chan struct{}      // closed when it is removed from the supervisor

	replyKick chan struct{} // a token: there may be a reply to send
	claiming  chan struct{} // a token while its replies are claimed, and for ever once it is removed

	mu            sync.Mutex
	state         leads.SourceState   // its Name never changes
	setupWarning  leads.SourceWarning // about how it is set up
	reportsHealth bool                // it has called Health; a receiver that never does is passive
	ended         <-chan struct{}     // closed when its work is to end
	healthy       time.Time           // since when it is healthy; zero: it is not
	steady        bool                // it was healthy for steadyTime since the last wasSteady
}

var errStopped = errors.New("stopped without being told to")

// newSource makes a source that is not in place yet. With an error about its
// settings it is a failed one, with any other error nil.
func (sv *Supervisor) newSource(kind connectors.Kind, env connectors.Env, team string, demo bool) (*source, error) {
	switch {
	case !sourceName.MatchString(env.Name):
		return nil, fmt.Errorf("source %q: a name consists of a-z, 0-9 and -", env.Name)
	case kind.In == nil:
		return nil, fmt.Errorf("source %q: kind %q does not receive", env.Name, kind.Name)
	}
	s := &source{
		state: leads.SourceState{
			Name: env.Name, Kind: kind.Name, Demo: demo,
			State: leads.SourceStarting, Since: time.Now().UTC(),
		},
		intake:    func(epoch int64) leads.Inbox { return sv.intake(env.Name, team, epoch) },
		hub:       env.Hub.Name,
		log:       sv.log.With("source", env.Name, "kind", kind.Name),
		done:      make(chan struct{}),
		removed:   make(chan struct{}),
		replyKick: make(chan struct{}, 1), claiming: make(chan struct{}, 1),
	}
	s.inbox = &trackedInbox{to: s.intake(0), source: s}
	if kind.OneOwner {
		s.leases = sv.leases
	}
	env = sv.completeEnv(env, s)
	if err := s.open(kind, env); err != nil {
		err = fmt.Errorf("source %q: %w", env.Name, err)
		s.setFailed(err)
		return s, err
	}
	if s.connector.Journal != nil && sv.store != nil {
		s.reconciler = &reconciler{
			source: env.Name, journal: s.connector.Journal, store: sv.store, region: env.Hub.Region, onReconciled: sv.onReconciled, settle: settleTime, now: env.Now,
		}
	}
	return s, nil
}

// completeEnv fills in the parts of Env that the supervisor provides.
func (sv *Supervisor) completeEnv(env connectors.Env, s *source) connectors.Env {
	if env.Log == nil {
		env.Log = s.log
	}
	if env.Now == nil {
		env.Now = time.Now
	}
	if env.Settings == nil {
		env.Settings = func(any) error { return nil }
	}
	if env.Net.HTTP == nil {
		env.Net.HTTP = newHTTP(env.Net.Roots)
	}
	if env.Net.Bodies == nil {
		env.Net.Bodies = sv.bodies
	}
	if sv.store != nil {
		env.Calls.Gaps = sv.store
	}
	env.Report.Journal = s.setJournal
	env.Report.Tested = s.tested
	forward := env.Report.Health
	env.Report.Health = func(err error) {
		s.setHealth(err)
		if forward != nil {
			forward(err)
		}
	}
	return env
}

// open makes the connector; a panic in it is an error.
func (s *source) open(kind connectors.Kind, env connectors.Env) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.connector, err = connectors.Source{}, panicError(v)
		}
	}()
	src, err := kind.In(env)
	if err != nil {
		return err
	}
	if src.Receive != nil {
		s.handler = recoverPanics(s.log, src.Receive(s.inbox))
		s.state.State = leads.SourcePassive
	}
	if src.Embed != nil {
		s.embed = recoverPanics(s.log, src.Embed)
		s.state.Embed = embedHTML(env.Hub.PublicURL, env.Name)
	}
	if src.Route != nil {
		s.route = recoverPanics(s.log, src.Route)
	}
	s.setupWarning, s.state.Warning = src.Warning, src.Warning
	s.connector, s.usable = src, true
	return nil
}

// embedHTML returns the HTML by which a website shows the source's form.
func embedHTML(publicURL, name string) string {
	return fmt.Sprintf("<div data-ctihub=\"%s\"></div>\n<script src=\"%s/embed/%s.js\" async></script>",
		name, html.EscapeString(publicURL), name)
}
