package posted

import (
	"slices"
	"testing"
)

// splitsAlike checks that the words of a name in ASCII are those of a name in any script.
func splitsAlike(t *testing.T, name string) {
	t.Helper()
	if len(name) > 200 || !isPlainASCII(name) {
		return
	}
	if got, want := splitASCII(name), splitRunes(name); !slices.Equal(got, want) {
		t.Errorf("%q is split into %q, want %q", name, got, want)
	}
}

var asciiNames = []string{
	"", "x", "name", "your-name", "q3_name", "firstName", "FIRSTName", "firstNAME", "HTMLInput", "a1B2c", "form_fields[phone]", "1.3", "__a__", "phone2", "2phones", "utm_source", "Name (first)",
}

func TestNamesInASCIIAreSplitLikeOthers(t *testing.T) {
	for _, name := range asciiNames {
		splitsAlike(t, name)
	}
}

func FuzzSplit(f *testing.F) {
	for _, name := range asciiNames {
		f.Add(name)
	}
	f.Fuzz(splitsAlike)
}
