package replies

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ctihub/leads"
)

// Placeholders are those that a template may have: the customer's name and company, the
// lead's subject, and the name of the author.
var Placeholders = []string{"name", "company", "subject", "manager"}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}`)

// Reasons of a [leads.Problem] with a template.
const (
	ReasonUnknownPlaceholder = "placeholder_unknown" // Value is its name
	ReasonOpenPlaceholder    = "placeholder_open"    // a placeholder is not closed
)

func unknownPlaceholder(name string) *leads.Problem {
	p := leads.Invalid("", fmt.Sprintf("there is no placeholder {{%s}}; there are: %s.", name, strings.Join(Placeholders, ", ")))
	p.Reason, p.Value = ReasonUnknownPlaceholder, name
	return p
}

func openPlaceholder() *leads.Problem {
	p := leads.Invalid("", "a placeholder is not closed: write {{name}} or {{name|customer}}.")
	p.Reason = ReasonOpenPlaceholder
	return p
}

// Fill replaces placeholders by their values, and by the template's fallback where a
// value is empty. A placeholder that does not exist or is not closed is a problem of the
// field.
func Fill(field, text string, values map[string]string) (string, error) {
	var wrong *leads.Problem
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		m := placeholder.FindStringSubmatch(found)
		if !slices.Contains(Placeholders, m[1]) {
			wrong = unknownPlaceholder(m[1])
			return found
		}
		if v := values[m[1]]; v != "" {
			return v
		}
		return strings.TrimSpace(m[2])
	})
	if rest := placeholder.ReplaceAllString(text, ""); wrong == nil && (strings.Contains(rest, "{{") || strings.Contains(rest, "}}")) {
		wrong = openPlaceholder()
	}
	if wrong != nil {
		wrong.Field = field
		return "", wrong
	}
	return filled, nil
}
