package leads

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Errors of normalisation; the texts are fit for showing to a person.
var (
	ErrPhone = errors.New("not a valid phone number")
	ErrEmail = errors.New("not a valid e-mail address")
)

// NormaliseEmail returns the address with a lowercased local part and a
// lowercased, punycoded domain. Two spellings of one mailbox give one value;
// "+tags" and dots are kept, because not every provider ignores them.
func NormaliseEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	if len(s) > 254 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`<>()[],;:\"`, r)
	}) {
		return "", ErrEmail
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || strings.Contains(s[:at], "@") {
		return "", ErrEmail
	}
	domain := strings.TrimSuffix(s[at+1:], ".")
	if !isHostName(domain) {
		var err error
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return "", ErrEmail
		}
	}
	if !strings.Contains(domain, ".") {
		return "", ErrEmail
	}
	if s[at+1:] == domain { // also the usual case, which needs no second text
		return strings.ToLower(s), nil
	}
	return strings.ToLower(s[:at]) + "@" + strings.ToLower(domain), nil
}

// isHostName reports whether a domain is one in ASCII that IDNA (RFC 5891) leaves as it is but for
// the case: labels of letters, digits and hyphens, none of them in Punycode.
func isHostName(domain string) bool {
	label := 0 // where the label begins
	for i := 0; i <= len(domain); i++ {
		if i == len(domain) || domain[i] == '.' {
			if n := i - label; n == 0 || n > 63 || domain[label] == '-' || domain[i-1] == '-' || n >= 4 && domain[label+2:label+4] == "--" {
				return false
			}
			label = i + 1
			continue
		}
		if c := domain[i]; c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// Bounds of what one touch may bring.
const (
	maxOffered    = 10
	maxReferences = 16
	maxFiles      = 200
)

// Validate reports why a touch cannot become an interaction, nil if it can.
func (t Touch) Validate() error {
	switch {
	case t.Source == "":
		return fmt.Errorf("%w: source is empty", ErrInvalid)
	case t.ExternalID == "":
		return fmt.Errorf("%w: external_id is empty", ErrInvalid)
	case len(t.ExternalID) > 500:
		return fmt.Errorf("%w: external_id is longer than 500 bytes", ErrInvalid)
	case t.Refused != "":
		return fmt.Errorf("%w: %s", ErrRefused, t.Refused)
	case t.Suspect != "":
		return fmt.Errorf("%w: %s", ErrSuspect, t.Suspect)
	case t.Channel == "":
		return fmt.Errorf("%w: channel is empty", ErrInvalid)
	case t.Direction != In && t.Direction != Out && t.Direction != Internal:
		return fmt.Errorf("%w: direction %q is not in, out or internal", ErrInvalid, t.Direction)
	case (t.Channel == ChannelCall) != (t.Call != nil):
		return fmt.Errorf("%w: a call, and nothing else, carries call data", ErrInvalid)
	case len(t.From) > MaxIdentities:
		return fmt.Errorf("%w: more than %d identities", ErrInvalid, MaxIdentities)
	case len(t.Attachments) > maxFiles:
		return fmt.Errorf("%w: more than %d attachments", ErrInvalid, maxFiles)
	case t.Call != nil && stateRank(t.Call.State) == 0:
		return fmt.Errorf("%w: call state %q is unknown", ErrInvalid, t.Call.State)
	case t.Call != nil && t.Call.Started.IsZero():
		return fmt.Errorf("%w: the call has no start", ErrInvalid)
	}
	return nil
}

// Limits of a touch's texts in bytes; what is longer is cut at a rune.
const (
	maxName = 200
	maxLine = 1000
	maxText = 256 << 10
	maxHTML = 1 << 20
	maxID   = 500 // of a message
)

// Normalise returns the touch with canonical identities (each once, by kind
// and then in the order given, so that the first phone stays the main one),
// clean valid UTF-8 texts and bounded lengths. Identities that cannot be parsed
// are kept in Unread.
func (t Touch) Normalise(region string) Touch {
	from, unread := readIdentities(t.From, nil, region)
	offered, unreadOffers := readIdentities(t.Offered, from, region)
	t.From, t.Offered, t.Unread = from, offered[:min(len(offered), maxOffered)], nil
	t.keepUnread(unread)
	slices.SortStableFunc(t.From, byKind)
	if t.Call == nil {
		t.Unread = append(t.Unread, unreadOffers...)
	}
	t.Unread = t.Unread[:min(len(t.Unread), maxOffered)]
	t = t.normaliseMessage()
	t.Name, t.To = line(t.Name, maxName), line(t.To, maxLine)
	t.Subject, t.Team = line(t.Subject, maxLine), line(t.Team, maxName)
	t.Text, t.Raw = clean(t.Text, maxText), clean(t.Raw, RawLimit)
	t.Fields = slices.Clone(t.Fields)
	for i, in := range t.Fields {
		phone, _, _ := NormalisePhone(in.Text, region)
		t.Fields[i] = CustomInput{Code: line(in.Code, maxName), Label: line(in.Label, maxName), Text: clean(in.Text, maxText), Phone: phone}
	}
	if t.Consent != nil {
		c := *t.Consent
		c.Text, c.Version, c.Page = clean(c.Text, maxText), line(c.Version, maxName), line(c.Page, maxLine)
		t.Consent = &c
	}
	if t.UTM != nil {
		utm := make(map[string]string, len(t.UTM))
		for k, v := range t.UTM {
			if v = line(v, maxLine); v != "" {
				utm[line(k, 50)] = v
			}
		}
		t.UTM = utm
	}
	return t
}

// normaliseMessage is [Touch.Normalise] for the fields that only messages have.
func (t Touch) normaliseMessage() Touch {
	t.HTML, t.Whole = clean(t.HTML, maxHTML), clean(t.Whole, maxText)
	if t.Whole != "" && t.Whole == clean(t.Text, maxText) {
		t.Whole = ""
	}
	t.MessageID, t.Automatic = line(t.MessageID, maxID), Automatic(line(string(t.Automatic), 50))
	var refs []string
	for _, r := range t.References {
		if r = line(r, maxID); r != "" && r != t.MessageID && !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	if n := len(refs); n > maxReferences { // the thread's first and the nearest
		refs = append(refs[:1:1], refs[n-maxReferences+1:]...)
	}
	t.References = refs
	t.Attachments = slices.Clone(t.Attachments)
	for i, a := range t.Attachments {
		t.Attachments[i] = Attachment{ID: line(a.ID, maxID), Name: line(a.Name, maxName), Type: line(a.Type, maxName), Size: max(a.Size, 0), CID: line(a.CID, maxID)}
	}
	return t
}

// line cleans s and folds all white space, line breaks too, into single blanks.
func line(s string, limit int) string {
	if isLine(s, limit) {
		return s
	}
	return Clip(strings.Join(strings.Fields(clean(s, 4*limit)), " "), limit)
}

// isLine reports whether [line] would return s as it is.
func isLine(s string, limit int) bool {
	if len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	blank := true // a blank may not follow
	for _, r := range s {
		switch {
		case r == ' ' && !blank:
			blank = true
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return false
		default:
			blank = false
		}
	}
	return s == "" || !blank
}

// clean makes s valid UTF-8 without control characters other than tab and
// newline, at most limit bytes long. PostgreSQL refuses NUL and broken UTF-8.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(Clip(s, limit), "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || !unicode.IsControl(r) {
			return r
		}
		return -1
	}, s)
	return Clip(s, limit)
}

// Clip cuts s to at most limit bytes without splitting a rune.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// RawOf returns the raw input that quarantine keeps of a touch: the Raw of the connector,
// or the touch itself as JSON.
func RawOf(t Touch) string {
	if t.Raw != "" {
		return clean(t.Raw, RawLimit)
	}
	var b strings.Builder
	write := json.NewEncoder(&b)
	write.SetEscapeHTML(false) // it is read by people, as text
	if err := write.Encode(t); err != nil {
		return ""
	}
	return clean(b.String(), RawLimit)
}
