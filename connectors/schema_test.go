package connectors_test

import (
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"ctihub/connectors"
)

type pager struct {
	Token string        `yaml:"token"`
	Mode  string        `yaml:"mode"`
	Most  int           `yaml:"most"`
	Wait  time.Duration `yaml:"wait"`
	Hosts []string      `yaml:"hosts"`
	Lines []line        `yaml:"lines"`
	Relay *relay        `yaml:"relay"`
}

type line struct {
	relay `yaml:",inline"`
	Name  string `yaml:"name"`
}

type relay struct {
	Host string `yaml:"host"`
	TLS  string `yaml:"tls"`
}

var relayFields = []connectors.Field{
	{Name: "host", Type: connectors.Text, Required: true, Help: "The name of the server. Nothing else."},
	{Name: "tls", Type: connectors.Choice, Choices: []string{"tls", "none"}, Default: "tls"},
}

func pagerSchema() connectors.Schema {
	return connectors.Schema{About: "A pager.", Example: "desk", Fields: []connectors.Field{
		{Name: "token", Type: connectors.Secret, Required: true, Example: "./secrets/pager", Help: "The token of the pager."},
		{Name: "mode", Type: connectors.Choice, Choices: []string{"push", "pull"}, Default: "pull"},
		{Name: "most", Type: connectors.Number, Default: "5", Min: "1", Max: "9"},
		{Name: "wait", Type: connectors.Duration, Default: "30s", Min: "1s"},
		{Name: "hosts", Type: connectors.List, Default: "[pager.example]"},
		{Name: "lines", Type: connectors.Groups, Fields: append(relayFields, connectors.Field{Name: "name", Type: connectors.Text, Example: "a"})},
		{Name: "relay", Type: connectors.Group, Off: true, Help: "A server between.", Fields: relayFields},
	}}
}

func decode(s connectors.Schema, settings string, into any) error {
	return s.Decode(func(into any) error { return yaml.Unmarshal([]byte(settings), into) }, into)
}

func TestSchemaGivesDefaults(t *testing.T) {
	var p pager
	if err := decode(pagerSchema(), "lines: [{host: a}, {host: b, tls: none}]", &p); err != nil {
		t.Fatal(err)
	}
	if p.Mode != "pull" || p.Most != 5 || p.Wait != 30*time.Second || len(p.Hosts) != 1 || p.Relay != nil || p.Lines[0].TLS != "tls" || p.Lines[1].TLS != "none" {
		t.Errorf("%+v", p)
	}
	p = pager{}
	if err := decode(pagerSchema(), "{most: 7, hosts: [], relay: {host: x}}", &p); err != nil || p.Most != 7 || len(p.Hosts) != 0 || p.Relay.TLS != "tls" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestSchemaNamesEveryMistake(t *testing.T) {
	for settings, want := range map[string]string{
		"":                                "token: is missing; give the token of the pager",
		"{token: x}":                      "",
		"{token: x, mode: shove}":         `mode: "shove" is none of push, pull`,
		"{token: x, mode: ''}":            `mode: "" is none of push, pull`,
		"{token: x, most: 10}":            "most: must be from 1 to 9",
		"{token: x, wait: 10ms}":          "wait: must be 1s or more",
		"{token: x, lines: [{name: a}]}":  "lines[0].host: is missing; give the name of the server",
		"{token: x, relay: {tls: never}}": "relay.host: is missing; give the name of the server\nrelay.tls: \"never\" is none of tls, none",
	} {
		var p pager
		if err := decode(pagerSchema(), settings, &p); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := pagerSchema().Check(&p); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}

// A setting is described if and only if it is read, however deep it lies.
func TestSchemaIsThatOfTheStruct(t *testing.T) {
	for name, change := range map[string]func(*connectors.Schema){
		"mode is not in the schema":             func(s *connectors.Schema) { s.Fields = append(s.Fields[:1:1], s.Fields[2:]...) },
		"relay.tls is not in the schema":        func(s *connectors.Schema) { s.Fields[6].Fields = relayFields[:1] },
		"lines.name is not in the schema":       func(s *connectors.Schema) { s.Fields[5].Fields = relayFields },
		"colour has no field in the struct":     func(s *connectors.Schema) { s.Fields = append(s.Fields, connectors.Field{Name: "colour"}) },
		"relay.name has no field in the struct": func(s *connectors.Schema) { s.Fields[6].Fields = s.Fields[5].Fields },
	} {
		s := pagerSchema()
		change(&s)
		if err := decode(s, "token: x", &pager{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %s", err, name)
		}
	}
}

func TestSchemaMakesASample(t *testing.T) {
	s := pagerSchema()
	s.Fields = append(s.Fields[:2:2], s.Fields[5:]...)
	const want = `# A pager.
- name: desk
  kind: pager

  # The token of the pager.
  token_file: ./secrets/pager

  mode: pull

  lines:
      # The name of the server. Nothing else.
    - host:
      tls: tls
      name: a

  # A server between.
  # relay:
  #   # The name of the server. Nothing else.
  #   host:
  #   tls: tls
`
	if got := s.Sample("pager"); got != want {
		t.Errorf("%s", got)
	}
	const table = "| setting | value | default |\n|---|---|---|\n" +
		"| `token_file` | secret, required |  |\n| `mode` | `push`, `pull` | `pull` |\n" +
		"| `lines` | list of groups |  |\n| `lines[].host` | text, required |  |\n| `lines[].tls` | `tls`, `none` | `tls` |\n| `lines[].name` | text |  |\n" +
		"| `relay` | group |  |\n| `relay.host` | text, required |  |\n| `relay.tls` | `tls`, `none` | `tls` |\n"
	if got := s.Table(); got != table {
		t.Errorf("%s", got)
	}
}
