package app

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// stopGrace is how long requests in hand may take after the signal to stop.
const stopGrace = 10 * time.Second

// Run works until ctx ends, then stops in this order: the connectors finish the
// touch in hand, requests are answered, streams end, the database closes.
func (h *Hub) Run(ctx context.Context) error {
	defer h.close()
	behind, stopBehind := context.WithCancel(context.WithoutCancel(ctx)) // what the front still needs while it stops
	defer stopBehind()
	var back errgroup.Group
	front, running := errgroup.WithContext(ctx)
	back.Go(func() error { return h.router.Run(behind) })
	back.Go(func() error { return h.sounds.Run(behind) })
	back.Go(func() error { return h.files.Run(behind) })
	back.Go(func() error { return h.late.Run(behind) })
	back.Go(func() error { return h.keep.Run(behind) })
	back.Go(func() error { return h.lost.Run(behind) })
	back.Go(func() error { return h.presence.Run(behind) })
	back.Go(func() error { return watchDescriptors(behind, h.log) })
	if h.digest != nil {
		back.Go(func() error { return h.digest.Run(behind) })
	}
	if h.outbox != nil {
		back.Go(func() error { return h.outbox.Run(behind) })
	}
	var hint <-chan struct{}
	if h.bell != nil {
		hint = h.bell.Heard()
		back.Go(func() error { return h.bell.Run(behind) })
	}
	// Also on SQLite: a touch may be stored after its sender has given up.
	back.Go(func() error { return h.feed.Follow(behind, h.store, hint, h.log) })
	front.Go(func() error { return h.sources.Run(running) })
	front.Go(func() error { return h.postman.Run(running) })
	front.Go(func() error {
		if err := h.server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	h.log.Info("the hub runs", "address", h.Addr())
	<-running.Done()
	h.log.Info("stopping")
	grace, cancel := context.WithTimeout(behind, stopGrace)
	defer cancel()
	err := h.server.Shutdown(grace)
	err = errors.Join(err, front.Wait())
	stopBehind()
	return errors.Join(err, back.Wait())
}

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
