package whatsapp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const (
	// maxBody is the greatest body of a webhook; Meta's own limit is 3 MB.
	maxBody = 4 << 20
	// maxReading bounds how many bodies are read and handled at once.
	maxReading = 32
	// filesWithin is how long the files of a body are awaited before Meta is
	// asked to deliver it again; their fetching goes on.
	filesWithin = 8 * time.Second
	// storeWithin is how long a body waits for being stored.
	storeWithin = 4 * time.Second
	// filesAtOnce bounds how many messages of a body wait for their files.
	filesAtOnce = 8
)

// Handler serves Meta's verification and its webhooks at /in/<name>.
func (n *number) Handler(in leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+n.env.Name), "/") != "":
			http.NotFound(w, r)
		case r.Method == http.MethodGet:
			n.verify(w, r)
		case r.Method == http.MethodPost:
			n.receive(w, r, in)
		default:
			w.Header().Set("Allow", "GET, POST")
			http.Error(w, "WhatsApp posts here", http.StatusMethodNotAllowed)
		}
	})
}

// verify answers Meta's question whether this address is ours.
func (n *number) verify(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	given, want := sha256.Sum256([]byte(q.Get("hub.verify_token"))), sha256.Sum256([]byte(n.VerifyToken))
	if q.Get("hub.mode") != "subscribe" || subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
		http.Error(w, "the verify token is another one", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, leads.Clip(q.Get("hub.challenge"), 1000))
}

// receive stores everything in one webhook, or refuses it so that Meta repeats it.
func (n *number) receive(w http.ResponseWriter, r *http.Request, in leads.Inbox) {
	n.posts.Serve(w, r, func(body []byte) bool {
		signature, ok := strings.CutPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256=")
		return ok && vendors.Signed(n.AppSecret, signature, body)
	}, func(ctx context.Context, body []byte) error {
		touches, receipts := n.parseWebhook(body)
		err := n.store(ctx, in, touches, receipts)
		if err != nil {
			n.env.Log.Warn("whatsapp's webhook not taken", "error", err, "messages", len(touches), "receipts", len(receipts))
		}
		return err
	})
}

// store puts what is ready, then hands over the receipts. What still waits for
// a file makes an error, so that it comes again.
func (n *number) store(ctx context.Context, in leads.Inbox, touches []found, receipts []leads.Receipt) error {
	ready, late := n.withFiles(ctx, touches)
	ctx, cancel := context.WithTimeout(ctx, storeWithin)
	defer cancel()
	if len(ready) > 0 {
		if err := in.Put(ctx, "", ready...); err != nil {
			return err
		}
	}
	for _, r := range receipts {
		if n.env.Report.Receipt == nil {
			break
		}
		if err := n.env.Report.Receipt(ctx, r); err != nil {
			return err
		}
	}
	return late
}

// withFiles fetches the files, and returns the touches that are ready.
func (n *number) withFiles(ctx context.Context, touches []found) ([]leads.Touch, error) {
	ctx, cancel := context.WithTimeout(ctx, filesWithin)
	defer cancel()
	late := make([]error, len(touches))
	var wait sync.WaitGroup
	slots := make(chan struct{}, filesAtOnce)
	for i := range touches {
		if touches[i].file == nil {
			continue
		}
		slots <- struct{}{}
		wait.Go(func() {
			late[i] = n.attach(ctx, &touches[i])
			<-slots
		})
	}
	wait.Wait()
	var ready []leads.Touch
	for i, t := range touches {
		if late[i] == nil {
			ready = append(ready, t.Touch)
		}
	}
	return ready, errors.Join(late...)
}

// attach fetches the file of a touch, or notes in the text why there is none.
func (n *number) attach(ctx context.Context, f *found) error {
	kept, note, err := n.files.Keep(ctx, f.ExternalID, f.file.name(f.what), func(ctx context.Context) (io.ReadCloser, error) {
		return n.download(ctx, string(f.file.ID))
	})
	switch {
	case err != nil:
		return err
	case kept != nil:
		f.Attachments = []leads.Attachment{*kept}
		if f.Text == "" {
			f.Text = bracket(f.what)
		}
	default:
		f.Text = lines(bracket(f.say.missing, text(f.what), text(note)), f.Text)
	}
	return nil
}
