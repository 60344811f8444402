package leads

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// LineMost is the greatest length of a line that people type, in characters:
// a name, a company, a subject, a refusal.
const LineMost = 200

// Problem is an error for the user or client: what is wrong, in which field, and what
// to do about it. It wraps its Kind.
type Problem struct {
	Kind   error  // ErrInvalid, ErrConflict, ErrExists, ErrForbidden or ErrUnavailable
	Title  string // one sentence without a full stop; empty: that of the kind
	Detail string // the rule and the remedy, in full sentences
	Field  string // of the request, empty for none
	Reason string // code of the rule, which clients translate; empty for none
	Value  string // the value that broke the rule
}

func (p *Problem) Error() string { return p.Kind.Error() + ": " + p.Field + ": " + p.Detail }

// Unwrap returns the kind.
func (p *Problem) Unwrap() error { return p.Kind }

// ErrRole says that the role of the user does not allow it.
var ErrRole = &Problem{Kind: ErrForbidden, Title: "Your role does not allow this", Detail: "Ask a supervisor or an administrator."}

// Invalid is a field that breaks a rule; detail says the rule.
func Invalid(field, detail string) *Problem {
	return &Problem{Kind: ErrInvalid, Field: field, Detail: detail}
}

// Line checks one line that a person typed and returns it trimmed.
func Line(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > LineMost || !Printable(s) {
		return "", Invalid(field, "At most 200 characters, without control characters.")
	}
	return s, nil
}

// Prose checks a text of several lines that a person typed, of at most so many
// characters, and returns it with plain line ends and without blanks around it.
func Prose(field, s string, most int) (string, error) {
	s = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if n := utf8.RuneCountInString(s); n > most {
		return "", Invalid(field, "It is too long: "+OutOf(n, most)+" characters.")
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, control) {
		return "", Invalid(field, "UTF-8 without control characters.")
	}
	return s, nil
}

// OneSpace folds each run of white space into one blank.
func OneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// CheckAll returns the first error of the checks of a record.
func CheckAll[T any](record T, checks []func(T) error) error {
	for _, check := range checks {
		if err := check(record); err != nil {
			return err
		}
	}
	return nil
}

// Printable reports whether s is UTF-8 without control characters.
func Printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// OutOf returns a number and its limit as text: "12 of 10".
func OutOf(n, most int) string { return strconv.Itoa(n) + " of " + strconv.Itoa(most) }

// KeyMost is the greatest length of an idempotency key, in bytes.
const KeyMost = 100

// CheckKey returns an [Invalid] of field "key" that ends with remedy unless the
// key is printable and of 1 to KeyMost bytes.
func CheckKey(key, remedy string) error {
	if key == "" || len(key) > KeyMost || !Printable(key) {
		return Invalid("key", remedy)
	}
	return nil
}

// CheckUserID returns an [Invalid] of a field unless s can be the id of a user.
func CheckUserID(field, s string) error {
	if s == "" || len(s) > 64 || !Printable(s) {
		return Invalid(field, "It is not the id of a user.")
	}
	return nil
}
