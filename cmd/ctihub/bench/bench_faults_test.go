package bench

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A lost touch, a touch stored twice, a second contact or lead of one person, and a lead
// without a manager each fail the benchmark of forms.
func TestFaultsOfAPeer(t *testing.T) {
	for name, c := range map[string]struct {
		change  string
		gofloor bool
		fault   string // a part of the only one; empty: none
	}{
		"as sent":                     {"", false, ""},
		"a touch is lost":             {"DELETE FROM interactions WHERE external_id = 'b'", false, "interactions"},
		"a touch is stored twice":     {"UPDATE interactions SET external_id = 'a'", false, "DISTINCT external_id"},
		"a person is two contacts":    {"INSERT INTO contacts VALUES ('ivan2')", false, "contacts is 2, not 1"},
		"a person has two leads":      {"INSERT INTO leads VALUES ('oleg', 1)", false, "leads is 2, not 1"},
		"a lead has no manager":       {"UPDATE leads SET manager_id = NULL", false, "manager_id IS NULL"},
		"gofloor chooses no managers": {"UPDATE leads SET manager_id = NULL", true, ""},
	} {
		conn, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ExecContext(t.Context(), `CREATE TABLE interactions (source TEXT, external_id TEXT); CREATE TABLE contacts (id TEXT);
			CREATE TABLE leads (manager_id TEXT, closed INTEGER); INSERT INTO interactions VALUES ('site', 'a'), ('site', 'b');
			INSERT INTO contacts VALUES ('ivan'); INSERT INTO leads VALUES ('oleg', 0);`+c.change); err != nil {
			t.Fatal(err)
		}
		p := peer{database: conn, hub: !c.gofloor}
		p.touches.Store(2)
		p.persons.Store(1)
		faults := strings.Join(p.faults(t), "\n")
		lines := strings.Count(faults, "\n") + 1
		if (faults == "") != (c.fault == "") || !strings.Contains(faults, c.fault) || c.fault != "interactions" && lines > 1 {
			t.Errorf("%s: %q", name, faults)
		}
		_ = conn.Close()
	}
}
