package letter

import (
	"bufio"
	"encoding/base64"
	"io"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding. What is broken in it is
// passed over, never an error; an unknown encoding is taken for none.
func decodeTransfer(r io.Reader, encoding string) io.Reader {
	encoding, _, _ = strings.Cut(encoding, ";")
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return &base64Reader{in: bufio.NewReaderSize(r, 4<<10)}
	case "quoted-printable":
		return &quotedReader{in: bufio.NewReaderSize(r, 4<<10)}
	}
	return r
}

// base64Reader decodes base64 and skips what is not of its alphabet. Padding
// ends a group, after which another text may begin.
type base64Reader struct {
	in    *bufio.Reader
	group [4]byte
	n     int
	out   [3]byte
	left  []byte
	err   error
}

func (b *base64Reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(b.left) > 0 {
			c := copy(p[n:], b.left)
			n, b.left = n+c, b.left[c:]
			continue
		}
		if b.err != nil {
			break
		}
		c, err := b.in.ReadByte()
		switch {
		case err != nil:
			b.err = err
			b.flush()
		case c == '=':
			b.flush()
		case c == '+' || c == '/' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
			b.group[b.n] = c
			if b.n++; b.n == 4 {
				b.flush()
			}
		}
	}
	if n == 0 && len(p) > 0 {
		return 0, b.err
	}
	return n, nil
}

func (b *base64Reader) flush() {
	if b.n > 1 {
		n, err := base64.RawStdEncoding.Decode(b.out[:], b.group[:b.n])
		if err == nil {
			b.left = b.out[:n]
		}
	}
	b.n = 0
}

// quotedReader decodes quoted-printable; an escape that is none stays as it is.
type quotedReader struct {
	in   *bufio.Reader
	left []byte
}

func (q *quotedReader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(q.left) > 0 {
			c := copy(p[n:], q.left)
			n, q.left = n+c, q.left[c:]
			continue
		}
		if n > 0 && q.in.Buffered() == 0 {
			return n, nil
		}
		c, err := q.in.ReadByte()
		if err != nil {
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		if c != '=' {
			p[n] = c
			n++
			continue
		}
		q.escape()
	}
	return n, nil
}

// escape reads what follows an equals sign.
func (q *quotedReader) escape() {
	next, _ := q.in.Peek(2)
	if len(next) == 2 {
		high, low := hex(next[0]), hex(next[1])
		if high >= 0 && low >= 0 {
			_, _ = q.in.Discard(2)
			q.left = []byte{byte(high<<4 | low)}
			return
		}
	}
	// A soft line break, perhaps with blanks before the break.
	for i := 1; i <= 80; i++ {
		ahead, _ := q.in.Peek(i)
		if len(ahead) < i {
			if len(strings.TrimSpace(string(ahead))) == 0 {
				_, _ = q.in.Discard(len(ahead))
				return
			}
			break
		}
		switch ahead[i-1] {
		case ' ', '\t', '\r':
			continue
		case '\n':
			_, _ = q.in.Discard(i)
			return
		}
		break
	}
	q.left = []byte{'='}
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
