// Package vcard reads the contacts that messengers pass on as vCards: versions
// 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), and telephones' deviations from them.
package vcard

import (
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"ctihub/leads"
)

// Bounds of one card.
const (
	maxCard   = 256 << 10 // bytes
	maxValues = 8         // phones, and as many addresses
)

// Card is the data that identify the person of a vCard.
type Card struct {
	Name   string
	Org    string
	Phones []string // as written, each once
	Emails []string // as written, each once
}

// Read reads a text with one or more cards, as far as it is readable. The name is the first
// card's. A text that is no vCard gives an empty card.
func Read(text string) Card {
	var c Card
	named := 0 // how good Name is: 1 from N, 2 from FN
	for _, line := range lines(text) {
		p, ok := parse(line)
		if !ok {
			continue
		}
		switch p.name {
		case "FN":
			if v := p.plain(); named < 2 && v != "" {
				c.Name, named = v, 2
			}
		case "N":
			if v := personal(p.values()); named == 0 && v != "" {
				c.Name, named = v, 1
			}
		case "ORG":
			if c.Org == "" {
				c.Org = strings.Join(filled(p.values()), ", ")
			}
		case "TEL":
			c.Phones = add(c.Phones, phone(p.plain()))
		case "EMAIL":
			c.Emails = add(c.Emails, withoutScheme(p.plain(), "mailto:"))
		}
	}
	return c
}

// Identities returns the phones and addresses of the card's person, as written.
func (c Card) Identities() (ids []leads.Identity) {
	for _, p := range c.Phones {
		ids = append(ids, leads.Identity{Kind: leads.KindPhone, Value: p})
	}
	for _, e := range c.Emails {
		ids = append(ids, leads.Identity{Kind: leads.KindEmail, Value: e})
	}
	return ids
}

func add(to []string, v string) []string {
	if v == "" || len(to) >= maxValues || slices.Contains(to, v) {
		return to
	}
	return append(to, v)
}

// lines returns the unfolded lines. Some clients write the two characters \ and
// n where a line ends.
func lines(text string) []string {
	if len(text) > maxCard {
		text = text[:maxCard]
	}
	if !strings.ContainsAny(text, "\r\n") {
		text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(text)
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var all []string
	soft := false // the line before ended with a soft break of quoted-printable
	for line := range strings.SplitSeq(text, "\n") {
		last := len(all) - 1
		switch {
		case soft:
			all[last] = strings.TrimSuffix(all[last], "=") + line
		case last >= 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")):
			all[last] += line[1:]
		default:
			all = append(all, line)
			last++
		}
		if last < 0 {
			last = 0
		}
		head, _, _ := strings.Cut(all[last], ":")
		soft = strings.HasSuffix(line, "=") && strings.Contains(strings.ToUpper(head), "QUOTED-PRINTABLE")
	}
	return all
}

// property is one line: name, parameters and the decoded value.
type property struct {
	name  string // in capitals, without its group
	value string
}

func parse(line string) (property, bool) {
	head, value, ok := cutValue(line)
	if !ok {
		return property{}, false
	}
	parts := strings.Split(head, ";")
	name := strings.ToUpper(strings.TrimSpace(parts[0]))
	if _, after, grouped := strings.Cut(name, "."); grouped {
		name = after
	}
	encoding, charset := "", ""
	for _, param := range parts[1:] {
		key, v, has := strings.Cut(strings.ToUpper(strings.TrimSpace(param)), "=")
		if !has {
			key, v = "ENCODING", key // version 2.1 leaves the name out
		}
		switch {
		case key == "CHARSET":
			charset = strings.Trim(v, `"`)
		case key == "ENCODING" && (v == "QUOTED-PRINTABLE" || v == "BASE64" || v == "B"):
			encoding = v
		}
	}
	return property{name, decode(strings.TrimSpace(value), encoding, charset)}, true
}

// cutValue cuts a line at the first colon outside of quotation marks.
func cutValue(line string) (head, value string, ok bool) {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ':' && !quoted:
			return line[:i], line[i+1:], true
		}
	}
	return strings.Cut(line, ":") // quotation marks that do not end
}

func decode(value, encoding, charset string) string {
	switch encoding {
	case "QUOTED-PRINTABLE":
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value))); err == nil {
			value = string(b)
		}
	case "BASE64", "B":
		if b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(value, " ", "")); err == nil {
			value = string(b)
		}
	}
	if !utf8.ValidString(value) {
		if e, err := htmlindex.Get(charset); err == nil {
			if s, err := e.NewDecoder().String(value); err == nil {
				value = s
			}
		}
	}
	return strings.ToValidUTF8(value, "\uFFFD")
}

// values are the components of a structured value.
func (p property) values() []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(p.value); i++ {
		switch c := p.value[i]; {
		case c == '\\' && i+1 < len(p.value):
			i++
			if n := p.value[i]; n == 'n' || n == 'N' {
				part.WriteByte(' ')
			} else {
				part.WriteByte(n)
			}
		case c == ';':
			parts = append(parts, strings.TrimSpace(part.String()))
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, strings.TrimSpace(part.String()))
}

// plain is the value of a property without components.
func (p property) plain() string {
	return strings.Trim(strings.Join(strings.Fields(strings.Join(p.values(), ";")), " "), "; ")
}

// personal joins the components of N: family name, given name, further names.
func personal(parts []string) string {
	parts = append(parts, "", "", "")
	return strings.Join(filled([]string{parts[1], parts[2], parts[0]}), " ")
}

func filled(of []string) []string {
	return slices.DeleteFunc(slices.Clone(of), func(s string) bool { return s == "" })
}

// phone extracts the number from a tel: URI (RFC 3966), with the URI's extension behind it.
func phone(v string) string {
	bare := withoutScheme(v, "tel:")
	if bare == v {
		return v
	}
	number, params, _ := strings.Cut(bare, ";")
	for param := range strings.SplitSeq(params, ";") {
		if key, ext, _ := strings.Cut(param, "="); strings.EqualFold(key, "ext") && ext != "" {
			number += " ext. " + ext
		}
	}
	return strings.TrimSpace(number)
}

// withoutScheme decodes a URI of the scheme; any other text is returned unchanged.
func withoutScheme(v, scheme string) string {
	if len(v) < len(scheme) || !strings.EqualFold(v[:len(scheme)], scheme) {
		return v
	}
	v = v[len(scheme):]
	if decoded, err := url.PathUnescape(v); err == nil {
		v = decoded
	}
	return strings.TrimSpace(strings.ToValidUTF8(v, "\uFFFD"))
}
