package answers

import (
	"slices"
	"strings"
	"unicode"

	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

// maxIdentities bounds the phones and addresses of one document.
const maxIdentities = 10

// role is the role of a field by its name, found as in forms of websites.
func (x Field) role() posted.Role { return posted.RoleOf(strings.Split(x.Name, "."), x.Value) }

// IsPersonal reports whether the name says that the value is a part of a name, a
// phone or an e-mail address.
func (x Field) IsPersonal() bool {
	switch x.role() {
	case "", posted.Subject, posted.Message:
		return false
	}
	return true
}

// Identities returns the phones and e-mail addresses among the fields, found by their names; the
// values are as written, for intake to read.
func (f Fields) Identities() (ids []leads.Identity) {
	for _, x := range f {
		id := leads.Identity{Value: x.Value}
		switch role := x.role(); {
		case role == posted.Email:
			id.Kind = leads.KindEmail
		case role == posted.Phone && strings.ContainsFunc(x.Value, unicode.IsDigit):
			id.Kind = leads.KindPhone
		default:
			continue
		}
		if len(ids) < maxIdentities && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Name returns the person's name among the fields, empty without one.
func (f Fields) Name() string {
	parts := map[posted.Role]string{}
	for _, x := range f {
		if role := x.role(); parts[role] == "" {
			parts[role] = x.Value
		}
	}
	if whole := parts[posted.Name]; whole != "" {
		return whole
	}
	return strings.TrimSpace(parts[posted.FirstName] + " " + parts[posted.LastName])
}
