package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const (
	secretHeader = "X-Telegram-Bot-Api-Secret-Token" //nolint:gosec // the name of a header
	updateMost   = 1 << 20                           // bytes of one update
	storeWithin  = 2 * time.Minute                   // including the files that come with it; Telegram waits, and repeats
	watchEvery   = time.Minute
	// staleError is how long an old failure of a delivery is trouble.
	staleError = 5 * time.Minute
)

// watch sets the webhook and looks every minute whether it is still there and
// whether Telegram reaches it. The webhook stays when the hub stops: Telegram
// keeps updates for 24 hours and repeats.
func (b *bot) watch(ctx context.Context) error {
	address := b.env.Hub.PublicURL + "/in/" + b.env.Name
	for ctx.Err() == nil {
		var info tgbotapi.WebhookInfo
		if err := b.call(ctx, callLimit, "getWebhookInfo", nil, &info); err != nil {
			return err
		}
		if info.URL != "" && info.URL != address {
			b.env.Log.Warn("the bot had another webhook; it is replaced")
		}
		// Set at each look, because nobody can ask which secret is set.
		if err := b.call(ctx, callLimit, "setWebhook", tgbotapi.Params{
			"url": address, "secret_token": b.secret, "allowed_updates": wanted, "max_connections": "10",
		}, nil); err != nil {
			return fmt.Errorf("setting the webhook to %s: %w", address, err)
		}
		failed := time.Unix(int64(info.LastErrorDate), 0)
		if info.URL == address && info.PendingUpdateCount > 0 && info.LastErrorMessage != "" && b.env.Now().Sub(failed) < staleError {
			b.env.Report.Health(fmt.Errorf("Telegram cannot deliver to %s (%s); %d updates wait; check that public_url is reached from outside and has a valid certificate", //nolint:staticcheck,revive // a name
				address, info.LastErrorMessage, info.PendingUpdateCount))
		} else {
			b.env.Report.Health(nil)
		}
		sleep(ctx, watchEvery)
	}
	return nil
}

// called takes one update from Telegram: 200 means that it is stored.
func (b *bot) called(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	w.Header().Set("Cache-Control", "no-store")
	if b.Receive != byWebhook || strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+b.env.Name), "/") != "" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "updates are posted", http.StatusMethodNotAllowed)
		return
	}
	given, want := sha256.Sum256([]byte(r.Header.Get(secretHeader))), sha256.Sum256([]byte(b.secret))
	if subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
		b.env.Log.Warn("a webhook call without the right secret was refused")
		http.Error(w, "the secret token is wrong", http.StatusUnauthorized)
		return
	}
	raw, release, err := b.env.Net.Bodies.Read(w, r, updateMost)
	defer release()
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, connectors.ErrCrowded):
		b.env.Log.Warn("update not read", "error", err)
		vendors.PostAgain(w)
		return
	case errors.As(err, &large):
		http.Error(w, "the update is too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "the update cannot be read", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeWithin)
	defer cancel()
	if _, err := b.take(ctx, in, [][]byte{raw}); err != nil {
		b.env.Log.Warn("update not stored", "error", err)
		vendors.PostAgain(w)
		return
	}
	w.WriteHeader(http.StatusOK)
}
