package webform

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/engine"
	"ctihub/leads"
)

// pages of the website, by kind. The script comes from the hub's own address,
// which is another origin.
var websitePages = map[string]string{
	"drawn":   `<div data-ctihub="SOURCE"></div><script src="HUB/embed/SOURCE.js" async></script>`,
	"script":  `<script src="HUB/embed/SOURCE.js" async></script>`,
	"adopted": `<form data-ctihub="SOURCE" method="post" action="HUB/in/SOURCE"><label>Phone <input name="tel_number"></label><label><input type="checkbox" name="topping" value="cheese">Cheese</label><label><input type="checkbox" name="topping" value="ham">Ham</label><input type="submit" name="submit" value="Go"></form><script src="HUB/embed/SOURCE.js"></script>`,
	"plain":   `<form method="post" action="HUB/in/SOURCE"><label>Phone <input name="phone"></label><input type="submit" value="Go"></form>`,
}

// website serves /KIND/SOURCE under a policy that forbids everything but the hub.
func website(t *testing.T, hub string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, source, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		body, ok := websitePages[kind]
		if !ok {
			http.NotFound(w, r)
			return
		}
		lang := "ru"
		if kind == "adopted" {
			lang = "en"
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+hub+"; connect-src "+hub+"; form-action "+hub)
		fmt.Fprintf(w, `<!doctype html><html lang="%s"><head><title>Shop</title><meta name="viewport" content="width=device-width"></head><body><main><h1>Shop</h1>%s</main></body></html>`,
			lang, strings.NewReplacer("HUB", hub, "SOURCE", source).Replace(body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// nodeModules returns the folder with playwright-core, installed if need be.
func nodeModules(t *testing.T) string {
	t.Helper()
	ui, err := filepath.Abs("../../web/ui")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.Open(filepath.Join(ui, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(ui, "node_modules")
	if _, err := os.Stat(filepath.Join(modules, "playwright-core", "package.json")); err != nil {
		cmd := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
		cmd.Dir = ui
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("npm ci in web/ui: %v\n%s", err, out)
		}
	}
	return modules
}

func TestBrowser(t *testing.T) {
	modules := nodeModules(t)
	if _, err := os.Stat("/usr/bin/chromium"); err != nil {
		t.Fatal("the test needs Debian's Chromium: apt-get install chromium")
	}
	inboxes := map[string]*connectortest.Inbox{}
	sv := engine.New(func(source, _ string, _ int64) leads.Inbox {
		inboxes[source] = connectortest.NewInbox(source)
		return inboxes[source]
	}, slog.New(slog.DiscardHandler))
	// Not started before every form is there: its port may have been another
	// test's a moment ago, whose senders still try it.
	hub := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		place, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		h := sv.Embed(strings.TrimSuffix(name, ".js"))
		if place == "in" {
			name, _, _ = strings.Cut(name, "/")
			h = sv.Receiver(name)
		}
		if h == nil {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(hub.Close)
	hubURL := "http://" + hub.Listener.Addr().String()
	site := website(t, hubURL)

	kept := &keptFiles{}
	const agree = "consent: {text: Я согласен на обработку данных, link: 'https://www.example.com/privacy', version: '3', required: true}\n"
	names := []string{"drawn", "adopted", "recovers", "offline", "online", "invalid", "robot", "plain", "accessible", "files", "filesaway", "proven", "busy", "called"}
	for _, name := range names {
		settings := fmt.Sprintf("origins: [%q]\nmin_fill: 0s\n", site)
		switch name {
		case "accessible":
			settings += "title: Перезвоните мне\nshow: [name, phone, email, subject, message]\nrequire: [phone, message]\nfiles: {count: 2}\ncallback: {hours: ['mon-sun 00:00-24:00']}\n" + agree
		case "called":
			settings += "callback: {hours: ['mon-sun 00:00-24:00']}\nshow: [phone]\n"
		case "files":
			settings += "files: {count: 2, each_mb: 1, total_mb: 1}\n" + agree
		case "filesaway":
			settings += "files: {count: 2}\n"
		case "proven":
			settings += "proof: {bits: 12, without: refuse}\n"
		case "busy":
			settings += "per_minute: 1\n"
		case "adopted":
			settings += "fields: {phone: tel_number}\n"
		}
		env := connectortest.Env(t, name, settings)
		env.Hub.PublicURL, env.Log, env.Files = hubURL, nil, kept
		if err := sv.Add(Kind(), env, "", false); err != nil {
			t.Fatal(err)
		}
	}
	inboxes["recovers"].Fail(2)
	hub.Start()

	results := scenarios(t, modules, site)
	check := map[string]func(t *testing.T, in *connectortest.Inbox){
		"drawn": func(t *testing.T, in *connectortest.Inbox) {
			touch := one(t, in)
			if touch.Name != "Пётр <b>Первый</b>" || touch.Text != "Сколько стоит?\nИ когда?" {
				t.Errorf("name %q, text %q", touch.Name, touch.Text)
			}
			if len(touch.From) != 1 || touch.From[0].Value != "8 (912) 345-67-89" {
				t.Errorf("from %v", touch.From)
			}
			page, err := url.Parse(touch.UTM["page"])
			if err != nil || page.Path != "/drawn/drawn" || touch.UTM["utm_source"] != "yandex" || touch.UTM["utm_campaign"] != "осень" {
				t.Errorf("utm %v", touch.UTM)
			}
		},
		"adopted": func(t *testing.T, in *connectortest.Inbox) {
			if touch := one(t, in); touch.Text != "topping: cheese\ntopping: ham\nsubmit: Go" {
				t.Errorf("text %q", touch.Text)
			}
		},
		"recovers": func(t *testing.T, in *connectortest.Inbox) { one(t, in) },
		"offline":  func(t *testing.T, in *connectortest.Inbox) { one(t, in) },
		"online": func(t *testing.T, in *connectortest.Inbox) {
			if touch := one(t, in); touch.Text != "и вот что ещё" {
				t.Errorf("text %q", touch.Text)
			}
		},
		"invalid":    none,
		"accessible": none,
		"robot": func(t *testing.T, in *connectortest.Inbox) {
			if n := len(in.Quarantined()); n != 1 || len(in.Touches()) != 1 {
				t.Errorf("quarantined %d of %d", n, len(in.Touches()))
			}
		},
		"files": func(t *testing.T, in *connectortest.Inbox) {
			touch := one(t, in)
			if len(touch.Attachments) != 2 || touch.Attachments[0].Name != "план.pdf" || kept.all[touch.Attachments[1].ID] != "заметки" || touch.Text != "" {
				t.Errorf("attachments %+v, text %q", touch.Attachments, touch.Text)
			}
			if touch.Consent == nil || touch.Consent.Version != "3" || !strings.HasSuffix(touch.Consent.Page, "/drawn/files") {
				t.Errorf("consent %+v", touch.Consent)
			}
		},
		"filesaway": func(t *testing.T, in *connectortest.Inbox) {
			if touch := one(t, in); len(touch.Attachments) != 1 || touch.Text != "Смотрите файл" {
				t.Errorf("attachments %+v, text %q", touch.Attachments, touch.Text)
			}
		},
		"proven": func(t *testing.T, in *connectortest.Inbox) {
			if n := len(in.Keys()); n != 2 {
				t.Errorf("%d posts", n)
			}
		},
		"called": func(t *testing.T, in *connectortest.Inbox) {
			touch := one(t, in)
			if touch.CallBack == nil || touch.CallBack.At.Before(time.Now()) || touch.Text != "" {
				t.Errorf("wish %+v, text %q", touch.CallBack, touch.Text)
			}
		},
		"busy":  func(t *testing.T, in *connectortest.Inbox) { one(t, in) },
		"plain": func(t *testing.T, in *connectortest.Inbox) { one(t, in) },
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			failure, ran := results[name]
			if !ran {
				t.Fatal("the scenario has not run")
			}
			if failure != "" {
				t.Fatal(failure)
			}
			check[name](t, inboxes[name])
		})
	}
}

// scenarios runs testdata/browser/run.mjs and returns each scenario's failure,
// empty for success.
func scenarios(t *testing.T, modules, site string) map[string]string {
	t.Helper()
	shots := os.Getenv("CTIHUB_SHOTS") // keep the screenshots here
	if shots == "" {
		shots = t.TempDir()
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/browser/run.mjs", modules, site, shots)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("node: %v", err)
	}
	results := map[string]string{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r struct{ Name, Error string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Errorf("not a result: %s", lines.Text())
			continue
		}
		results[r.Name] = r.Error
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("node: %v", err)
	}
	return results
}

// one returns the only touch. A browser may well send it twice, when an answer
// is lost, but under one key.
func one(t *testing.T, in *connectortest.Inbox) leads.Touch {
	t.Helper()
	touches := in.Touches()
	if len(in.Keys()) != 1 {
		t.Fatalf("%d keys, want one: %+v", len(in.Keys()), touches)
	}
	if err := touches[0].Validate(); err != nil {
		t.Errorf("the touch is quarantined: %v", err)
	}
	return touches[0]
}

func none(t *testing.T, in *connectortest.Inbox) {
	t.Helper()
	if touches := in.Touches(); len(touches) > 0 {
		t.Errorf("%d touches, want none", len(touches))
	}
}
