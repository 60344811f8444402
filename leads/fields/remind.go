package fields

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"ctihub/leads"
)

// ReminderStore is what reminders need from storage.
type ReminderStore interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict.
	Tx(ctx context.Context, f func(ctx context.Context, tx ReminderTx) error) error
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
	// ToRemind returns records whose date in a field is a day, and whose contact has an owner, or
	// which have a manager, without those that were reminded of in the year of the day. Of
	// contacts the year of the date does not count.
	ToRemind(ctx context.Context, f leads.CustomField, day time.Time) ([]Reminder, error)
	// LastReminded returns the last day on which the dates of a field were looked at, as
	// 20060102; 0 for none. SetLastReminded stores it.
	LastReminded(ctx context.Context, fieldID string) (int64, error)
	SetLastReminded(ctx context.Context, fieldID string, day int64) error
}

// ReminderTx is a transaction of a reminder.
type ReminderTx interface {
	// NoteReminder notes that a record was reminded of in a year, unless it was before.
	NoteReminder(ctx context.Context, fieldID, recordID string, year int) (noted bool, err error)
	AddTask(ctx context.Context, t leads.Task) (id string, err error)
	RecordTask(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Task, error)
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
}

// Reminder is a record of whose date somebody is reminded.
type Reminder struct {
	RecordID string
	Name     string // of the contact; its number or address, if it has none
	UserID   string // who is reminded
}

// Reminders makes tasks of dates. It has no state of its own, and may run on several hubs at once.
type Reminders struct {
	Store ReminderStore
	Now   func() time.Time // in the zone of the office
}

const (
	dayBegins   = 9 * time.Hour // when the tasks of a day are due
	awayLongest = 31            // days that are made up for after no hub ran
)

// Remind makes the tasks of the day: one of each date that comes within the days of its field, once
// a year. Dates whose day to remind came while no hub ran are reminded of now.
func (r *Reminders) Remind(ctx context.Context) error {
	all, err := r.Store.CustomFields(ctx)
	if err != nil {
		return err
	}
	now := r.Now()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	for _, f := range all {
		if f.Kind != leads.CustomDate || f.RemindDays < 0 || f.Retired {
			continue
		}
		if err := r.remindOf(ctx, f, today); err != nil {
			return fmt.Errorf("reminding of the dates of field %s: %w", f.ID, err)
		}
	}
	return nil
}

func (r *Reminders) remindOf(ctx context.Context, f leads.CustomField, today time.Time) error {
	last, err := r.Store.LastReminded(ctx, f.ID)
	if err != nil {
		return err
	}
	from, until := today, today.AddDate(0, 0, int(f.RemindDays))
	for away := 1; away <= awayLongest && last != 0; away++ { // the dates of days that nobody looked at
		day := today.AddDate(0, 0, -away)
		if dayNumber(day) <= last {
			break
		}
		if missed := day.AddDate(0, 0, int(f.RemindDays)); missed.Before(from) {
			from = missed
		}
	}
	for day := from; !day.After(until); day = day.AddDate(0, 0, 1) {
		for {
			due, err := r.Store.ToRemind(ctx, f, day)
			if err != nil {
				return err
			}
			for _, d := range due {
				if err := r.remind(ctx, f, d, day, today); err != nil {
					return err
				}
			}
			if len(due) == 0 {
				break
			}
		}
	}
	if last == dayNumber(today) {
		return nil
	}
	return r.Store.SetLastReminded(ctx, f.ID, dayNumber(today))
}

func dayNumber(day time.Time) int64 {
	return int64(day.Year())*10000 + int64(day.Month())*100 + int64(day.Day())
}

// remind makes the task of one date.
func (r *Reminders) remind(ctx context.Context, f leads.CustomField, d Reminder, day, today time.Time) error {
	return r.Store.Tx(ctx, func(ctx context.Context, tx ReminderTx) error {
		noted, err := tx.NoteReminder(ctx, f.ID, d.RecordID, day.Year())
		if err != nil || !noted {
			return err
		}
		owner := &leads.Person{ID: d.UserID}
		task := leads.Task{ // each task but a call-back has an author: whom it reminds
			Kind: leads.TaskFollowUp, Title: leads.Clip(f.Name+": "+cmp.Or(d.Name, "?"), leads.LineMost), Due: today.Add(dayBegins), Owner: owner, CreatedBy: owner,
			Priority: leads.PriorityNormal, Repeat: leads.RepeatNone,
		}
		if f.Object == leads.CustomOfLead {
			task.LeadID = d.RecordID
		} else {
			task.ContactID = d.RecordID
		}
		id, err := tx.AddTask(ctx, task)
		if err != nil {
			return err
		}
		if task, err = tx.RecordTask(ctx, leads.EventTaskCreated, id); err != nil {
			return err
		}
		return tx.AddHistory(ctx, leads.Record{Object: leads.ObjectTask, ID: task.ID, Name: task.Title}.One(leads.Viewer{Way: leads.WayHub}, leads.HistoryEntry{Field: leads.FieldCreated, After: task.Title}))
	})
}
