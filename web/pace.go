package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// pace is the least speed of a request's body.
type pace struct {
	first time.Duration // for the first bytes, and between two reads
	rate  int64         // bytes per second after that, on average
	most  time.Duration // for the whole body
}

var defaultPace = pace{first: 10 * time.Second, rate: 2 << 10, most: 10 * time.Minute}

var errSlowBody = &problem{status: http.StatusRequestTimeout, code: codeInvalid, title: "The request came in too slowly",
	detail: "Send it again over a faster connection."}

// pacedBody is a body whose read deadline moves with every byte. It sets the connection's read
// deadline from the start, because net/http reads the rest that a handler leaves.
type pacedBody struct {
	io.ReadCloser
	conn            *http.ResponseController
	pace            pace
	began           time.Time // of the first read
	got             int64
	handlerDeadline time.Time // the handler's own deadline, zero for none
	done            bool
	slow            func() // called when the body was cut
}

func newPacedBody(w http.ResponseWriter, body io.ReadCloser, p pace, slow func()) *pacedBody {
	b := &pacedBody{ReadCloser: body, conn: http.NewResponseController(w), pace: p, slow: slow}
	_ = b.extendDeadline() // fails on a test recorder
	return b
}

// extendDeadline sets the deadline of the next read.
func (b *pacedBody) extendDeadline() error {
	if b.done {
		return nil
	}
	deadline := time.Now().Add(b.pace.first)
	if !b.began.IsZero() {
		deadline = earlier(deadline, b.began.Add(b.pace.first+time.Duration(b.got)*time.Second/time.Duration(b.pace.rate)))
		deadline = earlier(deadline, b.began.Add(b.pace.most))
	}
	if !b.handlerDeadline.IsZero() {
		deadline = earlier(deadline, b.handlerDeadline)
	}
	return b.conn.SetReadDeadline(deadline)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Read implements io.Reader. The error of a body that is too slow is an
// errSlowBody.
func (b *pacedBody) Read(p []byte) (int, error) {
	if b.began.IsZero() {
		b.began = time.Now()
	}
	_ = b.extendDeadline()
	n, err := b.ReadCloser.Read(p)
	b.got += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		// From here on net/http reads to notice that the client leaves.
		b.done = true
		_ = b.conn.SetReadDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.slow()
		err = fmt.Errorf("%w: %w", errSlowBody, err)
	}
	return n, err
}

// SetReadDeadline lets a handler set an earlier deadline than the pace. Zero removes it.
func (a *statusRecorder) SetReadDeadline(t time.Time) error {
	if a.body == nil {
		return http.NewResponseController(a.ResponseWriter).SetReadDeadline(t)
	}
	a.body.handlerDeadline = t
	return a.body.extendDeadline()
}
