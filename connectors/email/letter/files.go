package letter

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"ctihub/leads"
)

// file keeps a file. The caller of Read limits its size.
func (m *mail) file(p part, name string, content io.Reader) error {
	if name == "" {
		name = "file" + extension(p.kind)
	}
	n := m.kept
	if m.kept++; m.kept > maxParts {
		return fmt.Errorf("%w: it has more than %d files", Unreadable, maxParts)
	}
	a := leads.Attachment{Name: name}
	var err error
	if m.options.Keep != nil {
		a, err = m.options.Keep(n, name, content)
	} else {
		a.Type, a.Size, err = count(content)
	}
	if m.lines.err != nil {
		return m.lines.err
	}
	if err != nil {
		return err
	}
	if id := strings.Trim(strings.TrimSpace(p.head.get("content-id")), "<>"); id != "" && len(id) < 300 {
		a.CID = controls(id)
	}
	m.files = append(m.files, a)
	return nil
}

// count reads a file to its end and detects its type by its beginning.
func count(r io.Reader) (kind string, size int64, err error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	size = int64(n)
	if err == nil {
		var rest int64
		rest, err = io.Copy(io.Discard, r)
		size += rest
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	kind, _, _ = strings.Cut(http.DetectContentType(head[:n]), ";")
	return kind, size, err
}

// extension returns the extension for a file without a name.
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
