package people

import (
	"fmt"
	"regexp"
	"unicode/utf8"

	"ctihub/leads"
)

var (
	loginPattern     = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,99}$`)
	extensionPattern = regexp.MustCompile(`^([a-z0-9-]{1,40}:)?[0-9]{2,6}$`)
)

// CheckUser returns an error that names a field which breaks its rule. Storage checks
// that login and extensions are unique.
func CheckUser(u leads.User) error {
	switch {
	case !loginPattern.MatchString(u.Login):
		return leads.Invalid("login", "A login consists of letters a-z, digits and . _ @ + -, at most 100.")
	case u.Name == "" || len(u.Name) > 200 || !utf8.ValidString(u.Name):
		return leads.Invalid("name", "A name has 1 to 200 bytes of UTF-8.")
	case len(u.Team) > 400 || !utf8.ValidString(u.Team):
		return leads.Invalid("team", "A team has at most 400 bytes of UTF-8.")
	case !u.Role.Valid():
		return leads.Invalid("role", "The role is operator, manager, supervisor or admin.")
	}
	seen := map[string]bool{}
	for _, e := range u.Extensions {
		if !extensionPattern.MatchString(e) {
			return leads.Invalid("extensions", fmt.Sprintf("%q is not 2 to 6 digits, with the name of its exchange before it where two have the number: spb:100.", e))
		}
		if seen[e] {
			return leads.Invalid("extensions", e+" is given twice.")
		}
		seen[e] = true
	}
	for _, shift := range u.Shifts {
		if err := shift.Check(); err != nil {
			return err
		}
	}
	return nil
}
