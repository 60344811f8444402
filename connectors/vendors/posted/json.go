package posted

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

var errLeaf = errors.New("JSON of neither an object nor a list")

// parseJSON reads an object or a list.
func parseJSON(text string) (Value, error) {
	if !json.Valid([]byte(text)) {
		return decodeJSON(text)
	}
	p := jsonParser{text: text, left: maxValues}
	v, err := p.value(0)
	switch {
	case err != nil:
		return Value{}, err
	case v.Kind == Leaf:
		return Value{}, errLeaf
	}
	return v, nil
}

// jsonParser reads a text that is valid JSON. Names and texts without escapes are parts of it.
type jsonParser struct {
	text string
	at   int // byte that is read next
	left int // values
}

// next skips blanks, and returns the byte after them.
func (p *jsonParser) next() byte {
	for {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return c
		}
	}
}

func (p *jsonParser) value(depth int) (Value, error) {
	if p.left--; p.left < 0 || depth > maxDepth {
		return Value{}, ErrLarge
	}
	switch c := p.next(); c {
	case '{':
		return p.members(Object, '}', depth)
	case '[':
		return p.members(List, ']', depth)
	case '"':
		return Value{Leaf: p.string()}, nil
	case 't', 'f':
		p.at += len("true")
		if c == 'f' {
			p.at++
		}
		return Value{Leaf: c == 't'}, nil
	case 'n':
		p.at += len("null")
		return Value{}, nil
	}
	begin := p.at
	for p.at < len(p.text) && strings.IndexByte("+-.0123456789Ee", p.text[p.at]) >= 0 {
		p.at++
	}
	return Value{Leaf: json.Number(p.text[begin:p.at])}, nil
}

// members reads an object or a list.
func (p *jsonParser) members(kind Kind, end byte, depth int) (Value, error) {
	v := Value{Kind: kind}
	p.at++
	for p.next() != end {
		name := ""
		if kind == Object {
			name = p.string()
			p.next()
			p.at++ // the colon
		}
		m, err := p.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		if m.Name = name; v.Members == nil {
			v.Members = make([]Value, 0, 8)
		}
		v.Members = append(v.Members, m)
		if p.next() == ',' {
			p.at++
		}
	}
	p.at++
	return v, nil
}

// string reads a text in quotation marks.
func (p *jsonParser) string() string {
	begin, escaped := p.at, false
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	if s := p.text[begin+1 : p.at-1]; !escaped && utf8.ValidString(s) {
		return s
	}
	var s string
	_ = json.Unmarshal([]byte(p.text[begin:p.at]), &s) // it is valid
	return s
}

// decodeJSON is parseJSON by the decoder of the standard library, which names what is wrong.
func decodeJSON(text string) (Value, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	left := maxValues
	v, err := jsonValue(d, 0, &left)
	if err != nil {
		return Value{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Value{}, errors.New("something follows the JSON")
	}
	if v.Kind == Leaf {
		return Value{}, errLeaf
	}
	return v, nil
}

func jsonValue(d *json.Decoder, depth int, left *int) (Value, error) {
	t, err := d.Token()
	if err != nil {
		return Value{}, errJSON
	}
	if *left--; *left < 0 || depth > maxDepth {
		return Value{}, ErrLarge
	}
	v := Value{Leaf: t}
	delim, nested := t.(json.Delim)
	if !nested {
		return v, nil
	}
	v.Leaf, v.Kind = nil, List
	if delim == '{' {
		v.Kind = Object
	}
	for d.More() {
		name := ""
		if v.Kind == Object {
			t, err := d.Token()
			if err != nil {
				return Value{}, errJSON
			}
			name, _ = t.(string)
		}
		m, err := jsonValue(d, depth+1, left)
		if err != nil {
			return Value{}, err
		}
		m.Name = name
		v.Members = append(v.Members, m)
	}
	if _, err := d.Token(); err != nil {
		return Value{}, errJSON
	}
	return v, nil
}
