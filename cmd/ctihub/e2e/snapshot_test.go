package e2e

import (
	"cmp"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// snapshot is the content of a hub, read over the API or by SQL, in an order in which
// two snapshots can be compared.
type snapshot struct {
	touches  []storedTouch
	leads    []storedLead
	phones   map[string][]string // of each contact
	assigned map[string]int      // how often each lead was assigned; nil: unknown
}

type storedTouch struct{ id, key, contact, lead, state string } // state: of a call

type storedLead struct {
	id, contact, manager string
	open                 bool
}

func (p *snapshot) sort() {
	slices.SortFunc(p.touches, func(a, b storedTouch) int { return cmp.Compare(a.id, b.id) })
	slices.SortFunc(p.leads, func(a, b storedLead) int { return cmp.Compare(a.id, b.id) })
	for _, all := range p.phones {
		slices.Sort(all)
	}
}

// snapshotOfAPI reads everything that a supervisor may see.
func snapshotOfAPI(h *hubtest.Hub, token string) snapshot {
	h.T.Helper()
	p := snapshot{phones: map[string][]string{}}
	for _, i := range hubtest.List[leads.Interaction](h, token, "/api/v1/interactions", nil) {
		s := storedTouch{id: i.ID, key: keyOf(i.Channel, i.ExternalID, i.Subject, i.Text), contact: i.ContactID, lead: i.LeadID}
		if i.Call != nil {
			s.state = string(i.Call.State)
		}
		p.touches = append(p.touches, s)
	}
	for _, l := range hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil) {
		p.leads = append(p.leads, storedLead{l.ID, l.ContactID, l.ManagerID, l.Status.Open()})
	}
	for _, c := range hubtest.List[leads.Contact](h, token, "/api/v1/contacts", nil) {
		p.phones[c.ID] = nil
		for _, id := range c.Identities {
			if id.Kind == leads.KindPhone {
				p.phones[c.ID] = append(p.phones[c.ID], id.Value)
			}
		}
	}
	p.sort()
	return p
}

// snapshotOfSQL reads the tables without the hub's queries.
func snapshotOfSQL(t *testing.T, h *hubtest.Hub) snapshot {
	t.Helper()
	db := openSQL(t, h)
	p := snapshot{phones: map[string][]string{}, assigned: map[string]int{}}
	type touch struct {
		storedTouch
		channel       leads.Channel
		subject, text string
	}
	query(t, db, `SELECT i.id, i.external_id, COALESCE(i.contact_id, ''), COALESCE(i.lead_id, ''), COALESCE(c.state, ''), i.channel, i.subject, i.body
		FROM interactions i LEFT JOIN calls c ON c.id = i.id`, func(s *touch) []any {
		return []any{&s.id, &s.key, &s.contact, &s.lead, &s.state, &s.channel, &s.subject, &s.text}
	}, func(s touch) {
		s.key = keyOf(s.channel, s.key, s.subject, s.text)
		p.touches = append(p.touches, s.storedTouch)
	})
	query(t, db, `SELECT id, contact_id, COALESCE(manager_id, ''), CASE WHEN status IN ('new', 'working') THEN 1 ELSE 0 END = 1 FROM leads`, func(l *storedLead) []any {
		return []any{&l.id, &l.contact, &l.manager, &l.open}
	}, func(l storedLead) { p.leads = append(p.leads, l) })
	type phone struct{ contact, number string }
	query(t, db, `SELECT c.id, COALESCE(d.value, '') FROM contacts c LEFT JOIN identities d ON d.contact_id = c.id AND d.kind = 'phone'`, func(r *phone) []any {
		return []any{&r.contact, &r.number}
	}, func(r phone) {
		p.phones[r.contact] = append(p.phones[r.contact], strings.Fields(r.number)...)
	})
	type turn struct {
		lead  string
		times int
	}
	query(t, db, `SELECT object_id, COUNT(*) FROM changes WHERE object = 'lead' AND field = 'manager' GROUP BY object_id`, func(r *turn) []any {
		return []any{&r.lead, &r.times}
	}, func(r turn) { p.assigned[r.lead] = r.times })
	p.sort()
	return p
}

// openSQL opens the hub's database for reading, beside the hub.
func openSQL(t *testing.T, h *hubtest.Hub) *sql.DB {
	t.Helper()
	driver, address := "pgx", h.DSN
	if address == "" {
		driver, address = "sqlite", "file:"+filepath.Join(h.Data, "hub.db")+"?mode=ro"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// query calls take for each row, scanned into the fields that into returns.
func query[T any](t *testing.T, db *sql.DB, text string, into func(*T) []any, take func(T)) {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var row T
		if err := rows.Scan(into(&row)...); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		take(row)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
