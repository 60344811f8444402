package engine

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
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
	bodyWait     = 10 * time.Second // that a large body waits for memory; embed.js gives up after 15 s
)

var sourceName = regexp.MustCompile(`^[a-z0-9-]+$`)

// Supervisor keeps the configured sources running: it calls each connector
// again, after a back-off, whenever it returns or panics, and knows the state
// of each. A source that fails never stops another one. Sources come and go while
// it runs: all methods but Share, EnableReconciliation and Run may be called at any time.
type Supervisor struct {
	intake       func(source, team string, epoch int64) leads.Inbox
	leases       Leases // nil: there is one hub
	log          *slog.Logger
	store        ReconciliationStore        // nil: nothing is reconciled
	onReconciled func(leads.Reconciliation) // after each reconciliation; nil: nothing to call
	bodies       *connectors.Bodies         // of all sources

	mu          sync.Mutex
	sources     []*source                // in the order of the configuration; never changed in place
	changed     chan struct{}            // closed, and replaced, when sources change
	lockedNames map[string]chan struct{} // names whose source is being changed; closed at the end of the change
	ctx         context.Context          // of Run; nil: it does not run
	working     []*source                // whose work has not ended, also removed ones
}

// New returns a supervisor without sources. intake gives the inbox of one
// source, see [intake.Service.OwnedInbox].
func New(intake func(source, team string, epoch int64) leads.Inbox, log *slog.Logger) *Supervisor {
	return &Supervisor{
		intake: intake, log: log, bodies: connectors.NewBodies(bodiesAtOnce, bodiesOfOne, bodyWait),
		changed: make(chan struct{}), lockedNames: map[string]chan struct{}{},
	}
}

// Share makes the supervisor one of several hubs: sources of a kind with OneOwner run
// on the hub that holds the lease and stand by on the others. Call it before Add,
// whose Env names the hub.
func (sv *Supervisor) Share(l Leases) { sv.leases = l }

// Run runs every source, also those that [Supervisor.Apply] puts in place
// meanwhile, until ctx ends, then waits for each to finish the touch in hand.
// The error names the sources that had not stopped after [StopGrace]; nil means
// that all did.
func (sv *Supervisor) Run(ctx context.Context) error {
	sv.mu.Lock()
	sv.ctx = ctx
	for _, s := range sv.sources {
		sv.startWork(s)
	}
	sv.mu.Unlock()
	<-ctx.Done()
	sv.mu.Lock()
	sv.ctx = nil
	begun := slices.Clone(sv.working)
	sv.mu.Unlock()
	timeout := time.NewTimer(StopGrace)
	defer timeout.Stop()
	for _, s := range begun {
		select {
		case <-s.done:
		case <-timeout.C:
			return fmt.Errorf("sources that did not stop within %s: %s", StopGrace, strings.Join(sv.unstopped(), ", "))
		}
	}
	return nil
}

// unstopped returns the names of the sources whose work has not ended.
func (sv *Supervisor) unstopped() []string {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	var names []string
	for _, s := range sv.working {
		if !slices.Contains(names, s.state.Name) {
			names = append(names, s.state.Name)
		}
	}
	return names
}

// States returns the state of each source, in the order of the configuration. Count
// is left to storage, which keeps it across restarts.
func (sv *Supervisor) States() []leads.SourceState {
	sources := sv.current()
	states := make([]leads.SourceState, len(sources))
	for i, s := range sources {
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
	for _, s := range sv.current() {
		if s.connector.Recording != nil && s.snapshot().State != leads.SourceStandby {
			names = append(names, s.state.Name)
		}
	}
	return names
}

// Recording opens a recording of a source, see [connectors.Source].
func (sv *Supervisor) Recording(ctx context.Context, source, file string) (io.ReadCloser, error) {
	if s := sv.find(source); s != nil && s.connector.Recording != nil {
		return s.connector.Recording(ctx, file)
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

// current returns the present sources.
func (sv *Supervisor) current() []*source {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	return sv.sources
}

// watch returns the present sources, and a channel that is closed when they change.
func (sv *Supervisor) watch() ([]*source, <-chan struct{}) {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	return sv.sources, sv.changed
}

func (sv *Supervisor) find(name string) *source {
	for _, s := range sv.current() {
		if s.state.Name == name {
			return s
		}
	}
	return nil
}
