package posted

import (
	"slices"
	"strings"
)

// Field is one text of a body, with its presumed role.
type Field struct {
	Name  string   // as the sender names it: an input, or names joined by dots, or its label
	Names []string // all names it goes by: the input, the joined names, the last of them, the label
	Value string
	Role  Role // empty: unknown

	parent   string // path of the object that it lies in
	detached bool   // in an object that seems not to be the person, such as a salon
}

// Fields returns the texts of a body, parsed with [Value.Deep], in the order in which they were
// sent, each with its role. Empty texts are among them.
func Fields(v Value) []Field {
	v = v.Deep()
	w := walker{labels: map[string]string{}, fields: make([]Field, 0, len(v.Members))}
	w.collectLabels(v)
	w.walk(v, nil, "")
	w.readNumberedNames()
	w.dropDetachedNames()
	w.dropDetachedContacts()
	w.guessByValue()
	return w.fields
}

// walker collects the fields of a tree.
type walker struct {
	fields []Field
	labels map[string]string // of a form's definition, by the field's id
}

// collectLabels reads the labels of a form's definition that comes with the answers:
// {"definition": {"fields": [{"id": …, "title": …}]}}.
func (w *walker) collectLabels(v Value) {
	for _, m := range v.Members {
		if m.Name == "definition" {
			for _, f := range m.get("fields").Members {
				if id, title := f.get("id").Text(), f.get("title").Text(); id != "" {
					w.labels[id] = title
				}
			}
		}
		w.collectLabels(m)
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

// isEntryList reports whether a list has pairs of a name and a value, as browsers give the
// entries of a form: [["name", "Anna"], ["phone", "…"]].
func (v Value) isEntryList() bool {
	known := false
	for _, m := range v.Members {
		if m.Kind != List || len(m.Members) != 2 || m.Members[0].Kind != Leaf {
			return false
		}
		known = known || guess(m.Members[0].Text()) != ""
	}
	return known
}

func (v Value) has(name string) bool {
	return v.Kind == Object && slices.ContainsFunc(v.Members, func(m Value) bool { return strings.EqualFold(m.Name, name) })
}

// walk adds the fields within a value. sent is the name of the input that holds it.
func (w *walker) walk(v Value, path []string, sent string) {
	if v.Sent != "" {
		sent = v.Sent
		if v.Kind != Leaf { // JSON in a text
			sent = ""
		}
	}
	switch {
	case v.Kind == Leaf:
		w.addField(v.Text(), path, sent, answerMeta{})
	case v.Kind == List && v.isEntryList():
		for _, m := range v.Members {
			w.walk(m.Members[1], append(slices.Clone(path), m.Members[0].Text()), "")
		}
	case v.Kind == List:
		for _, m := range v.Members {
			w.walk(m, path, "")
		}
	case w.addAnswer(v, path), w.addSplitPhone(v, path):
	default:
		for _, m := range v.Members {
			if m.Name == "definition" && len(w.labels) > 0 {
				continue
			}
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
}

// addSplitPhone adds a number that an object holds in parts: country, area, rest. It reports
// whether the object is one.
func (w *walker) addSplitPhone(v Value, path []string) bool {
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
	w.fields = append(w.fields, Field{Name: strings.Join(path, "."), Names: fieldNames(path, "", answerMeta{}), Value: number, Role: Phone, parent: parentOf(path), detached: isDetached(path)})
	for _, m := range v.Members {
		if m.Name != rest.Name && m.Name != area.Name && m.Name != country.Name {
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
	return true
}

// addField adds one text. meta is empty if the text is not an answer.
func (w *walker) addField(value string, path []string, sent string, meta answerMeta) {
	f := Field{Value: value, Names: fieldNames(path, sent, meta), parent: parentOf(path)}
	f.Name = f.Names[0]
	switch {
	case meta.label != "":
		f.Name = meta.label
	case meta.key != "" && guess(f.Name) == "":
		f.Name = meta.key
	}
	if meta == (answerMeta{}) {
		f.Role, f.detached = roleOf(path, sent, value), isDetached(path)
	} else {
		f.Role = meta.role(path, value)
	}
	w.fields = append(w.fields, f)
}

func parentOf(path []string) string { return strings.Join(path[:max(len(path)-1, 0)], ".") }

func joinWords(name string) string { return strings.Join(split(name), "") }

// fieldNames returns all names of a field, the one as sent first.
func fieldNames(path []string, sent string, meta answerMeta) []string {
	last := ""
	if n := len(path); n > 0 {
		last = path[n-1]
	}
	var kept []string
	for _, n := range [...]string{sent, strings.Join(path, "."), meta.label, meta.key, last} {
		if n != "" && !slices.Contains(kept, n) {
			kept = append(kept, n)
		}
	}
	if len(kept) == 0 {
		return []string{""}
	}
	return kept
}
