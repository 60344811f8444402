package webhook

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
)

// permanentStatuses are the statuses by which a receiver refuses the event itself, so
// that a retry is useless.
var permanentStatuses = []int{
	http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone,
	http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
}

// Deliver implements leads.Sink: any answer of 2xx means that the receiver has
// the event.
func (s *sink) Deliver(ctx context.Context, e leads.Event) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(e.Data))
	if err != nil {
		return errors.New("the url cannot be used")
	}
	req.GetBody = nil // only the dispatcher repeats a request that broke off
	timestamp, signature := sign(s.keys, e.ID, s.now(), e.Data)
	h := req.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "ctihub-webhook/1")
	h.Set(headerID, e.ID)
	h.Set(headerTime, timestamp)
	h.Set(headerSignature, signature)
	res, err := s.client.Do(req)
	if err != nil {
		return transportError(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, answerMost)) // only the status counts
	return s.statusError(res)
}

func (s *sink) statusError(res *http.Response) error {
	status := res.StatusCode
	if status >= 200 && status <= 299 {
		return nil
	}
	said := strconv.Itoa(status)
	if text := http.StatusText(status); text != "" {
		said += " " + text
	}
	err := fmt.Errorf("the receiver answered %s", said)
	switch {
	case status >= 300 && status <= 399:
		return fmt.Errorf("%w; redirects are not followed, configure the address that it points to", err)
	case slices.Contains(permanentStatuses, status):
		return leads.Permanent(err)
	}
	if wait := retryAfter(res.Header.Get("Retry-After"), s.now()); wait > 0 {
		return leads.NotBefore(err, wait)
	}
	return err
}

// retryAfter reads the header of that name (RFC 9110, 10.2.3): seconds or a
// date.
func retryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 32); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// transportError says in words why no answer came. It has neither the url, which may
// hold a secret, nor the address of its host.
func transportError(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var network net.Error
	var name *net.DNSError
	var untrusted x509.UnknownAuthorityError
	var misnamed x509.HostnameError
	var invalid x509.CertificateInvalidError
	var op *net.OpError
	switch {
	case errors.Is(err, errNotPublic):
		return errNotPublic
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &name):
		return errors.New("the receiver's name cannot be resolved")
	case errors.As(err, &network) && network.Timeout():
		return errors.New("the receiver did not answer in time")
	case errors.As(err, &untrusted), errors.As(err, &misnamed), errors.As(err, &invalid):
		return errors.New("the receiver's certificate is not valid")
	case errors.As(err, &op) && op.Op == "dial":
		return errors.New("the receiver cannot be reached")
	}
	return errors.New("the connection broke before the answer came")
}
