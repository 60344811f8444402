package webform

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"ctihub/connectors"
	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

// sameWithin is how long identical content from one address counts as the same
// post when the form has no key: an impatient second click, a page sent again.
const sameWithin = 30 * time.Second

// post is a recent one without a key.
type post struct {
	id string
	at time.Time
}

// touch makes a touch of a filled-in form. Inputs without a role are added to the
// text, so that nothing is lost. from is the visitor's address.
func (f *form) touch(p filled, id, from, raw string) leads.Touch {
	t := leads.Touch{
		ExternalID: id, Channel: leads.ChannelForm, Direction: leads.In, At: f.now(), To: f.name,
		Name: p.join(roleName, " "), Subject: p.join(roleSubject, "; "), UTM: p.utm, Raw: raw,
		Consent: f.consent(p),
	}
	for _, c := range p.custom {
		t.Fields = append(t.Fields, leads.CustomInput{Code: c.code, Label: c.label, Text: c.text})
	}
	text := []string{}
	if m := p.join(roleMessage, "\n\n"); m != "" {
		text = append(text, m)
	}
	var notes []string
	for _, kind := range []leads.IdentityKind{leads.KindPhone, leads.KindEmail} {
		for _, v := range p.values[string(kind)] {
			all := len(t.From) >= leads.MaxIdentities
			if !all {
				t.From = append(t.From, leads.Identity{Kind: kind, Value: v.text})
			}
			if all || v.more || len(v.text) > leads.MaxUnread {
				notes = append(notes, note(v.input, v.text))
			}
		}
	}
	for _, o := range p.others {
		notes = append(notes, note(o.label, o.text))
	}
	if len(notes) > 0 {
		text = append(text, strings.Join(notes, "\n"))
	}
	t.Text = strings.Join(text, "\n\n")
	switch {
	case p.trapped:
		t.Suspect, t.Cause = "form spam: the hidden input is filled in", leads.CauseSpamHidden
	case p.took > 0 && p.took < f.MinFill:
		t.Suspect, t.Cause = "form spam: filled in within "+p.took.Round(10*time.Millisecond).String(), leads.CauseSpamFast
	default:
		t.Suspect, t.Facts = f.spamVerdict(p, from)
		if t.Suspect != "" {
			t.Cause = leads.CauseSpamContent
		}
	}
	if t.Suspect != "" {
		t.Raw = "" // quarantine keeps the touch itself, ready to be taken in
	}
	return t
}

// join returns the values of a role, each once.
func (p filled) join(role, sep string) string {
	var all []string
	for _, v := range p.values[role] {
		if !slices.Contains(all, v.text) {
			all = append(all, v.text)
		}
	}
	return strings.Join(all, sep)
}

func note(input, text string) string {
	return strings.Join(strings.Fields(input), " ") + ": " + text
}

// volatile are inputs that differ when the same content is sent again.
var volatile = []string{
	inputTime, inputKey, inputProof, "cookie", "cookies", "timestamp", "sent_at", "sentat", "attempt", "retry",
	"g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "smart-token", "_wpnonce", "_token", "csrf_token", "csrfmiddlewaretoken",
}

// digest is a hash of the content of a post: its fields and files, without
// those that are volatile. The order of the names does not matter: a program that
// sends an object again may write its members in another one.
func digest(fields []posted.Field, files []file) hash.Hash {
	h := sha256.New()
	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b posted.Field) int { return cmp.Compare(a.Names[0], b.Names[0]) })
	for _, in := range fields {
		if !slices.ContainsFunc(in.Names, func(n string) bool { return slices.Contains(volatile, strings.ToLower(n)) }) {
			fmt.Fprintf(h, "%s=%s\n", url.QueryEscape(in.Names[0]), url.QueryEscape(in.Value))
		}
	}
	for _, in := range files {
		fmt.Fprintf(h, "%s=%s\n", url.QueryEscape(in.input), url.QueryEscape(in.name))
		if in.upload != nil {
			h.Write(in.upload.sum[:])
		}
	}
	return h
}

func hashOf(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// id returns the key of the interaction that a post becomes.
//
// The header Idempotency-Key is the key itself: programs make one for each
// post. The input _key is joined with the content, because a page may have been
// stored with its key, and must not swallow what the next visitor writes.
// Without either, identical content from one address within sameWithin is one
// post, and everything else is a post of its own.
func (f *form) id(header, input, remoteAddr string, content hash.Hash) string {
	if header != "" {
		return posted.Key(header)
	}
	if input != "" {
		return posted.Key(input) + "." + hex.EncodeToString(content.Sum(nil)[:8])
	}
	content.Write([]byte(connectors.Address(remoteAddr)))
	now := f.now()
	return f.posts.update(string(content.Sum(nil)), func(p post) post {
		if d := now.Sub(p.at); p.id == "" || d >= sameWithin || d < 0 {
			return post{"post-" + uuid.NewString(), now}
		}
		return p
	}).id
}

// fault is what a visitor has to put right.
type fault struct {
	Field   string `json:"field"`           // role, or the name of the input that "require" names
	Input   string `json:"input,omitempty"` // name of the input on the form, if it sent one
	Message string `json:"message"`
}

// faults returns what is missing or wrong.
func (f *form) faults(p filled, say *texts) []fault {
	var faults []fault
	for _, group := range f.Require {
		names := strings.Split(group, "|")
		if slices.ContainsFunc(names, p.has) {
			continue
		}
		wrong := false
		for _, name := range names {
			if len(p.values[name]) > 0 {
				faults = append(faults, fault{name, f.input(p, name), say.wrong(name, f.region)})
				wrong = true
			}
		}
		if !wrong {
			faults = append(faults, fault{names[0], f.input(p, names[0]), say.missing(names)})
		}
	}
	if len(faults) == 0 && p.empty() {
		faults = append(faults, fault{roleMessage, f.input(p, roleMessage), say.Empty})
	}
	return faults
}

// input returns the name of the form's input for a role, empty if it has none.
func (f *form) input(p filled, role string) string {
	if name := p.inputs[role]; name != "" {
		return name
	}
	return f.Fields[role]
}

// has reports whether a role, or an input of that name, is filled in usably.
func (p filled) has(name string) bool {
	if slices.Contains(roles, name) {
		return slices.ContainsFunc(p.values[name], func(v value) bool { return v.usable })
	}
	return slices.ContainsFunc(p.others, func(o other) bool { return slices.Contains(o.names, name) }) ||
		slices.ContainsFunc(p.custom, func(c customInput) bool { return slices.Contains(c.names, name) })
}

func (p filled) empty() bool {
	return len(p.values) == 0 && len(p.others) == 0 && len(p.custom) == 0 && !p.files
}
