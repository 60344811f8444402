package viber

import (
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
)

func TestWords(t *testing.T) { connectortest.CheckWords(t, words) }

// What is written in place of a photo is in the language of the office.
func TestLanguage(t *testing.T) {
	connectortest.CheckLanguage(t, vibertest.Start(t).Settings(), func(env connectors.Env) (string, error) {
		made, err := newBot(env)
		if err != nil {
			return "", err
		}
		return made.say.photo, nil
	})
}

func TestBracket(t *testing.T) {
	for want, got := range map[string]string{
		"[a]": bracket("a"), "[a %s]": bracket("a %s"), "[a %s is b]": bracket("a %s is %s", "%s", "b"), "[a b]": bracket("a %s", "b"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
