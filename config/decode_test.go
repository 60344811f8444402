package config

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pbx is what a kind's own settings look like.
type pbx struct {
	URL      string            `yaml:"url"`
	Username string            `yaml:"username"`
	Password string            `yaml:"password"`
	Trunks   []string          `yaml:"trunks"`
	Port     int               `yaml:"port"`
	Timeout  time.Duration     `yaml:"timeout"`
	Queues   []queue           `yaml:"queues"`
	Headers  map[string]string `yaml:"headers"`
	Retry    *bool             `yaml:"retry"`
	LogFile  string            `yaml:"log_file"`
	Log      string            `yaml:"log"`
}

type queue struct {
	Name   string `yaml:"name"`
	Secret string `yaml:"secret"`
}

// decode loads a file whose only source begins on line 2.
func decode(t *testing.T, path string) (pbx, Config, error) {
	t.Helper()
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	p := pbx{Port: 8088}
	return p, c, c.Sources[0].Decode(&p)
}

func TestSourceMistakes(t *testing.T) {
	const head = "sources:\n  - name: a\n    kind: asterisk\n"
	for _, tc := range []struct{ name, text, want string }{
		{"key", "    ulr: x\n", `:4: sources[0].ulr: unknown key; did you mean "url"?`},
		{"common key", "    tema: x\n", `:4: sources[0].tema: unknown key; did you mean "team"?`},
		{"deep key", "    queues:\n      - name: q\n        secert: x\n", `:6: sources[0].queues[0].secert: unknown key; did you mean "secret"?`},
		{"file of no text", "    port_file: x\n", `:4: sources[0].port_file: unknown key; did you mean "port"?`},
		{"number", "    port: hunter2\n", ":4: sources[0].port: must be a whole number"},
		{"fraction", "    port: 1.5\n", ":4: sources[0].port: must be a whole number"},
		{"time", "    timeout: 30\n", ":4: sources[0].timeout: must be a length of time with its unit, such as 30s"},
		{"text", "    password: {hunter2: 1}\n", ":4: sources[0].password: must be a text"},
		{"list", "    trunks: provider\n", ":4: sources[0].trunks: must be a list"},
		{"map", "    headers: [a]\n", ":4: sources[0].headers: must be a mapping"},
		{"map twice", "    headers:\n      A: 1\n      A: 2\n", ":6: sources[0].headers.A: is given twice"},
		{"lost colon", "    {hunter2 is secret}\n", "is not valid YAML"},
		{"key with blanks", "    password hunter2: x\n", ":4: sources[0]: has a key of unusual characters; is a colon or a blank after it missing?"},
		{"merge", "    <<: {url: x}\n", ":4: sources[0]: has a key of unusual characters"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := Load(write(t, head+tc.text))
			if err == nil {
				err = c.Sources[0].Decode(&pbx{})
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant …%s", err, tc.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}

func TestSecretFiles(t *testing.T) {
	path := write(t, `sources:
  - name: a
    kind: asterisk
    password_file: ./secrets/ari
    queues: [{name: q, secret_file: secrets/q}]
    log_file: ./plain
`)
	dir := filepath.Dir(path)
	put(t, filepath.Join(dir, "secrets", "ari"), " s3cret \r\n", 0o600)
	put(t, filepath.Join(dir, "secrets", "q"), "ring", 0o644)
	var p pbx
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Sources[0].Decode(&p); err != nil {
		t.Fatal(err)
	}
	if p.Password != " s3cret " || p.Queues[0].Secret != "ring" {
		t.Errorf("%+v", p)
	}
	if p.LogFile != "./plain" || p.Log != "" {
		t.Errorf("a field that itself ends in _file must keep its value: %+v", p)
	}
	if w := c.Warnings(); len(w) != 1 || !strings.Contains(w[0], ":5: sources[0].queues[0].secret_file: everybody on this machine can read ") {
		t.Errorf("warnings %q", w)
	}
}

func TestSecretFileMistakes(t *testing.T) {
	path := write(t, "database_file: a\nredis_file: b\nhub_file: c\nsources: [{name: a, kind: b}]\n")
	dir := filepath.Dir(path)
	put(t, filepath.Join(dir, "a"), "\n", 0o600)
	put(t, filepath.Join(dir, "b"), strings.Repeat("x", maxSecret+1), 0o600)
	put(t, filepath.Join(dir, "c"), "hunter2 hunter2", 0o600)
	_, err := Load(path)
	for _, want := range []string{":1: database_file: file " + filepath.Join(dir, "a") + " is empty", ":2: redis_file: ", "is larger than 64 KiB", ":3: hub: must be up to 60"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("a secret is shown")
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("CTIHUB_T_PW", `p#: "w`)
	t.Setenv("CTIHUB_T_PORT", "8089")
	t.Setenv("CTIHUB_T_EMPTY", "")
	path := write(t, `sources:
  - name: a
    kind: ${CTIHUB_T_NONE:-asterisk}
    password: ${CTIHUB_T_PW}
    port: ${CTIHUB_T_PORT}
    url: "http://${CTIHUB_T_HOST:-127.0.0.1}:${CTIHUB_T_PORT}/"
    username: ${CTIHUB_T_EMPTY:-hub}
    timeout: ${CTIHUB_T_NONE:-5s}
    trunks: [a$b, "$${literal}", "${CTIHUB_T_EMPTY}"]
`)
	p, c, err := decode(t, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Sources[0].Decode(&p); err != nil {
		t.Fatal(err)
	}
	if c.Sources[0].Kind != "asterisk" || p.Password != `p#: "w` || p.Port != 8089 || p.URL != "http://127.0.0.1:8089/" ||
		p.Username != "hub" || p.Timeout != 5*time.Second || strings.Join(p.Trunks, "|") != "a$b|${literal}|" {
		t.Errorf("%+v", p)
	}
}

func TestNewSourceDecodes(t *testing.T) {
	s, err := NewSource("pbx", "asterisk", "sales", true, map[string]any{"url": "http://a", "trunks": []string{"x"}, "port": 1})
	if err != nil {
		t.Fatal(err)
	}
	var p pbx
	if err := s.Decode(&p); err != nil || p.URL != "http://a" || p.Trunks[0] != "x" || p.Port != 1 {
		t.Errorf("%+v %v", p, err)
	}
}

// What several settings have in common lies in a struct of its own, which may be
// nobody else's business.
func TestInlinedSettings(t *testing.T) {
	type server struct {
		Host string `yaml:"host"`
	}
	type inbox struct {
		Name   string `yaml:"name"`
		server `yaml:",inline"`
	}
	s, err := NewSource("mail", "email", "", false, map[string]any{"name": "info", "host": "mail.test"})
	if err != nil {
		t.Fatal(err)
	}
	var p inbox
	if err := s.Decode(&p); err != nil || p.Name != "info" || p.Host != "mail.test" {
		t.Errorf("%+v %v", p, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(Sample([]string{formSample, pbxSample}, []string{pbxSample})))
	f.Add([]byte("sources: [{name: a, kind: b, x: ${A:-b}, queues: [{name: 1}]}]"))
	f.Add([]byte("a: &a [*a]\n<<: *a"))
	f.Add([]byte("listen_file: /dev/null\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if strings.Contains(string(b), "_file") {
			return // would read files of this machine
		}
		c, err := parse("fuzz.yaml", b)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		for _, s := range c.Sources {
			_ = s.Decode(&pbx{})
			if !namePattern.MatchString(s.Name) {
				t.Errorf("source name %q passed", s.Name)
			}
		}
	})
}
