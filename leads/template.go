package leads

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Template is a text that is ready to be sent to a customer, with placeholders:
// {{name}}, or {{name|customer}} with what stands there when there is no name.
type Template struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // unique, by which it is chosen
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text"`
	Updated time.Time `json:"updated"`
}

// Placeholders are what a template may ask for: the customer's name and
// company, the lead's subject, and the name of whoever writes.
var Placeholders = []string{"name", "company", "subject", "manager"}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}`)

// CheckTemplate returns an error that names a placeholder which does not exist.
func CheckTemplate(text string) error {
	_, err := FillTemplate(text, nil)
	return err
}

// FillTemplate puts values in the place of their placeholders; an empty value
// is replaced by what the template has for that case. The error names a
// placeholder that does not exist.
func FillTemplate(text string, values map[string]string) (string, error) {
	var wrong error
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		m := placeholder.FindStringSubmatch(found)
		if !slices.Contains(Placeholders, m[1]) {
			wrong = PlaceholderError{Name: m[1]}
			return found
		}
		if v := values[m[1]]; v != "" {
			return v
		}
		return strings.TrimSpace(m[2])
	})
	if rest := placeholder.ReplaceAllString(text, ""); wrong == nil && (strings.Contains(rest, "{{") || strings.Contains(rest, "}}")) {
		wrong = PlaceholderError{Open: true}
	}
	if wrong != nil {
		return "", wrong
	}
	return filled, nil
}

// PlaceholderError says that a template names a placeholder that does not exist,
// or that one is not closed.
type PlaceholderError struct {
	Name string // as it is written
	Open bool   // it is not closed; Name is empty
}

func (e PlaceholderError) Error() string {
	if e.Open {
		return "a placeholder is not closed: write {{name}} or {{name|customer}}"
	}
	return fmt.Sprintf("there is no placeholder {{%s}}; there are: %s", e.Name, strings.Join(Placeholders, ", "))
}
