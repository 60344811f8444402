package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// pace is how fast the body of a request has to come in.
type pace struct {
	first time.Duration // for the first bytes, and between two reads
	rate  int64         // bytes per second after that, on average
	most  time.Duration // for the whole body
}

var defaultPace = pace{first: 10 * time.Second, rate: 2 << 10, most: 10 * time.Minute}

var errSlowBody = &problem{status: http.StatusRequestTimeout, code: codeInvalid, title: "The request came in too slowly",
	detail: "Send it again over a faster connection."}

// pacedBody is a body with a deadline that moves on with every byte. It holds
// the connection's read deadline from the first moment on, because net/http
// reads what a handler leaves unread.
type pacedBody struct {
	io.ReadCloser
	conn  *http.ResponseController
	pace  pace
	began time.Time // of the first read
	got   int64
	by    time.Time // the handler's own deadline, zero for none
	done  bool
	slow  func() // called when the body was cut
}

func newPacedBody(w http.ResponseWriter, body io.ReadCloser, p pace, slow func()) *pacedBody {
	b := &pacedBody{ReadCloser: body, conn: http.NewResponseController(w), pace: p, slow: slow}
	_ = b.allow() // not on a recorder
	return b
}

// allow sets the deadline of the next read.
func (b *pacedBody) allow() error {
	if b.done {
		return nil
	}
	deadline := time.Now().Add(b.pace.first)
	if !b.began.IsZero() {
		deadline = earlier(deadline, b.began.Add(b.pace.first+time.Duration(b.got)*time.Second/time.Duration(b.pace.rate)))
		deadline = earlier(deadline, b.began.Add(b.pace.most))
	}
	if !b.by.IsZero() {
		deadline = earlier(deadline, b.by)
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
	_ = b.allow()
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

// SetReadDeadline lets a handler ask for less time than the pace gives. Zero
// takes it back.
func (a *answer) SetReadDeadline(t time.Time) error {
	if a.body == nil {
		return http.NewResponseController(a.ResponseWriter).SetReadDeadline(t)
	}
	a.body.by = t
	return a.body.allow()
}
