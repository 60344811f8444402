package storage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/leads/intake"
	"ctihub/leads/pipeline"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }

// dataDir is a folder with the tables of an embedded database.
var dataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

// migrated is a PostgreSQL database with the tables.
var migrated = storagetest.Databases(func(dsn string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{Database: dsn})
	return err
})

// The suite: what a store does, whatever the database.
func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) *storage.Store { return open(t, storage.Config{DataDir: dataDir(t)}) })
}

func TestPostgres(t *testing.T) {
	suite(t, func(t *testing.T) *storage.Store { return open(t, storage.Config{Database: migrated(t)}) })
}

func suite(t *testing.T, fresh func(*testing.T) *storage.Store) {
	for name, test := range map[string]func(*testing.T, office){
		"StrangersForm":       testStrangersForm,
		"SaidTwice":           testSaidTwice,
		"SamePerson":          testSamePerson,
		"NobodysTouches":      testNobodysTouches,
		"MergeSuggestion":     testMergeSuggestion,
		"ManyIdentities":      testManyIdentities,
		"AllOrNothing":        testAllOrNothing,
		"Quarantine":          testQuarantine,
		"QuarantineRetry":     testQuarantineRetry,
		"QuarantineLists":     testQuarantineLists,
		"Gaps":                testGaps,
		"Reconciliations":     testReconciliations,
		"QuarantineRace":      testQuarantineRace,
		"QuarantineDiscard":   testQuarantineDiscard,
		"HostileText":         testHostileText,
		"CallMovesForward":    testCallMovesForward,
		"CallLine":            testCallLine,
		"CallWriters":         testCallWriters,
		"LegsKeepTheirUser":   testLegsKeepTheirUser,
		"JournalReplaces":     testJournalReplaces,
		"JournalFindsWhose":   testJournalFindsWhoseCall,
		"EventsAudience":      testEventsAudience,
		"EventsAfter":         testEventsAfter,
		"EventsShown":         testEventsShown,
		"PublishedOnce":       testPublishedOnce,
		"PublishedInOrder":    testPublishedInOrder,
		"ViewerRules":         testViewerRules,
		"ViewerTeams":         testViewerTeams,
		"Rings":               testRings,
		"Policy":              testPolicy,
		"SightsRace":          testSightsRace,
		"ViewerTeamsForMany":  func(t *testing.T, o office) { storage.LookAt(o.Store, 1); testViewerTeams(t, o) },
		"RingsForMany":        func(t *testing.T, o office) { storage.LookAt(o.Store, 1); testRings(t, o) },
		"Paging":              testPaging,
		"PagingWhileWriting":  testPagingWhileWriting,
		"Filters":             testFilters,
		"Lists":               testLists,
		"Choices":             testChoices,
		"ChoicesOfCompany":    testChoicesOfCompany,
		"ChoicesBound":        testChoicesBound,
		"Sorted":              testSorted,
		"SortMost":            testSortMost,
		"Planned":             testPlanned,
		"Repeated":            testRepeated,
		"Snoozed":             testSnoozed,
		"Worklist":            testWorklist,
		"LeadStatus":          testLeadStatus,
		"ContactByHand":       testContactByHand,
		"Identities":          testIdentities,
		"IdentityRace":        testIdentityRace,
		"ContactFields":       testContactFields,
		"Company":             testCompany,
		"CompanyPeople":       testPeople,
		"SharedNumber":        testSharedNumber,
		"MailDomain":          testMailDomain,
		"Caller":              testCaller,
		"CallerLeads":         testCallerLeads,
		"CallerCallbacks":     testCallerCallbacks,
		"CallerRights":        testCallerRights,
		"Owner":               testOwner,
		"HandOver":            testHandOver,
		"HandOverLosesRace":   testHandOverLosesRace,
		"Substitute":          testSubstitute,
		"History":             testHistory,
		"ChangesMigration":    testChangesMigration,
		"Reopen":              testReopen,
		"ReopenRace":          testReopenRace,
		"LeadByHand":          testLeadByHand,
		"Stages":              testStages,
		"StageNeeds":          testStageNeeds,
		"PipelineEdit":        testPipelineEdit,
		"PipelineRetired":     testPipelineRetired,
		"PipelineOfTouch":     testPipelineOfTouch,
		"Board":               testBoard,
		"Duplicates":          testDuplicates,
		"DuplicatesFollow":    testDuplicatesFollow,
		"DuplicatesDismissed": testDuplicatesDismissed,
		"DuplicatesRanked":    testDuplicatesRanked,
		"DuplicatesBefore":    testDuplicatesBefore,
		"DuplicatesAmongTwo":  testDuplicatesAmongTwo,
		"Fields":              testFields,
		"FieldValues":         testFieldValues,
		"FieldRace":           testFieldRace,
		"FieldRequired":       testFieldRequired,
		"CompanyFields":       testCompanyFields,
		"FieldFilters":        testFieldFilters,
		"FieldSearch":         testFieldSearch,
		"FieldMerge":          testFieldMerge,
		"FieldForms":          testFieldForms,
		"FieldReminders":      testFieldReminders,
		"Files":               testFiles,
		"Assign":              testAssign,
		"AssignRace":          testAssignRace,
		"AssignAll":           testAssignAll,
		"Candidates":          testCandidates,
		"Reassign":            testReassign,
		"RungMaySeeNotChange": testRungMaySeeNotChange,
		"Users":               testUsers,
		"Presence":            testPresence,
		"WrapUp":              testWrapUp,
		"Shifts":              testShifts,
		"Callee":              testCallee,
		"Links":               testLinks,
		"TakeLead":            testTakeLead,
		"TakeRace":            testTakeRace,
		"Digests":             testDigests,
		"Dials":               testDials,
		"DialRace":            testDialRace,
		"DialRights":          testDialRights,
		"DialCountRace":       testDialCountRace,
		"Replies":             testReplies,
		"ReplyOrder":          testReplyOrder,
		"RepliesLost":         testRepliesLost,
		"ReplyAgain":          testReplyAgain,
		"ReplyRace":           testReplyRace,
		"Receipts":            testReceipts,
		"FirstResponse":       testFirstResponse,
		"ReplyFiles":          testReplyFiles,
		"Templates":           testTemplates,
		"Views":               testViews,
		"ViewRace":            testViewRace,
		"Facts":               testFacts,
		"FactsRace":           testFactsRace,
		"FactsDue":            testFactsDue,
		"FactsEndWrapUp":      testFactsEndWrapUp,
		"ByHand":              testByHand,
		"Dictionaries":        testDictionaries,
		"DictionaryRace":      testDictionaryRace,

		"Branches":          testBranches,
		"Advertisement":     testAdvertisement,
		"Tokens":            testTokens,
		"Sessions":          testSessions,
		"ChangePassword":    testChangePassword,
		"ManyNumbers":       testManyNumbers,
		"Together":          testTogether,
		"CommitRefused":     testCommitRefused,
		"FailsAlone":        testFailsAlone,
		"CallerLeaves":      testCallerLeaves,
		"CallsFirst":        testCallsFirst,
		"CallbackCorrected": testCallbackCorrected,
		"Lease":             testLease,
		"Callback":          testCallback,
		"CallbackEnds":      testCallbackEnds,
		"EscalationHeals":   testEscalationHeals,
		"FiveMissedAtOnce":  testFiveMissedAtOnce,
		"MissedReport":      testMissedReport,
		"TaskRights":        testTaskRights,
		"Consents":          testConsents,
		"Wishes":            testWishes,
		"FormsMigration":    testFormsMigration,
		"FaultsMigration":   testFaultsMigration,
		"TaskPaging":        testTaskPaging,
		"Escalation":        testEscalation,
		"Message":           testMessage,
		"Thread":            testThread,
		"Automatic":         testAutomatic,
		"Edited":            testEdited,
		"Offers":            testOffers,
		"Search":            testSearch,
		"SearchChanges":     testSearchChanges,
		"SearchCatchesUp":   testSearchCatchesUp,
		"SearchTwoHubs":     testSearchTwoHubs,
		"SearchRights":      testSearchRights,
		"SearchOwn":         testSearchOwn,
		"Unread":            testUnread,
		"Merge":             testMerge,
		"MergeFields":       testMergeFields,
		"MergeRights":       testMergeRights,
		"MergePipelines":    testMergePipelines,
		"MergeSearch":       testMergeSearch,
		"MergesUndone":      testMergesUndone,
		"MergesBetween":     testMergesBetween,
		"Split":             testSplit,
		"UsedKey":           testUsedKey,
		"OrphanFiles":       testOrphanFiles,
		"RefusedContents":   testRefusedContents,
		"FiftyTouches":      func(t *testing.T, o office) { fiftyTouches(t, []*storage.Store{o.Store}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := office{t, fresh(t)}
			test(t, o)
			o.checkSights()
		})
	}
}

// checkSights: who sees what is written down as the records say. Every test ends with it, so
// that no way of changing a record may forget it.
func (o office) checkSights() {
	o.t.Helper()
	if amiss := must(storage.SightsAmiss(o.Store))(o.t); len(amiss) > 0 {
		o.t.Errorf("written down amiss: %s", strings.Join(amiss, "\n"))
	}
}

func open(t *testing.T, c storage.Config) *storage.Store {
	t.Helper()
	var log published
	if c.Publish == nil {
		c.Publish = log.add
	}
	s, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	publishedBy.Store(s, &log)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// What a service does, by short names.

func (o office) contacting() *contacts.Service {
	return &contacts.Service{Store: storage.Room[contacts.Tx]{Store: o.Store}, Region: "RU", Now: time.Now}
}

func (o office) ChangeContact(ctx context.Context, v leads.Viewer, id string, c leads.ContactChange, checks ...func(leads.Contact) error) (leads.Contact, error) {
	return o.contacting().Change(ctx, v, id, c, checks...)
}

func (o office) DecideOffer(ctx context.Context, v leads.Viewer, contactID, offerID string, d leads.OfferDecision, value string) (leads.Contact, error) {
	return o.contacting().DecideOffer(ctx, v, contactID, offerID, d, value)
}

func pipelineOf(s *storage.Store) *pipeline.Service {
	return &pipeline.Service{Store: storage.Room[pipeline.Tx]{Store: s}, Now: time.Now}
}

func (o office) SetLeadStatus(ctx context.Context, v leads.Viewer, id string, to leads.LeadStatus, refusal string, checks ...func(leads.Lead) error) (leads.Lead, error) {
	return pipelineOf(o.Store).Move(ctx, v, id, to, refusal, checks...)
}

// Reassign hands a lead over in the name of the reason, as "by_hand:Chief".
func (o office) Reassign(ctx context.Context, v leads.Viewer, id, managerID, reason string, checks ...func(leads.Lead) error) (leads.Lead, error) {
	return pipelineOf(o.Store).HandOver(ctx, v, id, managerID, strings.TrimPrefix(reason, leads.ReasonByHand+":"), checks...)
}

func (o office) Take(ctx context.Context, u leads.User, id string) (leads.Lead, error) {
	return pipelineOf(o.Store).Take(ctx, u, id)
}

// published collects what a store publishes.
type published struct {
	mu     sync.Mutex
	events []leads.Event
}

func (p *published) add(events ...leads.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, events...)
}

// publishedBy holds the *published of each store that open opened.
var publishedBy sync.Map

// published returns what the store has published since it was asked last.
func (o office) published() []leads.Event {
	o.t.Helper()
	log, ok := publishedBy.Load(o.Store)
	if !ok {
		o.t.Fatal("the store was not opened by open")
	}
	p := log.(*published)
	p.mu.Lock()
	defer p.mu.Unlock()
	events := p.events
	p.events = nil
	return events
}

// recorded runs a change and returns the events that were published for it.
func (o office) recorded(change func() error) []leads.Event {
	o.t.Helper()
	o.published()
	if err := change(); err != nil {
		o.t.Fatal(err)
	}
	return o.published()
}

// office is a store with short words for what tests do with it.
type office struct {
	t *testing.T
	*storage.Store
}

var (
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	admin = leads.Viewer{UserID: "nobody", Role: leads.RoleAdmin}
	whole = leads.Page{Limit: 200}
	ivan  = leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"}
	mail  = leads.Identity{Kind: leads.KindEmail, Value: "ivan@example.com"}
)

func phone(n int) leads.Identity {
	return leads.Identity{Kind: leads.KindPhone, Value: fmt.Sprintf("+7916%07d", n)}
}

func form(key string, from ...leads.Identity) leads.Touch {
	return leads.Touch{Source: "site", ExternalID: key, Channel: leads.ChannelForm, Direction: leads.In, At: noon, From: from,
		Name: "Иван", To: "site", Subject: "Окна", Text: "Перезвоните", UTM: map[string]string{"utm_source": "ya"}, Raw: "{}"}
}

// call rings the extensions in order.
func call(linkedid string, from leads.Identity, extensions ...string) leads.Touch {
	c := &leads.Call{Linkedid: linkedid, Direction: leads.In, State: leads.CallRinging, From: from.Value, To: "600", DID: "+74951234567", Started: noon, Legs: []leads.Leg{}}
	for i, e := range extensions {
		c.Legs = append(c.Legs, leads.Leg{Channel: fmt.Sprintf("%s.%d", linkedid, i), Extension: e, State: leads.LegRinging, Rang: noon.Add(time.Duration(i) * time.Second)})
	}
	t := leads.Touch{Source: "pbx", ExternalID: linkedid, Channel: leads.ChannelCall, Direction: leads.In, At: noon, Call: c, To: c.DID}
	if from.Value != "" {
		t.From = []leads.Identity{from}
	}
	return t
}

// answer is the call after extension n of the legs took it.
func answer(t leads.Touch, n int) leads.Touch {
	c := *t.Call
	c.State, c.Operator, c.Answered = leads.CallTalking, c.Legs[n].Extension, noon.Add(5*time.Second)
	c.Legs = append([]leads.Leg(nil), c.Legs...)
	for i := range c.Legs {
		if c.Legs[i].State = leads.LegElsewhere; i == n {
			c.Legs[i].State, c.Legs[i].Answered = leads.LegTalking, c.Answered
		}
	}
	t.Call = &c
	return t
}

func hangUp(t leads.Touch) leads.Touch {
	c := *t.Call
	c.State, c.Ended, c.Disposition = leads.CallEnded, noon.Add(65*time.Second), leads.Answered
	if c.Answered.IsZero() {
		c.Disposition = leads.Missed
	}
	c.Legs = append([]leads.Leg(nil), c.Legs...)
	for i := range c.Legs {
		switch c.Legs[i].State {
		case leads.LegTalking:
			c.Legs[i].State = leads.LegEnded
		case leads.LegRinging:
			c.Legs[i].State = leads.LegCancelled
		}
		c.Legs[i].Ended = c.Ended
	}
	t.Call = &c
	return t
}

// put stores touches, each with its own transaction.
func (o office) put(touches ...leads.Touch) []intake.Stored {
	o.t.Helper()
	var out []intake.Stored
	for _, t := range touches {
		stored, err := o.Ingest(context.Background(), intake.Batch{Source: t.Source, Touches: []leads.Touch{t}})
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, stored...)
	}
	return out
}

func (o office) hire(login string, role leads.Role, team string, extensions ...string) leads.User {
	o.t.Helper()
	u, err := o.CreateUser(o.t.Context(), leads.User{Login: login, Name: "The " + login, Role: role, Team: team, Extensions: extensions, Presence: leads.Available})
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

// give assigns a lead, whoever's turn it is.
func (o office) give(leadID string, u leads.User) leads.Event {
	o.t.Helper()
	u = must(o.User(o.t.Context(), u.ID))(o.t)
	return o.recorded(func() error {
		_, err := o.Assign(o.t.Context(), leads.Assignment{LeadID: leadID, ManagerID: u.ID, ManagerName: u.Name, Reason: leads.ReasonRoundRobin, Seen: u.LastAssigned, At: noon})
		return err
	})[0]
}

func (o office) contacts(v leads.Viewer, f leads.ContactFilter) []leads.Contact {
	o.t.Helper()
	return must(o.Contacts(o.t.Context(), v, f, whole))(o.t).Items
}

func (o office) leads(v leads.Viewer, f leads.LeadFilter) []leads.Lead {
	o.t.Helper()
	return must(o.Leads(o.t.Context(), v, f, whole))(o.t).Items
}

// lead is a lead as lists and events have it.
func (o office) lead(id string) leads.Lead {
	o.t.Helper()
	l := must(o.Lead(o.t.Context(), admin, id))(o.t)
	l.Stays = nil
	return l
}

func (o office) interactions(v leads.Viewer, f leads.InteractionFilter) []leads.Interaction {
	o.t.Helper()
	return must(o.Interactions(o.t.Context(), v, f, whole))(o.t).Items
}

func (o office) calls(v leads.Viewer, f leads.CallFilter) []leads.CallRecord {
	o.t.Helper()
	return must(o.Calls(o.t.Context(), v, f, whole))(o.t).Items
}

func (o office) quarantine() []leads.QuarantinedTouch {
	o.t.Helper()
	return must(o.Quarantine(o.t.Context(), leads.QuarantineFilter{}, whole))(o.t).Items
}

func (o office) events() []leads.Event {
	o.t.Helper()
	return must(o.Events(o.t.Context(), 0, 10_000))(o.t)
}

// renamed changes a contact's name and company.
func renamed(name, company string) leads.ContactChange {
	return leads.ContactChange{Name: &name, Company: &company}
}

// sees is a viewer of the user's rights.
func sees(u leads.User) leads.Viewer { return leads.Viewer{UserID: u.ID, Role: u.Role} }

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func body(t *testing.T, e leads.Event) (b leads.EventBody) {
	t.Helper()
	if err := json.Unmarshal(e.Data, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

// shape is a value as the API shows it, for comparing.
func shape(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func types(events []leads.Event) (names []leads.EventType) {
	for _, e := range events {
		names = append(names, e.Type)
	}
	return names
}
