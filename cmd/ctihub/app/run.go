package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// stopGrace is how long open requests may take after the signal to stop.
const stopGrace = 10 * time.Second

// Run works until ctx ends, then stops in this order: the connectors store the touch
// that they are working on, requests are answered, streams end, the database closes.
// It returns nil after an orderly stop.
func (h *Hub) Run(ctx context.Context) error {
	defer h.close()
	// The workers outlive ctx: touches and requests that end while the hub stops need them.
	working, stopWorkers := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorkers()
	var workers errgroup.Group
	h.startWorkers(working, &workers)
	inputs, running := errgroup.WithContext(ctx)
	inputs.Go(func() error { return h.sources.Run(running) })
	inputs.Go(func() error { return h.dispatcher.Run(running) })
	inputs.Go(func() error {
		if err := h.server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	h.log.Info("the hub runs", "address", h.Addr())
	<-running.Done()
	h.log.Info("stopping")
	grace, cancel := context.WithTimeout(working, stopGrace)
	defer cancel()
	err := h.server.Shutdown(grace)
	err = errors.Join(err, inputs.Wait())
	stopWorkers()
	return errors.Join(err, workers.Wait())
}

// startWorkers starts the background workers, which end with ctx.
func (h *Hub) startWorkers(ctx context.Context, workers *errgroup.Group) {
	for _, run := range []func(context.Context) error{
		h.router.Run, h.recordings.Run, h.attachments.Run, h.escalation.Run, h.reminders.Run, h.retention.Run, h.indexer.Run, h.duplicates.Run, h.lostCalls.Run, h.presence.Run,
	} {
		workers.Go(func() error { return run(ctx) })
	}
	workers.Go(func() error { return h.handovers.Run(ctx, h.log) })
	workers.Go(func() error { return watchDescriptors(ctx, h.log) })
	if h.digest != nil {
		workers.Go(func() error { return h.digest.Run(ctx) })
	}
	if h.outbox != nil {
		workers.Go(func() error { return h.outbox.Run(ctx) })
	}
	var hint <-chan struct{}
	if h.peers != nil {
		hint = h.peers.Notified()
		workers.Go(func() error { return h.peers.Run(ctx) })
	}
	// Also on SQLite: a touch may be stored after its sender has given up.
	workers.Go(func() error { return h.feed.Follow(ctx, h.store, hint, h.log) })
}

// close closes everything that New has opened so far.
func (h *Hub) close() {
	if h.listener != nil {
		_ = h.listener.Close()
	}
	if h.redis != nil {
		_ = h.redis.Close()
	}
	if h.store != nil {
		_ = h.store.Close()
	}
}
