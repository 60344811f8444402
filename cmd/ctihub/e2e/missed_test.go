package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// A customer calls twice without an answer. It is one task, which appears on the open
// pages without a reload, for the customer's manager and the supervisor, not for a
// colleague; when it is late the supervisor is alerted. An answered call back completes
// it, and counts as recovered.
func TestRealMissedCallIsCalledBack(t *testing.T) {
	pbx := asterisktest.Start(t)
	h := hubtest.Start(t, hubtest.Exchange(t, pbx), func(c *config.Config) { c.CallBackWithin = 3 * time.Second })
	olegID, oleg := h.Person("oleg", "Олег Мещеряков", leads.RoleManager, "100")
	_, boris := h.Person("boris", "Борис Титов", leads.RoleOperator, "101")
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	b := hubtest.NewBrowser(t)
	for _, who := range []string{"oleg", "chief"} {
		b.Do("open", who, map[string]any{"url": h.URL, "login": who, "password": hubtest.Password, "path": "/tasks"})
		b.Do("wait", who, map[string]any{"selector": ".empty"})
	}
	h.Connected("pbx")
	phone := pbx.Phone("100", -1, 0)
	customer := pbx.Phone("trunk", 100*time.Millisecond, 0)

	const row = "tr[data-number='+79161234567']"
	for n, says := range []string{"1 call not answered,", "2 calls not answered,"} {
		call := pbx.Call("79161234567", "7001")
		asterisktest.Next(t, phone.Rings())
		call.Hangup()
		for _, who := range []string{"oleg", "chief"} {
			b.Do("wait", who, map[string]any{"selector": fmt.Sprintf("%s:has-text(%q)", row, says)})
		}
		if n == 0 {
			b.Do("wait", "oleg", map[string]any{"selector": "nav .nav-count:has-text('1')"})
		}
	}
	tasks := hubtest.List[leads.Task](h, oleg, "/api/v1/tasks", nil)
	if len(tasks) != 1 || tasks[0].Calls != 2 || tasks[0].Owner == nil || tasks[0].Owner.ID != olegID {
		t.Fatalf("Oleg's tasks: %+v", tasks)
	}
	if got := hubtest.List[leads.Task](h, boris, "/api/v1/tasks", nil); len(got) != 0 {
		t.Errorf("Boris sees %+v", got)
	}
	b.Do("wait", "chief", map[string]any{"selector": row + ":has([data-late]):has-text('supervisors know')"})
	b.Do("wait", "chief", map[string]any{"selector": ".figures[data-not-answered='2'][data-recovered='0']:has-text('2 late')"})
	if metrics := metricsText(h); !strings.Contains(metrics, "\nctihub_tasks_open 1\n") || !strings.Contains(metrics, "\nctihub_tasks_late 1\n") {
		t.Error("the metrics do not tell of the late task")
	}

	pbx.Call("100", "79161234567")
	asterisktest.Next(t, customer.Rings())
	for _, who := range []string{"oleg", "chief"} {
		b.Do("wait", who, map[string]any{"selector": ".empty"})
	}
	b.Do("wait", "chief", map[string]any{"selector": ".figures[data-not-answered='2'][data-recovered='2']:has-text('100%')"})
	b.Do("click", "chief", map[string]any{"selector": ".figures a:has-text('2')"}) // the calls that the figure counts
	b.Do("wait", "chief", map[string]any{"selector": "table.calls:not(:has(tbody[data-index=\"2\"])) tbody[data-index=\"1\"] tr[data-call]"})
	done := hubtest.List[leads.Task](h, chief, "/api/v1/tasks", url.Values{"state": {"done"}})
	if len(done) != 1 || done[0].Outcome != leads.CalledBack || done[0].ID != tasks[0].ID || done[0].DoneBy != nil {
		t.Errorf("done: %+v", done)
	}
	b.Do("goto", "oleg", map[string]any{"url": h.URL + "/calls"})
	b.Do("wait", "oleg", map[string]any{"selector": "tr[data-call]:has-text('called back')"})
}

// metricsText reads /metrics.
func metricsText(h *hubtest.Hub) string {
	h.T.Helper()
	status, body := h.Request("GET", "", "/metrics", nil)
	if status != 200 {
		h.T.Fatalf("/metrics: %d", status)
	}
	return string(body)
}
