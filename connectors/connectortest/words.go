package connectortest

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"ctihub/connectors"
)

var verb = regexp.MustCompile(`%[-+.0-9]*[a-z]`)

// Words checks a connector's tables of words, structs of strings by language:
// none is missing, and the same values go into each in every language.
func Words[T any](t *testing.T, tables map[string]*T) {
	t.Helper()
	if tables["ru"] == nil || tables["en"] == nil || len(tables) != 2 {
		t.Fatal("the languages are ru and en")
	}
	en, ru := reflect.ValueOf(*tables["en"]), reflect.ValueOf(*tables["ru"])
	for i := range en.NumField() {
		a, b := en.Field(i).String(), ru.Field(i).String()
		va, vb := strings.Join(verb.FindAllString(a, -1), ""), strings.Join(verb.FindAllString(b, -1), "")
		if a == "" || b == "" || va != vb {
			t.Errorf("%s: %q and %q", en.Type().Field(i).Name, a, b)
		}
	}
}

// Language checks that a kind writes in the language of the office: that of
// its region, unless the setting lang says otherwise. photo is the connector's
// word for a photo, of a source that it makes.
func Language(t *testing.T, settings string, photo func(connectors.Env) (string, error)) {
	t.Helper()
	for _, c := range []struct{ region, lang, want string }{
		{"RU", "", "фото"}, {"DE", "", "photo"}, {"RU", "lang: en\n", "photo"}, {"DE", "lang: ru\n", "фото"},
	} {
		env := Env(t, "x", settings+c.lang)
		env.Hub.Region = c.region
		if got, err := photo(env); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
	if _, err := photo(Env(t, "x", settings+"lang: de\n")); err == nil || !strings.Contains(err.Error(), "lang") {
		t.Errorf("a language that the hub does not know: %v", err)
	}
}
