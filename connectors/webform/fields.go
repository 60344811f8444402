package webform

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"ctihub/connectors/vendors/posted"
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
	others []other            // what has no role, without empty ones
	custom []customInput      // for custom fields, without empty ones
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

// value is the value of an input with a role.
type value struct {
	input, text string
	usable      bool // a phone number or an address that can identify somebody; true for the other roles
	more        bool // the text says more than what identifies, and must be kept whole
}

// other is an input without a role, or a file that is not stored.
type other struct {
	names       []string // the first is as it was sent
	label, text string
}

// customInput is an input for the custom field of a code.
type customInput struct {
	other
	code string
}

var nameParts = []posted.Role{posted.FirstName, posted.MiddleName, posted.LastName}

// read sorts the fields and files of a post.
func (f *form) read(fields []posted.Field, files []file) filled {
	p := filled{values: map[string][]value{}, inputs: map[string]string{}, utm: map[string]string{}}
	for _, in := range files {
		p.files = p.files || in.upload != nil
	}
	var parts [3]string // by nameParts
	for _, in := range fields {
		text, sent := strings.TrimSpace(in.Value), in.Names[0]
		switch {
		case sent == f.Honeypot:
			p.trapped = p.trapped || text != ""
			continue
		case p.takeHubInput(in.Names, text):
			continue
		}
		if code := f.customField(in); code != "" {
			if text != "" {
				p.custom = append(p.custom, customInput{other{in.Names, in.Name, text}, code})
			}
			continue
		}
		role, part := f.role(in)
		if p.inputs[role] == "" {
			p.inputs[role] = sent
		}
		switch {
		case text == "":
		case role == "", part >= 0 && parts[part] != "":
			p.others = append(p.others, other{in.Names, in.Name, text})
		case part >= 0:
			parts[part] = text
		default:
			f.take(&p, role, sent, text)
		}
	}
	for _, text := range parts {
		if text != "" && !p.hasNamePart(text) {
			p.values[roleName] = append(p.values[roleName], value{text: text, usable: true})
		}
	}
	for _, in := range files {
		if in.name != "" && in.upload == nil {
			p.others = append(p.others, other{[]string{in.input}, in.input, in.name + " [file]"})
		}
	}
	return p
}

// hasNamePart reports whether this part of the name was given.
func (p filled) hasNamePart(part string) bool {
	return slices.ContainsFunc(p.values[roleName], func(v value) bool {
		return len(strings.Fields(v.text)) > len(strings.Fields(part)) && strings.Contains(" "+v.text+" ", " "+part+" ")
	})
}

// take adds the value of an input that has a role.
func (f *form) take(p *filled, role, input, text string) {
	v := value{input: input, text: text, usable: true}
	switch role {
	case rolePhone:
		if mask(text) {
			return
		}
		v.usable, v.more = posted.ReadsPhone(text, f.region)
	case roleEmail:
		_, err := leads.NormaliseEmail(text)
		v.usable = err == nil
		if found := posted.Emails(text); !v.usable && len(found) > 0 {
			p.inputs[role] = input
			for _, address := range found {
				p.values[role] = append(p.values[role], value{input: input, text: address, usable: true})
			}
			p.others = append(p.others, other{[]string{input}, input, text})
			return
		}
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

// takeHubInput reads an input that is for the hub and reports whether it is one.
func (p *filled) takeHubInput(names []string, text string) bool {
	switch names[0] {
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
	default:
		return p.takeVisitInput(names, text)
	}
	return true
}

// takeVisitInput reads an input that says where the visitor came from.
func (p *filled) takeVisitInput(names []string, text string) bool {
	for _, name := range names {
		name = strings.ToLower(name)
		switch name {
		case inputPage, "page", "page_url", "pageurl", "page url", "page.url", "href":
			return p.address("page", text)
		case "cookies":
			return p.tildaTags(text)
		case inputReferer, "referer", "referrer", "http_referer":
			return p.address("referer", text)
		}
		tag := name
		if i := strings.LastIndex("."+name, ".utm."); i >= 0 && !strings.Contains(name[i+4:], ".") { // utm.source
			tag = "utm_" + name[i+4:]
		}
		if isTag(tag) && text != "" && p.utm[tag] == "" && len(p.utm) < 2*maxTags {
			p.utm[tag] = text
			return true
		}
	}
	return false
}

// tildaTags takes the advertising tags that Tilda keeps in a cookie of the
// website, and sends with the others (help.tilda.cc, forms/webhook):
// TILDAUTM=utm_source%3Dvk%7C%7C%7Cutm_medium%3Dcpc. It reports whether there are any.
func (p *filled) tildaTags(cookies string) (found bool) {
	_, value, _ := strings.Cut(cookies, "TILDAUTM=")
	value, _, _ = strings.Cut(value, ";")
	if plain, err := url.QueryUnescape(strings.TrimSpace(value)); err == nil {
		value = plain
	}
	for pair := range strings.SplitSeq(value, "|||") {
		name, text, _ := strings.Cut(pair, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); isTag(name) && text != "" && p.utm[name] == "" && len(p.utm) < 2*maxTags {
			p.utm[name] = text
			found = true
		}
	}
	return found
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

// customField returns the code of the custom field for which the input is, empty for none.
func (f *form) customField(in posted.Field) string {
	for code, name := range f.Custom {
		if slices.Contains(in.Names, name) {
			return code
		}
	}
	return ""
}

// role returns what the input holds, as configured, else guessed; and which of
// nameParts it is, -1 for none.
func (f *form) role(in posted.Field) (role string, part int) {
	for role, name := range f.Fields {
		if slices.Contains(in.Names, name) {
			return role, -1
		}
	}
	role, part = string(in.Role), slices.Index(nameParts, in.Role)
	if part >= 0 {
		role = roleName
	}
	if _, configured := f.Fields[role]; configured {
		return "", -1 // another input is meant to be it
	}
	return role, part
}
