package leads

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// KindAsWritten identifies who calls from a number that cannot be read, by that
// text word for word: the line stays the same from call to call. It is never
// made of what a person typed, into a form or a letter, because two people may
// mistype alike.
const KindAsWritten IdentityKind = "as_written"

// Bounds of what may identify a person.
const (
	MaxIdentities = 20      // entries of Touch.From
	MaxUnread     = maxName // bytes that are kept of one that cannot be read

	maxRead = 50 // identities that are read from them: one field may hold several phone numbers
)

// readIdentities returns what the given texts identify, each once and in the
// order given, and the texts that identify nobody. Texts that are among known
// are left out.
func readIdentities(given, known []Identity, region string) (ids, unread []Identity) {
	ids = make([]Identity, 0, len(given))
	for _, g := range given {
		found := readIdentity(g, region)
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

// readIdentity returns what one text identifies: several phones, or one of
// another kind. Empty: it cannot be read.
func readIdentity(id Identity, region string) (found []Identity) {
	switch id.Kind {
	case KindPhone:
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

// keepUnread decides what becomes of texts that could not be read. The number
// that a call came from identifies its line all the same ([KindAsWritten]). It
// is nothing when it has fewer digits than a phone number: a withheld one, or an
// extension.
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

// byKind orders identities by kind, those of one kind as they were given.
func byKind(a, b Identity) int { return -cmp.Compare(a.Kind, b.Kind) }

// Correct returns the identity that a person says an unread offer means.
// ErrInvalid: it cannot be read either.
func (o Offer) Correct(value, region string) (Identity, error) {
	found := readIdentity(Identity{o.Identity.Kind, value}, region)
	if len(found) != 1 {
		return Identity{}, fmt.Errorf("%w: value: not one %s", ErrInvalid, o.Identity.Kind)
	}
	return found[0], nil
}
