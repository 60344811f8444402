package connectortest

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
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
