package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestHours(t *testing.T) {
	c, err := parse("hub.yaml", []byte("timezone: Asia/Yekaterinburg\nwrap_up: 20s\n"))
	if err != nil || c.Zone.String() != "Asia/Yekaterinburg" || c.WrapUp != 20*time.Second {
		t.Errorf("%v %v, %v", c.Zone, c.WrapUp, err)
	}
	if c := Default(); c.Zone != time.Local || c.WrapUp != 0 {
		t.Errorf("default %v %v", c.Zone, c.WrapUp)
	}
	for text, want := range map[string]string{
		"timezone: Moscow\n": "Europe/Moscow", "wrap_up: 20\n": "30s", "wrap_up: -1s\n": "20s", "wrap_up: 2h\n": "30m",
	} {
		if _, err := parse("hub.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "hub.yaml:1") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

type short struct {
	Name string `yaml:"name"`
	Team string `yaml:"team"`
}

func (s *short) UnmarshalText(b []byte) error {
	s.Name = string(b)
	return nil
}

// A struct with a short form may be written out, and is then as strict as any.
func TestShortForm(t *testing.T) {
	c, err := parse("hub.yaml", []byte("sources:\n  - name: a\n    kind: b\n    dids:\n      \"1\": Sales\n      \"2\": {name: Shop, team: retail}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		DIDs map[string]short `yaml:"dids"`
	}
	if err := c.Sources[0].Decode(&s); err != nil || s.DIDs["1"] != (short{Name: "Sales"}) || s.DIDs["2"] != (short{"Shop", "retail"}) {
		t.Errorf("%+v, %v", s, err)
	}
	c, err = parse("hub.yaml", []byte("sources:\n  - name: a\n    kind: b\n    dids:\n      \"2\": {name: Shop, teem: retail}\n      \"3\": [x]\n"))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Sources[0].Decode(&s)
	if err == nil || !strings.Contains(err.Error(), "hub.yaml:5") || !strings.Contains(err.Error(), `did you mean "team"`) || !strings.Contains(err.Error(), "hub.yaml:6") {
		t.Errorf("%v", err)
	}
}

type words []string

func (w *words) UnmarshalText(b []byte) error {
	*w = words{string(b)}
	return nil
}

// A list with a short form is one text or a list.
func TestShortList(t *testing.T) {
	c, err := parse("hub.yaml", []byte("sources:\n  - name: a\n    kind: b\n    one: x\n    two: [x, y]\n"))
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		One words `yaml:"one"`
		Two words `yaml:"two"`
	}
	if err := c.Sources[0].Decode(&s); err != nil || !slices.Equal(s.One, words{"x"}) || !slices.Equal(s.Two, words{"x", "y"}) {
		t.Errorf("%+v, %v", s, err)
	}
}
