// Package answers turns a vendor's or a customer's JSON into readable lines: the
// answers of a form, the content of an order. Numbers and the order of the fields
// stay as they were sent.
package answers

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
)

// Bounds on what is shown of one document.
const (
	maxFields = 200
	maxDepth  = 8

	maxShown      = 30  // fields of an object of an unknown kind
	maxShownValue = 300 // bytes of one of its values
)

// Field is one answer: "address.city" and "Тверь".
type Field struct{ Name, Value string }

// Fields is a document in its order.
type Fields []Field

// Read reads a JSON document. Nested objects give names with dots, lists of plain values one
// value with commas, lists of objects a number each. A string that holds a JSON object or list is
// read as such. It returns false for a text that is not JSON, and for a single plain value: that
// is a text, not a form.
func Read(document []byte) (Fields, bool) {
	v, ok := decode(document)
	if !ok {
		return nil, false
	}
	switch v.(type) {
	case object, []any:
	default:
		return nil, false
	}
	var f Fields
	f.add("", v, 0)
	return f, true
}

// ReadText reads a text that a program wrote: JSON, or the fields of a form as a browser writes
// them (name=%D0%98%D1%8F&phone=…).
func ReadText(s string) (Fields, bool) {
	if f, ok := Read([]byte(s)); ok {
		return f, true
	}
	if !query.MatchString(s) {
		return nil, false
	}
	var f Fields
	for pair := range strings.SplitSeq(s, "&") {
		name, v, _ := strings.Cut(pair, "=")
		name, errName := url.QueryUnescape(name)
		v, errValue := url.QueryUnescape(v)
		if errName != nil || errValue != nil || !utf8.ValidString(name+v) {
			return nil, false
		}
		f.add(name, v, 0)
	}
	return f, len(f) > 0
}

// query is pairs of names and values with nothing that would be escaped.
var query = regexp.MustCompile(`^[\pL_][^\s=&:/?#]*=[^\s=&]*(?:&[^\s=&:/?#]+=[^\s=&]*)*$`)

// member is one member of an object, in the order of the document.
type member struct {
	name  string
	value any
}

type object []member

// decode reads one JSON value and nothing after it.
func decode(document []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, false
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, false
	}
	return v, true
}

func value(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	open, nested := t.(json.Delim)
	if !nested {
		return t, nil
	}
	if depth > 100 {
		return nil, io.ErrUnexpectedEOF
	}
	if open == '[' {
		list := []any{}
		for d.More() {
			v, err := value(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	var o object
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		v, err := value(d, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
	}
	_, err = d.Token()
	return o, err
}

func (f *Fields) add(name string, v any, depth int) {
	if len(*f) >= maxFields {
		return
	}
	if s, ok := v.(string); ok && depth <= maxDepth {
		if inner, ok := decode([]byte(s)); ok {
			switch inner.(type) {
			case object, []any:
				v = inner
			}
		}
	}
	switch v := v.(type) {
	case object:
		if depth <= maxDepth {
			for _, m := range v {
				f.add(join(name, m.name), m.value, depth+1)
			}
			return
		}
		*f = append(*f, Field{name, "…"})
	case []any:
		if all, plain := list(v); plain {
			if all != "" {
				*f = append(*f, Field{name, all})
			}
			return
		}
		if depth > maxDepth {
			*f = append(*f, Field{name, "…"})
			return
		}
		for i, item := range v {
			f.add(join(name, strconv.Itoa(i+1)), item, depth+1)
		}
	default:
		if s := Plain(v); s != "" {
			*f = append(*f, Field{name, s})
		}
	}
}

// list joins the values of a list of plain values.
func list(v []any) (string, bool) {
	var parts []string
	for _, item := range v {
		switch item.(type) {
		case object, []any:
			return "", false
		}
		if s := Plain(item); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", "), true
}

// Plain writes a JSON value without members as people read it: true and false
// as + and −, a number as it was sent, null as nothing.
func Plain(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "+"
		}
		return "−"
	}
	return ""
}

func join(of, name string) string {
	if of == "" {
		return name
	}
	return of + "." + name
}

// Without returns the fields without those of the given names.
func (f Fields) Without(names ...string) Fields {
	return slices.DeleteFunc(slices.Clone(f), func(x Field) bool { return slices.Contains(names, x.Name) })
}

// Lines are the fields as "name: value".
func (f Fields) Lines() []string {
	all := make([]string, 0, len(f))
	for _, x := range f {
		if x.Name == "" {
			all = append(all, x.Value)
			continue
		}
		all = append(all, x.Name+": "+x.Value)
	}
	return all
}

// String is Lines, one below the other.
func (f Fields) String() string { return strings.Join(f.Lines(), "\n") }

// Shown returns the fields of an object of an unknown kind as lines, without its type and the
// fields named in elsewhere, so that a customer's message of any kind is shown. It is empty for
// an empty object.
func Shown(document []byte, elsewhere ...string) string {
	f, _ := Read(document)
	f = f.Without(append(elsewhere, "type")...)
	more := len(f) > maxShown
	f = f[:min(len(f), maxShown)]
	for i := range f {
		if v := leads.Clip(f[i].Value, maxShownValue); v != f[i].Value {
			f[i].Value = v + "…"
		}
	}
	if more {
		f = append(f, Field{Value: "…"})
	}
	return f.String()
}
