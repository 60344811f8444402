package leads

import (
	"context"
	"errors"
	"time"
)

// oneEdit is how long after a change of the notes a further one by the same user belongs to it: they
// are saved while the user types.
const oneEdit = 10 * time.Minute

// NoteHistory is where the history of records with notes is kept.
type NoteHistory interface {
	AddHistory(ctx context.Context, entries ...HistoryEntry) error
	// LastHistory returns the newest entry of a record's history; [ErrNotFound] for none.
	LastHistory(ctx context.Context, o HistoryObject, id string) (HistoryEntry, error)
	// ExtendHistory changes what an entry says that the field was changed to, and when.
	ExtendHistory(ctx context.Context, e HistoryEntry) error
}

// NoteChange adds an entry to the history of its record. A change of the notes soon after another
// one by the same user, in the same way, extends that entry.
func NoteChange(ctx context.Context, h NoteHistory, e HistoryEntry) error {
	if e.Field != FieldNotes {
		return h.AddHistory(ctx, e)
	}
	last, err := h.LastHistory(ctx, e.Object, e.ObjectID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && !continues(last, e):
		return h.AddHistory(ctx, e)
	case err != nil:
		return err
	}
	last.After, last.At = e.After, e.At
	return h.ExtendHistory(ctx, last)
}

// continues reports whether a change of the notes belongs to the change before it.
func continues(last, e HistoryEntry) bool {
	return last.Field == e.Field && last.Way == e.Way && IDOf(last.By) == IDOf(e.By) && e.At.Sub(last.At) < oneEdit
}
