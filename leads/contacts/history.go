package contacts

import (
	"context"
	"errors"
	"time"

	"ctihub/leads"
)

// oneEdit is how long after a change of the notes a further one by the same user belongs to
// it: they are saved while the user types.
const oneEdit = 10 * time.Minute

// note adds a change to the history of a contact.
func (s *Service) note(ctx context.Context, tx Tx, v leads.Viewer, c leads.Contact, e leads.HistoryEntry) error {
	e = s.entry(v, c, e)
	if e.Field != leads.FieldNotes {
		return tx.AddHistory(ctx, e)
	}
	last, err := tx.LastHistory(ctx, leads.ObjectContact, c.ID)
	switch {
	case errors.Is(err, leads.ErrNotFound), err == nil && !continues(last, e):
		return tx.AddHistory(ctx, e)
	case err != nil:
		return err
	}
	last.After, last.At = e.After, e.At
	return tx.ExtendHistory(ctx, last)
}

// entry is an entry of the history of a contact.
func (s *Service) entry(v leads.Viewer, c leads.Contact, e leads.HistoryEntry) leads.HistoryEntry {
	e = leads.Record{Object: leads.ObjectContact, ID: c.ID, Name: c.Name}.One(v, e)
	e.At = s.Now()
	return e
}

// continues reports whether a change of the notes belongs to the change before it.
func continues(last, e leads.HistoryEntry) bool {
	return last.Field == e.Field && last.Way == e.Way && leads.IDOf(last.By) == e.By.ID && e.At.Sub(last.At) < oneEdit
}

// identityText is an identity in the history.
func identityText(id leads.Identity) string { return string(id.Kind) + " " + id.Value }
