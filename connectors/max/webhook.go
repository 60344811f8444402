package max

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const (
	headerSecret = "X-Max-Bot-Api-Secret" //nolint:gosec // the header's name
	bodyMost     = 2 << 20                // bytes of an update
	maxTaking    = 32                     // updates at once
	// checkEvery is how often the subscription is looked after: MAX ends it when
	// its posts were in vain for eight hours.
	checkEvery = 10 * time.Minute
)

// subscribe has MAX post to the hub for as long as ctx lasts. The subscription
// stays when the hub stops: MAX repeats its posts.
func (b *bot) subscribe(ctx context.Context, _ leads.Inbox) error {
	if !strings.HasPrefix(b.address, "https://") {
		return errors.New("MAX posts to https addresses only: set public_url to the hub's, or set mode: longpoll")
	}
	if err := b.api.loadOwnID(ctx); err != nil {
		return err
	}
	for known := false; ctx.Err() == nil; known = true {
		all, err := b.subscriptions(ctx)
		if err != nil {
			return err
		}
		// At the start always, because the secret may have changed.
		if !known || !slices.Contains(all, b.address) {
			var done result
			request := map[string]any{"url": b.address, "secret": b.Secret, "update_types": wanted}
			if err := b.api.call(ctx, http.MethodPost, "/subscriptions", nil, request, &done); err != nil {
				return err
			}
			if !done.Success {
				return fmt.Errorf("MAX does not accept the webhook: %s", vendors.Shorten(done.Message, maxWords))
			}
		}
		b.health(nil)
		b.pause(ctx, checkEvery)
	}
	return nil
}

// serve answers MAX's posts with 200 once the update is stored. Anything else
// makes MAX post it again.
func (b *bot) serve(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+b.name), "/") != "" {
		http.Error(w, "there is nothing here", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "MAX sends updates with POST", http.StatusMethodNotAllowed)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(headerSecret)), []byte(b.Secret)) != 1 {
		http.Error(w, "the secret is missing or wrong", http.StatusForbidden)
		return
	}
	body, release, err := b.bodies.Read(w, r, bodyMost)
	defer release()
	if errors.Is(err, connectors.ErrCrowded) {
		b.later(w, err)
		return
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		http.Error(w, "the update is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "the update cannot be read", http.StatusBadRequest)
		return
	}
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	default:
		b.later(w, errors.New("too many updates at once"))
		return
	}
	// MAX may lose patience while files are fetched. They are fetched all the
	// same, so that its next try finds the message stored.
	t, err := b.touchOf(context.WithoutCancel(r.Context()), body)
	if err == nil && t != nil {
		err = in.Put(r.Context(), "", *t)
	}
	if err != nil {
		b.later(w, err)
		return
	}
	b.health(nil)
	w.WriteHeader(http.StatusOK)
}

func (b *bot) later(w http.ResponseWriter, err error) {
	b.log.Warn("update not stored", "error", err)
	vendors.PostAgain(w)
}
