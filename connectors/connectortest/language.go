package connectortest

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"ctihub/connectors"
)

var verb = regexp.MustCompile(`%[-+.0-9]*[a-z]`)

// CheckWords checks a connector's tables of texts, structs of strings by language:
// none is empty, and the format verbs are the same in every language.
func CheckWords[T any](t *testing.T, tables map[string]*T) {
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

// CheckLanguage checks that a kind writes in the language of the office: that of
// its region, unless the setting lang says otherwise. photo makes a source and
// returns its word for a photo.
func CheckLanguage(t *testing.T, settings string, photo func(connectors.Env) (string, error)) {
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
