package letter

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// TestDeclaredScripts: texts in scripts that are never guessed are read in the
// charset that their mail declares.
func TestDeclaredScripts(t *testing.T) {
	for declared, c := range map[string]struct {
		in   encoding.Encoding
		text string
	}{
		"iso-8859-7":   {charmap.ISO8859_7, "Καλημέρα, πόσο κοστίζει ο φράχτης;"},
		"windows-1253": {charmap.Windows1253, "Γειά σας"},
		"iso-8859-8-i": {charmap.ISO8859_8, "שלום, כמה עולה הגדר?"},
		"windows-1256": {charmap.Windows1256, "مرحبا، كم سعر السياج؟"},
		"windows-874":  {charmap.Windows874, "สวัสดี ราคาเท่าไร"},
		"windows-1254": {charmap.Windows1254, "Çit fiyatı nedir, teşekkürler"},
		"iso-8859-2":   {charmap.ISO8859_2, "Ile kosztuje płot? Zażółć gęślą jaźń"},
	} {
		b, err := c.in.NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			t.Fatal(declared, err)
		}
		if got := decodeText(b, declared); got != c.text {
			t.Errorf("%s: %q, want %q", declared, got, c.text)
		}
	}
}
