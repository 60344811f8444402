package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
)

// curlBlock matches a curl command of the documentation with its continued lines.
var curlBlock = regexp.MustCompile(`(?m)^    (curl (?:[^\n]*\\\n)*[^\n]*)`)

// The requests and forms of the documentation work with a hub that is configured by
// "ctihub config sample" and the additions that the page names.
func TestDocumentedRequests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	listen := hubtest.FreeAddress(t)
	text := strings.NewReplacer("listen: 127.0.0.1:8080", "listen: "+listen, "public_url: http://127.0.0.1:8080", "public_url: http://"+listen).Replace(app.Sample())
	text = strings.Replace(text, "\nsinks:", `
  - name: exchange # docs/webhooks.md
    kind: webhook
    format: cti
    token: TOKEN-of-the-exchange-in-the-documentation
`+uncommented(t, text, "shop")+"\nsinks:", 1)
	path := filepath.Join(dir, "ctihub.yaml")
	for name, content := range map[string]string{path: text, filepath.Join(dir, "secrets", "shop"): "0123456789abcdef0123456789abcdef"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Check(cfg, nil); err != nil {
		t.Fatal(err)
	}
	h := hubtest.Start(t, func(c *config.Config) { cfg.Data = c.Data; *c = cfg })
	_, token := h.Person("anna", "Anna", leads.RoleSupervisor, "100")

	ran := 0
	for _, file := range []string{"docs/webform.md", "docs/webhooks.md", "docs/api.md", "README.md"} {
		page, err := os.ReadFile(filepath.Join("../../..", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range curlBlock.FindAllStringSubmatch(string(page), -1) {
			command := strings.NewReplacer("https://hub.example.com", h.URL, "http://127.0.0.1:8080", h.URL, "/exchange/TOKEN", "/exchange/TOKEN-of-the-exchange-in-the-documentation").Replace(m[1])
			stream := strings.Contains(command, " -N ")
			flags := "curl -sS -w '\\n%{http_code}' "
			if stream {
				command += " | head -c 12" // it does not end by itself
				flags = "curl -sS "
			}
			shell := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "curl ", flags, 1))
			shell.Env = append(os.Environ(), "TOKEN="+token)
			out, _ := shell.Output()
			ran++
			if want := "\n200"; !stream && !strings.HasSuffix(string(out), want) {
				t.Errorf("%s: %s\nanswers %s", file, command, out)
			} else if stream && string(out) != "retry: 1000\n" {
				t.Errorf("%s: %s\nanswers %q", file, command, out)
			}
		}
	}
	if ran < 4 {
		t.Errorf("only %d requests found: are they still read?", ran)
	}
	page, err := os.ReadFile("../../../docs/webform.md")
	if err != nil {
		t.Fatal(err)
	}
	postPlainForm(h, string(page))
	postShopOrder(h)

	if n := len(hubtest.List[leads.Interaction](h, token, "/api/v1/interactions", nil)); n != 4 {
		t.Errorf("%d interactions, want those of the request, the form, the order and the call", n)
	}
	if n := len(hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil)); n == 0 {
		t.Error("no lead")
	}
}

// postPlainForm posts the plain form of a page as the browser of a visitor to the
// website in the sample does.
func postPlainForm(h *hubtest.Hub, page string) {
	h.T.Helper()
	form := regexp.MustCompile(`(?s)<form action="https://hub.example.com(/in/\w+)" method="post">(.*?)</form>`).FindStringSubmatch(page)
	if form == nil {
		h.T.Fatal("docs/webform.md has no plain form")
	}
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<(?:input|textarea) name="(\w+)"`).FindAllStringSubmatch(form[2], -1) {
		values.Set(m[1], map[string]string{"name": "Olga", "phone": "+7 916 765-43-21", "message": "Is it open on Sunday?"}[m[1]])
	}
	r, err := http.NewRequestWithContext(h.T.Context(), http.MethodPost, h.URL+form[1], strings.NewReader(values.Encode()))
	if err != nil {
		h.T.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://www.example.com", "Sec-Fetch-Site": "cross-site", "Accept": "text/html",
	} {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		h.T.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusSeeOther {
		h.T.Errorf("the plain form: %s %s", resp.Status, body)
	}
	script, err := http.Get(h.URL + "/embed/site.js")
	if err != nil {
		h.T.Fatal(err)
	}
	defer script.Body.Close()
	if script.StatusCode != http.StatusOK {
		h.T.Errorf("the script: %s", script.Status)
	}
}

// postShopOrder posts an order for the sample's mapping of a shop.
func postShopOrder(h *hubtest.Hub) {
	h.T.Helper()
	body, err := json.Marshal(map[string]any{
		"order":    map[string]any{"id": 17, "comment": "Ring twice", "lines": []any{map[string]any{"title": "A lamp"}}, "created": "2026-11-28T10:00:00Z"},
		"customer": map[string]any{"first_name": "Pyotr", "phone": "+7 916 111-22-33", "email": "pyotr@example.com"},
	})
	if err != nil {
		h.T.Fatal(err)
	}
	resp, err := http.Post(fmt.Sprintf("%s/in/shop/%s", h.URL, "0123456789abcdef0123456789abcdef"), "application/json", strings.NewReader(string(body)))
	if err != nil {
		h.T.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		h.T.Errorf("the shop's order: %s %s", resp.Status, answer)
	}
}

// uncommented is a source of the sample that waits for its secret, with the
// leading "# " removed.
func uncommented(t *testing.T, sample, name string) string {
	t.Helper()
	_, text, found := strings.Cut(sample, "  # - name: "+name+"\n")
	if !found {
		t.Fatalf("the sample has no source %s", name)
	}
	var b strings.Builder
	b.WriteString("  - name: " + name + "\n")
	for line := range strings.Lines(text) {
		rest, commented := strings.CutPrefix(line, "  #")
		if !commented || strings.HasPrefix(rest, " - name: ") || strings.HasPrefix(rest, " # ") {
			break
		}
		b.WriteString("  " + strings.TrimPrefix(rest, " "))
	}
	return b.String()
}
