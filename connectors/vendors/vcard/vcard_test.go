package vcard

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Card
	}{
		"3.0, two numbers": {"BEGIN:VCARD\nVERSION:3.0\nFN:Ольга Ким\nTEL;TYPE=CELL:+7 916 000-00-01\nTEL;TYPE=WORK,VOICE:+74950000002\nEMAIL;TYPE=INTERNET:o@example.com\nEND:VCARD",
			Card{Name: "Ольга Ким", Phones: []string{"+7 916 000-00-01", "+74950000002"}, Emails: []string{"o@example.com"}}},
		"of Telegram": {"BEGIN:VCARD\nVERSION:3.0\nFN;CHARSET=UTF-8:Ната\nTEL;MOBILE:+79160000001\nTEL;WORK:+74950000002\nEND:VCARD",
			Card{Name: "Ната", Phones: []string{"+79160000001", "+74950000002"}}},
		"4.0, URIs": {"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ana\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+55-11-99999-0001;ext=12\r\nTEL;VALUE=uri:TEL:+55%2011%2099999%200002\r\nEMAIL:mailto:ana%40example.com\r\nEND:VCARD\r\n",
			Card{Name: "Ana", Phones: []string{"+55-11-99999-0001 ext. 12", "+55 11 99999 0002"}, Emails: []string{"ana@example.com"}}},
		"2.1, quoted-printable over two lines": {"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9A=D0=B8=D0=BC;=D0=98=\r\n=D1=8F\r\nTEL;CELL:89160000001\r\nTEL;HOME;ENCODING=QUOTED-PRINTABLE:=2B74950000002\r\nEND:VCARD",
			Card{Name: "Ия Ким", Phones: []string{"89160000001", "+74950000002"}}},
		"2.1, windows-1251":          {"BEGIN:VCARD\nFN;CHARSET=windows-1251;QUOTED-PRINTABLE:=C8=E2=E0=ED\nTEL:1\nEND:VCARD", Card{Name: "Иван", Phones: []string{"1"}}},
		"base64":                     {"BEGIN:VCARD\nFN;ENCODING=B;CHARSET=UTF-8:0JjQstCw0L0=\nEND:VCARD", Card{Name: "Иван"}},
		"folded":                     {"BEGIN:VCARD\nFN:Very long\n  name\nTEL;TYPE=ce\n ll:+7916\n\t0000001\nEND:VCARD", Card{Name: "Very long name", Phones: []string{"+79160000001"}}},
		"groups of Apple":            {"BEGIN:VCARD\nitem1.TEL;type=pref:+79160000001\nitem1.X-ABLabel:Дача\nitem2.EMAIL:a@b.example\nORG:ООО «Окна»;Отдел\nEND:VCARD", Card{Org: "ООО «Окна», Отдел", Phones: []string{"+79160000001"}, Emails: []string{"a@b.example"}}},
		"escaped ends of lines":      {`BEGIN:VCARD\nVERSION:3.0\nFN:Лия\nTEL:+79160000001\nEND:VCARD`, Card{Name: "Лия", Phones: []string{"+79160000001"}}},
		"escaped characters":         {"BEGIN:VCARD\nFN:Ким\\, Ия\nTEL:+7 (916) 000\\-00\\-01\nEND:VCARD", Card{Name: "Ким, Ия", Phones: []string{"+7 (916) 000-00-01"}}},
		"the same number twice":      {"TEL:1\nTEL;TYPE=home:1", Card{Phones: []string{"1"}}},
		"two cards":                  {"BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:B\nTEL:2\nEND:VCARD", Card{Name: "A", Phones: []string{"1", "2"}}},
		"WhatsApp's id beside it":    {"BEGIN:VCARD\nTEL;type=CELL;type=VOICE;waid=79160000001:+7 916 000-00-01\nEND:VCARD", Card{Phones: []string{"+7 916 000-00-01"}}},
		"a colon in quotation marks": {"TEL;LABEL=\"a:b\":+79160000001", Card{Phones: []string{"+79160000001"}}},
		"a name in N alone":          {"N:Ким;Ия;Павловна;;", Card{Name: "Ия Павловна Ким"}},
		"no card":                    {"Позвоните мне", Card{}},
		"empty":                      {"", Card{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Read(c.text); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"BEGIN:VCARD\nFN:A\nTEL;TYPE=\"a:b\":tel:+1;ext=2\nEND:VCARD", "N;ENCODING=QUOTED-PRINTABLE:=D0=\n=98;a", "FN;B:0JjQ\n EMAIL:mailto:%zz", "=\n=\n", " a\n:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Read(s)
		if len(c.Phones) > maxValues || len(c.Emails) > maxValues {
			t.Errorf("%d phones, %d addresses", len(c.Phones), len(c.Emails))
		}
		for _, v := range append(append([]string{c.Name, c.Org}, c.Phones...), c.Emails...) {
			if !utf8.ValidString(v) || strings.ContainsAny(v, "\n\r") && len(v) > 3*len(s) {
				t.Errorf("%q", v)
			}
		}
		for _, id := range c.Identities() {
			if id.Value == "" {
				t.Error("an empty identity")
			}
		}
	})
}
