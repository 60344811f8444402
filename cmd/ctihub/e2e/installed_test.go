package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
)

// A hub with "ctihub config sample" as its configuration takes the form that
// docs/install.md posts with curl, word for word.
func TestSampleTakesTheDocumentedForm(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ctihub.yaml")
	if err := os.WriteFile(file, []byte(app.Sample()), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	h := hubtest.Start(t, func(c *config.Config) { c.Sources = cfg.Sources })
	_, chief := h.Person("chief", "Chief", leads.RoleSupervisor)
	text, err := os.ReadFile("../../../docs/install.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^    curl .* http://127\.0\.0\.1:8080(/in/\S+)$`).FindAllStringSubmatch(string(text), -1)
	if len(commands) == 0 {
		t.Fatal("docs/install.md posts no form")
	}
	for _, command := range commands {
		form := url.Values{}
		for _, d := range regexp.MustCompile(`-d '([^=]+)=([^']*)'`).FindAllStringSubmatch(command[0], -1) {
			form.Add(d[1], d[2])
		}
		r, err := http.NewRequest(http.MethodPost, h.URL+command[1], strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, header := range regexp.MustCompile(`-H '([^:]+): ([^']*)'`).FindAllStringSubmatch(command[0], -1) {
			r.Header.Set(header[1], header[2])
		}
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusSeeOther {
			t.Errorf("%s is answered with %s", strings.TrimSpace(command[0]), resp.Status)
		}
	}
	if all := hubtest.List[leads.Lead](h, chief, "/api/v1/leads", nil); len(all) != len(commands) {
		t.Errorf("%d leads of %d forms", len(all), len(commands))
	}
}
