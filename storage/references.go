package storage

import (
	"context"
	"database/sql"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// refers is a record that names others.
type refers[T any] interface{ In(s leads.Sight) T }

// seenBy leaves out of the records the ids of what the viewer may not see.
func seenBy[T refers[T]](ctx context.Context, s *Store, v leads.Viewer, list []T) error {
	if v.Role.SeesAll() {
		return nil
	}
	var asked questions
	for _, r := range list {
		r.In(&asked)
	}
	known, err := asked.answer(ctx, &bulk{DBTX: s.conn, s: s}, v.UserID)
	if err != nil {
		return fmt.Errorf("reading who sees a record: %w", err)
	}
	for i, r := range list {
		list[i] = r.In(&sight{viewer: v.UserID, known: known})
	}
	return nil
}

// seenOne is seenBy for one record.
func seenOne[T refers[T]](ctx context.Context, s *Store, v leads.Viewer, r T) (T, error) {
	one := []T{r}
	err := seenBy(ctx, s, v, one)
	return one[0], err
}

// questions is a leads.Sight that notes what it is asked.
type questions struct{ of [4]map[string]bool }

func (q *questions) Contact(id string) bool { return q.note(aContact, id) }
func (q *questions) Lead(id string) bool    { return q.note(aLead, id) }
func (q *questions) Call(id string) bool    { return q.note(aCall, id) }
func (q *questions) Task(id string) bool    { return q.note(aTask, id) }

func (q *questions) note(k recordKind, id string) bool {
	if q.of[k] == nil {
		q.of[k] = map[string]bool{}
	}
	q.of[k][id] = true
	return false
}

// answer reads in a few statements which of the records the user sees.
func (q *questions) answer(ctx context.Context, b *bulk, user string) (map[record]bool, error) {
	known := map[record]bool{}
	viewer := sql.NullString{String: user, Valid: true}
	for kind, read := range [...]func(*db.Queries) ([]string, error){
		aContact: func(q *db.Queries) ([]string, error) {
			return q.SeenContacts(ctx, db.SeenContactsParams{Viewer: viewer})
		},
		aLead: func(q *db.Queries) ([]string, error) { return q.SeenLeads(ctx, db.SeenLeadsParams{Viewer: viewer}) },
		aCall: func(q *db.Queries) ([]string, error) { return q.SeenCalls(ctx, db.SeenCallsParams{Viewer: viewer}) },
		aTask: func(q *db.Queries) ([]string, error) { return q.SeenTasks(ctx, db.SeenTasksParams{Viewer: user}) },
	} {
		var rows [][]any
		for id := range q.of[kind] {
			known[record{recordKind(kind), id}] = false
			rows = append(rows, []any{id, user})
		}
		for len(rows) > 0 {
			n := min(len(rows), rowsMost)
			seen, err := read(db.New(listed{b, rows[:n]}))
			if err != nil {
				return nil, err
			}
			for _, id := range seen {
				known[record{recordKind(kind), id}] = true
			}
			rows = rows[n:]
		}
	}
	return known, nil
}
