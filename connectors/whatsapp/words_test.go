package whatsapp

import (
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/whatsapp/whatsapptest"
)

func TestWords(t *testing.T) { connectortest.Words(t, words) }

// What is written in place of a photo is in the language of the office.
func TestLanguage(t *testing.T) {
	meta := whatsapptest.Start(t)
	for _, c := range []struct{ region, lang, want string }{{"RU", "", "[фото]"}, {"DE", "", "[photo]"}, {"RU", "en", "[photo]"}, {"DE", "ru", "[фото]"}} {
		more := ""
		if c.lang != "" {
			more = "lang: " + c.lang + "\n"
		}
		env := connectortest.Env(t, "x", meta.Settings()+more)
		env.Region = c.region
		made, err := Kind().In(env)
		if err != nil {
			t.Fatal(err)
		}
		if got := bracket(made.(*number).say.photo); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if _, err := Kind().In(connectortest.Env(t, "x", meta.Settings()+"lang: de\n")); err == nil {
		t.Error("a language that the hub does not know is taken")
	}
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
