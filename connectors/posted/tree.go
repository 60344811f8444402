package posted

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Bounds of one body.
const (
	maxDepth  = 64   // of nested objects, lists and JSON in texts
	maxValues = 5000 // together
	maxTexts  = 3    // JSON in a text of JSON in a text …
)

// Errors of reading a body.
var (
	ErrLarge = fmt.Errorf("nested deeper than %d, or of more than %d values", maxDepth, maxValues)
	errJSON  = errors.New("neither JSON nor a form: it breaks off or has a fault")
)

// Kind tells a leaf from an object and a list.
type Kind int

// Kinds of a value.
const (
	Leaf Kind = iota
	Object
	List
)

// Value is one value of a body. Members of objects and lists are in the order
// in which they were sent; a name may occur twice.
type Value struct {
	Name    string // of a member of an object
	Sent    string // name of the form's input that it comes from, empty for JSON
	Kind    Kind
	Leaf    any // string, json.Number, bool or nil
	Members []Value
}

// Text is a leaf as text; empty for null.
func (v Value) Text() string {
	switch l := v.Leaf.(type) {
	case nil:
		return ""
	case string:
		return l
	}
	return fmt.Sprint(v.Leaf)
}

// Any returns the value as encoding/json would, with numbers as json.Number. A
// name that an object has several times gives a list.
func (v Value) Any() any {
	switch v.Kind {
	case List:
		all := make([]any, len(v.Members))
		for i, m := range v.Members {
			all[i] = m.Any()
		}
		return all
	case Object:
		all := make(map[string]any, len(v.Members))
		several := map[string]int{}
		for _, m := range v.Members {
			switch several[m.Name]++; several[m.Name] {
			case 1:
				all[m.Name] = m.Any()
			case 2:
				all[m.Name] = []any{all[m.Name], m.Any()}
			default:
				all[m.Name] = append(all[m.Name].([]any), m.Any())
			}
		}
		return all
	}
	return v.Leaf
}

// Deep is the value of a tree as [Value.Any] gives it, with what its names and
// texts hold opened up: a[b]=1 is an object in a, and JSON in a text is that
// JSON.
func Deep(v any) any { return of("", v, 0).Deep().Any() }

// of is the opposite of Any; members are in the order of their names.
func of(name string, v any, depth int) Value {
	out := Value{Name: name}
	if depth > maxDepth {
		return out
	}
	switch v := v.(type) {
	case map[string]any:
		out.Kind = Object
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			out.Members = append(out.Members, of(n, v[n], depth+1))
		}
	case []any:
		out.Kind = List
		for _, m := range v {
			out.Members = append(out.Members, of("", m, depth+1))
		}
	default:
		out.Leaf = v
	}
	return out
}

// parseJSON reads an object or a list.
func parseJSON(text string) (Value, error) {
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
		return Value{}, errors.New("JSON of neither an object nor a list")
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

// Deep opens up what names and texts hold, as far as the bounds allow.
func (v Value) Deep() Value {
	left := maxValues
	return v.deep(0, maxTexts, &left)
}

func (v Value) deep(depth, texts int, left *int) Value {
	if *left--; *left < 0 || depth > maxDepth {
		return v
	}
	if v.Kind == Leaf {
		text, _ := v.Leaf.(string)
		inner, ok := hidden(text)
		if !ok || texts == 0 {
			return v
		}
		inner.Name, inner.Sent = v.Name, v.Sent
		return inner.deep(depth, texts-1, left)
	}
	members := make([]Value, 0, len(v.Members))
	for _, m := range v.Members {
		members = append(members, m.deep(depth+1, texts, left))
	}
	if v.Kind == Object {
		members = nest(members)
	}
	v.Members = members
	return v
}

// hidden reads JSON in a text: as it is, encoded twice, or with the backslashes
// that PHP once put before quotation marks.
func hidden(text string) (Value, bool) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if len(text) < 2 {
		return Value{}, false
	}
	if text[0] == '"' {
		var inner string
		if json.Unmarshal([]byte(text), &inner) != nil || len(inner) >= len(text) {
			return Value{}, false
		}
		return hidden(inner)
	}
	if text[0] != '{' && text[0] != '[' {
		return Value{}, false
	}
	v, err := parseJSON(text)
	if err != nil && strings.HasPrefix(strings.TrimLeft(text, "{[ "), `\"`) {
		v, err = parseJSON(strings.ReplaceAll(text, `\"`, `"`))
	}
	return v, err == nil
}

// nest makes objects and lists of names with brackets, as PHP does.
func nest(members []Value) []Value {
	if !slices.ContainsFunc(members, func(m Value) bool { return strings.HasSuffix(m.Name, "]") }) {
		return members
	}
	var all []Value
	for _, m := range members {
		parts := brackets(m.Name)
		to := &all
		for _, part := range parts[:len(parts)-1] {
			to = into(to, part)
		}
		m.Name = parts[len(parts)-1]
		if m.Name == "" && m.Kind == List {
			*to = append(*to, m.Members...)
			continue
		}
		*to = append(*to, m)
	}
	return lists(all)
}

// into finds the object of a name, or adds it. An object without a name is one
// of its own each time.
func into(to *[]Value, name string) *[]Value {
	if name != "" {
		for i := range *to {
			if m := &(*to)[i]; m.Name == name && m.Kind == Object {
				return &m.Members
			}
		}
	}
	*to = append(*to, Value{Name: name, Kind: Object})
	return &(*to)[len(*to)-1].Members
}

// brackets cuts a[b][] into a, b and "".
func brackets(name string) []string {
	open := strings.IndexByte(name, '[')
	if open <= 0 || !strings.HasSuffix(name, "]") {
		return []string{name}
	}
	rest := strings.Split(name[open+1:len(name)-1], "][")
	if len(rest) > maxDepth/2 {
		return []string{name}
	}
	return append([]string{name[:open]}, rest...)
}

// lists makes lists of objects whose names are empty or 0, 1, 2 …
func lists(members []Value) []Value {
	for i, m := range members {
		if m.Kind != Object {
			continue
		}
		m.Members = lists(m.Members)
		counted := len(m.Members) > 0
		for n, item := range m.Members {
			counted = counted && (item.Name == "" || item.Name == strconv.Itoa(n))
		}
		if counted && m.Sent == "" {
			m.Kind = List
			for n := range m.Members {
				m.Members[n].Name = ""
			}
		}
		members[i] = m
	}
	return members
}
