package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// redirects is how many redirects are followed, within the vendor's servers only.
const redirects = 3

// Vendor names the servers from and to which files are transferred. File addresses in messages
// are outside data: only the vendor's own hosts are contacted, over https with their certificates
// checked, also after a redirect. So no message makes the hub send requests inside its own
// network.
type Vendor struct {
	Name  string       // for messages to people
	HTTP  *http.Client // its own time-out is not used: the context bounds a file
	Hosts []string     // the vendor's domains, with their subdomains
	API   *url.URL     // a further scheme and host that may be asked: the configured address of the API; nil: none
	Most  int64        // greatest size of a file in bytes
}

// Locate parses an address that the vendor gave; nil if it is not on the vendor's hosts. An http
// address becomes https.
func (v Vendor) Locate(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || !v.allowed(u) {
		return nil
	}
	return u
}

func (v Vendor) allowed(u *url.URL) bool {
	if u.User != nil || u.Host == "" {
		return false
	}
	if v.API != nil && u.Scheme == v.API.Scheme && strings.EqualFold(u.Host, v.API.Host) {
		return true
	}
	if u.Scheme == "http" && u.Port() == "" {
		u.Scheme = "https"
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") && slices.ContainsFunc(v.Hosts, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// client follows redirects only within the vendor's hosts.
func (v Vendor) client() *http.Client {
	c := *v.HTTP
	c.Timeout = 0
	c.CheckRedirect = func(next *http.Request, before []*http.Request) error {
		if len(before) > redirects || !v.allowed(next.URL) {
			return v.fault(moved)
		}
		return nil
	}
	return &c
}

// Get opens a file at an address of the vendor. Its errors are of [Fault] and never contain the
// address, which may have a key in it.
func (v Vendor) Get(ctx context.Context, address string, header http.Header) (io.ReadCloser, error) {
	to := v.Locate(address)
	if to == nil {
		return nil, v.fault(foreign)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return nil, v.fault(foreign)
	}
	req.Header = header.Clone()
	res, err := v.client().Do(req)
	if err != nil {
		var away *Fault
		if errors.As(err, &away) {
			return nil, away
		}
		return nil, v.fault(silent)
	}
	switch {
	case res.StatusCode == http.StatusOK && res.ContentLength <= v.Most:
		return res.Body, nil
	case res.StatusCode == http.StatusOK:
		err = v.fault(large)
	default:
		err = &Fault{why: refused, vendor: v.Name, number: int64(res.StatusCode)}
	}
	res.Body.Close()
	return nil, err
}

// At returns the function that opens the file at an address, for [Vendor.Keep].
func (v Vendor) At(address string, header http.Header) Open {
	return func(ctx context.Context) (io.ReadCloser, error) { return v.Get(ctx, address, header) }
}

// Post uploads a stored file to an address that the vendor gave, as the only field of a form, and
// returns the first 64 KiB of the answer. Any status but 2xx is an error. An error marked by
// [leads.Permanent] says that the file no longer exists.
func (v Vendor) Post(ctx context.Context, files connectors.Files, a leads.Attachment, address, field string) ([]byte, error) {
	to := v.Locate(address)
	if to == nil {
		return nil, fmt.Errorf("%s wants the file at an address that is not its own", v.Name)
	}
	content, err := files.Open(ctx, a.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, leads.Permanent(leads.Because(leads.FaultFileGone, fmt.Errorf("an attachment is not there any more: %w", err)))
	}
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
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s wants the file at an address that cannot be used", v.Name)
	}
	req.ContentLength = int64(len(head)) + a.Size + int64(form.Len()) // upload servers want it
	req.Header.Set("Content-Type", w.FormDataContentType())
	res, err := v.client().Do(req)
	if err != nil {
		return nil, vendors.Unanswered(v.Name, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return nil, vendors.Unanswered(v.Name, err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, fmt.Errorf("%s answered %s to an upload", v.Name, res.Status)
	}
	return answer, nil
}
