package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/read"
)

// How each list is found, by each kind of viewer: on SQLite, which never has statistics, as in
// a database of any size, on PostgreSQL among many interactions.
// Not pinned: a search by a part of a text reads every record, and so does the
// list of one lead's deliveries.

func TestRealHistoryPlansSQLite(t *testing.T) {
	checkPlans(t, open(t, storage.Config{DataDir: dataDir(t)}), 20_000)
}

func TestRealHistoryPlansPostgres(t *testing.T) {
	checkPlans(t, open(t, storage.Config{Database: migrated(t)}), 400_000)
}

// planned is one use of a list with the indexes that it may read.
type planned struct {
	name string
	list func(leads.Viewer) error
	all  string // the index of those who see everything; of everybody, if the next is empty
	own  string // the index of others, one of these with "|" between them
	few  bool   // sorts a few records
}

func checkPlans(t *testing.T, s *storage.Store, touches int) {
	fillHistory(t, s, touches)
	fillValues(t, s)
	pinPlans(t, s)
	pinChoices(t, s)
	pinVisible(t, s)
	pinBoard(t, s)
	pinDuplicates(t, s)
}

// fillValues gives all contacts a value in a field, and a part of the records one in another.
func fillValues(t *testing.T, s *storage.Store) {
	const value = "INSERT INTO field_values (object, record_id, field_id, position, value, folded, n, search, created) SELECT "
	if err := storage.Fill(t.Context(), s, []string{
		`INSERT INTO custom_fields (id, object, name, folded, kind, position, pipelines, required_from, remind_days, listed, retired, version) VALUES
('size', 'contact', 'Size', 'size', 'number', 1, '', '', -1, FALSE, FALSE, 1), ('kind', 'contact', 'Kind', 'kind', 'text', 2, '', '', -1, FALSE, FALSE, 1)`,
		value + "'contact', c.id, 'size', 0, '5', '5', 5000000, '5', c.created FROM contacts c",
		value + "'contact', c.id, 'kind', 0, 'gold', 'gold', 0, 'gold', c.created FROM contacts c WHERE c.id LIKE '%0'",
		value + "'lead', l.id, 'kind', 0, 'gold', 'gold', 0, 'gold', l.opened FROM leads l WHERE l.id LIKE '%0'",
		value + "'interaction', i.id, 'kind', 0, 'gold', 'gold', 0, 'gold', i.at FROM interactions i WHERE i.id LIKE '%0'",
	}); err != nil {
		t.Fatal(err)
	}
}

// pinBoard: a board of open leads reads these by an index, not the closed ones.
func pinBoard(t *testing.T, s *storage.Store) {
	yes := true
	for who, v := range historyViewers {
		p := must(storage.BoardPlan(t.Context(), s, v, leads.LeadFilter{PipelineID: "main", Open: &yes}))(t)
		index := "leads_by_manager"
		if v.Role.SeesAll() {
			index = "leads_by_status"
		}
		if whole := slices.DeleteFunc(p.Whole, func(table string) bool {
			return slices.Contains([]string{"stages", "s", "b", "users", "m", "custom_fields", "f", "custom_choices", "h"}, table)
		}); len(whole) > 0 || !slices.Contains(p.Indexes, index) {
			t.Errorf("a board of %s: reads whole %v, by the indexes %v, want %s\n%s", who, whole, p.Indexes, index, p.Text)
		}
	}
}

// pinDuplicates: among many suggestions and a long queue, a page is read in the order of an index.
func pinDuplicates(t *testing.T, s *storage.Store) {
	if err := storage.Fill(t.Context(), s, []string{
		`INSERT INTO merge_suggestions (contact_id, other_id, score, reasons, touch, interaction_id, at, state, decided, decided_by)
SELECT n.id, n.other, 1 + LENGTH(n.id) % 99, '', '', '', 0, 'open', 0, '' FROM (SELECT c.id, LEAD(c.id) OVER (ORDER BY c.id) AS other FROM contacts c) AS n WHERE n.other IS NOT NULL`,
		"INSERT INTO duplicate_queue (contact_id, since) SELECT c.id, 0 FROM contacts c",
	}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"ranked": "merge_suggestions_ranked", "of a contact": "merge_suggestions_by_other", "queued": "duplicate_queue_newest"} {
		p := must(storage.DuplicatePlans(t.Context(), s))(t)[name]
		if !slices.Contains(p.Indexes, want) || len(p.Whole) > 0 || p.Sorts && name != "of a contact" {
			t.Errorf("%s: reads whole %v, sorts %v, by the indexes %v, want %s\n%s", name, p.Whole, p.Sorts, p.Indexes, want, p.Text)
		}
	}
}

// pinVisible: records that others name are looked up by their ids, not among all that a viewer has.
func pinVisible(t *testing.T, s *storage.Store) {
	var refs read.References
	for n := range 20 {
		refs.Contacts, refs.Leads = append(refs.Contacts, historyID("c", n)), append(refs.Leads, historyID("l", n))
		refs.Calls, refs.Tasks = append(refs.Calls, historyID("i", n)), append(refs.Tasks, historyID("t", n))
	}
	for who, v := range historyViewers {
		p := must(storage.VisiblePlan(t.Context(), s, v, refs))(t)
		whole := slices.DeleteFunc(p.Whole, func(table string) bool { return table == "t" || table == "tasks" }) // few
		for _, i := range []string{"leads_by_manager", "leads_by_status", "contacts_by_owner", "sights_pkey"} {
			if slices.Contains(p.Indexes, i) || len(whole) > 0 {
				t.Errorf("%s: reads whole %v, by the indexes %v\n%s", who, whole, p.Indexes, p.Text)
				break
			}
		}
	}
}

// historyViewers are who asks for the lists.
var historyViewers = map[string]leads.Viewer{
	"a supervisor": historyChief, "a manager of a twentieth": historyManager, "an operator of a thirtieth": historyTalker,
	"a manager with one lead": historyNewcomer, "an operator with one call": historyOnce, "an operator with nothing": historyNobody,
}

func pinPlans(t *testing.T, s *storage.Store) {
	// Small tables, read whole; by their names and by their aliases in queries.
	small := []string{"users", "u", "o", "m", "d", "recordings", "user_extensions", "custom_fields", "f", "custom_choices", "h"}
	plan, end := storage.Explain(s)
	defer end()
	for _, c := range plans(t, s) {
		for who, v := range historyViewers {
			if err := c.list(v); err == nil {
				continue // nothing there to see: not asked
			} else if !errors.Is(err, storage.ErrExplained) && !refusedToSort(err) {
				t.Fatalf("%s of %s: %v", c.name, who, err)
			}
			p, index := plan(), c.all
			if c.own != "" && !v.Role.SeesAll() {
				index = c.own
			}
			whole := slices.DeleteFunc(slices.Clone(p.Whole), func(table string) bool { return slices.Contains(small, table) })
			found := slices.ContainsFunc(strings.Split(index, "|"), func(i string) bool { return slices.Contains(p.Indexes, i) })
			if len(whole) > 0 || p.Sorts && !c.few && !byCallAtHand(p) || !found {
				t.Errorf("%s of %s: reads whole %v, sorts %v, by the indexes %v, want %s\n%s", c.name, who, whole, p.Sorts, p.Indexes, index, p.Text)
			}
		}
	}
}

// refusedToSort reports whether a list was read as far as it is sorted.
func refusedToSort(err error) bool {
	var p *leads.Problem
	return errors.As(err, &p) && p.Reason == leads.ReasonTooMany
}

// byCallAtHand reports whether a plan reads the calls at the viewer's telephone by their ids
// and sorts these few.
func byCallAtHand(p storage.Plan) bool {
	return slices.ContainsFunc(p.Indexes, func(i string) bool {
		return slices.Contains([]string{"leads_pkey", "sqlite_autoindex_leads_1", "interactions_pkey"}, i)
	})
}

// pinChoices: the choices of filters read ranges of indexes, and few rows among many.
func pinChoices(t *testing.T, s *storage.Store) {
	plan, end := storage.ExplainChoices(s)
	defer end()
	for who, v := range historyViewers {
		c, err := s.Choices(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(c.Queues, []string{"night", "sales"}) || !slices.Equal(c.Sources, []string{"fair", "mail", "pbx", "site"}) ||
			!slices.Equal(c.Lines, []string{"7001"}) || !slices.Equal(c.Advertisements, []string{"ya"}) {
			t.Errorf("%s: %+v", who, c)
		}
		p := plan()
		want := []string{"sights_pkey|s by key", "interactions_by_source|interactions_source_external_id_key|sqlite_autoindex_interactions_2", "leads_by_source", "interactions_calls", "leads_by_status", "contacts_by_owner"}
		if v.Role.SeesAll() {
			want[len(want)-1] = "contact_tags_by_tag"
		}
		lacks := slices.DeleteFunc(want, func(any string) bool {
			return slices.ContainsFunc(strings.Split(any, "|"), func(i string) bool { return slices.Contains(p.Indexes, i) })
		})
		scans := slices.DeleteFunc(p.Scans, func(table string) bool { return table == "u" || table == "users" })
		if len(scans) > 0 || len(lacks) > 0 || p.Read > choicesRead {
			t.Errorf("%s: reads %v rows, of %v no range, by the indexes %v without %v\n%s", who, p.Read, scans, p.Indexes, lacks, p.Text)
		}
	}
}

// choicesRead is how many rows the choices of filters may read: of calls, four stages of leads and up
// to four streams of contacts 1200 records each, each looked up once.
const choicesRead = 2 * 9 * 1200

func plans(t testing.TB, s *storage.Store) []planned {
	ctx, p, yes := t.Context(), leads.Page{Limit: 50}, true
	const (
		sights    = "sights_pkey|s by key"
		leadsByID = "leads_pkey|sqlite_autoindex_leads_1"
	)
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
	historyBy := func(f leads.HistoryFilter) func(leads.Viewer) error {
		return func(v leads.Viewer) error {
			_, err := s.History(ctx, v, f, p)
			if errors.Is(err, leads.ErrNotFound) {
				return nil
			}
			return err
		}
	}
	turned := func(list func(leads.Viewer) error, to leads.Order) func(leads.Viewer) error {
		return func(v leads.Viewer) error {
			p.Order = to
			defer func() { p.Order = "" }()
			return list(v)
		}
	}
	return []planned{
		{"leads", leadsBy(leads.LeadFilter{}), "leads_by_status", "leads_by_manager", false},
		{"open leads", leadsBy(leads.LeadFilter{Open: &yes}), "leads_by_status", "leads_by_manager", false},
		{"won leads", leadsBy(leads.LeadFilter{Status: leads.LeadWon}), "leads_by_status", "leads_by_manager", false},
		{"open new leads of a source", leadsBy(leads.LeadFilter{Status: leads.LeadNew, Open: &yes, Sources: []string{"fair"}}), "leads_by_source", "leads_by_manager", false},
		{"leads of an advertisement", leadsBy(leads.LeadFilter{UTMSource: "ya"}), "leads_by_status", "leads_by_manager", false},
		{"leads of a source", leadsBy(leads.LeadFilter{Sources: []string{"fair"}}), "leads_by_source", "leads_by_manager", false},
		{"leads of an unknown advertisement", leadsBy(leads.LeadFilter{UTMSource: "none"}), "leads_by_status", "leads_by_manager", false},
		{"refused leads of another manager", leadsBy(leads.LeadFilter{ManagerID: historyID("u", 4), Status: leads.LeadRefused}), "leads_by_manager", "leads_by_manager|" + leadsByID, false},
		{"leads of two sources", leadsBy(leads.LeadFilter{Sources: []string{"fair", "site"}}), "leads_by_source", "leads_by_manager", false},
		{"leads of a day", leadsBy(leads.LeadFilter{Opened: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), "leads_by_status", "leads_by_manager", false},
		{"leads that wait", leadsBy(leads.LeadFilter{Waiting: true}), "leads_waiting", "leads_by_manager", false},
		{"leads that wait, the longest first", turned(leadsBy(leads.LeadFilter{Waiting: true}), leads.OldestFirst), "leads_waiting", "leads_by_manager", false},
		{"leads, the oldest first", turned(leadsBy(leads.LeadFilter{}), leads.OldestFirst), "leads_by_status", "leads_by_manager", false},
		{"leads of a day, the oldest first", turned(leadsBy(leads.LeadFilter{Opened: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), leads.OldestFirst), "leads_by_status", "leads_by_manager", false},
		{"repeated leads of a channel and a team", leadsBy(leads.LeadFilter{Repeat: &yes, Channels: []leads.Channel{leads.ChannelCall}, Teams: []string{"sales"}}), "leads_by_status", "leads_by_manager", false},
		{"leads of a stage", leadsBy(leads.LeadFilter{StageID: "won"}), "leads_by_stage", "leads_by_manager", false},
		{"open leads of a stage, the oldest first", turned(leadsBy(leads.LeadFilter{StageID: "working", Open: &yes}), leads.OldestFirst), "leads_by_stage", "leads_by_manager", false},
		{"open leads of a pipeline", leadsBy(leads.LeadFilter{PipelineID: "main", Open: &yes}), "leads_by_status", "leads_by_manager", false},
		{"people of a company", contactsBy(leads.ContactFilter{CompanyID: historyID("f", 1)}), "contacts_by_company", "", true},
		{"leads of a company", leadsBy(leads.LeadFilter{CompanyID: historyID("f", 1)}), "contacts_by_company", "", true},
		{"interactions of a company", touchesBy(leads.InteractionFilter{CompanyID: historyID("f", 1)}), "contacts_by_company", "", true},
		{"calls of a company", callsBy(leads.CallFilter{CompanyID: historyID("f", 1)}), "contacts_by_company", "", true},
		{"leads of a contact", leadsBy(leads.LeadFilter{ContactID: contact}), "leads_by_contact", "", false},
		{"leads of a manager", leadsBy(leads.LeadFilter{ManagerID: historyManager.UserID}), "leads_by_manager", "leads_by_manager|" + leadsByID, false},
		{"leads of nobody", leadsBy(leads.LeadFilter{Unassigned: true}), "leads_by_manager", "leads_by_manager|" + leadsByID, false},
		{"open leads of nobody", leadsBy(leads.LeadFilter{Unassigned: true, Open: &yes}), "leads_by_manager", "leads_by_manager|" + leadsByID, false},
		{"leads by name", turned(leadsBy(leads.LeadFilter{}), leads.ByName), "leads_by_status", "leads_by_manager", false},
		{"open leads of an advertisement by name", turned(leadsBy(leads.LeadFilter{Open: &yes, UTMSource: "ya", Query: "ivan"}), leads.ByName), "leads_by_status", "leads_by_manager", false},
		{"leads of a day by name", turned(leadsBy(leads.LeadFilter{Opened: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), leads.ByName), "leads_by_status", "leads_by_manager", false},
		{"contacts, the oldest first", turned(contactsBy(leads.ContactFilter{}), leads.OldestFirst), "contacts_newest", "contacts_by_owner", false},
		{"contacts by name", turned(contactsBy(leads.ContactFilter{}), leads.ByName), "contacts_newest", "contacts_by_owner", false},
		{"contacts of an owner by name", turned(contactsBy(leads.ContactFilter{OwnerID: historyManager.UserID, Query: "ivan"}), leads.ByName), "contacts_by_owner", "contacts_by_owner|" + sights, false},
		{"contacts of a tag by name", turned(contactsBy(leads.ContactFilter{Tag: "vip"}), leads.ByName), "contact_tags_by_tag", "contacts_by_owner", false},
		{"contacts", contactsBy(leads.ContactFilter{}), "contacts_newest", "contacts_by_owner", false},
		{"contacts of an owner", contactsBy(leads.ContactFilter{OwnerID: historyManager.UserID}), "contacts_by_owner", "contacts_by_owner|" + sights, false},
		{"contacts of a custom field", contactsBy(leads.ContactFilter{Fields: []leads.CustomFilter{{FieldID: "size", From: 1, To: 2}, {FieldID: "kind", Is: "gold"}}}), "field_values_by_value", "contacts_by_owner", false},
		{"contacts of a range", contactsBy(leads.ContactFilter{Fields: []leads.CustomFilter{{FieldID: "size", From: 1, To: 2}}}), "field_values_by_field", "contacts_by_owner", false},
		{"leads of a custom field", leadsBy(leads.LeadFilter{Fields: []leads.CustomFilter{{FieldID: "kind", Is: "gold"}}}), "field_values_by_value", "leads_by_manager", false},
		{"interactions of a custom field", touchesBy(leads.InteractionFilter{Fields: []leads.CustomFilter{{FieldID: "kind", Is: "gold"}}}), "field_values_by_value", sights, false},
		{"contacts of a tag", contactsBy(leads.ContactFilter{Tag: "vip"}), "contact_tags_by_tag", "contacts_by_owner", false},
		{"files of a contact", func(v leads.Viewer) error { _, err := s.Files(ctx, historyChief, contact, p); return err }, "interactions_with_files", "", false},
		{"interactions", touchesBy(leads.InteractionFilter{}), "interactions_newest", sights, false},
		{"mail", touchesBy(leads.InteractionFilter{Channel: leads.ChannelMail}), "interactions_newest", sights, false},
		{"calls among interactions", touchesBy(leads.InteractionFilter{Channel: leads.ChannelCall}), "interactions_calls", sights, false},
		{"interactions of a source", touchesBy(leads.InteractionFilter{Source: "site"}), "interactions_by_source", sights, false},
		{"interactions of a rare source", touchesBy(leads.InteractionFilter{Source: "fair"}), "interactions_by_source", sights, false},
		{"telegrams", touchesBy(leads.InteractionFilter{Channel: leads.ChannelTelegram}), "interactions_newest", sights, false},
		{"interactions of a contact", touchesBy(leads.InteractionFilter{ContactID: contact}), "interactions_by_contact", "", false},
		{"interactions of a lead", touchesBy(leads.InteractionFilter{LeadID: lead}), "interactions_by_lead", "", false},
		{"interactions of a day", touchesBy(leads.InteractionFilter{Since: day, Until: day.AddDate(0, 0, 1)}), "interactions_newest", sights, false},
		{"calls", callsBy(leads.CallFilter{}), "interactions_calls", sights, false},
		{"calls of a day", callsBy(leads.CallFilter{Started: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), "interactions_calls", sights, false},
		{"calls, the oldest first", turned(callsBy(leads.CallFilter{}), leads.OldestFirst), "interactions_calls", sights, false},
		{"calls of a day, the oldest first", turned(callsBy(leads.CallFilter{Started: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), leads.OldestFirst), "interactions_calls", sights, false},
		{"calls not answered, the oldest first", turned(callsBy(leads.CallFilter{NotAnswered: true}), leads.OldestFirst), sights, "", false},
		{"calls, the longest wait first", turned(callsBy(leads.CallFilter{}), leads.LongestWait), "interactions_calls", sights, false},
		{"calls of a day, the longest talk first", turned(callsBy(leads.CallFilter{Started: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), leads.LongestTalk), "interactions_calls", sights, false},
		{"recorded calls of a month and a team, the longest talk first", turned(callsBy(leads.CallFilter{
			Started: leads.Period{Since: day, Until: day.AddDate(0, 0, 6)}, Teams: []string{"sales"}, Recorded: &yes, NotAnswered: true, Query: "ivan",
		}), leads.LongestTalk), sights, sights, false},
		{"calls of two queues, the longest wait first", turned(callsBy(leads.CallFilter{Queues: []string{"night", "sales"}}), leads.LongestWait), sights, "", false},
		{"calls of two queues", callsBy(leads.CallFilter{Queues: []string{"night", "sales"}}), sights, "", false},
		{"calls of two operators", callsBy(leads.CallFilter{OperatorIDs: []string{historyTalker.UserID, historyOnce.UserID}}), sights, "", false},
		{"calls of a line and a team", callsBy(leads.CallFilter{Lines: []string{"7001"}, Teams: []string{"sales"}}), "interactions_calls", sights, false},
		{"long recorded calls", callsBy(leads.CallFilter{TalkedMin: time.Minute, WaitedMin: time.Second, Recorded: &yes}), "interactions_calls", sights, false},
		{"calls of an advertisement", callsBy(leads.CallFilter{UTMSource: "ya"}), "interactions_calls", sights, false},
		{"missed inbound calls of a queue", callsBy(leads.CallFilter{Directions: []leads.Direction{leads.In}, Dispositions: []leads.Disposition{leads.Missed}, Queues: []string{"sales"}, State: leads.CallEnded}), sights, "", false},
		{"calls not answered", callsBy(leads.CallFilter{NotAnswered: true}), sights, "", false},
		{"calls of an exchange", callsBy(leads.CallFilter{Sources: []string{"pbx"}}), "interactions_by_source|interactions_calls", sights, false},
		{"calls of an operator with many", callsBy(leads.CallFilter{OperatorIDs: []string{historyTalker.UserID}}), sights, "", false},
		{"calls of an operator with one", callsBy(leads.CallFilter{OperatorIDs: []string{historyOnce.UserID}}), sights, "", false},
		{"calls that nobody took for lack of a telephone", callsBy(leads.CallFilter{Dispositions: []leads.Disposition{leads.Unreachable}}), sights, "", false},
		{"outbound calls", callsBy(leads.CallFilter{Directions: []leads.Direction{leads.Out}}), sights, "", false},
		{"calls of a queue by night", callsBy(leads.CallFilter{Queues: []string{"night"}}), sights, "", false},
		{"answered calls", callsBy(leads.CallFilter{Dispositions: []leads.Disposition{leads.Answered}}), "interactions_calls", sights, false},
		{"calls that ring", callsBy(leads.CallFilter{State: leads.CallRinging}), "calls_going_on", "", true},
		{"calls by linkedid", callsBy(leads.CallFilter{Linkedid: "L500"}), "calls_by_linkedid", "", true},
		{"calls of a contact", callsBy(leads.CallFilter{ContactID: contact}), "interactions_by_contact", "", false},
		{"open tasks", tasksBy(leads.TaskFilter{}), "tasks_due", "tasks_open_by_holder", false},
		{"open tasks, the last due first", turned(tasksBy(leads.TaskFilter{}), leads.NewestFirst), "tasks_due", "tasks_open_by_holder", false},
		{"tasks due on a day", tasksBy(leads.TaskFilter{Period: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), "tasks_due", "tasks_open_by_holder", false},
		{"tasks done on a day", tasksBy(leads.TaskFilter{State: leads.TaskDone, Period: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), "tasks_done", "tasks_done_by_holder", false},
		{"open tasks of an owner", tasksBy(leads.TaskFilter{OwnerID: historyManager.UserID}), "tasks_open_by_holder", "", false},
		{"late tasks", tasksBy(leads.TaskFilter{LateAt: day}), "tasks_due", "tasks_open_by_holder", false},
		{"done tasks", tasksBy(leads.TaskFilter{State: leads.TaskDone}), "tasks_done", "tasks_done_by_holder", false},
		{"done tasks of an owner", tasksBy(leads.TaskFilter{State: leads.TaskDone, OwnerID: historyManager.UserID}), "tasks_done_by_holder", "tasks_done_by_holder|tasks_ended_by", false},
		{"open tasks of a lead", tasksBy(leads.TaskFilter{LeadID: lead}), "tasks_by_lead", "", false},
		{"done tasks of a lead", tasksBy(leads.TaskFilter{LeadID: lead, State: leads.TaskDone}), "tasks_by_lead", "", true},
		{"open tasks of a contact", tasksBy(leads.TaskFilter{ContactID: contact}), "tasks_by_contact", "", false},
		{"done tasks of a contact", tasksBy(leads.TaskFilter{ContactID: contact, State: leads.TaskDone}), "tasks_by_contact", "", true},
		{"open call-backs", tasksBy(leads.TaskFilter{Kind: leads.TaskCallback}), "tasks_due", "tasks_open_by_holder", false},
		{"tasks of the worklist", tasksBy(leads.TaskFilter{ToDo: true, AwakeAt: day}), "tasks_open_by_holder", "", false},
		{"the history", historyBy(leads.HistoryFilter{}), "changes_by_time", "", false},
		{"the history of a day", historyBy(leads.HistoryFilter{Made: leads.Period{Since: day, Until: day.AddDate(0, 0, 1)}}), "changes_by_time", "", false},
		{"the history of leads", historyBy(leads.HistoryFilter{Object: leads.ObjectLead}), "changes_by_time", "", false},
		{"the history of a lead", historyBy(leads.HistoryFilter{Object: leads.ObjectLead, ObjectID: lead}), "changes_by_object", "", false},
		{"what a user did", historyBy(leads.HistoryFilter{UserID: historyID("u", 4)}), "changes_by_user", "", false},
		{"what nobody did", historyBy(leads.HistoryFilter{UserID: "nobody", Object: leads.ObjectTask}), "changes_by_user", "", false},
		{"changes by bots of notes", historyBy(leads.HistoryFilter{Way: leads.WayBot, Field: leads.FieldNotes}), "changes_by_time", "", false},
		{"deliveries", deliveriesBy(leads.DeliveryFilter{}), "deliveries_newest", "", false},
		{"deliveries to a sink", deliveriesBy(leads.DeliveryFilter{Sink: "crm"}), "deliveries_newest", "", false},
		{"dead deliveries", deliveriesBy(leads.DeliveryFilter{State: leads.DeliveryDead}), "deliveries_by_state|deliveries_dead", "", true},
		{"quarantine", quarantineBy(leads.QuarantineFilter{}), "quarantine_newest", "", false},
		{"quarantine of a source", quarantineBy(leads.QuarantineFilter{Source: "mail"}), "quarantine_newest", "", false},
		{"what waits in quarantine", quarantineBy(leads.QuarantineFilter{State: leads.QuarantineWaiting}), "quarantine_waiting", "", false},
	}
}
