package contacts

import (
	"context"

	"ctihub/leads"
)

// note adds a change to the history of a contact.
func (s *Service) note(ctx context.Context, tx Tx, v leads.Viewer, c leads.Contact, e leads.HistoryEntry) error {
	return leads.NoteChange(ctx, tx, s.entry(v, c, e))
}

// entry is an entry of the history of a contact.
func (s *Service) entry(v leads.Viewer, c leads.Contact, e leads.HistoryEntry) leads.HistoryEntry {
	e = leads.Record{Object: leads.ObjectContact, ID: c.ID, Name: c.Name}.One(v, e)
	e.At = s.Now()
	return e
}

// identityText is an identity in the history.
func identityText(id leads.Identity) string { return string(id.Kind) + " " + id.Value }
