package main

import (
	"bytes"
	"context"
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// One call is deleted from the hub's database and another is changed. The
// reconciliation with the exchange's journal, requested over the API, finds,
// repairs and reports both; also after the journal was rotated.
func TestReconcileRealJournal(t *testing.T) {
	t.Run("here", func(t *testing.T) { reconcileReal(t, false) })
	t.Run("shipped", func(t *testing.T) { reconcileReal(t, true) })
}

func reconcileReal(t *testing.T, shipped bool) {
	const token = "a token of the journal"
	pbx := asterisktest.Start(t)
	dir := t.TempDir()
	address, user, secret := pbx.ARI()
	settings := map[string]any{"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}, "cel": pbx.Journal()}
	if shipped {
		delete(settings, "cel")
		settings["cel_token"] = token
	}
	h := hubtest.Start(t, func(c *config.Config) { c.Data = dir }, hubtest.Source(t, "pbx", "asterisk", "", settings))
	ship := func() {
		t.Helper()
		if !shipped {
			return
		}
		file := filepath.Join(dir, "token")
		if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run([]string{"cel", "ship", "--once", "--file", pbx.Journal(), "--to", h.URL + "/in/pbx", "--token-file", file, "--state", filepath.Join(dir, "new", "state")}, terminal{os.Stdin, &out, &out}); code != exitOK {
			t.Fatalf("cel ship ends with %d: %s", code, &out)
		}
	}
	_, chief := h.Person("chief", "Chief", leads.RoleSupervisor)
	_, oleg := h.Person("oleg", "Oleg", leads.RoleOperator)
	h.Connected("pbx")
	ship()
	pbx.Phone("100", 50*time.Millisecond, 0)
	for _, from := range []string{"79160000001", "79160000002", "79160000003"} {
		c := pbx.Call(from, "7001")
		asterisktest.Wait(t, "an answer", c.Answered())
		c.Hangup()
		asterisktest.Wait(t, "the end", c.Done())
	}
	ship()
	untilCalls(h, chief, 3)
	day := time.Now().Format(time.DateOnly)
	if status, _ := h.Request(http.MethodPost, oleg, "/api/v1/reconciliations", map[string]string{"source": "pbx", "day": day}); status != http.StatusForbidden {
		t.Errorf("an operator gets %d", status)
	}
	if r := h.Compare(chief, day); r.Calls != 3 || r.Missing != 0 || r.Repaired != 0 {
		t.Errorf("at first %+v", r)
	}
	spoil(t, dir)
	if err := os.Rename(pbx.Journal(), pbx.Journal()+".1"); err != nil {
		t.Fatal(err)
	}
	if r := h.Compare(chief, day); r.Calls != 3 || r.Missing != 0 || r.Differing != 0 || r.Repaired != 2 || len(r.Differences) != 2 {
		t.Errorf("after the damage %+v", r)
	}
	untilCalls(h, chief, 3)
	if _, metrics := h.Request(http.MethodGet, "", "/metrics", nil); !strings.Contains(string(metrics), `ctihub_journal_differences_total{kind="missing",source="pbx"} 1`) {
		t.Error("the metrics do not count the missing call")
	}
}

// spoil deletes one call from the database and changes another.
func spoil(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "hub.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{
		`DELETE FROM legs WHERE call_id IN (SELECT id FROM calls WHERE from_number = '+79160000002')`,
		`DELETE FROM calls WHERE from_number = '+79160000002'`,
		`DELETE FROM interactions WHERE channel = 'call' AND id NOT IN (SELECT id FROM calls)`,
		`UPDATE calls SET disposition = 'missed', talked = 0 WHERE from_number = '+79160000003'`,
	} {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// untilCalls waits until the journal has confirmed that many answered calls.
func untilCalls(h *hubtest.Hub, token string, want int) {
	h.T.Helper()
	for deadline := time.Now().Add(hubtest.Patience); ; time.Sleep(50 * time.Millisecond) { // a correction has no event of its own
		n := 0
		for _, c := range hubtest.List[leads.CallRecord](h, token, "/api/v1/calls", nil) {
			if c.Journal && c.Disposition == leads.Answered {
				n++
			}
		}
		if n == want {
			return
		}
		if time.Now().After(deadline) {
			h.T.Fatalf("%d whole calls, want %d", n, want)
		}
	}
}
