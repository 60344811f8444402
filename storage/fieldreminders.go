package storage

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/fields"
	"ctihub/storage/db"
)

// remindersMost is how many dates of a day are read at once.
const remindersMost = 200

// ToRemind returns records whose date in a field is a day, see fields.ReminderStore. 29 February is
// on the 28th in other years.
func (s *Store) ToRemind(ctx context.Context, f leads.CustomField, day time.Time) (all []fields.Reminder, err error) {
	since := leads.FoldCustom(leads.CustomDate, day.Format(time.DateOnly))
	p := db.ContactsToRemindParams{FieldID: f.ID, Since: since, Until: since + "\x01", Year: int64(day.Year()), Most: remindersMost}
	if f.Object == leads.CustomOfLead {
		rows, err := s.read.LeadsToRemind(ctx, db.LeadsToRemindParams(p))
		if err != nil {
			return nil, fmt.Errorf("reading the dates of leads: %w", err)
		}
		return mapRows(rows, func(r db.LeadsToRemindRow) fields.Reminder { return reminderOf(db.ContactsToRemindRow(r)) }), nil
	}
	p.Since = since[:5]
	if p.Until = p.Since + "~"; p.Since == "02-28" && day.AddDate(0, 0, 1).Day() == 1 {
		p.Until = "02-29~"
	}
	rows, err := s.read.ContactsToRemind(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("reading the dates of contacts: %w", err)
	}
	return mapRows(rows, reminderOf), nil
}

func reminderOf(r db.ContactsToRemindRow) fields.Reminder {
	return fields.Reminder{RecordID: r.RecordID, Name: cmp.Or(r.Name, r.MainKey), UserID: r.OwnerID}
}

// NoteReminder notes that a record was reminded of in a year, unless it was before.
func (t *Tx) NoteReminder(ctx context.Context, fieldID, recordID string, year int) (noted bool, err error) {
	n, err := t.q.NoteReminder(ctx, db.NoteReminderParams{FieldID: fieldID, RecordID: recordID, Year: int64(year)})
	return n > 0, err
}

// LastReminded returns the last day on which the dates of a field were looked at, as 20060102; 0
// for none.
func (s *Store) LastReminded(ctx context.Context, fieldID string) (int64, error) {
	return s.read.LastReminded(ctx, fieldID)
}

// SetLastReminded stores the last day on which the dates of a field were looked at.
func (s *Store) SetLastReminded(ctx context.Context, fieldID string, day int64) error {
	return s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.q.DropRemindedBefore(ctx, db.DropRemindedBeforeParams{FieldID: fieldID, Day: day}); err != nil {
			return err
		}
		_, err := tx.NoteReminder(ctx, fieldID, "", int(day))
		return err
	})
}
