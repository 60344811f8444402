package vendors

import (
	"strings"
	"testing"
	"unicode"
)

func TestCaller(t *testing.T) {
	for text, want := range map[string][2]string{
		`"Olga" <sip:+79161237007@10.0.0.5;user=phone>`: {"Olga", "+79161237007"},
		`Olga Petrova <+79161237007>`:                   {"Olga Petrova", "+79161237007"},
		`"Olga \"O\" P." <sips:89161237007@host:5061>`:  {`Olga "O" P.`, "89161237007"},
		`"Ольга" 89161237007`:                           {"Ольга", "89161237007"},
		`<89161237011>`:                                 {"", "89161237011"},
		`<sip:%2B79161237007@host>`:                     {"", "+79161237007"},
		`sip:+79161237008@10.0.0.5;user=phone`:          {"", "+79161237008"},
		`SIP:89161237008;phone-context=+7@host`:         {"", "89161237008"},
		`sip:+79161237008;user=phone`:                   {"", "+79161237008"},
		`sip:89161237008:secret@host`:                   {"", "89161237008"},
		`tel:+7-916-123-70-08;ext=12`:                   {"", "+7-916-123-70-08;ext=12"},
		`79161237008@10.0.0.5`:                          {"", "79161237008"},
		`"79161237008" <79161237008>`:                   {"", "79161237008"},
		`"Anonymous" <sip:+79161237008@host>`:           {"", "+79161237008"},
		`"Anonymous" <sip:anonymous@anonymous.invalid>`: {"", ""},
		`"Skrytý" <sip:anonymous@10.0.0.5>`:             {"Skrytý", ""},
		`8 (916) 123-70-08`:                             {"", "8 (916) 123-70-08"},
		`8-916-123-70-08 <`:                             {"", "8-916-123-70-08 <"},
		`+7916123456`:                                   {"", "+7916123456"},
		`1234567890123456789012345`:                     {"", "1234567890123456789012345"},
		`7777abcdefg@fpbx.de`:                           {"", "7777abcdefg"},
		`123456e0`:                                      {"", "123456e0"},
		`101`:                                           {"", "101"},
		"+7916\x00123\u200e7008":                        {"", "+7916 123 7008"},
	} {
		if name, number := Caller(text); name != want[0] || number != want[1] {
			t.Errorf("%q is %q, %q; want %q", text, name, number, want)
		}
	}
	for _, text := range []string{
		"", " ", "anonymous", "Anonymous", "ANONYMOUS", "unknown", "<unknown>", "private", "restricted", "Unavailable", "withheld", "asterisk", "s", "0", "000", "+0",
		"sip:anonymous@anonymous.invalid", "sip:10.0.0.5", "sip:10.0.0.5:5060", "sip:[2001:db8::1]", "Anna", "неизвестный", "скрыт", "Номер не определён", "Unbekannt", "unterdrückt", "masqué",
		"266696687", "+266696687", "7378742833", "86282452253", "null", `"" <>`, "<>", "P", "O", "-", "CID: no number",
	} {
		if name, number := Caller(text); name != "" || number != "" {
			t.Errorf("%q is %q, %q", text, name, number)
		}
	}
	for text, want := range map[string]string{
		"Olga": "Olga", " Ольга  Петрова ": "Ольга Петрова", `ООО "Ромашка"`: `ООО "Ромашка"`, "Anonymous": "", "Private Number": "", "Скрытый номер": "", "+79161237007": "", "": "", "Unknown Pleasures Ltd": "Unknown Pleasures Ltd",
	} {
		if got := CallerName(text); got != want {
			t.Errorf("the name in %q is %q, want %q", text, got, want)
		}
	}
}

// FuzzCaller: a number has digits, comes from the text, and is itself again.
func FuzzCaller(f *testing.F) {
	for _, text := range []string{`"Olga" <sip:+79161237007@10.0.0.5;user=phone>`, "tel:+7-916;ext=12", "<8916", `"a`, "sip:", "sip:%zz@", "anonymous", "\xff<\x00>"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, number := Caller(text)
		if number != "" && !strings.ContainsFunc(number, unicode.IsDigit) {
			t.Fatalf("%q has the number %q", text, number)
		}
		if strings.ContainsFunc(name+number, unicode.IsControl) || name != "" && !strings.ContainsFunc(name, unicode.IsLetter) {
			t.Fatalf("%q has name %q, number %q", text, name, number)
		}
	})
}
