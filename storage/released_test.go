package storage_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/leads/views"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// freeze makes the databases of the version in cmd/ctihub/version.go anew and
// pins its migrations: go test ./storage -run TestFreeze -freeze
var freeze = flag.Bool("freeze", false, "keep the tables of this version as released")

const (
	releasedDir = "testdata/released"
	pins        = "migrations.sha256"
)

// released lists the versions whose tables are kept.
func released(t *testing.T) (versions []string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(releasedDir, "*", pins))
	if err != nil || len(found) == 0 {
		t.Fatalf("no released version in %s: %v", releasedDir, err)
	}
	for _, f := range found {
		versions = append(versions, filepath.Base(filepath.Dir(f)))
	}
	return versions
}

// A database of each released version is opened by this one, and nothing of it
// is lost.
func TestReleasedDatabasesAreBroughtUpToDate(t *testing.T) {
	t.Parallel()
	for _, version := range released(t) {
		for name, d := range storagetest.Released(t, filepath.Join(releasedDir, version)) {
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				c := storage.Config{Database: d.DSN, DataDir: d.DataDir}
				before := storage.RowCounts(t, c)
				s := open(t, c)
				checkReleased(t, office{t, s})
				after := storage.RowCounts(t, c)
				moved := map[string]string{"assignments": "changes"}
				for table, n := range before {
					if to, ok := moved[table]; ok {
						table = to
					}
					if n == 0 || after[table] < n {
						t.Errorf("table %s had %d rows, and has %d", table, n, after[table])
					}
				}
			})
		}
	}
}

// What was released stays as it is: a change of the tables is a new migration,
// behind all those that were released.
func TestReleasedMigrationsAreFrozen(t *testing.T) {
	t.Parallel()
	for _, version := range released(t) {
		pinned := map[string]string{}
		last := ""
		for line := range strings.Lines(string(must(os.ReadFile(filepath.Join(releasedDir, version, pins)))(t))) {
			sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			pinned[name], last = sum, max(last, name)
		}
		for _, path := range must(filepath.Glob("migrations/*.sql"))(t) {
			name := filepath.Base(path)
			sum := fmt.Sprintf("%x", sha256.Sum256(must(os.ReadFile(path))(t)))
			if want, ok := pinned[name]; ok && sum != want {
				t.Errorf("%s was released with %s and must not be edited: write a new migration", path, version)
			} else if !ok && name < last {
				t.Errorf("%s comes before %s, which %s has run already: give it the next number", path, last, version)
			}
			delete(pinned, name)
		}
		for name := range pinned {
			t.Errorf("%s was released with %s and is gone", name, version)
		}
	}
}

// TestFreeze does something with -freeze only; the test above reads what it made.
func TestFreeze(t *testing.T) {
	text := must(os.ReadFile("../cmd/ctihub/version.go"))(t)
	m := regexp.MustCompile(`(?m)^const release = "([0-9.]+)"$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("cmd/ctihub/version.go does not tell the version")
	}
	if !*freeze {
		return
	}
	dir := filepath.Join(releasedDir, string(m[1]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	data, dsn := dataDir(t), storagetest.Postgres(t)
	var log published
	s := must(storage.Open(t.Context(), storage.Config{DataDir: data, Publish: log.add, Sinks: []leads.SinkRule{{Name: "crm", Kind: "webhook"}}}))(t)
	publishedBy.Store(s, &log)
	fillReleased(t, office{t, s})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	storage.FillEmpty(t, data, map[string]any{
		"recordings.state": "stored", "recordings.peaks": "", "offered_identities.state": "offered", "devices.state": "registered", "dials.state": "ended",
	})
	storage.CopyTo(t, storage.Config{DataDir: data}, storage.Config{Database: dsn, DataDir: t.TempDir()})
	var sums strings.Builder
	for _, path := range must(filepath.Glob("migrations/*.sql"))(t) {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(must(os.ReadFile(path))(t)), filepath.Base(path))
	}
	for name, text := range map[string]string{
		"sqlite.sql": storagetest.DumpSQLite(t, data), "postgres.sql": storagetest.DumpPostgres(t, dsn), pins: sums.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fillReleased does what fills most tables; the others get made-up rows.
func fillReleased(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleOperator, "", "100")
	boris := o.hire("boris", leads.RoleManager, "sales", "101")
	o.hire("carl", leads.RoleAdmin, "")
	asked := o.put(leads.Touch{
		Source: "site", ExternalID: "f1", Channel: leads.ChannelForm, Direction: leads.In, At: noon, From: []leads.Identity{ivan, mail}, Name: "Иван «Ё» O'Neill",
		Subject: "Окна", Text: "Перезвоните; -- '1' \\ \n вторая строка", UTM: map[string]string{"utm_source": "ya"}, Raw: `{"a":"'"}`, Digest: "d1",
		CallBack: &leads.CallBackWish{At: noon.Add(time.Hour)}, Consent: &leads.Consent{Text: "I agree to «all»", Version: "1", At: noon, Page: "https://www.example.com/a"},
	})[0]
	o.give(asked.LeadID, boris)
	o.put(hangUp(answer(call("c1", ivan, "100", "101"), 0)), hangUp(call("c2", phone(7), "100")))
	o.put(form("f2", ivan, phone(7))) // two contacts may be one person
	written := o.put(chat("1", viaBot))[0]
	o.give(written.LeadID, boris)
	edited := chat("1", viaBot)
	edited.Text, edited.Edited = "Сколько стоят два?", noon.Add(time.Minute)
	o.put(edited)
	o.says(boris, written.LeadID, "k1", "От 10 000 ₽")
	must(o.Ingest(ctx, intake.Batch{Source: "bot", Cursor: "42", Quarantine: []leads.QuarantinedTouch{
		{ID: "q1", Source: "bot", ExternalID: "q1", Reason: "nobody understands it", Raw: "???", At: noon},
		{ID: "q2", Source: "bot", ExternalID: "q2", Reason: "nobody understands it", Raw: "!!!", At: noon},
	}}))(t)
	if err := o.Discard(ctx, "q2", boris.ID, "nothing"); err != nil {
		t.Fatal(err)
	}
	must((&views.Service{Store: storage.Room[views.Tx]{Store: o.Store}, Now: time.Now}).Add(ctx, boris, leads.View{List: leads.ViewCalls, Name: "Пропущенные", Query: "disposition=not_answered"}))(t)
	if _, err := o.people().SetPresence(ctx, anna.ID, leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseLunch}); err != nil {
		t.Fatal(err)
	}
}

// checkReleased reads what fillReleased wrote, as the workplace would.
func checkReleased(t *testing.T, o office) {
	o.checkSights()
	var logins []string
	ids := map[string]leads.User{}
	for _, u := range must(o.ListUsers(t.Context()))(t) {
		logins, ids[u.Login] = append(logins, u.Login), u
	}
	if !slices.Equal(logins, []string{"anna", "boris", "carl"}) || ids["anna"].Extensions[0] != "100" || ids["boris"].Team != "sales" {
		t.Errorf("users %v: %+v", logins, ids)
	}
	boris := sees(ids["boris"])
	contacts := o.contacts(boris, leads.ContactFilter{Phone: ivan.Value})
	if len(contacts) != 1 || contacts[0].Name != "Иван «Ё» O'Neill" || len(contacts[0].Identities) != 2 {
		t.Fatalf("contacts %+v", contacts)
	}
	all := o.interactions(boris, leads.InteractionFilter{ContactID: contacts[0].ID})
	asked := slices.IndexFunc(all, func(i leads.Interaction) bool { return i.ExternalID == "f1" })
	if asked < 0 || all[asked].Text != "Перезвоните; -- '1' \\ \n вторая строка" || all[asked].UTM["utm_source"] != "ya" || !all[asked].At.Equal(noon) {
		t.Errorf("interactions %+v", all)
	}
	if list := o.leads(boris, leads.LeadFilter{}); len(list) < 2 || list[0].ManagerID != ids["boris"].ID {
		t.Errorf("leads %+v", list)
	}
	states := map[string]leads.Disposition{}
	for _, c := range o.calls(admin, leads.CallFilter{}) {
		states[c.Linkedid] = c.Disposition
	}
	if states["c1"] != leads.Answered || states["c2"] != leads.Missed {
		t.Errorf("calls %v", states)
	}
	if q := o.quarantine(); len(q) != 2 {
		t.Errorf("quarantine %+v", q)
	}
	if d := must(o.Deliveries(t.Context(), leads.DeliveryFilter{Sink: "crm"}, whole))(t); len(d.Items) == 0 || d.Items[0].State != leads.DeliveryWaiting {
		t.Errorf("deliveries %+v", d)
	}
	last := must(o.LastEvent(t.Context()))(t)
	o.put(form("after the upgrade", phone(99)))
	if next := must(o.LastEvent(t.Context()))(t); next <= last {
		t.Errorf("the newest event has the number %d after %d", next, last)
	}
}
