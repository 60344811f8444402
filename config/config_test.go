package config

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// write puts a configuration into its own folder and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ctihub.yaml")
	put(t, path, text, 0o600)
	return path
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	path := write(t, `
listen: :9090
public_url: https://hub.example.com/
hub: hub-1
data: ./var
database: postgres://hub:secret@127.0.0.1:5432/ctihub
redis: redis://127.0.0.1:6379/1
region: kz
log: {level: debug, format: json}
trusted_proxies: [127.0.0.1, 10.1.2.3/8]
missed_calls: {call_back_within: 2h}
dialling: {deny: ["+7900*"], click_to_call: {allow: [ru, "+4930"], per_user: 40}, forms: {allow: ["+7495*"]}}
sources:
  - {name: site, kind: webform, team: sales, demo: true, fields: {name: fio}, wait: 2s}
`)
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":9090" || c.PublicURL != "https://hub.example.com" || c.Hub != "hub-1" || c.Region != "KZ" ||
		c.Data != filepath.Join(filepath.Dir(path), "var") || c.Log != (Log{slog.LevelDebug, "json"}) {
		t.Errorf("%+v", c)
	}
	if d := c.Dialling; d.Deny[0] != "+7900" || strings.Join(d.ClickToCall.Allow, " ") != "RU +4930" || d.ClickToCall.PerUser != 40 || d.ClickToCall.PerHub != 5000 ||
		d.Forms.Allow[0] != "+7495" || d.Forms.PerNumber != 3 {
		t.Errorf("dialling: %+v", d)
	}
	if want := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}; !slices.Equal(c.TrustedProxies, want) {
		t.Errorf("proxies %v", c.TrustedProxies)
	}
	if c.CallBackWithin != 2*time.Hour || Default().CallBackWithin != 15*time.Minute {
		t.Errorf("to be called back within %v, %v unless told", c.CallBackWithin, Default().CallBackWithin)
	}
	s := c.Sources[0]
	if s.Name != "site" || s.Kind != "webform" || s.Team != "sales" || !s.Demo {
		t.Errorf("%+v", s)
	}
	own := struct {
		Fields map[string]string `yaml:"fields"`
		Wait   time.Duration     `yaml:"wait"`
		Limit  int               `yaml:"limit"`
	}{Limit: 7}
	if err := s.Decode(&own); err != nil {
		t.Fatal(err)
	}
	if own.Fields["name"] != "fio" || own.Wait != 2*time.Second || own.Limit != 7 {
		t.Errorf("%+v", own)
	}
}

func TestPublicURLFollowsListen(t *testing.T) {
	for listen, want := range map[string]string{
		":9090": "http://127.0.0.1:9090", "0.0.0.0:80": "http://127.0.0.1:80",
		`"[::]:81"`: "http://127.0.0.1:81", "hub.lan:8080": "http://hub.lan:8080",
	} {
		c, err := Load(write(t, "listen: "+listen+"\n"))
		if err != nil || c.PublicURL != want {
			t.Errorf("listen %s: %q, %v; want %q", listen, c.PublicURL, err, want)
		}
	}
}

func TestEmptyFileIsDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "~\n"} {
		if c, err := Load(write(t, text)); err != nil || c.Listen != Default().Listen {
			t.Errorf("%q: %+v %v", text, c, err)
		}
	}
}

// Each mistake is reported with its exact line, field and remedy.
func TestMistakes(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"unknown key", "listen: :80\nregoin: RU\n", `:2: regoin: unknown key; did you mean "region"?`},
		{"dash for underscore", "public-url: http://a\n", `:1: public-url: unknown key; did you mean "public_url"?`},
		{"nothing near", "zzz: 1\n", ":1: zzz: unknown key; known here: listen, public_url, hub, data"},
		{"nested", "log:\n  level: info\n  fromat: json\n", `:3: log.fromat: unknown key; did you mean "format"?`},
		{"unknown file", "databse_file: x\n", `:1: databse_file: unknown key; did you mean "database_file"?`},
		{"twice", "region: RU\nlisten: :80\nregion: KZ\n", ":3: region: is given twice, first on line 1; remove one"},
		{"no mapping", "just a text\n", ":1: must be a mapping"},
		{"a list", "- a\n", ":1: must be a mapping"},
		{"listen", "\nlisten: 8080\n", ":2: listen: must be host:port; for example 127.0.0.1:8080"},
		{"port", "listen: a:99999\n", ":1: listen: must be host:port"},
		{"public_url path", "public_url: http://a/b\n", ":1: public_url: must be an http or https address without a path"},
		{"public_url scheme", "public_url: ftp://a\n", ":1: public_url: must be an http"},
		{"hub", "hub: a b\n", ":1: hub: must be up to 60"},
		{"data", "data: \"\"\n", ":1: data: must name a folder"},
		{"database scheme", "database: mysql://a/b\n", ":1: database: must be a postgres:// URL; for example postgres://"},
		{"database host", "database: postgres:///b\n", ":1: database: names no host"},
		{"redis scheme", "redis: http://a\n", ":1: redis: must be a redis:// URL"},
		{"region", "region: XX\n", ":1: region: must be the two letters of a country"},
		{"level", "log: {level: loud}\n", ":1: log.level: must be debug, info, warn or error"},
		{"format", "log:\n  format: xml\n", ":2: log.format: must be text or json"},
		{"log scalar", "log: info\n", ":1: log: must be a mapping"},
		{"proxy", "trusted_proxies:\n  - 127.0.0.1\n  - nginx\n", ":3: trusted_proxies[1]: must be an address or a network"},
		{"call back at once", "missed_calls:\n  call_back_within: 10s\n", ":2: missed_calls.call_back_within: must be from one minute to a week"},
		{"call back next month", "missed_calls:\n  call_back_within: 700h\n", ":2: missed_calls.call_back_within: must be from one minute to a week"},
		{"short ring", "lost_calls: {ringing: 5s}\n", ":1: lost_calls.ringing: must be from one minute to a day"},
		{"short talk", "lost_calls: {talking: 5m}\n", ":1: lost_calls.talking: must be from ten minutes to a week"},
		{"allowed region", "dialling:\n  forms:\n    allow: [RU, Russia]\n", ":3: dialling.forms.allow[1]: must be the two letters of a country or the beginning of an international number"},
		{"allowed digits", "dialling:\n  click_to_call: {allow: [\"7\"]}\n", ":2: dialling.click_to_call.allow[0]: must be the two letters"},
		{"denied word", "dialling: {deny: [all]}\n", ":1: dialling.deny[0]: must be the beginning of a number"},
		{"no calls", "dialling: {forms: {per_hub: 0}}\n", ":1: dialling.forms.per_hub: must be 1 to 100000 calls a day"},
		{"users of forms", "dialling: {forms: {per_user: 5}}\n", ":1: dialling.forms.per_user: does not apply to forms"},
		{"list", "trusted_proxies: 127.0.0.1\n", ":1: trusted_proxies: must be a list"},
		{"source scalar", "sources: [site]\n", ":1: sources[0]: must be a mapping; write it as {name"},
		{"source name", "sources:\n  - name: Main Site\n    kind: webform\n", ":2: sources[0].name: must be up to 40 lowercase letters, digits and dashes"},
		{"no name", "sources:\n  - kind: webform\n", ":2: sources[0]: has no name"},
		{"no kind", "sources:\n  - name: a\n", ":2: sources[0]: has no kind"},
		{"two of a name", "sources:\n  - {name: a, kind: b}\n  - {name: a, kind: c}\n", ":3: sources[1].name: is taken by the source on line 2"},
		{"bool", "sources:\n  - {name: a, kind: b, demo: maybe}\n", ":2: sources[0].demo: must be true or false"},
		{"env", "listen: :80\nredis: ${CTIHUB_TEST_UNSET}\n", ":2: redis: environment variable CTIHUB_TEST_UNSET is not set; set it, or give a default: ${CTIHUB_TEST_UNSET:-…}"},
		{"env in source", "sources:\n  - {name: a, kind: b, list: [x, '${CTIHUB_TEST_UNSET}']}\n", ":2: sources[0].list[1]: environment variable CTIHUB_TEST_UNSET is not set"},
		{"env name", "hub: ${1}\n", ":1: hub: has a ${…} that names no environment variable"},
		{"env open", "hub: ${HOME\n", ":1: hub: has a ${…} that names no environment variable"},
		{"no such secret", "redis_file: ./none\n", "/none cannot be read: no such file or directory; put the secret into it"},
		{"secret twice", "redis: redis://a\nredis_file: ./none\n", ":2: redis: is given both here and by redis_file; keep one of them"},
		{"second document", "listen: :80\n---\nlisten: :81\n", ":2: a second YAML document begins"},
		{"alias", "hub: &x a\nregion: *x\n", ":1: hub: anchors and aliases are not supported"},
		{"lost anchor", "listen: :80\nredis: *hunter2\n", "must stand in quotes"},
		{"indentation", "log:\n  level: info\n level: x\n", ":2: is not valid YAML"},
		{"tab", "log:\n\tlevel: info\n", ":2: is not valid YAML"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := write(t, tc.text)
			_, err := Load(path)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), path+":") {
				t.Errorf("got  %v\nwant …%s", err, tc.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}

func TestAllMistakesAtOnceInOrder(t *testing.T) {
	_, err := Load(write(t, "lisen: :80\nregion: ZZ\nsources:\n  - {name: A, kind: x}\nlog: {level: no}\n"))
	var list Errors
	if !errors.As(err, &list) {
		t.Fatal(err)
	}
	var lines []int
	for _, e := range list {
		lines = append(lines, e.Line)
	}
	if want := []int{1, 2, 4, 5}; !slices.Equal(lines, want) {
		t.Errorf("lines %v, want %v:\n%v", lines, want, err)
	}
}

func TestMissingFileSaysHowToMakeOne(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"))
	if err == nil || !strings.Contains(err.Error(), "ctihub config sample > ") {
		t.Error(err)
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"name", "password", "url", "username", "trunks", "allowed_origins"}
	for word, want := range map[string]string{
		"pasword": "password", "usrname": "username", "ulr": "url", "trunk": "trunks", "origins": "",
		"allowed-origins": "allowed_origins", "allowed_origin": "allowed_origins", "colour": "", "nsme": "name", "": "",
	} {
		if got := Nearest(word, keys); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
