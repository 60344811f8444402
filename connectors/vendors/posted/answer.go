package posted

import (
	"slices"
	"strings"
)

// answerMeta is the label, the key and the type that stand beside the value of an answer.
type answerMeta struct{ label, key, kind string }

// Member names of the value, the label, the key and the type of one answer.
var (
	valueNames = []string{"value", "values", "answer", "a", "val", "raw_value", "rawvalue", "string_value"}
	labelNames = []string{"label", "title", "question", "q", "question_text", "field_label", "field_title", "caption", "text", "name", "field_name", "fieldname", "column_name"}
	keyNames   = []string{"key", "code", "slug", "ref", "field_code", "field_key", "name", "column_id", "field", "id", "field_id", "fieldid"}
	typeNames  = []string{"type", "field_type", "fieldtype", "t"}
	// metaNames are further members about the value, which are ignored.
	metaNames = set("id ref raw_value rawvalue required order placeholder mandatory enum enum_id enum_code value_type field_type type t key code slug first middle last prettyformat is_required validation hidden")
)

// roleOfType has the roles of the types that forms give to their inputs.
var roleOfType = map[string]Role{
	"tel": Phone, "phone": Phone, "phonenumber": Phone, "controlphone": Phone, "mobile": Phone, "phoneinput": Phone, "fieldphone": Phone, "contactphone": Phone, "inputphonenumber": Phone, "inputphone": Phone,
	"email": Email, "mail": Email, "controlemail": Email, "emailaddress": Email, "contactemail": Email, "inputemail": Email,
	"fullname": Name, "controlfullname": Name, "name": Name,
}

// addAnswer adds an object that has a value and beside it the label, the name or the type of one
// field. It reports whether the object is one.
func (w *walker) addAnswer(v Value, path []string) bool {
	var value Value
	var meta answerMeta
	if field := v.get("field"); field.Kind == Object && v.has("type") { // Typeform: the value lies under the name of its type
		meta.kind = v.get("type").Text()
		value = v.get(meta.kind)
		if value.Name == "" {
			return false
		}
		meta.key, meta.label = field.get("ref").Text(), field.get("title", "label").Text()
		if meta.label == "" {
			meta.label = w.labels[field.get("id").Text()]
		}
		if t := field.get("type").Text(); roleOfType[joinWords(t)] != "" {
			meta.kind = t
		}
	} else {
		for _, name := range valueNames {
			if v.has(name) {
				value = v.get(name)
				break
			}
		}
		if value.Name == "" || v.hasPersonData() {
			return false
		}
		if asked := v.get("question"); asked.Kind == Object { // Yandex Forms: {"value": …, "question": {"slug": …, "label": {"ru": …}}}
			label := asked.get("label", "title")
			if label.Kind == Object && len(label.Members) > 0 {
				label = label.Members[0]
			}
			meta = answerMeta{label.Text(), text(asked, keyNames), ""}
		} else if meta = (answerMeta{text(v, labelNames), text(v, keyNames), text(v, typeNames)}); meta == (answerMeta{}) {
			return false
		}
	}
	w.addAnswerValue(value, append(slices.Clone(path), value.Name), meta)
	for _, m := range v.Members {
		if m.Name == value.Name || m.Name == "field" || m.Name == "question" && m.Kind == Object || metaNames[strings.ToLower(m.Name)] || m.Kind == Leaf && (m.Text() == meta.label || m.Text() == meta.key) {
			continue
		}
		w.walk(m, append(slices.Clone(path), m.Name), "")
	}
	return true
}

// hasPersonData reports whether members of an object are named after a person's data: then its
// "value" is another of these data, such as the value of a deal.
func (v Value) hasPersonData() bool {
	return slices.ContainsFunc(v.Members, func(m Value) bool {
		name := strings.ToLower(m.Name)
		for _, own := range [][]string{valueNames, labelNames, keyNames, typeNames} {
			if slices.Contains(own, name) {
				return false
			}
		}
		return m.Kind == Leaf && !metaNames[name] && guess(name) != ""
	})
}

// text returns the first text among the members with these names.
func text(v Value, names []string) string {
	for _, n := range names {
		if m := v.get(n); m.Kind == Leaf && m.Text() != "" {
			return m.Text()
		}
	}
	return ""
}

// addAnswerValue adds the value of an answer: one or several texts, or an object such as a name
// in parts.
func (w *walker) addAnswerValue(v Value, path []string, meta answerMeta) {
	switch v.Kind {
	case Leaf:
		w.addField(v.Text(), path, v.Sent, meta)
	case List:
		for _, m := range v.Members {
			w.addAnswerValue(m, path, meta)
		}
	default:
		if inner := v.get(valueNames...); inner.Name != "" { // {"value": …, "enum": "WORK"}
			w.addAnswerValue(inner, path, meta)
			return
		}
		as := meta.label
		if as == "" {
			as = meta.key
		}
		if r := roleOfType[joinWords(meta.kind)]; r == Name || r != "" && guess(as) == "" {
			as = string(r)
		}
		path = append(slices.Clone(path), as)
		if w.addSplitPhone(v, path) {
			return
		}
		for _, m := range v.Members {
			w.walk(m, append(slices.Clone(path), m.Name), "")
		}
	}
}

// role returns the role of an answer: by its type if that is one of phones or addresses, then by
// its key, its label and its path. A type of names comes last, because it does not distinguish a
// first name from a full one.
func (b answerMeta) role(path []string, value string) Role {
	kind := roleOfType[joinWords(b.kind)]
	if kind != "" && kind != Name {
		return kind
	}
	names := []string{b.key, b.label}
	if guess(b.key) == Message { // "question_3" is the key of any question
		names = []string{b.label, b.key}
	}
	for _, name := range append(names, strings.Join(path, ".")) {
		if r := guess(name); r != "" {
			return r
		}
	}
	if r := guessByStems(split(b.label), value); r != "" {
		return r
	}
	return kind
}
