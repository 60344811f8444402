package leads

import "regexp"

// extensionForm is the shape of a user's telephone: the name of a source, if
// any, and up to 20 digits.
var extensionForm = regexp.MustCompile(`^(?:([a-z0-9-]{1,40}):)?([0-9]{1,20})$`)

// IsExtension reports whether s is written as a user's telephone: "100" is the
// telephone of that number at every exchange, "spb:100" the one at the source
// "spb" alone.
func IsExtension(s string) bool { return extensionForm.MatchString(s) }

// SplitExtension returns the source that a user's telephone belongs to, empty
// for any, and its number there.
func SplitExtension(s string) (source, number string) {
	if m := extensionForm.FindStringSubmatch(s); m != nil {
		return m[1], m[2]
	}
	return "", s
}
