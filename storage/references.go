package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// redactable is a record with ids of other records.
type redactable[T any] interface{ Redact(s leads.Visibility) T }

// redactFor removes from the records the ids of other records that the viewer may not
// see.
func redactFor[T redactable[T]](ctx context.Context, on batch.Reader, v leads.Viewer, list []T) error {
	if v.Role.SeesAll() {
		return nil
	}
	refs := referenceSet{}
	for _, r := range list {
		r.Redact(refs)
	}
	sees, err := refs.visibleTo(ctx, on, v.UserID)
	if err != nil {
		return err
	}
	for i, r := range list {
		list[i] = r.Redact(&visibility{sees: sees})
	}
	return nil
}

// redactOneFor is redactFor for one record.
func redactOneFor[T redactable[T]](ctx context.Context, on batch.Reader, v leads.Viewer, r T) (T, error) {
	one := []T{r}
	err := redactFor(ctx, on, v, one)
	return one[0], err
}

// recordKind is a kind of record that has a view of its viewers.
type recordKind byte

const (
	contactRecord recordKind = iota
	leadRecord
	callRecord
	taskRecord
)

type record struct {
	kind recordKind
	id   string
}

// referenceSet is a leads.Visibility that collects the records it is asked for.
type referenceSet map[record]struct{}

func (q referenceSet) Contact(id string) bool { return q.add(record{contactRecord, id}) }
func (q referenceSet) Lead(id string) bool    { return q.add(record{leadRecord, id}) }
func (q referenceSet) Call(id string) bool    { return q.add(record{callRecord, id}) }
func (q referenceSet) Task(id string) bool    { return q.add(record{taskRecord, id}) }

func (q referenceSet) add(r record) bool {
	q[r] = struct{}{}
	return false
}

// recordViewer is a record's id and a viewer.
type recordViewer struct{ ID, Viewer string }

// visibleRecords select, for each kind, the records that viewers see.
var visibleRecords = [...]*batch.Query[recordViewer, string]{
	contactRecord: batch.NewQuery[recordViewer, string]("reading who sees contacts", "SELECT DISTINCT v.contact_id FROM contact_viewers v WHERE", "v.contact_id", "v.user_id"),
	leadRecord:    batch.NewQuery[recordViewer, string]("reading who sees leads", "SELECT DISTINCT v.lead_id FROM lead_viewers v WHERE", "v.lead_id", "v.user_id"),
	callRecord:    batch.NewQuery[recordViewer, string]("reading who sees calls", "SELECT DISTINCT v.call_id FROM call_viewers v WHERE", "v.call_id", "v.user_id"),
	taskRecord:    batch.NewQuery[recordViewer, string]("reading who sees tasks", "SELECT DISTINCT v.task_id FROM task_viewers v WHERE", "v.task_id", "v.user_id"),
}

// visibleTo reads in a few statements which of the records a user sees.
func (q referenceSet) visibleTo(ctx context.Context, on batch.Reader, user string) (sees func(record) bool, err error) {
	var asked [len(visibleRecords)][]recordViewer
	for r := range q {
		asked[r.kind] = append(asked[r.kind], recordViewer{r.id, user})
	}
	may := map[record]bool{}
	for kind, query := range visibleRecords {
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

// viewers reads the users who see each of the records, beside those who see all.
func (q referenceSet) viewers(ctx context.Context, queries *db.Queries) (map[record][]string, error) {
	read := [...]func(context.Context, string) ([]string, error){
		contactRecord: queries.ContactViewers, leadRecord: queries.LeadViewers, callRecord: queries.CallAudience, taskRecord: queries.TaskViewers,
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
