package connectors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ctihub/leads"
)

// ErrNotKept marks an error of [Transfer.Keep] that is the hub's own: the file
// could not be stored, so the touch must be tried again later.
var ErrNotKept = errors.New("an attachment could not be stored")

// Transfer moves files between a vendor's servers and the hub. Addresses that
// a vendor names are data from outside: only https at the vendor's own hosts is
// asked, also after a redirect.
type Transfer struct {
	Vendor string // as named in errors
	Client *http.Client
	Hosts  []string // the vendor's domains; what is below them is theirs too
	Also   *url.URL // a further scheme and host that may be asked, such as that of a proxy; nil: none
	Most   int64    // greatest size of a file in bytes
}

// Allowed reports whether the vendor's address may be asked.
func (t Transfer) Allowed(u *url.URL) bool {
	if t.Also != nil && u.Scheme == t.Also.Scheme && u.Host == t.Also.Host {
		return true
	}
	if u.Scheme != "https" || u.User != nil || u.Port() != "" && u.Port() != "443" {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return slices.ContainsFunc(t.Hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) })
}

// Keep fetches the file at an address and keeps it as the n-th one of the
// touch. An error that wraps [ErrNotKept] is the hub's; any other one says in
// words why the vendor's file could not be had.
func (t Transfer) Keep(ctx context.Context, files Files, externalID string, n int, name, address string) (leads.Attachment, error) {
	res, err := t.get(ctx, address)
	if err != nil {
		return leads.Attachment{}, err
	}
	defer res.Body.Close()
	content := &sized{from: res.Body, left: t.Most}
	kept, err := files.Keep(ctx, externalID, n, name, content)
	switch {
	case content.err != nil:
		return leads.Attachment{}, content.err
	case err != nil && ctx.Err() != nil:
		return leads.Attachment{}, Unanswered(t.Vendor, ctx.Err())
	case err != nil:
		return leads.Attachment{}, fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return kept, nil
}

func (t Transfer) get(ctx context.Context, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil || !t.Allowed(u) {
		return nil, fmt.Errorf("the address is not one of %s", t.Vendor)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("the address is not one of %s", t.Vendor)
	}
	res, err := t.guarded().Do(req)
	if errors.Is(err, errAway) {
		return nil, errAway
	}
	if err != nil {
		return nil, Unanswered(t.Vendor, err)
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("%s answered %s", t.Vendor, res.Status)
	}
	if res.ContentLength > t.Most {
		res.Body.Close()
		return nil, errTooLarge
	}
	return res, nil
}

var (
	errTooLarge = errors.New("the file is larger than the hub takes")
	errAway     = errors.New("the address leads away from the vendor")
)

// guarded is the client that leaves the vendor's hosts on no redirect.
func (t Transfer) guarded() *http.Client {
	c := *t.Client
	c.Timeout = 0 // of the caller's context
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > 3 || !t.Allowed(req.URL) {
			return errAway
		}
		return nil
	}
	return &c
}

// sized reads at most left bytes and remembers what went wrong on the vendor's
// side, so that it is told apart from trouble of storing.
type sized struct {
	from io.Reader
	left int64
	err  error
}

func (s *sized) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.from.Read(p)
	if s.left -= int64(n); s.left < 0 {
		s.err = errTooLarge
		return 0, s.err
	}
	if err != nil && err != io.EOF {
		s.err = errors.New("the connection broke while the file was fetched")
		return n, s.err
	}
	return n, err
}

// Post uploads a kept file to an address that the vendor named, as the one
// field of a form, and returns the answer's first 64 KiB. The answer's status
// is 2xx; any other one is an error.
func (t Transfer) Post(ctx context.Context, files Files, a leads.Attachment, address, field string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || !t.Allowed(u) {
		return nil, fmt.Errorf("%s wants the file at an address that is not its own", t.Vendor)
	}
	content, err := files.Open(ctx, a.ID)
	if err != nil {
		return nil, fmt.Errorf("an attachment cannot be read: %w", err)
	}
	defer content.Close()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if _, err := w.CreateFormFile(field, a.Name); err != nil {
		return nil, err
	}
	head := bytes.Clone(form.Bytes())
	form.Reset()
	if err := w.Close(); err != nil {
		return nil, err
	}
	body := io.MultiReader(bytes.NewReader(head), io.LimitReader(content, a.Size), &form)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s wants the file at an address that cannot be used", t.Vendor)
	}
	req.ContentLength = int64(len(head)) + a.Size + int64(form.Len()) // upload servers want it
	req.Header.Set("Content-Type", w.FormDataContentType())
	res, err := t.guarded().Do(req)
	if err != nil {
		return nil, Unanswered(t.Vendor, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return nil, Unanswered(t.Vendor, err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, fmt.Errorf("%s answered %s to an upload", t.Vendor, res.Status)
	}
	return answer, nil
}
