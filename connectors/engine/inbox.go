package engine

import (
	"context"
	"errors"
	"time"

	"ctihub/leads"
)

// putGrace is how long a Put may go on after its context was cancelled.
const putGrace = 5 * time.Second

// trackedInbox records when a source last stored something, and lets a Put finish
// when the hub stops or a website's visitor leaves.
type trackedInbox struct {
	to            leads.Inbox
	source        *source
	loseOwnership context.CancelCauseFunc // ends the ownership; nil: there is none
}

func (b *trackedInbox) Cursor(ctx context.Context) (string, error) { return b.to.Cursor(ctx) }

func (b *trackedInbox) Put(ctx context.Context, cursor string, touches ...leads.Touch) error {
	ctx, cancel := outlive(ctx, putGrace)
	defer cancel()
	err := b.to.Put(ctx, cursor, touches...)
	if b.loseOwnership != nil && errors.Is(err, leads.ErrStaleOwner) {
		b.loseOwnership(err)
	}
	if err == nil && len(touches) > 0 {
		b.source.mu.Lock()
		b.source.state.LastTouch = time.Now().UTC()
		b.source.mu.Unlock()
	}
	return err
}

// outlive returns a context that ends with ctx's deadline, but only grace
// after ctx is cancelled.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			cancel()
			return
		}
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() {
		stop()
		cancel()
	}
}
