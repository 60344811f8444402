package clitest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ctihub/connectors/all"
)

func TestHelp(t *testing.T) {
	p := newWorkDir(t)
	for _, args := range [][]string{{}, {"--help"}} {
		r := p.run(args...)
		for _, want := range []string{"Examples:", "Exit codes: 0 done, 1 failed, 2 wrong", "ctihub serve --demo", "CTIHUB_CONFIG", "token", "migrate"} {
			if r.code != 0 || !strings.Contains(r.out, want) {
				t.Errorf("%v: exit %d, lacks %q\n%s", args, r.code, want, r.out)
			}
		}
	}
	for _, args := range [][]string{{"serve"}, {"user", "add"}, {"token", "create"}} {
		if out := p.mustRun(append(args, "--help")...); !strings.Contains(out, "Example") {
			t.Errorf("%v --help has no example\n%s", args, out)
		}
	}
	if strings.Contains(p.mustRun("config", "--help"), "reference") {
		t.Error("a command for developers is shown")
	}
}

func TestVersion(t *testing.T) {
	if out := newWorkDir(t).mustRun("version"); !strings.HasPrefix(out, "ctihub 0.1.0+test (go1.") {
		t.Error(out)
	}
}

func TestWrongCommandLines(t *testing.T) {
	p := newWorkDir(t)
	p.write("short", "hunter2\n")
	user := []string{"user", "add", "anna", "--name", "Anna", "--role", "operator"}
	for _, tc := range []struct {
		want string
		args []string
	}{
		{"unexpected argument srve", []string{"srve"}},
		{"unknown flag --deom", []string{"serve", "--deom"}},
		{"missing flags: --name=STRING, --role=ROLE", []string{"user", "add", "anna"}},
		{`--role must be one of "operator","manager","supervisor","admin"`, []string{"user", "add", "anna", "--name", "A", "--role", "boss"}},
		{"none.yaml: cannot be read: no such file or directory; make one with: ctihub config sample > none.yaml", []string{"config", "check", "--config", "none.yaml"}},
		{"there is no configuration to check", []string{"config", "check"}},
		{"there is nothing to change", []string{"user", "set", "anna"}},
		{"login: A login consists of letters", append([]string{"user", "add", "an na"}, user[3:]...)},
		{`extensions: "1" is not 2 to 6 digits`, append(user, "--extension", "1", "--generate")},
		{"can't be used together", append(user, "--generate", "--password-stdin")},
		{"--demo-pbx must be http://user:password@host:port", []string{"serve", "--demo", "--demo-pbx", "127.0.0.1"}},
	} {
		p.mustRefuse(2, tc.want, tc.args...)
	}
	if left, err := os.ReadDir(p.dir); err != nil || len(left) != 1 {
		t.Errorf("a wrong command line left files behind: %v %v", left, err)
	}
}

func TestSampleChecksClean(t *testing.T) {
	p := newWorkDir(t)
	p.write("ctihub.yaml", p.mustRun("config", "sample"))
	if out := p.mustRun("config", "check"); !strings.HasPrefix(out, "ctihub.yaml is valid: ") {
		t.Error(out)
	}
}

// The sample of each kind is valid once its secret files exist.
func TestSampleOfEachKind(t *testing.T) {
	for _, k := range all.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			p := newWorkDir(t)
			key := "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE="
			if k.Name == "telegram" {
				key = "123456789:AAnot-a-token-of-anybody"
			}
			p.write("secret", key)
			secret := func(text string) string {
				return regexp.MustCompile(`_file: +\S+`).ReplaceAllString(text, "_file: secret")
			}
			text := ""
			if k.In != nil {
				text = "sources:\n" + secret(k.Source.Sample(k.Name))
			}
			if k.Out != nil {
				text += "\nsinks:\n" + secret(k.Sink.Sample(k.Name))
			}
			p.write("c.yaml", text)
			if r := p.run("config", "check", "--config", "c.yaml"); r.code != 0 || r.err != "" {
				t.Errorf("exit %d\n%s", r.code, r.err)
			}
		})
	}
}

func TestCheckSaysWhere(t *testing.T) {
	p := newWorkDir(t)
	p.write("c.yaml", `regoin: RU
sources:
  - {name: a, kind: webfrom}
`)
	p.write("d.yaml", `region: RU
sources:
  - {name: a, kind: webfrom}
  - name: b
    kind: webform
    hoenypot: x
    min_fill: soon
  - {name: c, kind: webform}
`)
	r := p.run("config", "check", "-c", "d.yaml")
	want := []string{
		`d.yaml:3: sources[0]: source a: kind "webfrom" is unknown; did you mean "webform"?`,
		`d.yaml:6: sources[1].hoenypot: unknown key; did you mean "honeypot"?`,
		`d.yaml:7: sources[1].min_fill: must be a length of time with its unit, such as 30s or 5m`,
	}
	if r.code != 2 || strings.TrimSpace(r.err) != strings.Join(want, "\n") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}

// All mistakes are reported at once: of the file, of the keys that all sources and
// sinks have, of the keys of each kind, and those that a kind's own check finds.
func TestCheckTellsAllAtOnce(t *testing.T) {
	p := newWorkDir(t)
	p.write("c.yaml", `regoin: RU
listen: nowhere
database: postgres://hub@db.example.com:99999/ctihub
redis: redis://cache.example.com/first
sources:
  - {name: a, kind: webfrom}
  - {name: A, kind: webform, hoenypot: x}
  - name: pbx
    kind: asterisk
    pasword: x
  - name: shop
    kind: webhook
    token: secret
    format: cti
    items: $.x
    chanel: form
sinks:
  - {name: crm, kind: webhook, events: [laed.created], secret_file: none}
  - {name: crm2, kind: webhook, evnets: [], url: "http://example.com/x", secret: short}
`)
	for _, command := range []string{"config check", "serve"} {
		r := p.run(append(strings.Fields(command), "-c", "c.yaml")...)
		line := 0
		for _, want := range []string{
			"c.yaml: database: cannot be used", "c.yaml: redis: cannot be used", `c.yaml:1: regoin: unknown key; did you mean "region"?`, "c.yaml:2: listen: must be host:port",
			`c.yaml:6: sources[0]: source a: kind "webfrom" is unknown`, "c.yaml:7: sources[1].name: must be up to 40", "c.yaml:7: sources[1].hoenypot: unknown key",
			"c.yaml:8: sources[2]: source pbx: url: ", "c.yaml:8: sources[2]: source pbx: trunks: ", "c.yaml:10: sources[2].pasword: unknown key", "c.yaml:11: sources[3]: source shop: token: ", "c.yaml:11: sources[3]: source shop: map: ", "c.yaml:16: sources[3].chanel: unknown key",
			"c.yaml:18: sinks[0]: sink crm: events", "c.yaml:18: sinks[0].secret_file: file ", "c.yaml:18: sinks[0]: sink crm: url: is missing", "c.yaml:19: sinks[1].evnets: unknown key", "c.yaml:19: sinks[1]: sink crm2: secret: ", "c.yaml:19: sinks[1]: sink crm2: url: ",
		} {
			if !strings.Contains(r.err, want) {
				t.Errorf("%s does not tell %q", command, want)
			}
			line++
		}
		if lines := strings.Count(r.err, "\n"); r.code != 2 || lines != line {
			t.Errorf("%s: exit %d, %d mistakes of %d\n%s", command, r.code, lines, line, r.err)
		}
	}
}

func TestCheckWarnsOfWhatIsUnwise(t *testing.T) {
	p := newWorkDir(t)
	for text, want := range map[string]string{
		"trusted_proxies: [127.0.0.1, 0.0.0.0/0]\n": "c.yaml:1: trusted_proxies[1]: everybody can pretend",
		"trusted_proxies:\n  - '::/0'\n":            "c.yaml:2: trusted_proxies[0]: everybody can pretend",
		"trusted_proxies: [10.0.0.0/8, fd00::/8]\n": "",
		"public_url: http://hub.example.com\n":      "c.yaml:1: public_url: passwords",
		"public_url: http://203.0.113.5:8080\n":     "c.yaml:1: public_url: passwords",
		"public_url: https://hub.example.com\n":     "",
		"public_url: http://hub.local\n":            "",
		"public_url: http://192.168.1.5:8080\n":     "",
		"public_url: http://hub:8080\n":             "",
		"redis: redis://:hunter2@127.0.0.1/0\n":     "c.yaml: everybody on this machine can read it",
		"redis: redis://127.0.0.1/0\n":              "",
		"sources: [{name: a, kind: webhook, token: aaaabbbbccccddddeeeeffff0000, map: {text: [$.a]}}]\n": "c.yaml: everybody on this machine can read it",
	} {
		path := p.write("c.yaml", text)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		r := p.run("config", "check", "-c", "c.yaml")
		if r.code != 0 || want == "" && r.err != "" || want != "" && (!strings.Contains(r.err, "warning: "+want) || strings.Count(r.err, "\n") != 1) {
			t.Errorf("%sexit %d, not %q: %s", text, r.code, want, r.err)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		if r := p.run("config", "check", "-c", "c.yaml"); strings.Contains(r.err, "everybody on this machine") {
			t.Errorf("%s0640: %s", text, r.err)
		}
	}
}

func TestCheckWarnsOfOpenSecrets(t *testing.T) {
	p := newWorkDir(t)
	path := p.write("url", "redis://127.0.0.1:1/0")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	p.write("c.yaml", "redis_file: url\n")
	if r := p.run("config", "check", "-c", "c.yaml"); r.code != 0 || !strings.Contains(r.err, "warning: c.yaml:1: redis_file: everybody on this machine can read") {
		t.Errorf("exit %d %s", r.code, r.err)
	}
}

func TestReferenceIsUpToDate(t *testing.T) {
	p := newWorkDir(t)
	p.mustRun("config", "reference", "new.md")
	fresh, err := os.ReadFile(filepath.Join(p.dir, "new.md"))
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile("../../../docs/configuration.md"); err != nil || string(kept) != string(fresh) {
		t.Errorf("docs/configuration.md is not what the samples say (%v): run make generate and commit it", err)
	}
}
