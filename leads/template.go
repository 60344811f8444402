package leads

import "time"

// Template is a text that is ready to be sent to a customer, with placeholders:
// {{name}}, or {{name|customer}} with what stands there when there is no name.
type Template struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // unique, by which it is chosen
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text"`
	Updated time.Time `json:"updated"`
}

// TemplateChange is what a person changes of a template. Nil: it stays as it is.
type TemplateChange struct{ Name, Subject, Text *string }

// Apply returns the template with the change.
func (c TemplateChange) Apply(t Template) Template {
	for field, to := range map[*string]*string{&t.Name: c.Name, &t.Subject: c.Subject, &t.Text: c.Text} {
		if to != nil {
			*field = *to
		}
	}
	return t
}
