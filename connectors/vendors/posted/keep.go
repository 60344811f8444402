package posted

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"ctihub/leads"
)

// ReadsPhone reports whether a text has a phone number of a region, and whether it has more, such
// as an extension or a name, and must be kept whole.
func ReadsPhone(text, region string) (reads, more bool) {
	phones, rest := leads.ReadPhones(text, region)
	if len(phones) == 0 {
		return false, false
	}
	return true, strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) ||
		slices.ContainsFunc(phones, func(p leads.Phone) bool { return p.Ext != "" })
}

// Key returns an id that can be stored and shown: as it is, or its hash if it is long or not
// printable ASCII.
func Key(id string) string {
	if len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return id
	}
	return Hash([]byte(id))
}

// Hash returns a key for a content without an id of its own.
func Hash(body []byte) string { return fmt.Sprintf("sha256-%x", sha256.Sum256(body)) }
