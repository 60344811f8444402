package leads

import "regexp"

// extensionForm is the shape of a user's telephone: the name of a source, if
// any, and up to 20 digits.
var extensionForm = regexp.MustCompile(`^(?:([a-z0-9-]{1,40}):)?([0-9]{1,20})$`)

// SplitExtension returns the source that a user's telephone belongs to, and its
// number there: "100" is the telephone of that number at every exchange (source
// empty), "spb:100" the one at the source "spb" alone.
func SplitExtension(s string) (source, number string) {
	if m := extensionForm.FindStringSubmatch(s); m != nil {
		return m[1], m[2]
	}
	return "", s
}
