package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// refers is a record that refers to others.
type refers[T any] interface{ In(s leads.Sight) T }

// seenBy leaves out of the records the ids of what the viewer may not see.
func seenBy[T refers[T]](ctx context.Context, on batch.Reader, v leads.Viewer, list []T) error {
	if v.Role.SeesAll() {
		return nil
	}
	asked := questions{}
	for _, r := range list {
		r.In(asked)
	}
	sees, err := asked.seenBy(ctx, on, v.UserID)
	if err != nil {
		return err
	}
	for i, r := range list {
		list[i] = r.In(&sight{sees: sees})
	}
	return nil
}

// seenOne is seenBy for one record.
func seenOne[T refers[T]](ctx context.Context, on batch.Reader, v leads.Viewer, r T) (T, error) {
	one := []T{r}
	err := seenBy(ctx, on, v, one)
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

// seen is a record's id and a viewer.
type seen struct{ ID, Viewer string }

// seenRecords read which records of a kind viewers see.
var seenRecords = [...]*batch.Query[seen, string]{
	aContact: batch.NewQuery[seen, string]("reading who sees contacts", "SELECT DISTINCT v.contact_id FROM contact_viewers v WHERE", "v.contact_id", "v.user_id"),
	aLead:    batch.NewQuery[seen, string]("reading who sees leads", "SELECT DISTINCT v.lead_id FROM lead_viewers v WHERE", "v.lead_id", "v.user_id"),
	aCall:    batch.NewQuery[seen, string]("reading who sees calls", "SELECT DISTINCT v.call_id FROM call_viewers v WHERE", "v.call_id", "v.user_id"),
	aTask:    batch.NewQuery[seen, string]("reading who sees tasks", "SELECT DISTINCT v.task_id FROM task_viewers v WHERE", "v.task_id", "v.user_id"),
}

// seenBy reads in a few statements which of the records a user sees.
func (q questions) seenBy(ctx context.Context, on batch.Reader, user string) (sees func(record) bool, err error) {
	var asked [len(seenRecords)][]seen
	for r := range q {
		asked[r.kind] = append(asked[r.kind], seen{r.id, user})
	}
	may := map[record]bool{}
	for kind, query := range seenRecords {
		ids, err := query.Rows(ctx, on, asked[kind]...)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			may[record{recordKind(kind), id}] = true
		}
	}
	return func(r record) bool { return may[r] }, nil
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
