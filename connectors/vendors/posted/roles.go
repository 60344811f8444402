package posted

import (
	"regexp"
	"slices"
	"strings"
)

// generic are last names of a path that say nothing about the value.
var generic = set("value values full formatted raw answer answers text string default ru en uk kk")

// contactQualifiers are last names that distinguish several phones or addresses of a person.
var contactQualifiers = set("number e e164 main primary work home mobile cell extra additional second other personal office national international address")

// personContainers are the names of objects around a person's own data. Below any other
// one, a name or a text is not the person's.
var personContainers = set("data body json payload fields field form_data formdata form_fields formfields form_response response responses submission submissions answers answer values value entry entries contact contacts client clients customer customers user person people lead buyer visitor sender author recipient profile billing shipping billing_address shipping_address namedvalues named_values params parameters input inputs rawrequest raw_request request result results properties props custom_fields customfields add update unsorted source_data record records row rows message message_data event_data order info details details_data personal main callback feedback application applicant guest student patient post get query args variables list all content webhook output bundle")

// RoleOf returns the role of a text below a path of names; "" if the names say nothing about a
// person's data.
func RoleOf(path []string, value string) Role { return roleOf(path, "", value) }

// roleOf is RoleOf; sent is the name of the form's input, if it is one.
func roleOf(path []string, sent, value string) Role {
	if len(path) == 0 {
		return guess(sent)
	}
	if sent != "" {
		if r := guess(sent); r != "" {
			return r
		}
	}
	if len(path) > 1 {
		if r := guess(strings.Join(path, ".")); r != "" && !belongsToAnother(path[:len(path)-1], r) {
			return r
		}
	}
	n := len(path)
	for n > 1 && (allIn(split(path[n-1]), generic) || allIn(split(path[n-1]), contactQualifiers) && isContactName(path[:n-1])) {
		n--
	}
	last, parents := path[n-1], path[:n-1]
	words := split(last)
	r := guessByWords(last, words)
	if part := nameParts[strings.Join(words, "")]; part != "" && len(parents) > 0 {
		if above := guess(parents[len(parents)-1]); above == Name || above == FirstName || len(words) > 1 {
			r = part
		}
	}
	if r == "" {
		r = guessByStems(words, value)
	}
	if r == "" || belongsToAnother(parents, r) {
		return ""
	}
	return r
}

// isContactName reports whether the last name of a path, apart from numbers, is that of a phone
// or an address.
func isContactName(path []string) bool {
	for i := len(path) - 1; i >= 0; i-- {
		if words := split(path[i]); !allIn(words, nil) || len(words) == 0 {
			r := guess(path[i])
			return r == Phone || r == Email
		}
	}
	return false
}

// nameParts are the members of a name in parts.
var nameParts = map[string]Role{
	"first": FirstName, "given": FirstName, "firstname": FirstName, "middle": MiddleName, "last": LastName, "family": LastName, "lastname": LastName, "surname": LastName,
}

// belongsToAnother reports whether the data below these names belong to something else than the
// person who wrote.
func belongsToAnother(parents []string, r Role) bool {
	for _, p := range parents {
		words := split(p)
		if slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "submi") }) { // mautic.form_on_submit
			continue
		}
		if slices.ContainsFunc(words, isNotPerson) && !personContainers[strings.ToLower(p)] {
			return true
		}
		switch r {
		case Phone, Email, FirstName, MiddleName, LastName:
			continue
		}
		if !personContainers[strings.ToLower(p)] && !allIn(words, personContainers) && !allIn(words, fillers) && guess(p) == "" {
			return true
		}
	}
	return false
}

func allIn(words []string, set map[string]bool) bool {
	for _, w := range words {
		if !set[w] && !filler(w) {
			return false
		}
	}
	return true
}

// dropDetachedNames clears the role of names without other data of a person beside them, such as
// the name of a form or of a vendor's user, if another name has such data beside it, or there are
// first and last names.
func (w *walker) dropDetachedNames() {
	hasData := map[string]bool{}
	for _, f := range w.fields {
		if f.Role != "" && f.Role != Name && f.Value != "" {
			hasData[f.parent] = true
		}
	}
	if !slices.ContainsFunc(w.fields, func(f Field) bool {
		return f.Value != "" && (f.Role == Name && hasData[f.parent] || f.Role == FirstName || f.Role == LastName)
	}) {
		return
	}
	for i, f := range w.fields {
		if f.Role == Name && !hasData[f.parent] {
			w.fields[i].Role = ""
		}
	}
}

// isDetached reports whether a path leads through an object with a meaningful name that is not a
// person's: salon.phone.
func isDetached(path []string) bool {
	return slices.ContainsFunc(path[:max(len(path)-1, 0)], func(p string) bool {
		words := split(p)
		return !strings.ContainsAny(p, "0123456789") && !personContainers[strings.ToLower(p)] && !allIn(words, personContainers) && !allIn(words, fillers) && !allIn(words, generic) && !allIn(words, contactQualifiers) && guess(p) == "" &&
			!slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "submi") || personContainers[w] })
	})
}

// dropDetachedContacts clears the role of phones and addresses in such objects if the person has
// one elsewhere: a salon's phone would join all its customers into one person.
func (w *walker) dropDetachedContacts() {
	reach := func(f Field) bool { return f.Role == Phone || f.Role == Email }
	if !slices.ContainsFunc(w.fields, func(f Field) bool { return reach(f) && !f.detached && strings.TrimSpace(f.Value) != "" }) {
		return
	}
	for i, f := range w.fields {
		if reach(f) && f.detached {
			w.fields[i].Role = ""
		}
	}
}

// readNumberedNames reads the name in a Gravity form, whose inputs have numbers for names: 1.3 is
// the first name, 1.6 the last. An address has 1.1 and 1.5 as well.
func (w *walker) readNumberedNames() {
	byName := map[string]int{}
	for i, f := range w.fields {
		byName[f.Name] = i
	}
	for name, i := range byName {
		id, sub, ok := strings.Cut(name, ".")
		if !ok || sub != "3" || strings.Trim(id, "0123456789") != "" || id == "" {
			continue
		}
		last, named := byName[id+".6"]
		_, street := byName[id+".1"]
		_, zip := byName[id+".5"]
		if !named || street || zip {
			continue
		}
		w.fields[i].Role, w.fields[last].Role = FirstName, LastName
		if middle, ok := byName[id+".4"]; ok {
			w.fields[middle].Role = MiddleName
		}
	}
}

var numberedNameRE = regexp.MustCompile(`(?i)^(?:[\d._-]+|(?:input|field|q|question|f|fld|form_?field|text|value|item|data|entry|answer)?[\[\]\s_.-]*(?:[0-9a-f]{5,}|\d+(?:\.\d+)?)[\[\]\s_-]*)$`)

// guessByValue looks for a phone and an address under names that say nothing, if no other field
// has one.
func (w *walker) guessByValue() {
	if slices.ContainsFunc(w.fields, func(f Field) bool { return (f.Role == Phone || f.Role == Email) && strings.TrimSpace(f.Value) != "" }) {
		return
	}
	for i := range w.fields {
		f := &w.fields[i]
		if f.Names[len(f.Names)-1] == "pretty" {
			w.readJotformPretty(f.Value)
			return
		}
		if f.Role != "" || !numberedNameRE.MatchString(f.Names[len(f.Names)-1]) && !numberedNameRE.MatchString(f.Name) {
			continue
		}
		switch {
		case plainEmail(strings.TrimSpace(f.Value)):
			f.Role = Email
		case plainPhone(f.Value) && strings.ContainsAny(f.Value, "+()- "):
			f.Role = Phone
		}
	}
}

// readJotformPretty reads Jotform's line of all answers: "Name:Anna, Phone:(916) 123-45-67".
func (w *walker) readJotformPretty(line string) {
	for part := range strings.SplitSeq(line, ", ") {
		if label, value, ok := strings.Cut(part, ":"); ok && guess(label) != "" {
			w.addField(strings.TrimSpace(value), []string{"pretty", label}, "", answerMeta{label: label})
		}
	}
}
