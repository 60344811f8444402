package posted

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// bodies are JSON of every kind, and what is nearly JSON.
var bodies = []string{
	`{}`, `[]`, ` { } `, "\t[\r\n]\n", `{"a":1}`, `{"a":"1","a":"2"}`, `{"a":[1,-2.5e+3,0],"b":{"c":null,"d":true,"e":false}}`,
	`{"name":"Анна \"Фокс\"","tab":"\t\\","pair":"\ud83d\ude00","half":"\ud83d","slash":"\/"}`, "{\"broken\":\"a\xff\xc3b\",\"\xff\":1}", `{"\u0061\n":"x"}`,
	`[[],{},"",[[1]]]`, `"text"`, `12`, `null`, `{"a":1}x`, `{"a":1}{"b":2}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{"a" 1}`, `{a:1}`, `{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":nul}`,
	`{"a":"`, `{"a":"\x"}`, "{\"a\":\"\n\"}", `{`, `[`, ``, ` `, `]`, "\ufeff{}",
	strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), strings.Repeat("[", maxDepth+2) + strings.Repeat("]", maxDepth+2), strings.Repeat("[", 20_000),
	"[" + strings.Repeat("1,", maxValues-2) + "1]", "[" + strings.Repeat("1,", maxValues-1) + "1]", "[" + strings.Repeat("1,", maxValues) + "x",
}

// decodesAlike checks that a text gives the value, or the error, that the decoder of the standard
// library gives.
func decodesAlike(t *testing.T, text string) {
	t.Helper()
	got, gotErr := parseJSON(text)
	want, wantErr := decodeJSON(text)
	if !reflect.DeepEqual(got, want) || (gotErr == nil) != (wantErr == nil) || gotErr != nil && gotErr.Error() != wantErr.Error() || errors.Is(gotErr, ErrLarge) != errors.Is(wantErr, ErrLarge) {
		t.Errorf("%.80q: %v, %v; by encoding/json %v, %v", text, got, gotErr, want, wantErr)
	}
}

func TestJSONIsReadAsByTheStandardLibrary(t *testing.T) {
	for _, text := range bodies {
		decodesAlike(t, text)
	}
}

func FuzzJSON(f *testing.F) {
	for _, text := range bodies {
		f.Add(text)
	}
	f.Fuzz(decodesAlike)
}
