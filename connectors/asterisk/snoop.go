package asterisk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ctihub/leads"
)

// snoopPrefix marks the name of a recording that the hub has made over ARI; it is in
// Asterisk's spool/recording.
const snoopPrefix = "ari:"

const (
	snoopTries = 20                    // until the snooping channel has reached our application
	snoopPause = 50 * time.Millisecond //
)

// snoops are the recordings that this run has asked for.
type snoops struct {
	work sync.WaitGroup
	done map[string]time.Time // by file
}

// snoop begins the recordings that the hub has to make of a call. It returns at
// once: a failed recording must not delay a call.
func (w *watch) snoop(c leads.Call) {
	if c.State != leads.CallTalking {
		return
	}
	for _, r := range c.Recorded {
		name, own := strings.CutPrefix(r.File, snoopPrefix)
		if _, begun := w.snoops.done[name]; !own || begun {
			continue
		}
		if w.snoops.done == nil {
			w.snoops.done = map[string]time.Time{}
		}
		w.snoops.done[name] = c.Started
		w.snoops.work.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), restTimeout)
			defer cancel()
			if err := w.rest.record(ctx, r.Channel, name); err != nil {
				w.log.Warn("call not recorded", "linkedid", c.Linkedid, "err", err)
			}
		})
	}
	for name, started := range w.snoops.done {
		if c.Started.Sub(started) > 24*time.Hour {
			delete(w.snoops.done, name)
		}
	}
}

// record lets Asterisk record both sides of a channel into a WAV file of this
// name, by a snooping channel that ends with the channel.
func (r *rest) record(ctx context.Context, channel, name string) error {
	var made struct {
		ID string `json:"id"`
	}
	err := r.call(ctx, http.MethodPost, "channels/"+url.PathEscape(channel)+"/snoop",
		url.Values{"spy": {"both"}, "app": {r.app}, "snoopId": {"snoop-" + name}}, nil, &made)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = r.call(ctx, http.MethodPost, "channels/"+url.PathEscape(made.ID)+"/record",
			url.Values{"name": {name}, "format": {"wav"}, "ifExists": {"fail"}}, nil, nil)
		var status statusError
		if err == nil || try == snoopTries || !errors.As(err, &status) || status != http.StatusConflict {
			break
		}
		select { // it is on its way into the application
		case <-time.After(snoopPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		_ = r.call(ctx, http.MethodDelete, "channels/"+url.PathEscape(made.ID), nil, nil, nil)
	}
	return err
}
