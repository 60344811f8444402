// Package media brings the files of messages from a messenger's servers into
// the hub's store of attachments: each file once, however often its message is
// delivered, within limits of size and time, and from the messenger's own
// servers only.
package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	// fetchWithin bounds the fetching of one file. It goes on when the request
	// that brought the message has ended: the next delivery finds the file.
	fetchWithin = 2 * time.Minute
	// atOnce is how many files of one source are fetched at the same time.
	atOnce = 4
	// remembered is how many messages with files a source knows of.
	remembered = 1000
	// redirects is how many are followed, all within the messenger's servers.
	redirects = 3
)

// Box holds the files of one source.
type Box struct {
	Files connectors.Files // nil: files are mentioned, and not kept
	HTTP  *http.Client     // its own time-out is not used
	Hosts []string         // domains that files may be fetched from over https, with their subdomains
	API   *url.URL         // the configured address of the messenger, which may give files too, in its scheme
	Most  int64            // greatest size of a file in bytes
	// Insist: a file that could not be fetched may come later, because the
	// messenger delivers again what was not taken. After so many tries, and so
	// much time since the first, the message is taken without its file.
	Insist    int
	InsistFor time.Duration
	Now       func() time.Time

	mu    sync.Mutex
	works map[string]*work
	order []string // keys of works, the oldest first
	slots chan struct{}
}

// work is the fetching of one message's file.
type work struct {
	done  chan struct{} // closed when it is over
	kept  leads.Attachment
	note  string // why the file is not kept, in words; final
	err   error  // why not yet
	first time.Time
	tries int
}

// Open opens a file at the messenger. An error of [Never] is final.
type Open func(ctx context.Context) (io.ReadCloser, error)

// errNever marks what trying again cannot mend.
type errNever struct{ why string }

func (e errNever) Error() string { return e.why }

// Never returns an error that says in words why a file will never be had.
func Never(why string) error { return errNever{why} }

// Keep fetches the file of a message and keeps it. The note says in words why
// there is none, and will be none. An error means that the message is to be
// refused, because its file may be had when it is delivered again.
func (b *Box) Keep(ctx context.Context, externalID, name string, open Open) (kept *leads.Attachment, note string, err error) {
	if b.Files == nil {
		return nil, "files are not kept here", nil
	}
	w := b.start(ctx, externalID, name, open)
	select {
	case <-w.done:
	case <-ctx.Done():
		return nil, "", fmt.Errorf("the file is still being fetched: %w", ctx.Err())
	}
	switch {
	case w.err != nil:
		return nil, "", w.err
	case w.note != "":
		return nil, w.note, nil
	}
	return &w.kept, "", nil
}

// start begins the fetching, or joins the one that goes on or has succeeded.
func (b *Box) start(ctx context.Context, id, name string, open Open) *work {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.works == nil {
		b.works, b.slots = map[string]*work{}, make(chan struct{}, atOnce)
	}
	w := &work{done: make(chan struct{}), first: b.Now(), tries: 1}
	if old := b.works[id]; old != nil {
		select {
		case <-old.done:
			if old.err == nil {
				return old
			}
			w.first, w.tries = old.first, old.tries+1
		default:
			return old
		}
	} else {
		b.forget()
		b.order = append(b.order, id)
	}
	b.works[id] = w
	go b.run(context.WithoutCancel(ctx), w, id, name, open)
	return w
}

// forget makes room for one more, at the cost of the oldest that is over.
func (b *Box) forget() {
	for i := 0; len(b.order) >= remembered && i < len(b.order); i++ {
		select {
		case <-b.works[b.order[i]].done:
			delete(b.works, b.order[i])
			b.order = slices.Delete(b.order, i, i+1)
			return
		default:
		}
	}
}

func (b *Box) run(ctx context.Context, w *work, id, name string, open Open) {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	b.slots <- struct{}{}
	defer func() {
		<-b.slots
		if v := recover(); v != nil {
			w.note = "the file could not be read"
		}
		close(w.done)
	}()
	w.kept, w.err = b.fetch(ctx, id, name, open)
	var never errNever
	switch {
	case errors.As(w.err, &never):
		w.note, w.err = never.why, nil
	case w.err != nil && !errors.As(w.err, new(storeError)) && w.tries >= b.Insist && b.Now().Sub(w.first) >= b.InsistFor:
		w.note, w.err = "it could not be fetched", nil
	}
}

// storeError is a fault of our own store, which ends some time.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

func (b *Box) fetch(ctx context.Context, id, name string, open Open) (leads.Attachment, error) {
	body, err := open(ctx)
	if err != nil {
		return leads.Attachment{}, err
	}
	defer body.Close()
	limited := &limited{from: body, left: b.Most}
	kept, err := b.Files.Keep(ctx, id, 0, name, limited)
	switch {
	case limited.left < 0:
		return leads.Attachment{}, b.tooLarge()
	case limited.err != nil:
		return leads.Attachment{}, fmt.Errorf("fetching a file: %w", limited.err)
	case err != nil:
		return leads.Attachment{}, storeError{fmt.Errorf("keeping a file: %w", err)}
	}
	return kept, nil
}

func (b *Box) tooLarge() error {
	return Never(fmt.Sprintf("it is larger than %d MB", b.Most>>20))
}

// errTooLong ends the reading of a file that is larger than allowed.
var errTooLong = errors.New("the file is too large")

// limited reads at most left bytes, and remembers whether there were more, or
// why the reading broke off.
type limited struct {
	from io.Reader
	left int64 // negative: there was more
	err  error
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, errTooLong
	}
	n, err := l.from.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLong
	}
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}

// Get opens an address that came with a message. It is refused for ever when
// it does not lie on the messenger's servers, so that no message makes the hub
// ask inside its own network: only these names are asked, over https, with
// their certificates checked, and redirects keep to them.
func (b *Box) Get(ctx context.Context, address string, header http.Header) (io.ReadCloser, error) {
	to, err := url.Parse(address)
	if err != nil || !b.allowed(to) {
		return nil, Never("it does not lie on the messenger's own servers")
	}
	client := *b.HTTP
	client.Timeout = 0 // ctx bounds it, not the time-out of a short answer
	client.CheckRedirect = func(next *http.Request, before []*http.Request) error {
		if len(before) > redirects || !b.allowed(next.URL) {
			return Never("it was moved away from the messenger's own servers")
		}
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return nil, Never("its address cannot be used")
	}
	req.Header = header.Clone()
	res, err := client.Do(req)
	if err != nil {
		var never errNever
		if errors.As(err, &never) {
			return nil, never
		}
		return nil, errors.New("the server of the file did not answer") // the error has the address, and that has a key
	}
	switch s := res.StatusCode; {
	case s == http.StatusOK && res.ContentLength <= b.Most:
		return res.Body, nil
	case s == http.StatusOK:
		err = b.tooLarge()
	case s == http.StatusTooManyRequests, s == http.StatusRequestTimeout, s >= 500:
		err = fmt.Errorf("the server of the file answered %d", s)
	default:
		err = Never(fmt.Sprintf("its server answered %d", s))
	}
	res.Body.Close()
	return nil, err
}

// allowed reports whether a file may be fetched from there. An address of the
// messenger that is written with http is asked over https.
func (b *Box) allowed(u *url.URL) bool {
	if u.User != nil || u.Host == "" {
		return false
	}
	if b.API != nil && u.Scheme == b.API.Scheme && strings.EqualFold(u.Host, b.API.Host) {
		return true
	}
	if u.Scheme == "http" && u.Port() == "" {
		u.Scheme = "https"
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") && slices.ContainsFunc(b.Hosts, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}
