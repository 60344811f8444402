package letter

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"ctihub/leads"
)

var errTooLarge = errors.New("the file is too large")

// limited is a file that may be too large, and counts what was read of it.
type limited struct {
	in   io.Reader
	size int64
	over bool
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	if l.size += int64(n); l.size > maxFile {
		l.over = true
		return 0, errTooLarge
	}
	return n, err
}

// file keeps a file. One that is too large is named without being kept.
func (m *mail) file(p part, name string, content io.Reader) error {
	if name == "" {
		name = "file" + extension(p.kind)
	}
	l := &limited{in: content}
	a := leads.Attachment{Name: name}
	var err error
	n := m.kept
	if m.kept++; m.kept > maxParts {
		return fmt.Errorf("%w: it has more than %d files", Unreadable, maxParts)
	}
	if m.options.Keep != nil {
		a, err = m.options.Keep(n, name, l)
	} else {
		a.Type, err = count(l)
		a.Size = l.size
	}
	switch {
	case m.lines.err != nil:
		return m.lines.err
	case l.over:
		rest, err := io.Copy(io.Discard, content)
		if err != nil {
			return err
		}
		a = leads.Attachment{Name: name, Type: p.kind, Size: l.size + rest}
	case err != nil:
		return err
	}
	if id := strings.Trim(strings.TrimSpace(p.head.get("content-id")), "<>"); id != "" && len(id) < 300 {
		a.CID = controls(id)
	}
	m.files = append(m.files, a)
	return nil
}

// count reads a file to its end and tells its type by its beginning.
func count(r io.Reader) (kind string, err error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	kind, _, _ = strings.Cut(http.DetectContentType(head[:n]), ";")
	return kind, err
}

// extension names a file whose sender did not.
func extension(kind string) string {
	switch kind {
	case "image/jpeg", "image/jpg", "image/pjpeg":
		return ".jpg"
	case "image/png", "image/gif", "image/webp", "image/heic", "image/bmp", "image/tiff":
		return "." + strings.TrimPrefix(kind, "image/")
	case "application/pdf":
		return ".pdf"
	case "application/zip":
		return ".zip"
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	case "text/csv":
		return ".csv"
	case "audio/mpeg":
		return ".mp3"
	case "audio/ogg":
		return ".ogg"
	case "video/mp4":
		return ".mp4"
	}
	return ".bin"
}
