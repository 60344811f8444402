package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"ctihub/leads"
	"ctihub/storage/db"
)

// refers is a record that refers to others.
type refers[T any] interface{ In(s leads.Sight) T }

// seenBy leaves out of the records the ids of what the viewer may not see.
func seenBy[T refers[T]](ctx context.Context, tx *Tx, v leads.Viewer, list []T) error {
	if v.Role.SeesAll() {
		return nil
	}
	asked := questions{}
	for _, r := range list {
		r.In(asked)
	}
	sees, err := asked.seenBy(ctx, tx, v.UserID)
	if err != nil {
		return err
	}
	for i, r := range list {
		list[i] = r.In(&sight{sees: sees})
	}
	return nil
}

// seenOne is seenBy for one record.
func seenOne[T refers[T]](ctx context.Context, tx *Tx, v leads.Viewer, r T) (T, error) {
	one := []T{r}
	err := seenBy(ctx, tx, v, one)
	return one[0], err
}

// recordKind names one of the views of who sees what.
type recordKind byte

const (
	aContact recordKind = iota
	aLead
	aCall
	aTask
)

type record struct {
	kind recordKind
	id   string
}

// questions is a leads.Sight that notes what it is asked.
type questions map[record]struct{}

func (q questions) Contact(id string) bool { return q.note(record{aContact, id}) }
func (q questions) Lead(id string) bool    { return q.note(record{aLead, id}) }
func (q questions) Call(id string) bool    { return q.note(record{aCall, id}) }
func (q questions) Task(id string) bool    { return q.note(record{aTask, id}) }

func (q questions) note(r record) bool {
	q[r] = struct{}{}
	return false
}

// seenBy reads in a few statements which of the records a user sees.
func (q questions) seenBy(ctx context.Context, tx *Tx, user string) (sees func(record) bool, err error) {
	var rows [aTask + 1][][]any
	for r := range q {
		rows[r.kind] = append(rows[r.kind], []any{r.id, user})
	}
	seen := map[record]bool{}
	viewer := sql.NullString{String: user, Valid: true}
	for kind, read := range [...]func(*db.Queries) ([]string, error){
		aContact: func(q *db.Queries) ([]string, error) {
			return q.SeenContacts(ctx, db.SeenContactsParams{Viewer: viewer})
		},
		aLead: func(q *db.Queries) ([]string, error) { return q.SeenLeads(ctx, db.SeenLeadsParams{Viewer: viewer}) },
		aCall: func(q *db.Queries) ([]string, error) { return q.SeenCalls(ctx, db.SeenCallsParams{Viewer: viewer}) },
		aTask: func(q *db.Queries) ([]string, error) { return q.SeenTasks(ctx, db.SeenTasksParams{Viewer: user}) },
	} {
		for some := range slices.Chunk(rows[kind], rowsMost) {
			ids, err := read(db.New(listed{tx, some}))
			if err != nil {
				return nil, fmt.Errorf("reading who sees a record: %w", err)
			}
			for _, id := range ids {
				seen[record{recordKind(kind), id}] = true
			}
		}
	}
	return func(r record) bool { return seen[r] }, nil
}

// viewers reads who sees each of the records, beside those who see all.
func (q questions) viewers(ctx context.Context, queries *db.Queries) (map[record][]string, error) {
	read := [...]func(context.Context, string) ([]string, error){
		aContact: queries.ContactViewers, aLead: queries.LeadViewers, aCall: queries.CallAudience, aTask: queries.TaskViewers,
	}
	users := make(map[record][]string, len(q))
	for r := range q {
		var err error
		if users[r], err = read[r.kind](ctx, r.id); err != nil {
			return nil, fmt.Errorf("reading who sees a record: %w", err)
		}
	}
	return users, nil
}
