package posted

import (
	"regexp"
	"slices"
	"strings"
)

// generic are the last names of a path that say nothing by themselves.
var generic = set("value values full formatted raw answer answers text string default ru en uk kk")

// sorts are last names that tell one phone or address of a person from another.
var contactQualifiers = set("number e e164 main primary work home mobile cell extra additional second other personal office national international address")

// neutral are the names around a person's own data. Below any other one, a
// name or a text is not the person's.
var personContainers = set("data body json payload fields field form_data formdata form_fields formfields form_response response responses submission submissions answers answer values value entry entries contact contacts client clients customer customers user person people lead buyer visitor sender author recipient profile billing shipping billing_address shipping_address namedvalues named_values params parameters input inputs rawrequest raw_request request result results properties props custom_fields customfields add update unsorted source_data record records row rows message message_data event_data order info details details_data personal main callback feedback application applicant guest student patient post get query args variables list all content webhook output bundle")

// RoleOf returns what a text below a path of names holds, "" when the names
// speak of nothing that a person is recognised by.
func RoleOf(path []string, value string) Role { return roleOf(path, "", value) }

// roleOf returns what a text below a path of names holds. sent is the name of
// the form's input, if it is one.
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
	r := guess(last)
	if part := nameParts[joinWords(last)]; part != "" && len(parents) > 0 {
		if above := guess(parents[len(parents)-1]); above == Name || above == FirstName || len(split(last)) > 1 {
			r = part
		}
	}
	if r == "" {
		r = guessByStems(last, value)
	}
	if r == "" || belongsToAnother(parents, r) {
		return ""
	}
	return r
}

// reaches reports whether the last name of a path, but for numbers, is one of
// phones or addresses.
func isContactName(path []string) bool {
	for i := len(path) - 1; i >= 0; i-- {
		if words := split(path[i]); !allIn(words, nil) || len(words) == 0 {
			r := guess(path[i])
			return r == Phone || r == Email
		}
	}
	return false
}

// nameParts are what the parts of a name are called below the name.
var nameParts = map[string]Role{
	"first": FirstName, "given": FirstName, "firstname": FirstName, "middle": MiddleName, "last": LastName, "family": LastName, "lastname": LastName, "surname": LastName,
}

// strange reports whether what lies below these names belongs to something
// else than the person who wrote.
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

// names takes the role off names that stand apart, as those of a form and of a
// vendor's user do, when another one stands beside a phone, an address or a
// text, or tells first and last name.
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

// apart reports whether a path leads through an object that is named neither
// after people nor in a way that says nothing: salon.phone.
func isDetached(path []string) bool {
	return slices.ContainsFunc(path[:max(len(path)-1, 0)], func(p string) bool {
		words := split(p)
		return !strings.ContainsAny(p, "0123456789") && !personContainers[strings.ToLower(p)] && !allIn(words, personContainers) && !allIn(words, fillers) && !allIn(words, generic) && !allIn(words, contactQualifiers) && guess(p) == "" &&
			!slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "submi") || personContainers[w] })
	})
}

// others takes the role off phones and addresses that stand apart, when the
// person has one elsewhere: those of a salon would join all its customers.
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

// numbered reads the name of a Gravity form, whose inputs are called by number:
// 1.3 is the first name, 1.6 the last. An address has 1.1 and 1.5 as well.
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

// byValue looks for a phone and an address under names that say nothing, when
// nothing else has one.
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

// pretty reads Jotform's line of all answers: "Name:Anna, Phone:(916) 123-45-67".
func (w *walker) readJotformPretty(line string) {
	for part := range strings.SplitSeq(line, ", ") {
		if label, value, ok := strings.Cut(part, ":"); ok && guess(label) != "" {
			w.addField(strings.TrimSpace(value), []string{"pretty", label}, "", answerMeta{label: label})
		}
	}
}
