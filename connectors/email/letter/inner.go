package letter

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"ctihub/leads"
)

// attached reads a mail inside the mail: it keeps it as a file, and reads its sender and text.
func (m *mail) attached(p part, name string) error {
	first := make([]byte, 64<<10)
	n, err := io.ReadFull(p.in, first)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	first = first[:n]
	if name == "" {
		name = "message.eml"
		if h, err := headerOf(bytes.NewReader(first)); err == nil {
			if subject := fileFrom(decodeWords(h.get("subject"), m.charset)); subject != "" {
				name = subject + ".eml"
			}
		}
	}
	head := &firstBytes{limit: maxInner}
	if err := m.file(p, name, io.TeeReader(io.MultiReader(bytes.NewReader(first), p.in), head)); err != nil {
		return err
	}
	if m.inner != nil || m.inside >= 3 {
		return nil
	}
	t, err := read(bytes.NewReader(head.b), Options{Own: m.options.Own, Region: m.options.Region}, m.inside+1)
	if err == nil {
		m.inner = &t
		if m.report != "" {
			m.returned = t.MessageID
		}
	}
	return nil
}

// fileFrom makes a file name from a subject.
func fileFrom(subject string) string {
	return strings.TrimSpace(leads.Clip(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return ' '
		}
		return r
	}, subject), 100))
}

// firstBytes keeps the first bytes written to it.
type firstBytes struct {
	b     []byte
	limit int
}

func (f *firstBytes) Write(p []byte) (int, error) {
	f.b = append(f.b, p[:min(len(p), f.limit-len(f.b))]...)
	return len(p), nil
}

// returnedHeaders reads the header of a returned mail.
func (m *mail) returnedHeaders(r io.Reader) error {
	h, err := headerOf(r)
	if err == nil {
		m.returned = firstID(h.get("message-id"))
	}
	return m.lines.err
}

// status reads a delivery report (RFC 3464) or a read receipt (RFC 8098).
func (m *mail) status(r io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(r, maxHeader))
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "action":
			value = strings.ToLower(strings.TrimSpace(value))
			m.failed = m.failed || strings.HasPrefix(value, "failed") || strings.HasPrefix(value, "delayed")
		case "original-message-id", "x-original-message-id":
			if m.returned == "" {
				m.returned = firstID(value)
			}
		}
	}
	return nil
}
