package media

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ctihub/connectors"
	"ctihub/leads"
)

// Open opens a file at the vendor.
type Open func(ctx context.Context) (io.ReadCloser, error)

// ErrNotKept marks an error of the hub's storage: the file was not stored, and
// its touch must be tried again later.
var ErrNotKept = errors.New("an attachment could not be stored")

// fetchTries is how often a server with a temporary failure is asked for a file.
const fetchTries = 2

// Keep opens a file once and stores it as the n-th file of a touch. An error that wraps
// [ErrNotKept] is the hub's; any other one, of open or a [Fault], says why the vendor's file is
// not available.
func (v Vendor) Keep(ctx context.Context, files connectors.Files, externalID string, n int, name string, open Open) (leads.Attachment, error) {
	body, err := open(ctx)
	if err != nil {
		return leads.Attachment{}, err
	}
	defer body.Close()
	content := &limited{from: body, left: v.Most}
	kept, err := files.Keep(ctx, externalID, n, name, content)
	switch {
	case content.left < 0:
		return leads.Attachment{}, v.fault(large)
	case content.err != nil, err != nil && ctx.Err() != nil:
		return leads.Attachment{}, v.fault(broken)
	case err != nil:
		return leads.Attachment{}, fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return kept, nil
}

// Fetch is Keep of the file at an address, for a message that is delivered only once: it asks
// again after a temporary failure.
func (v Vendor) Fetch(ctx context.Context, files connectors.Files, externalID string, n int, name, address string) (kept leads.Attachment, err error) {
	for range fetchTries {
		kept, err = v.Keep(ctx, files, externalID, n, name, v.At(address, nil))
		if err == nil || errors.Is(err, ErrNotKept) || Final(err) || ctx.Err() != nil {
			break
		}
	}
	return kept, err
}

// limited reads at most left bytes. It records whether there were more, and the error of reading,
// to distinguish it from an error of storing.
type limited struct {
	from io.Reader
	left int64 // negative: there was more
	err  error
}

var errTooLong = errors.New("the file is too large")

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
