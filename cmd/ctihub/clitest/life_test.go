package clitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

const anyPort = "listen: 127.0.0.1:0\n"

// get requests a path of the hub's API with a token and returns the status.
func (h *hub) get(token, path string, into any) int {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), "GET", h.url+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	if into != nil && resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			h.t.Fatal(err)
		}
	}
	return resp.StatusCode
}

// signIn tries a password and returns the status.
func (h *hub) signIn(login, password string) int {
	h.t.Helper()
	body := fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)
	resp, err := http.Post(h.url+"/api/v1/session", "application/json", strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestPeople(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	p.write("pw", "correct horse battery\nsecond line\n")
	if r := p.runWith("staple-1234\n", "user", "add", "Anna", "--name", "Anna Orlova", "--role", "operator", "-e", "100", "-e", "140", "--password-stdin"); r.code != 0 || r.out != "added anna\n" {
		t.Fatalf("%+v", r)
	}
	p.mustRun("user", "add", "boris", "--name", "Борис", "--role", "manager", "--team", "sales", "--password-file", "pw")
	generated := regexp.MustCompile(`^added carl; password, shown only now: (\S{20})\n$`).FindStringSubmatch(
		p.mustRun("user", "add", "carl", "--name", "Carl", "--role", "admin", "--generate"))
	if generated == nil {
		t.Fatal("no password was generated")
	}
	p.mustRefuse(1, "login anna is taken; change that person with: ctihub user set anna", "user", "add", "ANNA", "--name", "X", "--role", "admin", "--generate")
	p.mustRefuse(1, "extension 140 belongs to Anna Orlova (anna)", "user", "add", "dora", "--name", "Dora", "--role", "operator", "-e", "140", "--generate")
	p.mustRefuse(1, `nobody has the login "dora"`, "user", "set", "dora", "--name", "D")
	if r := p.runWith("short-pw1\n", "user", "set", "anna", "--password-stdin"); r.code != 2 || r.err != "ctihub: a password has at least 10 characters\n" {
		t.Errorf("%+v", r)
	}
	p.mustRefuse(2, "cannot ask for a password: standard input is no terminal", "user", "set", "anna", "--password")

	h := p.serve()
	for _, tc := range []struct {
		login, password string
		want            int
	}{
		{"anna", "staple-1234", 200}, {"anna", "short-pw1", 401}, {"boris", "correct horse battery", 200}, {"carl", generated[1], 200}, {"dora", "x", 401},
	} {
		if got := h.signIn(tc.login, tc.password); got != tc.want {
			t.Errorf("signing in as %s: %d, want %d", tc.login, got, tc.want)
		}
	}
	// All of this while the hub runs; it takes effect at once.
	if r := p.runWith("another-1234\n", "user", "set", "anna", "--name", "Anna Belova", "-e", "141", "--password-stdin"); r.code != 0 {
		t.Errorf("%+v", r)
	}
	p.mustRun("user", "set", "anna", "--shift", "mon-fri 09:00-18:00", "--shift", "sat 10:00-14:00")
	p.mustRefuse(2, `shift "mon": `, "user", "set", "anna", "--shift", "mon")
	p.mustRefuse(2, "can't be used together", "user", "set", "anna", "--shift", "mon 09:00-18:00", "--no-shifts")
	p.mustRun("user", "set", "boris", "--disable", "--no-shifts")
	if h.signIn("anna", "another-1234") != 200 || h.signIn("anna", "staple-1234") != 401 || h.signIn("boris", "correct horse battery") != 401 {
		t.Error("the hub does not see what was changed beside it")
	}
	list := p.mustRun("user", "list")
	for _, want := range []string{`anna +Anna Belova +operator +- +141 +mon-fri 09:00-18:00; sat 10:00-14:00 +`, `boris +Борис +manager +sales +- +always +disabled`} {
		if !regexp.MustCompile(want).MatchString(list) {
			t.Errorf("the list lacks %s:\n%s", want, list)
		}
	}
	var u leads.User
	if err := json.Unmarshal([]byte(strings.SplitN(p.mustRun("user", "list", "--json"), "\n", 2)[0]), &u); err != nil || u.Login != "anna" || u.Extensions[0] != "141" {
		t.Errorf("%+v %v", u, err)
	}
	p.mustRun("user", "set", "anna", "--no-extensions")
	p.mustRun("user", "set", "boris", "--enable")
	if code := h.stop(); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
}

func TestTokens(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	p.mustRun("user", "add", "anna", "--name", "Anna", "--role", "supervisor", "--generate")
	p.mustRefuse(1, `nobody has the login "boris"`, "token", "create", "--user", "boris", "--name", "x")
	token := strings.TrimSpace(p.mustRun("token", "create", "--user", "anna", "--name", "reports"))
	if !regexp.MustCompile(`^cti_\w{26,}$`).MatchString(token) {
		t.Fatalf("token %q", token)
	}
	p.mustRefuse(1, `there is a token named "reports" already`, "token", "create", "--user", "anna", "--name", "reports")
	if list := p.mustRun("token", "list"); !regexp.MustCompile(`reports +anna +20\d\d-`).MatchString(list) || strings.Contains(list, token) {
		t.Error(list)
	}
	h := p.serve()
	if got := h.get(token, "/api/v1/users", nil); got != 200 {
		t.Errorf("with a token: %d", got)
	}
	second := strings.TrimSpace(p.mustRun("token", "create", "--user", "anna", "--name", "second"))
	p.mustRun("token", "revoke", "reports")
	if a, b := h.get(token, "/api/v1/users", nil), h.get(second, "/api/v1/users", nil); a != 401 || b != 200 {
		t.Errorf("after revoking: %d, the other one %d", a, b)
	}
	p.mustRefuse(1, `there is no token named "reports"`, "token", "revoke", "reports")
	if r := p.runWith("another-1234\n", "user", "set", "anna", "--password-stdin"); r.code != 0 ||
		r.out != "changed anna; all sessions of anna are ended\n" ||
		!strings.Contains(r.err, `API tokens of anna still work (1): "second"`) || !strings.Contains(r.err, "ctihub user set anna --revoke-tokens") {
		t.Errorf("a new password: %+v", r)
	}
	if got := h.get(second, "/api/v1/users", nil); got != 200 {
		t.Errorf("with a token after a new password: %d", got)
	}
	third := strings.TrimSpace(p.mustRun("token", "create", "--user", "anna", "--name", "third"))
	if out := p.mustRun("user", "set", "anna", "--revoke-tokens"); out != "changed anna; all their API tokens are revoked\n" {
		t.Error(out)
	}
	if a, b := h.get(second, "/api/v1/users", nil), h.get(third, "/api/v1/users", nil); a != 401 || b != 401 {
		t.Errorf("after revoking all: %d, %d", a, b)
	}
	second = strings.TrimSpace(p.mustRun("token", "create", "--user", "anna", "--name", "second"))
	p.mustRun("user", "set", "anna", "--disable")
	if got := h.get(second, "/api/v1/users", nil); got != 401 {
		t.Errorf("with the token of somebody disabled: %d", got)
	}
	p.mustRefuse(1, "anna is disabled", "token", "create", "--user", "anna", "--name", "third")
	h.stop()
	for _, name := range []string{"hub.db", "hub.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(p.dir, "data", name)); err == nil && strings.Contains(string(b), token) {
			t.Errorf("%s holds the token itself", name)
		}
	}
}

func TestNoDatabaseByMistake(t *testing.T) {
	p := newWorkDir(t)
	p.mustRefuse(2, "give --config FILE", "user", "list")
	p.mustRefuse(2, "give --config FILE", "migrate")
	if left, err := os.ReadDir(p.dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestMigrate(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	if out := p.mustRun("migrate"); !strings.Contains(out, "was brought up to date by") {
		t.Error(out)
	}
	if out := p.mustRun("migrate"); !strings.Contains(out, "was up to date: version") {
		t.Error(out)
	}
}

func TestOneHubPerSQLiteFile(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	first := p.serve()
	p.mustRefuse(1, "another ctihub", "serve")
	if code := first.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	p.serve().stop() // free again
}

func TestHealth(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	h := p.serve()
	u, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	p.write("here.yaml", "listen: "+u.Host+"\n")
	if out := p.mustRun("health", "--config", "here.yaml"); out != "ready\n" {
		t.Error(out)
	}
	p.mustRefuse(1, "listening on "+u.Host, "serve", "--config", p.writeOtherConfig(u.Host))
	h.stop()
	p.mustRefuse(1, "no hub answers on "+u.Host, "health", "--config", "here.yaml")
}

// writeOtherConfig writes a configuration with the address and a data folder of its own.
func (p workDir) writeOtherConfig(listen string) string {
	return p.write("other.yaml", "listen: "+listen+"\ndata: ./other\n")
}

func TestDemo(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	h := p.serve("--demo")
	welcome := h.awaitOutput("A simulated phone line rings")
	for _, login := range []string{"operator", "sales", "sales2", "supervisor", "admin"} {
		m := regexp.MustCompile(`(?m)^  ` + login + ` +(\S+) +`).FindStringSubmatch(welcome)
		if m == nil {
			t.Fatalf("the log-in of %s is not printed:\n%s", login, welcome)
		}
		if got := h.signIn(login, m[1]); got != 200 {
			t.Errorf("signing in as %s: %d", login, got)
		}
	}
	resp, err := http.Get(h.url + "/demo/")
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()

	token := strings.TrimSpace(p.mustRun("token", "create", "--user", "admin", "--name", "test"))
	var demo struct{ Enabled, Line, Real bool }
	if h.get(token, "/api/v1/demo", &demo); !demo.Enabled || !demo.Line || demo.Real {
		t.Errorf("%+v", demo)
	}
	users, old := h.count(token, "/api/v1/users"), h.history(token)
	if users != 6 || old <= 30 {
		t.Errorf("%d users, %d interactions of the past", users, old)
	}
	h.firstCall(token)
	if code := h.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	again := p.serve("--demo")
	if u, o := again.count(token, "/api/v1/users"), again.history(token); u != users || o != old {
		t.Errorf("the second start changed the office: %d users, %d interactions of the past", u, o)
	}
	var calls struct{ Items []leads.CallRecord }
	again.get(token, "/api/v1/calls?source=demo-line&state=ringing", &calls)
	for _, c := range calls.Items {
		if c.Started.Before(time.Now().Add(-time.Minute)) {
			t.Errorf("call %s of the first run rings on", c.Linkedid)
		}
	}
	if code := again.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// The demo never adds its public passwords to a real office.
func TestDemoRefusesARealOffice(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	p.mustRun("user", "add", "admin", "--name", "Real Admin", "--role", "admin", "--generate")
	p.mustRefuse(1, "this database has people of its own", "serve", "--demo")
	if list := p.mustRun("user", "list"); strings.Count(list, "\n") != 2 {
		t.Errorf("people were added:\n%s", list)
	}
}

// A demo's database has users with public passwords: without --demo the hub refuses
// it, also if the demo was killed while it filled the database.
func TestDemoIsNotServedForReal(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", anyPort)
	p.serve("--demo").stop()
	p.mustRefuse(1, `this database was made by "ctihub serve --demo"`, "serve")
	p.serve("--demo").stop()
	for _, mark := range []string{"begun", "done"} {
		half := newWorkDir(t)
		half.write("ctihub.yaml", anyPort)
		half.mustRun("migrate")
		st, err := storage.Open(t.Context(), storage.Config{DataDir: filepath.Join(half.dir, "data")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.Ingest(t.Context(), intake.Batch{Source: "demo-office", Cursor: mark}); err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		half.mustRefuse(1, "this database was made by", "serve")
	}
}

// Other machines can reach the demo's public passwords only with --demo-public.
func TestDemoStaysOnThisMachine(t *testing.T) {
	p := newWorkDir(t)
	for _, listen := range []string{":0", "0.0.0.0:0", "'[::]:0'", "192.0.2.1:0", "hub.example.com:0"} {
		p.write("ctihub.yaml", "listen: "+listen+"\n")
		p.mustRefuse(2, "--demo-public", "serve", "--demo")
	}
	p.mustRefuse(2, "--demo-public belongs to --demo", "serve", "--demo-public")
	if left, err := os.ReadDir(p.dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
	p.write("ctihub.yaml", "listen: :0\n")
	h := p.serve("--demo", "--demo-public")
	if !strings.Contains(h.logged(), "passwords are known to everybody") {
		t.Error("nothing is said of the danger")
	}
	h.stop()
}

// count reads all pages of a list and returns the number of entries.
func (h *hub) count(token, path string) int {
	h.t.Helper()
	n, cursor := 0, ""
	for {
		var page struct {
			Items []json.RawMessage
			Next  string
		}
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		if got := h.get(token, path+sep+"limit=50&cursor="+url.QueryEscape(cursor), &page); got != 200 {
			h.t.Fatalf("%s: %d", path, got)
		}
		n += len(page.Items)
		if cursor = page.Next; cursor == "" {
			return n
		}
	}
}

// history counts the generated interactions from before the start of the demo.
func (h *hub) history(token string) int {
	h.t.Helper()
	n := 0
	for _, source := range []string{"demo-line", "demo-site"} {
		n += h.count(token, "/api/v1/interactions?source="+source+"&until="+url.QueryEscape(time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)))
	}
	return n
}

// firstCall waits until the simulated line has had a call.
func (h *hub) firstCall(token string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), "GET", h.url+"/api/v1/events?types=call.ringing", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	b := make([]byte, 4096)
	for text := ""; !strings.Contains(text, "event: call.ringing"); {
		n, err := resp.Body.Read(b)
		if err != nil {
			h.t.Fatalf("no call came: %v", err)
		}
		text += string(b[:n])
	}
}
