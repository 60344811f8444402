package letter

import (
	"bufio"
	"io"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding. Broken pieces are skipped, never an error;
// an unknown encoding counts as none.
func decodeTransfer(r io.Reader, encoding string) io.Reader {
	encoding, _, _ = strings.Cut(encoding, ";")
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		in := bufio.NewReaderSize(r, 4<<10)
		if head, _ := in.Peek(512); words(head) {
			return in // declared, and not done
		}
		return &base64Reader{in: in}
	case "quoted-printable":
		return &quotedReader{in: bufio.NewReaderSize(r, 4<<10)}
	}
	return r
}

// words reports whether b is text in words, which base64 never is.
func words(b []byte) bool {
	n := 0
	for i := 1; i+1 < len(b); i++ {
		if b[i] == ' ' && sextet[b[i-1]] < 64 && sextet[b[i+1]] < 64 {
			n++
		}
	}
	return n >= 5
}

// base64Reader decodes base64 and skips what is not of its alphabet. Padding
// ends a group, after which another text may begin.
type base64Reader struct {
	in   io.Reader
	buf  [4 << 10]byte
	out  [3<<10 + 3]byte
	left []byte
	bits uint32
	n    int // letters in bits
	err  error
}

func (b *base64Reader) Read(p []byte) (int, error) {
	for len(b.left) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		n, err := b.in.Read(b.buf[:])
		b.left, b.err = b.out[:0], err
		for _, c := range b.buf[:n] {
			if v := sextet[c]; v < 64 {
				b.bits = b.bits<<6 | uint32(v)
				if b.n++; b.n == 4 {
					b.flush()
				}
			} else if c == '=' {
				b.flush()
			}
		}
		if err != nil {
			b.flush()
		}
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

// flush writes the bytes of a group, whole or not.
func (b *base64Reader) flush() {
	bits := b.bits << (6 * (4 - b.n))
	whole := [3]byte{byte(bits >> 16), byte(bits >> 8), byte(bits)}
	b.left = append(b.left, whole[:max(0, b.n-1)]...)
	b.bits, b.n = 0, 0
}

// sextet holds the values of the alphabet of base64, 255 for what is none.
var sextet = func() (all [256]byte) {
	for i := range all {
		all[i] = 255
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		all[c] = byte(i)
	}
	return all
}()

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
