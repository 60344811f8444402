package posted

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"ctihub/leads"
)

// ReadsPhone reports whether a phone number can be read in a text of a region,
// and whether the text says more than that, such as an extension or a name, and
// must be kept whole.
func ReadsPhone(text, region string) (reads, more bool) {
	phones, rest := leads.ReadPhones(text, region)
	if len(phones) == 0 {
		return false, false
	}
	return true, strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) ||
		slices.ContainsFunc(phones, func(p leads.Phone) bool { return p.Ext != "" })
}

// Key returns an id that is fit to be stored and shown: as it is, or its hash
// when it is long or has anything but printable ASCII.
func Key(id string) string {
	if len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return id
	}
	return Hash([]byte(id))
}

// Hash names a content that has no id of its own.
func Hash(body []byte) string { return fmt.Sprintf("sha256-%x", sha256.Sum256(body)) }
