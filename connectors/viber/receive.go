package viber

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"time"

	"ctihub/leads"
)

const (
	// maxBody is the greatest body of a callback; a message has at most 30 KB.
	maxBody = 1 << 20
	// maxReading bounds how many bodies are read and handled at once.
	maxReading = 64
	// readWithin is how long a body may take to arrive.
	readWithin = 10 * time.Second
	// fileWithin is how long the file of a message is awaited before Viber is
	// told to deliver it again; its fetching goes on.
	fileWithin = 15 * time.Second
	// storeWithin is how long a message waits for being stored.
	storeWithin = 4 * time.Second
)

// receive takes one callback: it is stored, or refused so that it comes again.
func (b *bot) receive(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	default:
		again(w)
		return
	}
	body, err := read(w, r)
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	case !b.signed(r.Header.Get("X-Viber-Content-Signature"), body):
		http.Error(w, "the signature is not right", http.StatusUnauthorized)
		return
	}
	if err := b.take(r.Context(), in, parse(body, b.say)); err != nil {
		b.env.Log.Warn("viber's callback not taken", "error", err)
		again(w)
		return
	}
	_, _ = io.WriteString(w, "ok")
}

func again(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "5")
	http.Error(w, "not stored; send it again", http.StatusServiceUnavailable)
}

// read reads a body that is neither too large nor too slow.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	slow := http.NewResponseController(w)
	_ = slow.SetReadDeadline(time.Now().Add(readWithin)) // not every writer can
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	_ = slow.SetReadDeadline(time.Time{})
	return body, err
}

// signed reports whether Viber has signed the body with the bot's token.
func (b *bot) signed(header string, body []byte) bool {
	given, err := hex.DecodeString(header)
	mac := hmac.New(sha256.New, []byte(b.AuthToken))
	mac.Write(body)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}

// take stores what a callback has brought.
func (b *bot) take(ctx context.Context, in leads.Inbox, f found) error {
	if f.file != "" {
		waiting, cancel := context.WithTimeout(ctx, fileWithin)
		defer cancel()
		if err := b.attach(waiting, &f); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if f.touch != nil {
		return in.Put(ctx, "", *f.touch)
	}
	if f.receipt != nil && b.env.Receipt != nil {
		return b.env.Receipt(ctx, *f.receipt)
	}
	return nil
}

// attach fetches the file of a touch, or says why there is none.
func (b *bot) attach(ctx context.Context, f *found) error {
	kept, note, err := b.files.Keep(ctx, f.touch.ExternalID, f.called, b.files.At(f.file, http.Header{"User-Agent": {agent}}))
	switch {
	case err != nil:
		return err
	case kept != nil:
		f.touch.Attachments = []leads.Attachment{*kept}
		if f.touch.Text == "" {
			f.touch.Text = bracket(f.what)
		}
	default:
		f.touch.Text = lines(bracket(b.say.missing, f.what, note), f.touch.Text)
	}
	return nil
}
