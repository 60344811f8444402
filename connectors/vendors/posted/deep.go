package posted

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// maxTexts bounds the nesting of JSON within texts of JSON.
const maxTexts = 3

// Deep returns the value of a tree as [Value.Any] gives it, with its names and
// texts parsed: a[b]=1 is an object in a, and JSON in a text is that
// JSON.
func Deep(v any) any { return valueOf("", v, 0).Deep().Any() }

// Deep parses the names and texts of a value, as far as the bounds allow.
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
		inner, ok := jsonInText(text)
		if !ok {
			inner, ok = serialized(v.Name, text)
		}
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

// jsonInText parses JSON in a text: as it is, encoded twice, or with the backslashes that PHP
// once put before quotation marks.
func jsonInText(text string) (Value, bool) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if len(text) < 2 {
		return Value{}, false
	}
	if text[0] == '"' {
		var inner string
		if json.Unmarshal([]byte(text), &inner) != nil || len(inner) >= len(text) {
			return Value{}, false
		}
		return jsonInText(inner)
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

// Inside returns the values of a role within a text that is a JSON object: the number of
// {"countryCode":"7","number":"9161234567"}, the whole name of {"first":"Anna","last":"Fox"}. Any
// other text is returned as it is.
func Inside(text string, role Role) []string {
	v, ok := jsonInText(text)
	if !ok || v.Kind != Object {
		return []string{text}
	}
	v.Name = string(role)
	var found []string
	parts := map[Role]string{}
	for _, f := range Fields(Value{Kind: Object, Members: []Value{v}}) {
		switch value := strings.TrimSpace(f.Value); {
		case value == "":
		case f.Role == role:
			found = append(found, value)
		case role == Name && parts[f.Role] == "":
			parts[f.Role] = value
		}
	}
	if whole := strings.Join(strings.Fields(parts[FirstName]+" "+parts[MiddleName]+" "+parts[LastName]), " "); whole != "" && len(found) == 0 {
		found = []string{whole}
	}
	if len(found) == 0 {
		return []string{text}
	}
	return found
}

// serialized reads a form within an input of another one, as scripts of WordPress send it:
// action=send&data=name%3DAnna%26phone%3D….
func serialized(name, text string) (Value, bool) {
	switch strings.ToLower(name) {
	case "data", "form", "form_data", "formdata", "fields", "serialized":
	default:
		return Value{}, false
	}
	pairs := strings.Split(text, "&")
	if len(pairs) < 2 || len(pairs) > MaxInputs || strings.ContainsAny(text, " \n") {
		return Value{}, false
	}
	v := Value{Kind: Object}
	for _, p := range pairs {
		name, value, ok := strings.Cut(p, "=")
		if name = unescape(name); !ok || name == "" || strings.Trim(joinWords(name), "0123456789") == "" {
			return Value{}, false
		}
		v.Members = append(v.Members, Value{Name: name, Leaf: unescape(value)})
	}
	return v, true
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
			to = memberOf(to, part)
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

// memberOf returns the members of the object with a name, and adds the object if it is missing.
// An empty name adds a new object each time.
func memberOf(to *[]Value, name string) *[]Value {
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

// brackets splits a[b][] into a, b and "".
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
