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

	parent string // path of the object that it lies in
}

// beside is what stands beside the value of an answer.
type beside struct{ label, key, kind string }

// What an object calls the value, the label and the type of one answer.
var (
	valueNames = []string{"value", "values", "answer", "a", "val", "raw_value", "rawvalue"}
	labelNames = []string{"label", "title", "question", "q", "question_text", "field_label", "field_title", "caption", "text", "name", "field_name", "fieldname"}
	keyNames   = []string{"key", "code", "slug", "ref", "field_code", "field_key", "name", "id", "field_id", "fieldid"}
	typeNames  = []string{"type", "field_type", "fieldtype", "t"}
	// details are what else such an object tells of its value, of no interest.
	details = set("id ref raw_value rawvalue required order placeholder mandatory enum enum_id enum_code value_type field_type type t key code slug first middle last prettyformat is_required validation hidden")
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
	w.names()
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
		w.add(v.Text(), path, sent, beside{})
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
	var value Value
	var told beside
	if field := v.get("field"); field.Kind == Object && v.has("type") { // Typeform: the value lies under the name of its type
		told.kind = v.get("type").Text()
		value = v.get(told.kind)
		if value.Name == "" {
			return false
		}
		told.key, told.label = field.get("ref").Text(), field.get("title", "label").Text()
		if told.label == "" {
			told.label = w.labels[field.get("id").Text()]
		}
		if t := field.get("type").Text(); types[joined(t)] != "" {
			told.kind = t
		}
	} else {
		for _, name := range valueNames {
			if v.has(name) {
				value = v.get(name)
				break
			}
		}
		if value.Name == "" || v.tells() {
			return false
		}
		if asked := v.get("question"); asked.Kind == Object { // Yandex Forms: {"value": …, "question": {"slug": …, "label": {"ru": …}}}
			label := asked.get("label", "title")
			if label.Kind == Object && len(label.Members) > 0 {
				label = label.Members[0]
			}
			told = beside{label.Text(), text(asked, keyNames), ""}
		} else if told = (beside{text(v, labelNames), text(v, keyNames), text(v, typeNames)}); told == (beside{}) {
			return false
		}
	}
	w.values(value, append(slices.Clone(path), value.Name), told)
	for _, m := range v.Members {
		if m.Name == value.Name || m.Name == "field" || m.Name == "question" && m.Kind == Object || details[strings.ToLower(m.Name)] || m.Kind == Leaf && (m.Text() == told.label || m.Text() == told.key) {
			continue
		}
		w.walk(m, append(slices.Clone(path), m.Name), "")
	}
	return true
}

// tells reports whether an object has a person's data under names of their own:
// what is called its value is then a value of theirs, such as that of a deal.
func (v Value) tells() bool {
	return slices.ContainsFunc(v.Members, func(m Value) bool {
		name := strings.ToLower(m.Name)
		for _, own := range [][]string{valueNames, labelNames, keyNames, typeNames} {
			if slices.Contains(own, name) {
				return false
			}
		}
		return m.Kind == Leaf && !details[name] && guess(name) != ""
	})
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
func (w *walker) values(v Value, path []string, told beside) {
	switch v.Kind {
	case Leaf:
		w.add(v.Text(), path, v.Sent, told)
	case List:
		for _, m := range v.Members {
			w.values(m, path, told)
		}
	default:
		if inner := v.get(valueNames...); inner.Name != "" { // {"value": …, "enum": "WORK"}
			w.values(inner, path, told)
			return
		}
		as := told.label
		if as == "" {
			as = told.key
		}
		if r := types[joined(told.kind)]; r == Name || r != "" && guess(as) == "" {
			as = string(r)
		}
		path = append(slices.Clone(path), as)
		if w.phone(v, path) {
			return
		}
		for _, m := range v.Members {
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
}

// phone takes a number that lies in an object in parts: country, area, rest.
func (w *walker) phone(v Value, path []string) bool {
	rest := v.get("phone", "number", "phoneNumber", "nationalNumber", "national_number")
	area := v.get("area", "areaCode", "area_code")
	country := v.get("country", "countryCode", "country_code", "dialCode", "dial_code", "callingCode", "prefix", "code")
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
	w.fields = append(w.fields, Field{Name: strings.Join(path, "."), Names: names(path, "", beside{}), Value: number, Role: Phone, parent: parentOf(path)})
	for _, m := range v.Members {
		if m.Name != rest.Name && m.Name != area.Name && m.Name != country.Name {
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
	return true
}

// add adds one text. told is what stands beside it.
func (w *walker) add(value string, path []string, sent string, told beside) {
	f := Field{Value: value, Names: names(path, sent, told), parent: parentOf(path)}
	f.Name = f.Names[0]
	switch {
	case told.label != "":
		f.Name = told.label
	case told.key != "" && guess(f.Name) == "":
		f.Name = told.key
	}
	if told == (beside{}) {
		f.Role = roleOf(path, sent, value)
	} else {
		f.Role = told.role(path, value)
	}
	w.fields = append(w.fields, f)
}

// role is what an answer holds: by its type if that is one of phones or
// addresses, then by its key, its label and its path. A type of names comes
// last, because it does not tell a first name from a whole one.
func (b beside) role(path []string, value string) Role {
	kind := types[joined(b.kind)]
	if kind != "" && kind != Name {
		return kind
	}
	for _, name := range []string{b.key, b.label, strings.Join(path, ".")} {
		if r := guess(name); r != "" {
			return r
		}
	}
	if r := loose(b.label, value); r != "" {
		return r
	}
	return kind
}

func parentOf(path []string) string { return strings.Join(path[:max(len(path)-1, 0)], ".") }

func joined(name string) string { return strings.Join(split(name), "") }

// names are all names of a field, the one as sent first.
func names(path []string, sent string, told beside) []string {
	all := []string{sent, strings.Join(path, "."), told.label, told.key}
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
