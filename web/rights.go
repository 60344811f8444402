package web

import (
	"context"
	"sync"
	"time"
)

// identifyAgain is how long a stream relies on the version of rights alone, which does not
// change when a session expires.
const identifyAgain = 30 * time.Second

// rights caches the version of rights for all streams of this hub.
type rights struct {
	mu      sync.Mutex
	version int64
	read    time.Time
}

// rightsCheck is a stream's last check of its reader's rights.
type rightsCheck struct {
	version int64
	at      time.Time
}

// current returns the version, read from the store at most twice per recheck.
func (r *rights) current(ctx context.Context, s *Server) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.read.IsZero() && time.Since(r.read) < s.stream.recheck/2 {
		return r.version, nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var v int64
	var err error
	onOwnStack(func() { v, err = s.Store.RightsVersion(ctx) })
	if err == nil {
		r.version, r.read = v, time.Now()
	}
	return v, err
}

// recheck returns errUnauthenticated when the reader's role, team or sign-in has changed since
// the stream began.
func (st *eventStream) recheck(ctx context.Context) error {
	version, err := st.server.rights.current(ctx, st.server)
	if err != nil {
		return err
	}
	if version == st.rights.version && time.Since(st.rights.at) < identifyAgain {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	now := &caller{session: st.caller.session, token: st.caller.token}
	onOwnStack(func() { _, err = st.server.identify(ctx, now) })
	if err != nil {
		return err
	}
	if now.user.Role != st.caller.user.Role || now.user.Team != st.caller.user.Team {
		return errUnauthenticated
	}
	st.rights = rightsCheck{version, time.Now()}
	return nil
}
