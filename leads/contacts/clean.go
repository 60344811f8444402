package contacts

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"ctihub/leads"
)

// Limits of what people write about a contact, in characters.
const (
	NotesMost = 10_000
	RoleMost  = 100
	TagMost   = 40
	TagsMost  = 20 // of one contact
)

// clean checks the texts of a change and folds their white space.
func clean(c *leads.ContactChange) error {
	for _, f := range []struct {
		field string
		text  **string
	}{{"name", &c.Name}, {"company", &c.Company}, {"role", &c.Role}, {"warning", &c.Warning}} {
		if *f.text == nil {
			continue
		}
		l, err := leads.Line(f.field, **f.text)
		if err != nil {
			return err
		}
		l = leads.OneSpace(l)
		*f.text = &l
	}
	if c.Role != nil && utf8.RuneCountInString(*c.Role) > RoleMost {
		return leads.Invalid("role", "At most "+strconv.Itoa(RoleMost)+" characters.")
	}
	if c.Notes != nil {
		notes, err := leads.Prose("notes", *c.Notes, NotesMost)
		if err != nil {
			return err
		}
		c.Notes = &notes
	}
	if c.Tags != nil {
		tags, err := cleanTags(*c.Tags)
		if err != nil {
			return err
		}
		c.Tags = &tags
	}
	return nil
}

// cleanTags checks tags, and leaves out empty ones and those that differ from an earlier one in
// case only.
func cleanTags(all []string) (tags []string, err error) {
	for _, t := range all {
		if t, err = leads.Line("tags", t); err != nil {
			return nil, err
		}
		t = leads.OneSpace(t)
		if utf8.RuneCountInString(t) > TagMost {
			return nil, leads.Invalid("tags", "A tag has at most "+strconv.Itoa(TagMost)+" characters.")
		}
		if t != "" && !slices.ContainsFunc(tags, func(o string) bool { return leads.Fold(o) == leads.Fold(t) }) {
			tags = append(tags, t)
		}
	}
	if len(tags) > TagsMost {
		return nil, leads.Invalid("tags", "There are too many: "+leads.OutOf(len(tags), TagsMost)+".")
	}
	return tags, nil
}
