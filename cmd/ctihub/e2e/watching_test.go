package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/connectortest/fakemessenger"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// Each metric and label that the alert rules and the dashboard name is in the /metrics
// of a hub after a form, spam, an unreadable phone, a reply and a refused delivery, with
// a journal and a Redis. The values match these events.
func TestAlertsAndDashboardNameRealMetrics(t *testing.T) {
	t.Parallel()
	sink := func(name, url string) func(*config.Config) {
		s, err := config.NewSink(name, "webhook", []string{"lead.created"}, map[string]any{
			"url": url, "secret": "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=", "allow": []string{"127.0.0.1/32"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return func(c *config.Config) { c.Sinks = append(c.Sinks, s) }
	}
	came := make(chan string, 100)
	answer := func(status int) string {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			came <- r.Host
		}))
		t.Cleanup(srv.Close)
		return srv.URL
	}
	journal, err := os.ReadFile("../../../connectors/asterisk/testdata/busy.csv")
	if err != nil {
		t.Fatal(err)
	}
	cel := filepath.Join(t.TempDir(), "cel.csv")
	if err := os.WriteFile(cel, journal, 0o600); err != nil {
		t.Fatal(err)
	}
	redis, vendor := storagetest.Redis(t), fakemessenger.Start(t, false)
	h := hubtest.StartAdding(t, addFakeMessenger(vendor.URL, false),
		hubtest.Source(t, "site", "webform", "", map[string]any{"per_minute": 0}),
		hubtest.Source(t, "pbx", "asterisk", "", map[string]any{"url": "http://127.0.0.1:9", "username": "hub", "password": "x", "trunks": []string{"trunk"}, "cel": cel}),
		hubtest.Source(t, "shop", "webhook", "", map[string]any{"token": "secret-secret-secret", "channel": "form", "map": map[string]any{"phones": []string{"$.phone"}}}),
		sink("gone", answer(http.StatusGone)), sink("broken", answer(http.StatusInternalServerError)),
		func(c *config.Config) { c.Redis = redis })
	_, chief := h.Person("chief", "Chief", leads.RoleSupervisor)
	h.Events(chief)

	lead := customerWrites(h, chief, "100200", "Сколько?")
	awaitReply(h, chief, sendReply(h, chief, lead, "k", "Сто"), leads.ReplySent)
	take(t, came)
	take(t, came)
	for _, form := range []url.Values{{"phone": {"8 916 123-45-67"}}, {"phone": {"8 916 123-45-68"}, "_hp": {"x"}}} {
		resp, err := http.PostForm(h.URL+"/in/site", form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	h.Request(http.MethodPost, "", "/in/shop/secret-secret-secret", map[string]string{"phone": "8-916-12 после 18"})
	began, _, _ := strings.Cut(string(journal[strings.Index(string(journal), `","`)+3:]), ".") // of the first call, seconds since 1970
	var seconds int64
	if _, err := fmt.Sscan(began, &seconds); err != nil {
		t.Fatal(err)
	}
	h.Compare(chief, time.Unix(seconds, 0).Format(time.DateOnly))

	var series map[string]map[string]bool // labels by metric
	waitFor(t, "the metrics of what happened", func() bool {
		text := metricsText(h)
		series = seriesOf(text)
		for _, want := range []string{
			`ctihub_database_up 1`, `ctihub_redis_up 1`, `ctihub_quarantine_waiting 1`, `ctihub_event_streams 1`,
			`ctihub_source_up{kind="webform",source="site"} 1`, `ctihub_source_up{kind="asterisk",source="pbx"} 0`,
			`ctihub_deliveries_dead{sink="gone"} 3`, `ctihub_deliveries_dead{sink="broken"} 0`, `ctihub_deliveries_failing{sink="broken"} 3`,
			`ctihub_journal_missing{source="pbx"} 0`,
		} {
			if !strings.Contains(text, "\n"+want+"\n") {
				return false
			}
		}
		return true
	})

	for file, list := range map[string][]string{"alerts.yml": alertExpressions(t), "grafana/ctihub.json": dashboardExpressions(t)} {
		if len(list) < 10 {
			t.Errorf("%s has %d expressions: is it still read?", file, len(list))
		}
		for _, expr := range list {
			named := 0
			for _, m := range regexp.MustCompile(`\b((?:ctihub|process)_\w+|up)\b(?:\{([^}]*)\})?`).FindAllStringSubmatch(expr, -1) {
				if m[1] == "up" { // Prometheus' own
					continue
				}
				named++
				labels, ok := series[m[1]]
				if !ok {
					t.Errorf("%s: %s is not in /metrics: %s", file, m[1], expr)
					continue
				}
				used := regexp.MustCompile(`(\w+)\s*(?:=|!)`).FindAllStringSubmatch(m[2], -1)
				for _, by := range regexp.MustCompile(`\bby \(([^)]*)\)`).FindAllStringSubmatch(expr, -1) {
					used = append(used, regexp.MustCompile(`(\w+)`).FindAllStringSubmatch(by[1], -1)...)
				}
				for _, u := range used {
					if !labels[u[1]] && u[1] != "job" && u[1] != "instance" {
						t.Errorf("%s: %s has no label %s: %s", file, m[1], u[1], expr)
					}
				}
			}
			if named == 0 && !strings.Contains(expr, "up{") {
				t.Errorf("%s: no metric is recognised in %s", file, expr)
			}
		}
	}
}

// promtool accepts the rules, fires each alert when it should and only then, and parses
// every expression of the dashboard.
func TestRealPromtoolReadsAlertsAndDashboard(t *testing.T) {
	t.Parallel()
	promtool := debianTool(t, "usr/bin/promtool")
	check := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
	check("check", "rules", "../../../deploy/alerts.yml")
	check("test", "rules", "../../../deploy/testdata/alerts.test.yml")
	check("check", "config", "--syntax-only", "../../../deploy/prometheus.yml")

	type rule struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	var rules []rule
	for i, expr := range dashboardExpressions(t) {
		expr = strings.NewReplacer("$job", "ctihub", "$__rate_interval", "1m").Replace(expr)
		rules = append(rules, rule{fmt.Sprintf("panel:%d", i), expr})
	}
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "panels", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "panels.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	check("check", "rules", file)
}

// The test of the alerts lets every alert fire.
func TestEveryAlertIsTested(t *testing.T) {
	rules, err := os.ReadFile("../../../deploy/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	tests, err := os.ReadFile("../../../deploy/testdata/alerts.test.yml")
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`- alert: (\w+)`).FindAllStringSubmatch(string(rules), -1)
	for _, m := range all {
		if !strings.Contains(string(tests), `alertname="`+m[1]+`"`) {
			t.Errorf("no test lets %s fire", m[1])
		}
	}
}

// seriesOf returns the labels of each metric in the text of /metrics.
func seriesOf(text string) map[string]map[string]bool {
	series := map[string]map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+)(?:\{(.*)\})? \S+$`).FindAllStringSubmatch(text, -1) {
		if series[m[1]] == nil {
			series[m[1]] = map[string]bool{}
		}
		for _, l := range regexp.MustCompile(`(\w+)="(?:[^"\\]|\\.)*"`).FindAllStringSubmatch(m[2], -1) {
			series[m[1]][l[1]] = true
		}
	}
	return series
}

func alertExpressions(t *testing.T) (list []string) {
	t.Helper()
	b, err := os.ReadFile("../../../deploy/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Expr string `yaml:"expr"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			list = append(list, r.Expr)
		}
	}
	return list
}

func dashboardExpressions(t *testing.T) (list []string) {
	t.Helper()
	b, err := os.ReadFile("../../../deploy/grafana/ctihub.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(b, &board); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, p := range board.Panels {
		if slices.Contains(titles, p.Title) || (len(p.Targets) == 0) != (p.Type == "row") {
			t.Errorf("the panel %q is there twice, or shows nothing", p.Title)
		}
		titles = append(titles, p.Title)
		for _, target := range p.Targets {
			list = append(list, target.Expr)
		}
	}
	return list
}

// debianTool is a program that .ci/deps unpacked into the cache.
func debianTool(t *testing.T, path string) string {
	t.Helper()
	return hubtest.Cached(t, "debian/"+path)
}
