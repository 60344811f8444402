package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
)

const eventsRoute = "GET /api/v1/events"

// streamTiming holds the rhythm of event streams.
type streamTiming struct {
	heartbeat time.Duration // of silence, then a comment line
	recheck   time.Duration // how often the reader's rights are checked
	unsure    time.Duration // how long a stream may live while they cannot be read
	write     time.Duration // write deadline: a client that reads nothing for this long is closed
}

var defaultStreamTiming = streamTiming{
	heartbeat: 15 * time.Second,
	recheck:   500 * time.Millisecond, // so that a second is enough, reading included
	unsure:    5 * time.Second,
	write:     10 * time.Second,
}

// Sizes of the replay after Last-Event-ID.
const (
	replayMost  = 1000 // a gap of more events than this is a reset
	replayPage  = 200
	replayAgain = 1000 // events before Last-Event-ID that are read again, see replay
	// lateCommit is how much later than its successors an event may appear: its
	// transaction took a number early and committed late.
	lateCommit = 10 * time.Second
	// replayMemory is how long the live feed may repeat what was replayed.
	replayMemory = 15 * time.Second
	// reconnectMS is the browser's pause before it reconnects.
	reconnectMS = "1000"
)

// streamEvents serves GET /api/v1/events. One goroutine and the feed's channel
// are all that a reader costs beside its connection; an event was serialised
// when it was stored, and each reader gets the same bytes.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) {
	after, types, err := streamParameters(r)
	if whose := r.URL.Query().Get("user"); err == nil && whose != "" && whose != viewer(r.Context()).UserID {
		err = errOtherUser
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()

	st := &eventStream{
		server: s, w: w, rc: http.NewResponseController(w), caller: callerOf(ctx), viewer: viewer(ctx), types: types,
	}
	requestInfoOf(ctx).leave() // a stream is counted by its user, not by its address
	done, ok := s.streams.acquire(st.viewer.UserID)
	if !ok {
		s.metrics.refused.WithLabelValues("streams").Inc()
		s.fail(w, r, errManyStreams)
		return
	}
	defer done()
	// The feed comes first: what is committed from here on arrives live, what
	// was committed before is in the database.
	live := s.Feed.Subscribe(ctx, st.viewer)
	var newest int64
	onOwnStack(func() { newest, err = s.newestEvent(ctx, st.viewer) })
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	if st.begin(ctx, after, newest) == nil {
		st.follow(ctx, live)
	}
}

// streamParameters reads Last-Event-ID, else after, -1 if there is neither, and
// the types asked for, nil for all. A browser can send Last-Event-ID only when it reconnects,
// but after also at first.
func streamParameters(r *http.Request) (after int64, types []leads.EventType, err error) {
	after = -1
	name, id := "Last-Event-ID", r.Header.Get("Last-Event-ID")
	if id == "" {
		name, id = "after", r.URL.Query().Get("after")
	}
	if id != "" {
		if after, err = strconv.ParseInt(id, 10, 64); err != nil || after < 0 {
			return 0, nil, invalid(name, "Send back the id of the last message, or nothing to start now.")
		}
	}
	if list := r.URL.Query().Get("types"); list != "" {
		for _, t := range strings.Split(list, ",") {
			types = append(types, leads.EventType(strings.TrimSpace(t)))
		}
		for _, t := range types {
			if err := oneOf("types", t, leads.EventTypes...); err != nil {
				return 0, nil, err
			}
		}
	}
	return after, types, nil
}

// onOwnStack runs f in a goroutine of its own. A query may grow the stack by 16 kB, which a
// stream's goroutine would keep until the next collection.
func onOwnStack(f func()) {
	var crashed any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { crashed = recover() }()
		f()
	}()
	<-done
	if crashed != nil {
		panic(crashed)
	}
}

func (s *Server) newestEvent(ctx context.Context, v leads.Viewer) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	_, newest, err := s.Store.EventsAfter(ctx, v, -1, 0)
	return newest, err
}

// eventStream is one reader's stream.
type eventStream struct {
	server *Server
	w      http.ResponseWriter
	rc     *http.ResponseController
	caller *caller
	viewer leads.Viewer
	types  []leads.EventType // nil: all

	seq      int64       // greatest Seq seen; the reader resumes from it
	sentID   int64       // the last id sent to the reader
	replayed []int64     // Seqs sent from the database, ascending; the feed may repeat them
	wrote    time.Time   // last write
	rights   rightsCheck // when and at which version the caller was identified last
}

// begin sends the reader's id, and the events that it missed.
func (st *eventStream) begin(ctx context.Context, after, newest int64) error {
	st.extendDeadline()
	st.send("retry: ", reconnectMS, "\n")
	if after < 0 {
		st.seq = newest
		st.mark()
		return st.rc.Flush()
	}
	horizon, err := st.horizon(ctx)
	if err != nil {
		return err
	}
	// An id greater than the newest comes from another or an older database; before the
	// horizon events were deleted.
	if after > newest || newest-after > replayMost || after < horizon {
		st.seq = newest
		st.send("event: reset\n")
		st.id()
		st.send("data: {}\n\n")
		return st.rc.Flush()
	}
	st.seq = after
	st.mark()
	return st.replay(ctx, after, newest)
}

func (st *eventStream) horizon(ctx context.Context) (seq int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	onOwnStack(func() { seq, err = st.server.Store.EventHorizon(ctx) })
	return seq, err
}

// replay sends the events after the given one. Events shortly before it are read again,
// because a transaction that took its number earlier may have committed later, and the reader
// may have missed it; the reader recognises repetitions by Event.id. Events that the reader may
// not see any more are left out.
func (st *eventStream) replay(ctx context.Context, after, newest int64) error {
	from := max(0, after-replayAgain)
	var latest time.Time // of the events that the reader should have
	recent, _, err := st.page(ctx, max(0, after-replayPage))
	if err != nil {
		return err
	}
	for _, e := range recent {
		if e.Seq <= after && e.At.After(latest) {
			latest = e.At
		}
	}
	for {
		page, next, err := st.page(ctx, from)
		if err != nil {
			return err
		}
		st.extendDeadline()
		for _, e := range page {
			if e.Seq == after || e.Seq < after && e.At.Before(latest.Add(-lateCommit)) {
				continue
			}
			st.replayed = append(st.replayed, e.Seq)
			st.event(&e)
		}
		if err := st.rc.Flush(); err != nil {
			return err
		}
		if next >= newest || next == from { // later events come from the feed
			return nil
		}
		from = next
	}
}

func (st *eventStream) page(ctx context.Context, from int64) (page []leads.Event, next int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	return st.server.Store.EventsAfter(ctx, st.viewer, from, replayPage)
}

// follow sends live events until the reader leaves, falls behind or loses its rights.
func (st *eventStream) follow(ctx context.Context, live <-chan *leads.Event) {
	tick := time.NewTicker(min(st.server.stream.recheck, st.server.stream.heartbeat))
	defer tick.Stop()
	began := time.Now()
	sure := began // when the rights were last known
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-live:
			if !open || !st.burst(e, live) {
				return
			}
		case now := <-tick.C:
			if st.replayed != nil && now.Sub(began) > replayMemory {
				st.replayed = nil
			}
			switch err := st.recheck(ctx); {
			case err == nil:
				sure = now
			case errors.Is(err, errUnauthenticated), now.Sub(sure) > st.server.stream.unsure:
				return
			}
			if time.Since(st.wrote) >= st.server.stream.heartbeat && !st.heartbeat() {
				return
			}
		}
	}
}

// burst sends an event and all others that are ready, and reports whether the stream goes on.
func (st *eventStream) burst(e *leads.Event, live <-chan *leads.Event) bool {
	st.extendDeadline()
	for {
		if _, sent := slices.BinarySearch(st.replayed, e.Seq); !sent {
			st.event(e)
		}
		select {
		case next, open := <-live:
			if !open {
				_ = st.rc.Flush()
				return false
			}
			e = next
		default:
			return st.rc.Flush() == nil
		}
	}
}

// heartbeat writes a comment, and the id if events of other types have passed, so that the
// reader does not resume before them.
func (st *eventStream) heartbeat() bool {
	st.extendDeadline()
	st.send(": still here\n")
	if st.seq != st.sentID {
		st.id()
	}
	st.send("\n")
	return st.rc.Flush() == nil
}

// event writes one event, if the reader wants its type.
func (st *eventStream) event(e *leads.Event) {
	st.seq = max(st.seq, e.Seq)
	if st.types != nil && !slices.ContainsFunc(st.types, e.Is) {
		return
	}
	st.id()
	st.send("event: ", string(e.Type), "\ndata: ")
	_, _ = st.w.Write(e.Data)
	st.send("\n\n")
}

// mark writes a message without data, which only sets the reader's id.
func (st *eventStream) mark() {
	st.id()
	st.send("\n")
}

func (st *eventStream) id() {
	st.sentID = st.seq
	st.send("id: ", strconv.FormatInt(st.seq, 10), "\n")
}

// extendDeadline sets the deadline of the next writes.
func (st *eventStream) extendDeadline() {
	st.wrote = time.Now()
	_ = st.rc.SetWriteDeadline(st.wrote.Add(st.server.stream.write))
}

// send writes into the connection's buffer; Flush reports the error.
func (st *eventStream) send(parts ...string) {
	for _, p := range parts {
		_, _ = io.WriteString(st.w, p)
	}
}
