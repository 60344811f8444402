package leads

// ContactChange is what a person changes of a contact. Nil: it stays as it is.
type ContactChange struct{ Name, Company *string }

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
