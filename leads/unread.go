package leads

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// KindAsWritten identifies a caller whose number cannot be parsed, by that text: a
// line sends the same text with every call. Text that a person typed into a form or a
// letter is never such an identity, because two people may make the same mistake.
const KindAsWritten IdentityKind = "as_written"

// Bounds of what may identify a person.
const (
	MaxIdentities = 20      // entries of Touch.From
	MaxUnread     = maxName // bytes that are kept of an unread one

	maxRead = 50 // identities parsed from them: one field may hold several phone numbers
)

// readIdentities parses identities. It returns each once, in the order given and
// without those in known, and the texts that cannot be parsed.
func readIdentities(given, known []Identity, region string) (ids, unread []Identity) {
	ids = make([]Identity, 0, len(given))
	var buf [4]Identity
	for _, g := range given {
		found := appendIdentities(buf[:0], g, region)
		if len(found) == 0 {
			if v := (Identity{g.Kind, line(g.Value, MaxUnread)}); v.Value != "" && v.Kind != "" && !slices.Contains(unread, v) {
				unread = append(unread, v)
			}
			continue
		}
		for _, id := range found {
			if len(ids) < maxRead && !slices.Contains(ids, id) && !slices.Contains(known, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, unread
}

// appendIdentities parses one text, and appends several phones, or one identity of another
// kind. It appends nothing if the text cannot be parsed.
func appendIdentities(found []Identity, id Identity, region string) []Identity {
	switch id.Kind {
	case KindPhone:
		if isE164(id.Value) { // parsed by the connector
			return append(found, id)
		}
		phones, _ := ReadPhones(id.Value, region)
		for _, p := range phones {
			found = append(found, Identity{KindPhone, p.E164})
		}
	case KindEmail:
		if v, err := NormaliseEmail(id.Value); err == nil {
			found = append(found, Identity{KindEmail, v})
		}
	default:
		if v := line(id.Value, maxName); v != "" && id.Kind != "" {
			found = append(found, Identity{id.Kind, v})
		}
	}
	return found
}

// keepUnread stores the texts that could not be parsed. A caller's number identifies
// the line all the same ([KindAsWritten]). One with fewer digits than a phone number is
// dropped: it is withheld, or an extension.
func (t *Touch) keepUnread(unread []Identity) {
	for _, u := range unread {
		if t.Call != nil && countDigits(u.Value) < minPhoneDigits {
			continue
		}
		t.Unread = append(t.Unread, u)
		if t.Call != nil {
			t.From = append(t.From, Identity{KindAsWritten, strings.ToLower(u.Value)})
		}
	}
}

func countDigits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// CompareIdentities orders identities by kind and value.
func CompareIdentities(a, b Identity) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
}

// byKind orders identities by kind, for a stable sort.
func byKind(a, b Identity) int { return -cmp.Compare(a.Kind, b.Kind) }

// TypedIdentity parses an identity that a user typed. The error is an [Invalid] of the
// field unless it is one phone number or e-mail address.
func TypedIdentity(field string, kind IdentityKind, value, region string) (Identity, error) {
	found := appendIdentities(nil, Identity{kind, value}, region)
	switch {
	case kind == KindPhone && len(found) != 1:
		return Identity{}, Invalid(field, "Give one phone number, as in +7 916 123-45-67.")
	case kind == KindEmail && len(found) != 1:
		return Identity{}, Invalid(field, "Give one e-mail address, as in name@example.com.")
	case kind != KindPhone && kind != KindEmail:
		return Identity{}, Invalid("kind", "Give phone or email: other identities come with the customer's messages.")
	}
	return found[0], nil
}
