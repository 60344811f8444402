package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
	"ctihub/leads/facts"
	"ctihub/leads/fields"
	"ctihub/leads/handover"
	"ctihub/leads/intake"
	"ctihub/leads/people"
	"ctihub/leads/pipeline"
	"ctihub/leads/replies"
	"ctihub/leads/tasks"
	"ctihub/leads/views"
	"ctihub/leads/worklist"
	"ctihub/router"
	"ctihub/storage"
	"ctihub/storage/storagetest"
	"ctihub/web/api"
)

// hub is a server over a real store, with a small company in it.
type hub struct {
	*Server
	t        *testing.T
	store    *storage.Store
	feed     *router.Feed
	intake   *intake.Service
	url      string
	log      *logged
	contract *contract
	hashed   atomic.Int64 // passwords hashed
	users    map[string]leads.User
	tokens   map[string]string
	demo     *demoLine
}

// logged keeps what was logged.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// dataDir is a folder with the tables of an embedded database.
var dataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

// Personal data and secrets that may never reach the log or the metrics.
const (
	canaryPhone    = "+79161234567"
	canaryEmail    = "canary.person@example.ru"
	canaryName     = "Канарейкина Жёлтая"
	canaryPassword = "canary password 7"
)

// Sign-ins of the company; password canaryPassword each.
var staff = []leads.User{
	{Login: "ole", Name: "Ole", Role: leads.RoleOperator, Extensions: []string{"100"}, Presence: leads.Available},
	{Login: "ada", Name: "Ada", Role: leads.RoleOperator, Extensions: []string{"101"}, Presence: leads.Available},
	{Login: "max", Name: "Max", Role: leads.RoleManager, Extensions: []string{"102"}, Presence: leads.Available},
	{Login: "sue", Name: "Sue", Role: leads.RoleSupervisor, Extensions: []string{}},
	{Login: "root", Name: "Root", Role: leads.RoleAdmin, Extensions: []string{}},
	{Login: "gone", Name: "Gone", Role: leads.RoleAdmin, Extensions: []string{}, Disabled: true},
}

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, h *hub)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newHub(t, storage.Config{DataDir: dataDir(t)})) })
	t.Run("postgres", func(t *testing.T) { test(t, newHub(t, storage.Config{Database: storagetest.Postgres(t)})) })
}

// sqliteHub is for tests in which the database plays no part.
func sqliteHub(t *testing.T, adjust ...func(*Options)) *hub {
	return newHub(t, storage.Config{DataDir: dataDir(t)}, adjust...)
}

func newHub(t *testing.T, c storage.Config, adjust ...func(*Options)) *hub {
	t.Helper()
	c.Sinks = []leads.SinkRule{{Name: "crm", Kind: "webhook", Events: []string{"lead.created"}}}
	h := &hub{t: t, feed: router.NewFeed(), log: &logged{}, users: map[string]leads.User{}, tokens: map[string]string{}, demo: &demoLine{}}
	c.Publish = h.feed.Publish
	var err error
	if h.store, err = storage.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.store.Close() })
	h.feed.Rights = h.store
	h.intake = &intake.Service{
		Store: h.store, Router: noRouter{}, Region: "RU", Now: time.Now,
	}
	o := Options{
		Store: storeOf(h.store), Intake: h.intake,
		Contacts:  &contacts.Service{Store: storage.Room[contacts.Tx]{Store: h.store}, Region: "RU", Now: time.Now},
		Companies: &companies.Service{Store: storage.Room[companies.Tx]{Store: h.store}, Region: "RU", Now: time.Now}, Pipeline: h.pipeline(),
		Replies: &replies.Service{Store: storage.Room[replies.Tx]{Store: h.store}, Now: time.Now, Senders: senders}, Templates: &replies.Templates{Store: h.store},
		Fields:    &fields.Service{Store: storage.Room[fields.Tx]{Store: h.store}, Rules: leads.CustomRules{Region: "RU"}},
		Facts:     &facts.Service{Store: storage.Room[facts.Tx]{Store: h.store}, Now: time.Now},
		Views:     &views.Service{Store: storage.Room[views.Tx]{Store: h.store}, Now: time.Now},
		Tasks:     &tasks.Service{Store: storage.Room[tasks.Tx]{Store: h.store}, Now: time.Now},
		HandOvers: &handover.Service{Store: storage.Room[handover.Tx]{Store: h.store}, Now: time.Now},
		Worklist:  &worklist.Service{Store: h.store, Within: tasks.CallbackWithin, Now: time.Now},
		People:    &people.Service{Store: storage.Room[people.Tx]{Store: h.store}, Feed: h.feed, Now: time.Now},
		Links: &people.Links{
			Store: h.store, Messengers: []people.Messenger{{Name: "notices", Kind: "telegram", Inviter: &botOf{}}}, Log: slog.New(slog.NewTextHandler(h.log, nil)),
		},
		Calls: &calls.Service{
			Store: storage.Room[calls.Tx]{Store: h.store}, Exchanges: sources{}, Policy: calls.UsualPolicy("RU"), Now: time.Now,
			Inbox: func(source string) leads.Inbox { return h.intake.Inbox(source, "") },
		},
		Feed: h.feed, Sources: sources{}, Sounds: sounds{soundKey: canary}, Attachments: files, Uploads: uploads{}, Demo: h.demo, UI: workplaceFiles, Metrics: prometheus.NewRegistry(),
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: time.Now,
		Sinks: c.Sinks, PublicURL: "https://hub.example",
		Region: "RU", Version: "test", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
	}
	for _, f := range adjust {
		f(&o)
	}
	h.Server = New(o)
	h.signIns.verify = func(hash, password string) (bool, error) {
		h.hashed.Add(1)
		return VerifyPassword(hash, password)
	}
	h.signIns.decoy = quickHash("nobody has this password")
	srv := httptest.NewServer(h.Server)
	t.Cleanup(srv.Close)
	t.Cleanup(h.CloseStreams)
	h.url = srv.URL
	h.contract = newContract(t)
	h.employ()
	return h
}

func (h *hub) pipeline() *pipeline.Service {
	return &pipeline.Service{Store: storage.Room[pipeline.Tx]{Store: h.store}, Now: time.Now}
}

// employ makes the staff, each with an API token.
func (h *hub) employ() {
	h.t.Helper()
	for _, u := range staff {
		h.hire(u)
	}
}

// records are what one customer of one manager left behind.
type records struct{ contact, lead, form, call string }

// serve makes a customer with a form and a call, and gives the lead to a user.
func (h *hub) serve(login, phone, email, name string) records {
	h.t.Helper()
	ctx := h.t.Context()
	h.put(leads.Touch{
		ExternalID: "form " + phone, Channel: leads.ChannelForm, Direction: leads.In, Name: name,
		From: []leads.Identity{{Kind: leads.KindPhone, Value: phone}, {Kind: leads.KindEmail, Value: email}},
		To:   "order", Subject: "Windows", Text: "call me", UTM: map[string]string{"utm_source": "yandex"},
	})
	started := time.Now().UTC().Truncate(time.Second)
	h.put(leads.Touch{
		ExternalID: "call " + phone, Channel: leads.ChannelCall, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindPhone, Value: phone}},
		Call: &leads.Call{
			Linkedid: "call " + phone, Direction: leads.In, State: leads.CallEnded, Disposition: leads.Answered, From: phone, To: "200", DID: "+74951234567",
			Queue: "sales", Operator: h.users[login].Extensions[0], Started: started, Answered: started.Add(5 * time.Second), Ended: started.Add(time.Minute),
			Legs: []leads.Leg{{Channel: "c1", Extension: h.users[login].Extensions[0], State: leads.LegEnded, Rang: started, Answered: started.Add(5 * time.Second), Ended: started.Add(time.Minute)}},
		},
	})
	boss := leads.Viewer{UserID: h.users["sue"].ID, Role: leads.RoleSupervisor}
	contacts, err := h.store.Contacts(ctx, boss, leads.ContactFilter{Phone: phone}, leads.Page{Limit: 10})
	if err != nil || len(contacts.Items) != 1 {
		h.t.Fatalf("contacts of the phone: %v, %v", contacts, err)
	}
	r := records{contact: contacts.Items[0].ID}
	list, err := h.store.Interactions(ctx, boss, leads.InteractionFilter{ContactID: r.contact}, leads.Page{Limit: 10})
	if err != nil || len(list.Items) != 2 {
		h.t.Fatalf("interactions of the contact: %v, %v", list, err)
	}
	for _, i := range list.Items {
		r.lead = i.LeadID
		if i.Channel == leads.ChannelCall {
			r.call = i.ID
		} else {
			r.form = i.ID
		}
	}
	if _, err := h.pipeline().HandOver(ctx, boss, r.lead, h.users[login].ID, "Sue"); err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *hub) put(t leads.Touch) {
	h.t.Helper()
	h.putFrom("site", t)
}

func (h *hub) putFrom(source string, t leads.Touch) {
	h.t.Helper()
	if err := h.intake.Inbox(source, "").Put(h.t.Context(), "", t); err != nil {
		h.t.Fatal(err)
	}
}

var workplaceFiles = fstest.MapFS{
	"index.html":          {Data: []byte(`<!doctype html><script>document.documentElement.dataset.theme='dark'</script><script src="/assets/app-1a2b.js"></script>`)},
	"assets/app-1a2b.js":  {Data: []byte(`console.log(1)`)},
	"favicon.svg":         {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	"assets/app-1a2b.css": {Data: []byte(`body{}`)},
}

type noRouter struct{}

func (noRouter) Kick(...string) {}

// sources is a supervisor with one source.
type sources struct{}

func (sources) States() []leads.SourceState {
	return []leads.SourceState{
		{Name: "site", Kind: "webform", State: leads.SourcePassive, Since: time.Now().UTC()},
		{Name: "pbx", Kind: "asterisk", State: leads.SourceRunning, Journal: &leads.JournalState{State: leads.JournalFollowed}},
	}
}

func (sources) Receiver(name string) http.Handler {
	if name != "site" {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Seen-From", r.RemoteAddr)
		_, _ = io.WriteString(w, "received at "+r.URL.Path)
	})
}

func (sources) Route(name string) http.Handler {
	if name != "pbx" {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "PJSIP/101") })
}

func (sources) Diallers() []string { return []string{"pbx"} }

func (sources) DIDs() []leads.DID {
	return []leads.DID{{Number: "+74950000001", Advert: "radio"}, {Number: "+74950000002"}}
}

func (sources) FollowsCall(_, linkedid string) bool { return linkedid == "1.1-2" }

func (sources) PausesQueues() bool { return true }

func (s sources) Dialler(name string) calls.Dialler {
	if name != "pbx" {
		return nil
	}
	return s
}

func (sources) CheckNumber(number string) (string, error) {
	if number == "+79009999999" {
		return "", fmt.Errorf("%w: the number is on the blacklist", leads.ErrInvalid)
	}
	return number, nil
}

func senders() []replies.Sender {
	return []replies.Sender{
		{Source: "bot", Channel: leads.ChannelTelegram, To: []leads.IdentityKind{"telegram"}, MaxText: 40},
		{Source: "site", Channel: leads.ChannelMail, To: []leads.IdentityKind{leads.KindEmail}, Cold: true, Subject: true, MaxFile: 1000},
	}
}

func (sources) KickDials() {}

func (sources) Hangup(_ context.Context, channel string) error {
	if channel != "live-leg" {
		return leads.ErrNotFound
	}
	return nil
}

func (sources) Embed(name string) http.Handler {
	if name != "site" {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "script") })
}

// demoLine is a demo office.
type demoLine struct{ on atomic.Bool }

func (d *demoLine) State() api.Demo {
	return api.Demo{Enabled: true, Line: d.on.Load(), Site: "/demo/"}
}
func (d *demoLine) SetLine(on bool) { d.on.Store(on) }
