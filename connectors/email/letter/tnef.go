package letter

import (
	"bytes"
	"io"
)

// tnef unpacks a winmail.dat (MS-OXTNEF): it keeps the files, and uses the text if the mail has
// no other. A broken one is kept as it is.
func (m *mail) tnef(p part, name string) error {
	if name == "" {
		name = "winmail.dat"
	}
	b, err := io.ReadAll(io.LimitReader(p.in, maxTNEF+1))
	if err != nil {
		return err
	}
	if len(b) > maxTNEF {
		return m.file(p, name, io.MultiReader(bytes.NewReader(b), p.in))
	}
	pack, err := unpackTNEF(b)
	if err != nil {
		return m.file(p, name, bytes.NewReader(b))
	}
	for _, f := range pack.files {
		if err := m.file(part{head: header{{"content-id", f.id}}, kind: f.kind}, f.name, bytes.NewReader(f.content)); err != nil {
			return err
		}
	}
	if whole, page := m.texts(); blank(whole) && page == "" && (pack.text != "" || pack.page != "") {
		m.segments = append(m.segments, &segment{plain: pack.text, html: pack.page})
	}
	return nil
}
