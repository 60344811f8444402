// Package mutants breaks promises of the hub on purpose, one at a time, and checks
// that a test fails. The sources are not changed: each mutant is compiled from
// changed copies by "go test -overlay".
package mutants

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// edit replaces the one place in a file where old stands.
type edit struct{ file, old, new string }

// mutant is a change of the sources that breaks one promise.
type mutant struct {
	name  string
	edits []edit
	pkg   string // of the test that must fail
	test  string // its full name
	says  string // text that its failure must contain
}

var mutants = []mutant{
	{
		name: "acknowledge before commit",
		edits: []edit{
			{"storage/group.go", "s.storing(jobs[i:i+1]))", "func(ctx context.Context, tx *Tx) error { err := s.storing(jobs[i:i+1])(ctx, tx); if err == nil { item.Finish(nil) }; return err })"},
			{"storage/batch/groups.go", "Finish(err error) {\n", "Finish(err error) {\n\tselect { case <-i.done: return; default: }\n"},
		},
		pkg: "storage", test: "TestSQLite/CommitRefused", says: "lost: a touch is acknowledged although its commit is refused",
	},
	{
		name:  "acknowledge whatever the commit said",
		edits: []edit{{"storage/tx.go", "if err := tx.Commit(ctx); err != nil {", "if err := tx.Commit(ctx); err != nil && ctx.Err() != nil {"}},
		pkg:   "storage", test: "TestPostgres/CommitRefused", says: "lost: a touch is acknowledged although its commit is refused",
	},
	{
		name:  "answer a form before it is stored",
		edits: []edit{{"connectors/webform/serve.go", "\treturn in.Put(ctx, \"\", touches...)", "\tgo in.Put(context.WithoutCancel(ctx), \"\", touches...); return nil"}},
		pkg:   "connectors/webform", test: "TestStorageAway", says: "200",
	},
	{
		name:  "take other content under a used key for a repetition",
		edits: []edit{{"leads/intake/decide.go", "t.Digest != i.Digest {", "t.Digest != i.Digest && !t.Edited.IsZero() {"}},
		pkg:   "leads/intake", test: "TestDecideUsedKey", says: "other content",
	},
	{
		name:  "leave somebody without an identity to nobody",
		edits: []edit{{"leads/intake/decide.go", "case len(t.From) > 0 || t.Direction == leads.In && t.Call == nil:", "case len(t.From) > 0:"}},
		pkg:   "leads/intake", test: "TestNobodyIsLost", says: "from",
	},
	{
		name:  "Telegram: confirm an update that is not stored",
		edits: []edit{{"connectors/telegram/poll.go", "if err := in.Put(ctx, \"\", touches...); err != nil {", "if err := in.Put(ctx, \"\", touches...); err != nil && ctx.Err() != nil {"}},
		pkg:   "connectors/telegram", test: "TestFaultsLoseAndDoubleNothing", says: "lost",
	},
	{
		name: "Telegram: an old offset is sent on and on",
		edits: []edit{{"connectors/telegram/poll.go", "if confirm = 0; len(page) == 0 {", "if len(page) == 0 {"},
			{"connectors/telegram/poll.go", "confirm, repeats := int64(0), 0", "confirm, repeats := int64(900_000), 0"}},
		pkg: "connectors/telegram", test: "TestLowerIDsAfterAnIdleWeek", says: "keys",
	},
	{
		name: "cursor before commit",
		edits: []edit{{"storage/ingest.go", "\tj := newJob(b)\n", `
			if b.Cursor != "" {
				if err := s.retryTx(ctx, func(_ context.Context, tx *Tx) error { finishBatch(tx, intake.Batch{Source: b.Source, Cursor: b.Cursor}, s.now()); return nil }); err != nil { return nil, err }
			}
			j := newJob(b)
		`}},
		pkg: "storage", test: "TestSQLite/CommitRefused", says: "lost: the source reads on at",
	},
	{
		name:  "claim after reading",
		edits: []edit{{"storage/group.go", "\ts.claim(jobs)\n", "\tdefer s.claim(jobs)\n"}},
		pkg:   "storage", test: "TestClaimsSpareTheSecondDecision", says: "doubled work",
	},
	{
		name:  "Redis-only dedupe of touches",
		edits: []edit{{"storage/migrations/00001_first.sql", "    UNIQUE (source, external_id)\n", "    CHECK (source <> '')\n"}},
		pkg:   "storage", test: "TestRedisFlushedBetweenTwoHubs/SameTouch", says: "doubled: 3 interactions",
	},
	{
		name:  "Redis-only dedupe of persons",
		edits: []edit{{"storage/migrations/00001_first.sql", "    PRIMARY KEY (kind, value)\n", "    CHECK (kind <> '')\n"}},
		pkg:   "storage", test: "TestRedisFlushedBetweenTwoHubs/SamePerson", says: "split: one person is 2 contacts",
	},
	{
		name:  "Redis-only dedupe of leads",
		edits: []edit{{"storage/migrations/00035_pipelines.sql", "CREATE UNIQUE INDEX leads_one_open ON leads (contact_id, pipeline_id)", "CREATE INDEX leads_one_open ON leads (contact_id, pipeline_id)"}},
		pkg:   "storage", test: "TestRedisFlushedBetweenTwoHubs/SameNeed", says: "split: one person is 1 contacts with 2 open leads",
	},
	{
		name: "pick by old turns",
		edits: []edit{{"storage/turns.go", "return []batch.Asked{turn.AskAll()}", "return nil"},
			{"storage/turns.go", "users.last_assigned = v.seen AND ", ""}},
		pkg: "storage", test: "TestThreeHubsShareEqually", says: "want 100 for each of 10",
	},
	{
		name:  "find what the user may not see",
		edits: []edit{{"storage/search.go", "if f.viewer.Role.SeesAll() || len(ids) == 0 {\n\t\treturn ids, nil\n", "if len(ids) > 0 {\n\t\treturn ids, nil\n"}},
		pkg:   "storage", test: "TestSQLite/SearchRights", says: "the list shows",
	},
	{
		name:  "assign twice",
		edits: []edit{{"storage/assign.go", "AND COALESCE(leads.manager_id, '') = '' AND leads.closed", "AND leads.closed"}},
		pkg:   "storage", test: "TestSQLite/Assign", says: "a lead that has a manager: <nil>",
	},
	{
		name:  "show a lead to its former manager",
		edits: []edit{{"storage/leads.go", "leads.Person{ID: l.ManagerID, Name: l.ManagerName}", "leads.Person{ID: a.ManagerID, Name: l.ManagerName}"}},
		pkg:   "storage", test: "TestSQLite/Reassign", says: "written down amiss: has",
	},
	{
		name:  "hide what a new manager may see",
		edits: []edit{{"storage/sights.go", "\taddLeadSights.Queue(tx, oneID{leadID})\n", ""}},
		pkg:   "storage", test: "TestSQLite/Assign", says: "written down amiss: lacks",
	},
	{
		name:  "forget a reply in the lists",
		edits: []edit{{"storage/replies.go", "\taddSights.Queue(t, oneID{id})\n", ""}},
		pkg:   "storage", test: "TestSQLite/Replies", says: "written down amiss: lacks",
	},
	{
		name:  "drop what breaks the rules",
		edits: []edit{{"leads/intake/intake.go", "\t\t\tbatch.Quarantine = append(batch.Quarantine, ", "\t\t\t_ = append(batch.Quarantine, "}},
		pkg:   "leads/intake", test: "TestPutQuarantinesWhatBreaksTheRulesAndStoresTheRest", says: "quarantined 0",
	},
	{
		name:  "tell before commit",
		edits: []edit{{"storage/tx.go", "if err := tx.Commit(ctx); err != nil {", "s.publish(tx.events)\n\tif err := tx.Commit(ctx); err != nil {"}},
		pkg:   "storage", test: "TestPostgres/CommitRefused", says: "phantom: ",
	},
	{
		name:  "a stale owner writes",
		edits: []edit{{"storage/leases.go", "if j.batch.Epoch != 0 {", "if j.batch.Epoch < 0 {"}},
		pkg:   "storage", test: "TestStaleOwnerStoresNothing", says: "the stale owner's batch: <nil>",
	},
	{
		name:  "send before the attempt is stored",
		edits: []edit{{"storage/db/deliveries.sql.go", "attempts = attempts + 1, ", ""}},
		pkg:   "storage", test: "TestDeliveries/sqlite/Stored", says: "before sending",
	},
	{
		name:  "a stale sender records",
		edits: []edit{{"storage/db/deliveries.sql.go", "AND owner = $6 AND attempts = $7 AND", "AND owner >= $6 AND attempts >= $7 AND"}},
		pkg:   "storage", test: "TestDeliveries/postgres/StaleOwner", says: "the stale owner is told <nil>",
	},
	{
		name:  "repeat what was perhaps sent",
		edits: []edit{{"leads/replies/sending.go", "if repeated(r.Source) {", "if true {"}},
		pkg:   "storage", test: "TestSQLite/RepliesLost", says: "nobody knows",
	},
	{
		name:  "send a reply before that is stored",
		edits: []edit{{"storage/db/replies.sql.go", "UPDATE replies SET state = 'sending', attempts", "UPDATE replies SET state = 'waiting', attempts"}},
		pkg:   "storage", test: "TestSQLite/Replies", says: "claimed",
	},
	{
		name:  "leave what came between a merge and its undoing",
		edits: []edit{{"storage/unmerge.go", "\tu.give(later)\n", ""}},
		pkg:   "storage", test: "TestSQLite/MergesBetween", says: "without merges",
	},
	{
		name:  "keep the tasks of a contact that comes back",
		edits: []edit{{"storage/unmerge.go", "\tu.giveBackKind(\"task\")\n", ""}},
		pkg:   "storage", test: "TestSQLite/MergesUndone", says: "missing tasks",
	},
	{
		name:  "take a shared number for a person's",
		edits: []edit{{"leads/intake/decide.go", "\tif len(lines) == 0 {\n", "\tif len(lines) < 9 {\n"}},
		pkg:   "leads/intake", test: "TestSharedNumberMergesNobody", says: "with a known phone",
	},
}

func TestMutantsAreCaught(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			m.mustBeCaught(t, hub(t))
		})
	}
}

// The text that each mutant replaces and the test that must fail exist, and
// docs/promises.md names the mutant.
func TestMutantsFit(t *testing.T) {
	root := hub(t)
	text, err := os.ReadFile(filepath.Join(root, "docs/promises.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			m.sources(t, root)
			if function, _, _ := strings.Cut(m.test, "/"); !declares(t, filepath.Join(root, m.pkg), function) {
				t.Errorf("package %s has no %s", m.pkg, function)
			}
			if !strings.Contains(string(text), "\n| "+m.name+" | ") {
				t.Error("it is not among the mutants of docs/promises.md")
			}
		})
	}
}

// declares reports whether a package declares a test.
func declares(t *testing.T, dir, test string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+test+"(t *testing.T) {") {
			return true
		}
	}
	return false
}

// hub returns the folder of the module.
func hub(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// mustBeCaught runs the test that guards the promise against the mutant.
func (m mutant) mustBeCaught(t *testing.T, root string) {
	var pattern []string
	for name := range strings.SplitSeq(m.test, "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(name)+"$")
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "-vet=off", "-count=1", "-timeout=5m",
		"-overlay="+m.overlay(t, root), "-run="+strings.Join(pattern, "/"), "./"+m.pkg)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	failed, said := m.verdict(t, out)
	switch {
	case err == nil:
		t.Error("the tests are content with a hub that breaks its promise")
	case !failed:
		t.Errorf("%s did not run and fail:\n%s", m.test, out)
	case !strings.Contains(said, m.says) || strings.Contains(said, "panic: "):
		t.Errorf("it fails, but not for %q:\n%s", m.says, said)
	}
}

// verdict reads what "go test -json" says of the test.
func (m mutant) verdict(t *testing.T, out []byte) (failed bool, said string) {
	var text strings.Builder
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var e struct{ Action, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Test != m.test && !strings.HasPrefix(e.Test, m.test+"/") {
			continue
		}
		text.WriteString(e.Output)
		failed = failed || e.Test == m.test && e.Action == "fail"
	}
	return failed, text.String()
}

// sources returns the changed texts by file.
func (m mutant) sources(t *testing.T, root string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, e := range m.edits {
		file := filepath.Join(root, e.file)
		if texts[file] == "" {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(b)
		}
		if n := strings.Count(texts[file], e.old); n != 1 {
			t.Fatalf("%q stands %d times in %s, not once: adapt the mutant to the new source", e.old, n, e.file)
		}
		texts[file] = strings.Replace(texts[file], e.old, e.new, 1)
	}
	return texts
}

// overlay writes the changed copies and what cmd/go must know of them.
func (m mutant) overlay(t *testing.T, root string) string {
	t.Helper()
	dir, replace := t.TempDir(), map[string]string{}
	for file, text := range m.sources(t, root) {
		replace[file] = filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(replace[file], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	index, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, index, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
