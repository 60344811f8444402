package letter

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync"

	"ctihub/leads"
)

// source reads a mail by lines and knows the boundaries of the multiparts that
// are open.
type source struct {
	in      *bufio.Reader
	bounds  []string // outermost first
	midLine bool     // the next line is the rest of one that was too long
	err     error    // of the reader, other than its end

	hit     int  // index of the boundary that ended the last body; -1: the mail ended
	closing bool // it was the last one of its multipart

	raw    []byte // headers and first part
	rawEnd bool
}

// buffers are readers that are used again: a new one of 64 KB for each mail would cost more than
// to read a short mail.
var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 64<<10) }}

func newSource(r io.Reader) *source {
	in := buffers.Get().(*bufio.Reader) //nolint:forcetypeassert // there is nothing else in it
	in.Reset(r)
	return &source{in: in, hit: -1}
}

// close gives the buffer back; the source reads nothing more.
func (s *source) close() {
	s.in.Reset(nil)
	buffers.Put(s.in)
	s.in = nil
}

// line returns the next line with its break, or 64 KB of it; it is good until
// the next call. begins: it is the beginning of a line.
func (s *source) line() (line []byte, begins bool, err error) {
	if s.err != nil {
		return nil, false, s.err
	}
	line, err = s.in.ReadSlice('\n')
	begins = !s.midLine
	s.midLine = err == bufio.ErrBufferFull //nolint:errorlint // returned as it is
	if s.midLine || err == io.EOF && len(line) > 0 {
		err = nil
	}
	if err != nil {
		if err != io.EOF {
			s.err = err
		}
		return nil, false, err
	}
	if !s.rawEnd {
		s.raw = append(s.raw, line[:min(len(line), leads.RawLimit-len(s.raw))]...)
	}
	return line, begins, nil
}

// skipJunk skips the lines above the header of the mail; they stay in raw.
func (s *source) skipJunk() error {
	begin, err := s.in.Peek(2 * maxJunk)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
		return err
	}
	n := headerBegins(begin)
	s.raw = append(s.raw, begin[:n]...)
	_, err = s.in.Discard(n)
	return err
}

// boundaryWindow is how many bytes are searched for the first boundary of a multipart.
const boundaryWindow = 16 << 10

// boundaryAhead returns the boundary of a multipart that begins here: the declared one, or if
// that does not occur, the first line behind "--" with a part's header below it. Senders declare
// a wrong boundary, write it without quotes beside other words, or declare none.
func (s *source) boundaryAhead(declared string, b *body) string {
	if b.done || len(b.rest) > 0 {
		return declared
	}
	next, err := s.in.Peek(boundaryWindow)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		s.err = err
		return declared
	}
	found := ""
	for len(next) > 0 {
		var line []byte
		line, next, _ = bytes.Cut(next, []byte("\n"))
		if outer, _ := s.boundaryIn(line); outer >= 0 {
			break
		}
		name, dashed := bytes.CutPrefix(bytes.TrimRight(line, " \t\r"), []byte("--"))
		switch {
		case !dashed || len(name) == 0:
		case string(name) == declared:
			return declared
		case found == "" && !bytes.ContainsAny(name, " \t") && len(next) > 8 && bytes.EqualFold(next[:8], []byte("content-")):
			found = string(name)
		}
	}
	if found == "" {
		return declared
	}
	return found
}

// boundary reports whether the line ends the body that is being read.
func (s *source) boundary(line []byte) bool {
	i, closing := s.boundaryIn(line)
	if i < 0 {
		return false
	}
	s.hit, s.closing = i, closing
	return true
}

// boundaryIn returns which of the open boundaries a line is, -1: none, and
// whether it is the last one of its multipart.
func (s *source) boundaryIn(line []byte) (i int, closing bool) {
	if len(s.bounds) == 0 || !bytes.HasPrefix(line, []byte("--")) {
		return -1, false
	}
	line = bytes.TrimRight(line[2:], " \t\r\n")
	for i := len(s.bounds) - 1; i >= 0; i-- {
		rest, found := bytes.CutPrefix(line, []byte(s.bounds[i]))
		if found && (len(rest) == 0 || string(rest) == "--") {
			return i, len(rest) > 0
		}
	}
	return -1, false
}

// body is what lies between two boundaries.
type body struct {
	lines *source
	rest  []byte // not yet read
	hold  []byte // line break that belongs to the boundary if one follows
	done  bool
}

// line returns the next line with its break; io.EOF ends the body.
func (b *body) line() ([]byte, bool, error) {
	if b.done {
		return nil, false, io.EOF
	}
	line, begins, err := b.lines.line()
	if errors.Is(err, io.EOF) {
		b.done, b.lines.hit, b.lines.closing = true, -1, false
	}
	if err != nil {
		return nil, false, err
	}
	if begins && b.lines.boundary(line) {
		b.done = true
		return nil, false, io.EOF
	}
	return line, begins, nil
}

// unread gives back a line.
func (b *body) unread(line []byte) { b.rest = bytes.Clone(line) }

func (b *body) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		line, _, err := b.line()
		if errors.Is(err, io.EOF) && len(b.hold) > 0 && b.lines.hit < 0 {
			b.rest, b.hold = b.hold, nil
			break
		}
		if err != nil {
			return 0, err
		}
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		b.rest = append(append(b.rest[:0], b.hold...), text...)
		b.hold = append(b.hold[:0], line[len(text):]...)
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// drain reads to the end of the body.
func (b *body) drain() error {
	for {
		if _, _, err := b.line(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
