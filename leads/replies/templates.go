package replies

import (
	"context"
	"errors"

	"ctihub/leads"
	"ctihub/leads/access"
)

// TemplateStore is what templates and signatures need from storage. Each change runs the
// checks on the stored record in the same transaction; their error is returned and
// nothing is changed.
type TemplateStore interface {
	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	Templates(ctx context.Context) ([]leads.Template, error)
	Template(ctx context.Context, id string) (leads.Template, error)
	// AddTemplate, ChangeTemplate and DropTemplate also write the history of what the viewer
	// does. leads.ErrExists when another has the name.
	AddTemplate(ctx context.Context, v leads.Viewer, t leads.Template) (leads.Template, error)
	ChangeTemplate(ctx context.Context, v leads.Viewer, id string, c leads.TemplateChange, checks ...func(leads.Template) error) (leads.Template, error)
	DropTemplate(ctx context.Context, v leads.Viewer, id string) error
	Signature(ctx context.Context, userID string) (string, error)
	SetSignature(ctx context.Context, userID, signature string, checks ...func(string) error) error
}

// Templates keeps the templates of replies, and the users' mail signatures.
type Templates struct{ Store TemplateStore }

// ErrNameTaken says that another template has the name.
var ErrNameTaken = &leads.Problem{Kind: leads.ErrExists, Field: "name", Title: "Another template has this name", Detail: "Choose another name."}

// List returns the templates by name, as they are written.
func (t *Templates) List(ctx context.Context) ([]leads.Template, error) {
	return t.Store.Templates(ctx)
}

// Get returns one template as it is written.
func (t *Templates) Get(ctx context.Context, id string) (leads.Template, error) {
	return t.Store.Template(ctx, id)
}

// Filled returns the templates, filled in for a lead and the author.
func (t *Templates) Filled(ctx context.Context, v leads.Viewer, leadID, writer string) ([]leads.Template, error) {
	lead, err := t.Store.Lead(ctx, v, leadID)
	if err != nil {
		return nil, err
	}
	list, err := t.Store.Templates(ctx)
	if err != nil {
		return nil, err
	}
	contact, err := t.Store.Contact(ctx, v, lead.ContactID)
	if err != nil {
		return nil, err
	}
	for i, one := range list {
		if list[i], err = fill(one, lead, contact, writer); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// fill replaces the placeholders of a template.
func fill(t leads.Template, lead leads.Lead, contact leads.Contact, writer string) (_ leads.Template, err error) {
	values := map[string]string{"name": contact.Name, "company": contact.Company, "subject": lead.Subject, "manager": writer}
	if t.Subject, err = Fill("template", t.Subject, values); err != nil {
		return t, err
	}
	t.Text, err = Fill("template", t.Text, values)
	return t, err
}

// Add stores a new template of a supervisor.
func (t *Templates) Add(ctx context.Context, v leads.Viewer, name, subject, text string) (leads.Template, error) {
	c, err := checked(v, leads.TemplateChange{Name: &name, Subject: &subject, Text: &text})
	if err != nil {
		return leads.Template{}, err
	}
	added, err := t.Store.AddTemplate(ctx, v, c.Apply(leads.Template{}))
	return added, taken(err)
}

// Change changes a template for a supervisor; what the change leaves out stays.
// The checks run on the stored template in the same transaction; their error is returned
// and nothing is changed.
func (t *Templates) Change(ctx context.Context, v leads.Viewer, id string, c leads.TemplateChange, checks ...func(leads.Template) error) (leads.Template, error) {
	c, err := checked(v, c)
	if err != nil {
		return leads.Template{}, err
	}
	if c == (leads.TemplateChange{}) {
		return leads.Template{}, leads.Invalid("name", "Give a name, a subject or a text.")
	}
	changed, err := t.Store.ChangeTemplate(ctx, v, id, c, checks...)
	return changed, taken(err)
}

// Delete deletes a template for a supervisor.
func (t *Templates) Delete(ctx context.Context, v leads.Viewer, id string) error {
	if err := access.Can(v, access.EditTemplates); err != nil {
		return err
	}
	return t.Store.DropTemplate(ctx, v, id)
}

// checked returns the change as it is stored, or what is wrong with it.
func checked(v leads.Viewer, c leads.TemplateChange) (_ leads.TemplateChange, err error) {
	if err := access.Can(v, access.EditTemplates); err != nil {
		return c, err
	}
	line := func(field string, s *string) (*string, error) {
		if s == nil {
			return nil, nil
		}
		l, err := leads.Line(field, *s)
		return &l, err
	}
	if c.Name, err = line("name", c.Name); err != nil {
		return c, err
	}
	if c.Name != nil && *c.Name == "" {
		return c, leads.Invalid("name", "Give the template a name.")
	}
	if c.Subject, err = line("subject", c.Subject); err != nil {
		return c, err
	}
	if c.Text != nil {
		text, err := leads.Prose("text", *c.Text, TextMost)
		if err != nil {
			return c, err
		}
		if text == "" {
			return c, leads.Invalid("text", "Write the text.")
		}
		c.Text = &text
	}
	for field, s := range map[string]*string{"subject": c.Subject, "text": c.Text} {
		if s == nil {
			continue
		}
		if _, err := Fill(field, *s, nil); err != nil {
			return c, err
		}
	}
	return c, nil
}

func taken(err error) error {
	if errors.Is(err, leads.ErrExists) {
		return ErrNameTaken
	}
	return err
}

// Signature returns a user's mail signature, empty for none.
func (t *Templates) Signature(ctx context.Context, userID string) (string, error) {
	return t.Store.Signature(ctx, userID)
}

// SetSignature changes a user's mail signature and returns it as it is stored.
// The checks are as of [Templates.Change].
func (t *Templates) SetSignature(ctx context.Context, userID, signature string, checks ...func(string) error) (string, error) {
	s, err := leads.Prose("text", signature, signatureMost)
	if err != nil {
		return "", err
	}
	return s, t.Store.SetSignature(ctx, userID, s, checks...)
}
