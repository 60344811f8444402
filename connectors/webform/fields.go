package webform

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"ctihub/leads"
)

// Inputs that are for the hub and not from the visitor.
const (
	inputKey     = "_key"     // idempotency key, made once for each filling of the form
	inputTime    = "_t"       // milliseconds that filling it in took
	inputPage    = "_page"    // address of the page with the form
	inputReferer = "_referer" // where the visitor came from
	inputLang    = "_lang"    // ru or en, the language that the form is in
	inputCharset = "_charset_"
)

// maxTags bounds the advertising tags that are taken from a page's address.
const maxTags = 20

// filled is a form as filled in.
type filled struct {
	values map[string][]value // by role, in the order of the form, without empty ones
	inputs map[string]string  // role → name of the input that stands for it, if there is one
	others []field            // what has no role, without empty ones
	utm    map[string]string

	key, lang string
	files     bool          // some are attached
	trapped   bool          // the honeypot is filled in
	took      time.Duration // zero: unknown
	agreed    bool          // the consent is ticked
	version   string        // of the consent that was seen; empty: unknown
	proof     string
	callback  string // when they want to be called
}

// value is what an input with a role holds. Usable: a phone number or an
// address that can identify somebody; always true for the other roles.
type value struct {
	text   string
	usable bool
}

// read sorts the fields of a post.
func (f *form) read(fields []field) filled {
	p := filled{values: map[string][]value{}, inputs: map[string]string{}, utm: map[string]string{}}
	var name [3]string // by nameParts
	for _, in := range fields {
		text := strings.TrimSpace(in.value)
		switch {
		case in.file:
			p.files = p.files || in.upload != nil
			if text != "" && in.upload == nil {
				p.others = append(p.others, in)
			}
			continue
		case in.name == f.Honeypot:
			p.trapped = p.trapped || text != ""
			continue
		case p.own(in.name, text):
			continue
		}
		role := f.role(in.name)
		if p.inputs[role] == "" {
			p.inputs[role] = in.name
		}
		part := slices.Index(nameParts, role)
		switch {
		case text == "":
		case role == "", part >= 0 && name[part] != "":
			p.others = append(p.others, field{name: in.name, value: text})
		case part >= 0:
			name[part] = text
		default:
			f.take(&p, role, in.name, text)
		}
	}
	for _, text := range name {
		if text != "" {
			p.values[roleName] = append(p.values[roleName], value{text, true})
		}
	}
	return p
}

// take keeps the value of an input that has a role.
func (f *form) take(p *filled, role, input, text string) {
	v := value{text, true}
	switch role {
	case rolePhone:
		if mask(text) {
			return
		}
		_, _, err := leads.NormalisePhone(text, f.region)
		v.usable = err == nil
	case roleEmail:
		_, err := leads.NormaliseEmail(text)
		v.usable = err == nil
	}
	if len(p.values[role]) == 0 {
		p.inputs[role] = input
	}
	p.values[role] = append(p.values[role], v)
}

// mask reports whether a phone number is only what the input's mask puts
// there: "+7 (___) ___-__-__".
func mask(text string) bool {
	digits := 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			return false
		}
	}
	return digits <= 1
}

// own takes an input that is for the hub and reports whether it was one.
func (p *filled) own(name, text string) bool {
	switch name {
	case inputKey:
		p.key = text
	case inputTime:
		if d, err := time.ParseDuration(text + "ms"); err == nil && d > 0 {
			p.took = d
		}
	case inputLang:
		p.lang = text
	case inputConsent:
		p.agreed = text != ""
	case inputVersion:
		p.version = text
	case inputCallback:
		p.callback = text
	case inputProof:
		p.proof = text
	case inputCharset:
	case inputPage, "page":
		return p.address("page", text)
	case inputReferer, "referer", "referrer":
		return p.address("referer", text)
	default:
		tag := strings.ToLower(name)
		if !isTag(tag) || text == "" || p.utm[tag] != "" {
			return false
		}
		p.utm[tag] = text
	}
	return true
}

// address keeps a page's address with the tags in its query, and reports
// whether the text is one.
func (p *filled) address(as, text string) bool {
	if text == "" || text == p.utm[as] {
		return true
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || p.utm[as] != "" {
		return false
	}
	p.utm[as] = text
	return true
}

// tags takes the advertising tags from the query of the page's address, those
// that the form did not name itself.
func (p *filled) tags() {
	u, err := url.Parse(p.utm["page"])
	if err != nil {
		return
	}
	for name, values := range u.Query() {
		if tag := strings.ToLower(name); isTag(tag) && p.utm[tag] == "" && values[0] != "" && len(p.utm) < maxTags {
			p.utm[tag] = values[0]
		}
	}
}

// isTag reports whether a parameter tells which advertisement a visitor came
// from: utm_…, or the click id of Google, Yandex or Facebook.
func isTag(name string) bool {
	return strings.HasPrefix(name, "utm_") && len(name) <= 50 || name == "gclid" || name == "yclid" || name == "fbclid"
}

// role returns what the input holds: as configured, else guessed.
func (f *form) role(input string) string {
	for role, name := range f.Fields {
		if name == input {
			return role
		}
	}
	role := guess(input)
	as := role
	if slices.Contains(nameParts, role) {
		as = roleName
	}
	if _, configured := f.Fields[as]; configured {
		return "" // another input is meant to be it
	}
	return role
}
