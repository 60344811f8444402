package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// How each list is found among a million interactions, by each kind of viewer.
// Not pinned: a search by a part of a text reads every record, and so does the
// list of one lead's deliveries.

func TestRealHistoryPlansSQLite(t *testing.T) {
	checkPlans(t, open(t, storage.Config{DataDir: dataDir(t)}))
}

func TestRealHistoryPlansPostgres(t *testing.T) {
	checkPlans(t, open(t, storage.Config{Database: storagetest.Postgres(t)}))
}

// planned is one use of a list with the index that it must be found by.
type planned struct {
	name  string
	list  func(leads.Viewer) error
	index string // one of these, with "|" between them
	few   string // the index of viewers who have few records, if it is another
	sorts bool   // few records are left, so that sorting them costs nothing
	// PostgreSQL reads the leads once to know all contacts of a viewer with many
	// records: contact_viewers keeps SQLite, and so both, from an index there.
	contacts bool
}

func checkPlans(t *testing.T, s *storage.Store) {
	fillHistory(t, s)
	pinPlans(t, s)
}

func pinPlans(t *testing.T, s *storage.Store) {
	// Small tables, read whole; by their names and by their aliases in queries.
	small := []string{"users", "u", "recordings", "user_extensions"}
	plan, end := storage.Explain(s)
	defer end()
	for _, c := range plans(t, s) {
		for who, v := range map[string]leads.Viewer{
			"a supervisor": historyChief, "a manager of a twentieth": historyManager, "an operator of a thirtieth": historyTalker,
			"a manager with one lead": historyNewcomer, "an operator with one call": historyOnce, "an operator with nothing": historyNobody,
		} {
			if err := c.list(v); !errors.Is(err, storage.ErrExplained) {
				t.Fatalf("%s of %s: %v", c.name, who, err)
			}
			p, index, sorts := plan(), c.index, c.sorts
			few := slices.Contains([]leads.Viewer{historyNewcomer, historyOnce, historyNobody}, v)
			if few && c.few != "" {
				index, sorts = c.few, true
			}
			whole := slices.DeleteFunc(slices.Clone(p.Whole), func(table string) bool {
				return slices.Contains(small, table) || c.contacts && table == "leads" && !few && !v.Role.SeesAll()
			})
			found := slices.ContainsFunc(strings.Split(index, "|"), func(i string) bool { return slices.Contains(p.Indexes, i) })
			if len(whole) > 0 || p.Sorts && !sorts || !found {
				t.Errorf("%s of %s: reads whole %v, sorts %v, by the indexes %v, want %s\n%s", c.name, who, whole, p.Sorts, p.Indexes, index, p.Text)
			}
		}
	}
}

func plans(t *testing.T, s *storage.Store) []planned {
	ctx, p, yes := t.Context(), leads.Page{Limit: 50}, true
	contact, lead, day := historyID("c", 77), historyID("l", 77), historyBegins.AddDate(0, 3, 0)
	leadsBy := func(f leads.LeadFilter) func(leads.Viewer) error {
		return func(v leads.Viewer) error { _, err := s.Leads(ctx, v, f, p); return err }
	}
	contactsBy := func(f leads.ContactFilter) func(leads.Viewer) error {
		return func(v leads.Viewer) error { _, err := s.Contacts(ctx, v, f, p); return err }
	}
	callsBy := func(f leads.CallFilter) func(leads.Viewer) error {
		return func(v leads.Viewer) error { _, err := s.Calls(ctx, v, f, p); return err }
	}
	touchesBy := func(f leads.InteractionFilter) func(leads.Viewer) error {
		return func(v leads.Viewer) error { _, err := s.Interactions(ctx, v, f, p); return err }
	}
	tasksBy := func(f leads.TaskFilter) func(leads.Viewer) error {
		return func(v leads.Viewer) error { _, err := s.Tasks(ctx, v, f, p); return err }
	}
	deliveriesBy := func(f leads.DeliveryFilter) func(leads.Viewer) error {
		return func(leads.Viewer) error { _, err := s.Deliveries(ctx, f, p); return err }
	}
	quarantineBy := func(f leads.QuarantineFilter) func(leads.Viewer) error {
		return func(leads.Viewer) error { _, err := s.Quarantine(ctx, f, p); return err }
	}
	return []planned{
		{"leads", leadsBy(leads.LeadFilter{}), "leads_newest", "leads_by_manager", false, false},
		{"open leads", leadsBy(leads.LeadFilter{Open: &yes}), "leads_newest", "leads_by_manager", false, false},
		{"won leads", leadsBy(leads.LeadFilter{Status: leads.LeadWon}), "leads_newest", "leads_by_manager", false, false},
		{"open new leads of a source", leadsBy(leads.LeadFilter{Status: leads.LeadNew, Open: &yes, Source: "fair"}), "leads_newest", "leads_by_manager", false, false},
		{"leads of an advertisement", leadsBy(leads.LeadFilter{UTMSource: "ya"}), "leads_newest", "leads_by_manager", false, false},
		{"leads of a contact", leadsBy(leads.LeadFilter{ContactID: contact}), "leads_by_contact", "", true, false},
		{"leads of a manager", leadsBy(leads.LeadFilter{ManagerID: historyManager.UserID}), "leads_by_manager", "leads_by_manager", false, false},
		{"leads of nobody", leadsBy(leads.LeadFilter{Unassigned: true}), "leads_by_manager", "leads_by_manager", true, false},
		{"open leads of nobody", leadsBy(leads.LeadFilter{Unassigned: true, Open: &yes}), "leads_by_manager", "leads_by_manager", true, false},
		{"contacts", contactsBy(leads.ContactFilter{}), "contacts_newest", "contacts_by_owner", false, true},
		{"contacts of an owner", contactsBy(leads.ContactFilter{OwnerID: historyManager.UserID}), "contacts_by_owner", "contacts_by_owner", false, true},
		{"interactions", touchesBy(leads.InteractionFilter{}), "interactions_newest", "interactions_by_contact", false, true},
		{"mail", touchesBy(leads.InteractionFilter{Channel: leads.ChannelMail}), "interactions_newest", "interactions_by_contact", false, true},
		{"calls among interactions", touchesBy(leads.InteractionFilter{Channel: leads.ChannelCall}), "interactions_calls", "interactions_by_contact", false, true},
		{"interactions of a source", touchesBy(leads.InteractionFilter{Source: "site"}), "interactions_by_source", "interactions_by_contact", false, true},
		{"interactions of a contact", touchesBy(leads.InteractionFilter{ContactID: contact}), "interactions_by_contact", "", true, false},
		{"interactions of a lead", touchesBy(leads.InteractionFilter{LeadID: lead}), "interactions_by_lead", "", true, false},
		{"interactions of a day", touchesBy(leads.InteractionFilter{Since: day, Until: day.AddDate(0, 0, 1)}), "interactions_newest", "interactions_by_contact", false, true},
		{"calls", callsBy(leads.CallFilter{}), "interactions_calls", "legs_by_user", false, false},
		{"calls of a day", callsBy(leads.CallFilter{Since: day, Until: day.AddDate(0, 0, 1)}), "interactions_calls|interactions_newest", "legs_by_user", false, false},
		{"missed inbound calls of a queue", callsBy(leads.CallFilter{Direction: leads.In, Disposition: leads.Missed, Queue: "sales", State: leads.CallEnded}), "interactions_calls", "legs_by_user", false, false},
		{"calls not answered", callsBy(leads.CallFilter{NotAnswered: true}), "interactions_calls", "legs_by_user", false, false},
		{"calls of an exchange", callsBy(leads.CallFilter{Source: "pbx"}), "interactions_calls", "legs_by_user", false, false},
		{"calls of an operator with many", callsBy(leads.CallFilter{OperatorID: historyTalker.UserID}), "interactions_calls", "legs_by_user", false, false},
		{"calls of an operator with one", callsBy(leads.CallFilter{OperatorID: historyOnce.UserID}), "calls_by_operator", "legs_by_user", true, false},
		{"calls that ring", callsBy(leads.CallFilter{State: leads.CallRinging}), "calls_live", "", true, false},
		{"calls by linkedid", callsBy(leads.CallFilter{Linkedid: "L500"}), "calls_by_linkedid", "", true, false},
		{"calls of a contact", callsBy(leads.CallFilter{ContactID: contact}), "interactions_by_contact", "", true, false},
		{"open tasks", tasksBy(leads.TaskFilter{}), "tasks_due", "", false, false},
		{"open tasks of an owner", tasksBy(leads.TaskFilter{OwnerID: historyManager.UserID}), "tasks_due", "", false, false},
		{"late tasks", tasksBy(leads.TaskFilter{LateAt: day}), "tasks_due", "", false, false},
		{"done tasks", tasksBy(leads.TaskFilter{State: leads.TaskDone}), "tasks_done", "", false, false},
		{"done tasks of an owner", tasksBy(leads.TaskFilter{State: leads.TaskDone, OwnerID: historyManager.UserID}), "tasks_done", "", false, false},
		{"deliveries", deliveriesBy(leads.DeliveryFilter{}), "deliveries_newest", "", false, false},
		{"deliveries to a sink", deliveriesBy(leads.DeliveryFilter{Sink: "crm"}), "deliveries_newest", "", false, false},
		{"dead deliveries", deliveriesBy(leads.DeliveryFilter{State: leads.DeliveryDead}), "deliveries_by_state|deliveries_dead", "", true, false},
		{"quarantine", quarantineBy(leads.QuarantineFilter{}), "quarantine_newest", "", false, false},
		{"quarantine of a source", quarantineBy(leads.QuarantineFilter{Source: "mail"}), "quarantine_newest", "", false, false},
		{"what waits in quarantine", quarantineBy(leads.QuarantineFilter{State: leads.QuarantineWaiting}), "quarantine_waiting", "", false, false},
	}
}
