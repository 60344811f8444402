package engine

import (
	"context"
	"fmt"
	"slices"

	"ctihub/connectors"
	"ctihub/leads"
)

// Add adds a source of the kind; the name must be new. team is the team of touches
// without one; demo marks a simulated source. Env's Log, Now, Net and Report are
// filled in when they are nil; Health is called after the supervisor's own handling.
//
// When the settings are wrong, Add returns the error and keeps the source as
// failed, so that it is shown beside the others; the caller decides whether the
// hub starts without it.
func (sv *Supervisor) Add(kind connectors.Kind, env connectors.Env, team string, demo bool) error {
	done, err := sv.lockName(context.Background(), env.Name)
	if err != nil {
		return err
	}
	defer done()
	if sv.find(env.Name) != nil {
		return fmt.Errorf("source %q is configured twice", env.Name)
	}
	s, err := sv.newSource(kind, env, team, demo)
	if s != nil {
		sv.install(s)
	}
	return err
}

// Apply puts a source of the kind in place, instead of the one of that name if
// there is one, while the other sources go on. Its arguments are those of
// [Supervisor.Add].
//
// The new source is made first: with wrong settings Apply returns the error, and
// the old one goes on as if nothing had been asked. Then new requests and new
// replies reach the new source; those in hand finish with the old one, and there
// is no moment without a source of that name. The old one's Run is told to stop.
// When it has returned and its lease is given up, the new one's Run begins, so
// that never both run on this hub. If the supervisor does not run, only the list
// changes.
//
// Apply returns when the old source has stopped. When ctx ends before, the error
// says so; the new source is in place and begins as soon as the old one has
// stopped. Apply and Remove of one name take turns; those of other names do not
// wait.
func (sv *Supervisor) Apply(ctx context.Context, kind connectors.Kind, env connectors.Env, team string, demo bool) error {
	done, err := sv.lockName(ctx, env.Name)
	if err != nil {
		return err
	}
	defer done()
	s, err := sv.newSource(kind, env, team, demo)
	if err != nil {
		return err
	}
	return sv.awaitStopped(ctx, sv.install(s))
}

// Remove takes a source out while the others go on: at once it has no handler and
// no state any more. Requests and replies in hand are finished, other replies
// wait. It returns when Run has returned, the lease is given up and no reply is
// being claimed. When ctx ends before, the error says so and the source goes on
// stopping. [leads.ErrNotFound]: there is no source of that name.
func (sv *Supervisor) Remove(ctx context.Context, name string) error {
	done, err := sv.lockName(ctx, name)
	if err != nil {
		return err
	}
	defer done()
	s := sv.uninstall(name)
	if s == nil {
		return fmt.Errorf("source %q: %w", name, leads.ErrNotFound)
	}
	return sv.awaitStopped(ctx, s)
}

// lockName serialises changes to the source of a name; done unlocks it.
func (sv *Supervisor) lockName(ctx context.Context, name string) (done func(), err error) {
	for {
		sv.mu.Lock()
		other, taken := sv.lockedNames[name]
		if !taken {
			mine := make(chan struct{})
			sv.lockedNames[name] = mine
			sv.mu.Unlock()
			return func() {
				sv.mu.Lock()
				delete(sv.lockedNames, name)
				sv.mu.Unlock()
				close(mine)
			}, nil
		}
		sv.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, fmt.Errorf("source %q is still being changed by another request: %w", name, ctx.Err())
		}
	}
}

// install puts a source in place and starts its work if the supervisor runs. It
// returns the replaced source, which is stopping; nil: none.
func (sv *Supervisor) install(s *source) (old *source) {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	sources := slices.Clone(sv.sources)
	if i := slices.IndexFunc(sources, s.sameName); i >= 0 {
		old, sources[i] = sources[i], s
		old.stopWork()
	} else {
		sources = append(sources, s)
	}
	sv.setSources(sources)
	sv.startWork(s)
	return old
}

// uninstall removes the source of a name and returns it; it is stopping. nil: none.
func (sv *Supervisor) uninstall(name string) *source {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	i := slices.IndexFunc(sv.sources, func(s *source) bool { return s.state.Name == name })
	if i < 0 {
		return nil
	}
	s := sv.sources[i]
	s.stopWork()
	sv.setSources(slices.Delete(slices.Clone(sv.sources), i, i+1))
	return s
}

// setSources replaces the list of sources. The caller holds sv.mu.
func (sv *Supervisor) setSources(sources []*source) {
	sv.sources = sources
	close(sv.changed)
	sv.changed = make(chan struct{})
}

// startWork starts the work of a source, if the supervisor runs, after the former
// sources of its name have ended theirs. The caller holds sv.mu.
func (sv *Supervisor) startWork(s *source) {
	if sv.ctx == nil || !s.usable {
		return
	}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(sv.ctx)
	before := slices.DeleteFunc(slices.Clone(sv.working), func(o *source) bool { return !s.sameName(o) })
	sv.working = append(sv.working, s)
	go func() {
		defer sv.workEnded(s)
		for _, o := range before {
			<-o.done
		}
		switch {
		case ctx.Err() != nil:
		case s.leases != nil:
			s.runOwned(ctx)
		default:
			s.run(ctx, s.inbox)
		}
	}()
}

// workEnded records that the work of a source has ended.
func (sv *Supervisor) workEnded(s *source) {
	s.stop()
	sv.mu.Lock()
	defer sv.mu.Unlock()
	sv.working = slices.DeleteFunc(sv.working, func(o *source) bool { return o == s })
	close(s.done)
}

// awaitStopped waits until the work of a removed source has ended and no reply is
// being claimed for it; nil: nothing to wait for.
func (sv *Supervisor) awaitStopped(ctx context.Context, s *source) error {
	if s == nil {
		return nil
	}
	ended := s.done
	if s.stop == nil { // it had not begun
		ended = s.removed
	}
	select {
	case <-ended:
	case <-ctx.Done():
		return fmt.Errorf("source %q has not stopped yet: %w", s.state.Name, ctx.Err())
	}
	select {
	case s.claiming <- struct{}{}: // the token is kept: no further claims
		return nil
	case <-ctx.Done():
		return fmt.Errorf("source %q: replies to it are still being claimed: %w", s.state.Name, ctx.Err())
	}
}

// stopWork stops a source that is removed from the supervisor. The caller holds the
// supervisor's mu.
func (s *source) stopWork() {
	close(s.removed)
	if s.stop != nil {
		s.stop()
	}
}

func (s *source) sameName(o *source) bool { return s.state.Name == o.state.Name }
