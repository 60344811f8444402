package viber

import (
	"context"
	"net/http"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const (
	// maxBody is the greatest body of a callback; a message has at most 30 KB.
	maxBody = 1 << 20
	// maxReading bounds how many bodies are read and handled at once.
	maxReading = 64
	// fileWithin is how long the file of a message is awaited before Viber is
	// told to deliver it again; its fetching goes on.
	fileWithin = 15 * time.Second
	// storeWithin is how long a message waits for being stored.
	storeWithin = 4 * time.Second
)

// receive stores one callback, or refuses it so that Viber repeats it.
func (b *bot) receive(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	b.posts.Serve(w, r, func(body []byte) bool {
		return vendors.Signed(b.AuthToken, r.Header.Get("X-Viber-Content-Signature"), body)
	}, func(ctx context.Context, body []byte) error {
		err := b.take(ctx, in, parse(body, b.say))
		if err != nil {
			b.env.Log.Warn("viber's callback not taken", "error", err)
		}
		return err
	})
}

// take stores the touch or the receipt of a callback.
func (b *bot) take(ctx context.Context, in leads.Inbox, f result) error {
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
	if f.receipt != nil && b.env.Report.Receipt != nil {
		return b.env.Report.Receipt(ctx, *f.receipt)
	}
	return nil
}

// attach fetches the file of a touch, or notes in the text why there is none.
func (b *bot) attach(ctx context.Context, f *result) error {
	kept, note, err := b.files.Keep(ctx, f.touch.ExternalID, f.fileName, b.files.At(f.file, http.Header{"User-Agent": {agent}}))
	switch {
	case err != nil:
		return err
	case kept != nil:
		f.touch.Attachments = []leads.Attachment{*kept}
		if f.touch.Text == "" {
			f.touch.Text = bracket(f.fileWord)
		}
	default:
		f.touch.Text = vendors.Lines(bracket(b.say.missing, f.fileWord, note), f.touch.Text)
	}
	return nil
}
