package posted

import (
	"slices"
	"strings"
)

// Field is one text of a body, and what it seems to hold.
type Field struct {
	Name  string   // as the sender names it: an input, or names joined by dots, or its label
	Names []string // all names it goes by: the input, the joined names, the last of them, the label
	Value string
	Role  Role // empty: unknown
}

// What an object calls the value, the label and the type of one answer.
var (
	valueNames = []string{"value", "values", "answer", "answers", "a", "val", "raw_value", "rawvalue"}
	labelNames = []string{"label", "title", "question", "q", "question_text", "field_label", "field_title", "caption", "text", "name", "field_name", "fieldname"}
	keyNames   = []string{"key", "code", "slug", "ref", "field_code", "field_key", "name", "id", "field_id", "fieldid"}
	typeNames  = []string{"type", "field_type", "fieldtype", "t"}
	// besides are what else such an object tells of its value, of no interest.
	besides = set("id ref raw_value rawvalue required order placeholder mandatory enum enum_id enum_code value_type field_type type t key code slug first middle last prettyformat is_required validation hidden")
)

// types are the words by which forms mark their inputs.
var types = map[string]Role{
	"tel": Phone, "phone": Phone, "phonenumber": Phone, "controlphone": Phone, "mobile": Phone, "phoneinput": Phone, "fieldphone": Phone, "contactphone": Phone,
	"email": Email, "mail": Email, "controlemail": Email, "emailaddress": Email, "contactemail": Email,
	"fullname": Name, "controlfullname": Name, "name": Name,
}

// Fields are the texts of a body, opened up, in the order in which they were
// sent, each with its role. Empty texts are among them.
func Fields(v Value) []Field {
	w := walker{labels: map[string]string{}}
	v = v.Deep()
	w.collect(v)
	w.walk(v, nil, "")
	w.numbered()
	w.byValue()
	return w.fields
}

// walker collects the fields of a tree.
type walker struct {
	fields []Field
	labels map[string]string // of a form's definition, by the field's id
}

// collect reads the labels of a definition that comes along with the answers:
// {"definition": {"fields": [{"id": …, "title": …}]}}.
func (w *walker) collect(v Value) {
	for _, m := range v.Members {
		if m.Name == "definition" {
			for _, f := range m.get("fields").Members {
				if id, title := f.get("id").Text(), f.get("title").Text(); id != "" {
					w.labels[id] = title
				}
			}
		}
		w.collect(m)
	}
}

// get returns the first member of a name in any case; an empty leaf if there
// is none.
func (v Value) get(names ...string) Value {
	for _, name := range names {
		for _, m := range v.Members {
			if strings.EqualFold(m.Name, name) && v.Kind == Object {
				return m
			}
		}
	}
	return Value{}
}

func (v Value) has(name string) bool {
	return v.Kind == Object && slices.ContainsFunc(v.Members, func(m Value) bool { return strings.EqualFold(m.Name, name) })
}

// walk adds what lies in a value. sent is the name of the input that holds it.
func (w *walker) walk(v Value, path []string, sent string) {
	if v.Sent != "" {
		sent = v.Sent
		if v.Kind != Leaf { // JSON in a text
			sent = ""
		}
	}
	switch {
	case v.Kind == Leaf:
		w.add(v.Text(), path, sent, "", "")
	case v.Kind == List:
		for _, m := range v.Members {
			w.walk(m, path, "")
		}
	case w.answer(v, path), w.phone(v, path):
	default:
		for _, m := range v.Members {
			if m.Name == "definition" && len(w.labels) > 0 {
				continue
			}
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
}

// answer takes an object that tells the value and beside it the label, the
// name or the type of one field, and reports whether it is one.
func (w *walker) answer(v Value, path []string) bool {
	value, label, key, kind := Value{}, "", "", ""
	if field := v.get("field"); field.Kind == Object && v.has("type") { // Typeform: the value lies under the name of its type
		kind = v.get("type").Text()
		value = v.get(kind)
		if value.Name == "" {
			return false
		}
		key, label = field.get("ref").Text(), field.get("title", "label").Text()
		if label == "" {
			label = w.labels[field.get("id").Text()]
		}
		if t := field.get("type").Text(); role(types, t) != "" {
			kind = t
		}
	} else {
		for _, name := range valueNames {
			if v.has(name) {
				value = v.get(name)
				break
			}
		}
		if value.Name == "" {
			return false
		}
		label, key, kind = text(v, labelNames), text(v, keyNames), text(v, typeNames)
		if label == "" && key == "" && kind == "" {
			return false
		}
	}
	here := append(slices.Clone(path), value.Name)
	w.values(value, here, label, key, kind)
	used := []string{value.Name, "field"}
	for _, m := range v.Members {
		if slices.Contains(used, m.Name) || besides[strings.ToLower(m.Name)] || m.Kind == Leaf && (m.Text() == label || m.Text() == key) {
			continue
		}
		w.walk(m, append(slices.Clone(path), m.Name), "")
	}
	return true
}

// text returns the first text among the members of the names.
func text(v Value, names []string) string {
	for _, n := range names {
		if m := v.get(n); m.Kind == Leaf && m.Text() != "" {
			return m.Text()
		}
	}
	return ""
}

// values adds the value of an answer: one or several texts, or an object such
// as a name in parts.
func (w *walker) values(v Value, path []string, label, key, kind string) {
	name := label
	if name == "" {
		name = key
	}
	switch v.Kind {
	case Leaf:
		w.add(v.Text(), path, v.Sent, label, key+"\x00"+kind)
	case List:
		for _, m := range v.Members {
			w.values(m, path, label, key, kind)
		}
	default:
		if inner := v.get(valueNames...); inner.Name != "" { // {"value": …, "enum": "WORK"}
			w.values(inner, path, label, key, kind)
			return
		}
		as := name
		if r := role(types, kind); r != "" && guess(name) == "" {
			as = string(r)
		}
		if w.phone(v, append(slices.Clone(path), as)) {
			return
		}
		for _, m := range v.Members {
			w.walk(m, append(slices.Clone(path), as, m.Name), "")
		}
	}
}

func role(of map[string]Role, word string) Role { return of[strings.Join(split(word), "")] }

// phone takes a number that lies in an object in parts: country, area, rest.
func (w *walker) phone(v Value, path []string) bool {
	rest := v.get("phone", "number", "phoneNumber")
	area := v.get("area", "areaCode", "area_code")
	country := v.get("country", "countryCode", "country_code", "prefix", "code")
	code := strings.TrimPrefix(country.Text(), "+")
	if rest.Kind != Leaf || rest.Text() == "" || strings.Trim(code, "0123456789 ") != "" || len(code) > 5 {
		return false
	}
	if area.Text() == "" && (code == "" || strings.HasPrefix(rest.Text(), "+") || digits(rest.Text()) > 10) || len(v.Members) > 6 {
		return false
	}
	number := strings.TrimSpace(area.Text() + " " + rest.Text())
	if code != "" {
		number = "+" + code + " " + number
	}
	w.fields = append(w.fields, Field{Name: strings.Join(path, "."), Names: names(path, "", "", ""), Value: number, Role: Phone})
	for _, m := range v.Members {
		if m.Name != rest.Name && m.Name != area.Name && m.Name != country.Name {
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
	return true
}

// add adds one text. marks are the key and the type of an answer.
func (w *walker) add(value string, path []string, sent, label, marks string) {
	key, kind, _ := strings.Cut(marks, "\x00")
	f := Field{Value: value, Names: names(path, sent, label, key)}
	f.Name = f.Names[0]
	if label != "" {
		f.Name = label
	} else if key != "" && guess(f.Name) == "" {
		f.Name = key
	}
	switch {
	case label+marks == "":
		f.Role = roleOf(path, sent, value)
	default:
		if f.Role = role(types, kind); f.Role == Name {
			f.Role = ""
		}
		for _, name := range []string{key, label, strings.Join(path, ".")} {
			if f.Role == "" && name != "" {
				f.Role = guess(name)
			}
		}
		if f.Role == "" {
			f.Role = loose(label, value)
		}
		if f.Role == "" && role(types, kind) == Name {
			f.Role = Name
		}
	}
	w.fields = append(w.fields, f)
}

// names are all names of a field, the one as sent first.
func names(path []string, sent, label, key string) []string {
	all := []string{sent, strings.Join(path, "."), label, key}
	if n := len(path); n > 0 {
		all = append(all, path[n-1])
	}
	var kept []string
	for _, n := range all {
		if n != "" && !slices.Contains(kept, n) {
			kept = append(kept, n)
		}
	}
	if len(kept) == 0 {
		return []string{""}
	}
	return kept
}
