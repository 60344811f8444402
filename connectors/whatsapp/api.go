package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"ctihub/leads"
)

const (
	// answerWithin bounds one request without a file.
	answerWithin = 20 * time.Second
	// maxAnswer is how much of an answer is read.
	maxAnswer = 1 << 20
)

// path returns the address of an object of the API.
func (n *number) path(parts ...string) string {
	address := n.api.String() + "/" + n.Version
	for _, p := range parts {
		address += "/" + url.PathEscape(p)
	}
	return address
}

func (n *number) get(ctx context.Context, address string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return n.call(ctx, http.MethodGet, address, "", nil, 0, into)
}

func (n *number) post(ctx context.Context, address string, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return n.call(ctx, http.MethodPost, address, "application/json", bytes.NewReader(b), int64(len(b)), into)
}

// call makes one request. Its errors are marked as [connectors.Source] wants
// them: without a connection nothing was sent, and after one it perhaps was.
func (n *number) call(ctx context.Context, method, address, kind string, body io.Reader, length int64, into any) error {
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return leads.Refuse(leads.FaultSetup, "the address of WhatsApp cannot be used; check api_url")
	}
	req.ContentLength, req.GetBody = length, nil
	req.Header = n.header()
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	client := *n.env.Net.HTTP
	client.Timeout = 0 // ctx bounds it: an upload takes its time
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil && !connected {
		return fmt.Errorf("WhatsApp cannot be reached: check the network, the name service and the firewall of this machine (%w)", leads.ErrNotSent)
	}
	if err != nil {
		return errors.New("the connection to WhatsApp broke before its answer came")
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if res.StatusCode >= 200 && res.StatusCode <= 299 {
		if err == nil {
			_, err = decode(answer, into)
		}
		if err != nil {
			return errors.New("WhatsApp's answer cannot be read")
		}
		return nil
	}
	return n.refused(res, answer)
}

func (n *number) header() http.Header {
	return http.Header{"Authorization": {"Bearer " + n.AccessToken}, "User-Agent": {"ctihub-whatsapp/1"}}
}

// maxFile is the greatest file that WhatsApp carries in either direction.
const maxFile = 100 << 20

// download opens a file that a customer sent: its id gives an address that is
// good for some minutes.
func (n *number) download(ctx context.Context, id string) (io.ReadCloser, error) {
	var at struct {
		URL string `json:"url"`
	}
	if err := n.get(ctx, n.path(id), &at); err != nil {
		// Asking in vain again and again gets the number blocked for an hour.
		if leads.IsPermanent(err) {
			return nil, n.files.Denied(err)
		}
		return nil, err
	}
	return n.files.Get(ctx, at.URL, n.header())
}

// name returns how a file is called, the customer's own name for a document.
func (f file) name(what string) string {
	name := strings.TrimSpace(string(f.Filename))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if name != "" {
		return leads.Clip(name, 200)
	}
	name = strings.ReplaceAll(what, " ", "-")
	kind, _, _ := strings.Cut(string(f.MIME), ";")
	return name + extensions[strings.TrimSpace(kind)]
}

// extensions of the types that WhatsApp carries without a name.
var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "video/mp4": ".mp4", "video/3gpp": ".3gp",
	"audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/aac": ".aac", "audio/amr": ".amr",
}
