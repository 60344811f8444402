package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// Times of a link.
const (
	pingEvery  = 5 * time.Second  // websocket pings
	pongWithin = 10 * time.Second // so that a dead link is noticed after 15 s
	beatEvery  = 15 * time.Second // user events that check the whole round trip
	beatWithin = 10 * time.Second
)

// queueLength bounds the events that wait for the tracker. More means that
// this machine is overloaded: they are dropped, and a resync follows.
const queueLength = 20_000

// link is one connection of the event socket. Its reader only enqueues, so
// that Asterisk never has to wait for us.
type link struct {
	rest    *rest
	log     *slog.Logger
	conn    *websocket.Conn
	queue   chan []byte // closed when the connection ends
	dropped atomic.Int64
	beat    chan string // names of our user events, as they come back
	ctx     context.Context
	fail    context.CancelCauseFunc
	work    sync.WaitGroup

	skipped    map[string]int // skipped events by type, of the consumer alone
	unreadable int            // events that could not be read
}

// openLink connects and begins to read. The events wait in the queue.
func openLink(ctx context.Context, r *rest, log *slog.Logger) (*link, error) {
	conn, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	l := &link{rest: r, log: log, conn: conn, queue: make(chan []byte, queueLength), beat: make(chan string, 8), skipped: map[string]int{}}
	l.ctx, l.fail = context.WithCancelCause(ctx)
	l.work.Add(2)
	go l.read()
	go l.keepAlive()
	return l, nil
}

func (l *link) close() {
	l.fail(context.Canceled)
	_ = l.conn.CloseNow()
	l.work.Wait()
	if len(l.skipped) > 0 || l.unreadable > 0 || l.dropped.Load() > 0 {
		l.log.Info("events not used", "skipped", l.skipped, "unreadable", l.unreadable, "dropped", l.dropped.Load())
	}
}

// err says why the link ended.
func (l *link) err() error {
	if err := context.Cause(l.ctx); err != nil {
		return err
	}
	return errors.New("the exchange closed the event socket")
}

func (l *link) read() {
	defer l.work.Done()
	defer close(l.queue)
	for {
		_, raw, err := l.conn.Read(l.ctx)
		if err != nil {
			l.fail(fmt.Errorf("reading events: %w", err))
			return
		}
		select {
		case l.queue <- raw:
		default:
			l.dropped.Add(1)
		}
	}
}

func (l *link) keepAlive() {
	defer l.work.Done()
	pings := time.NewTicker(pingEvery)
	defer pings.Stop()
	next := time.Now().Add(beatEvery)
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-pings.C:
		}
		ctx, cancel := context.WithTimeout(l.ctx, pongWithin)
		err := l.conn.Ping(ctx)
		cancel()
		if err != nil {
			l.fail(errNoPong)
			return
		}
		if time.Now().Before(next) {
			continue
		}
		next = time.Now().Add(beatEvery)
		if err := l.checkRoundTrip(); err != nil {
			l.fail(err)
			return
		}
	}
}

// checkRoundTrip sends a user event through the exchange and waits for its return.
func (l *link) checkRoundTrip() error {
	name := beatName()
	if err := l.rest.ping(l.ctx, name); err != nil {
		return err
	}
	late := time.NewTimer(beatWithin)
	defer late.Stop()
	for {
		select {
		case got := <-l.beat:
			if got == name {
				return nil
			}
		case <-late.C:
			return errNoEvents
		case <-l.ctx.Done():
			return context.Cause(l.ctx)
		}
	}
}

// beatName names a user event that no dialplan uses.
func beatName() string { return "ctihub-" + uuid.NewString() }

// decodeEvent decodes one message. ok is false for a skipped event, which is
// counted; gap says that an event of a wanted type could not be read.
func (l *link) decodeEvent(raw []byte) (e event, ok, gap bool) {
	e, err := decode(raw)
	switch {
	case err == nil:
		return e, true, false
	case errors.Is(err, errUnwanted):
		if l.skipped[e.kind]++; l.skipped[e.kind] == 1 {
			l.log.Debug("skipping events of a type that says nothing about calls", "type", e.kind)
		}
		return e, false, false
	}
	if l.unreadable++; l.unreadable == 1 {
		l.log.Warn("an event could not be read", "type", e.kind, "bytes", len(raw))
	}
	return e, false, true
}
