package leads

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestNormalisePhone(t *testing.T) {
	for in, want := range map[string]string{
		"8 (916) 123-45-67":            "+79161234567",
		"+7 916 123 45 67":             "+79161234567",
		"79161234567":                  "+79161234567",
		"9161234567":                   "+79161234567",
		"sip:79161234567@10.0.0.1":     "+79161234567",
		"sip:+79161234567@pbx;user=p":  "+79161234567",
		"tel:+7-916-123-45-67":         "+79161234567",
		"+7 701 234 56 78":             "+77012345678", // Kazakhstan shares the +7
		"375291234567":                 "+375291234567",
		"810375291234567":              "+375291234567", // dialled abroad from Russia
		"+442079460958":                "+442079460958",
		"\u202a+7 916 123-45-67\u202c": "+79161234567", // pasted from a contact list

		"101":                       "", // an extension, though +7101 would parse
		"600":                       "",
		"112":                       "",
		"123456":                    "",
		"anonymous":                 "",
		"":                          "",
		"+7 000 000 00 00":          "",
		"+999123456789":             "",
		strings.Repeat("9", 1<<20):  "",
		"79161234567; DROP TABLE x": "+79161234567", // words behind a number are no harm: only digits come out
		"+7916123456":               "",             // one digit short
	} {
		got, _, err := NormalisePhone(in, "RU")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("NormalisePhone(%.30q) = %q, %v; want %q", in, got, err, want)
		}
	}
	if got, ext, err := NormalisePhone("+7 495 123-45-67 ext. 12", "RU"); got != "+74951234567" || ext != "12" || err != nil {
		t.Errorf("an extension is kept apart: %q %q %v", got, ext, err)
	}
	if got, _, _ := NormalisePhone("020 7946 0958", "GB"); got != "+442079460958" {
		t.Errorf("national number of the region: %q", got)
	}
}

func TestNormaliseEmail(t *testing.T) {
	for in, want := range map[string]string{
		" Ivan.Petrov@Example.COM ":              "ivan.petrov@example.com",
		"иван@почта.рф":                          "иван@xn--80a1acny.xn--p1ai",
		"a+shop@example.org":                     "a+shop@example.org",
		"o'brien@example.ie":                     "o'brien@example.ie",
		"a@example.com.":                         "a@example.com",
		"a@\u00adexample.com":                    "a@example.com", // IDNA drops a soft hyphen
		"a@localhost":                            "",
		"@example.com":                           "",
		"a@@example.com":                         "",
		"a b@example.com":                        "",
		"a@exa mple.com":                         "",
		"<a@example.com>":                        "",
		"a@example.com\r\nBcc: x":                "",
		"a\x00@example.com":                      "",
		strings.Repeat("a", 65) + "@example.com": "",
		"no address":                             "",
	} {
		got, err := NormaliseEmail(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("NormaliseEmail(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestNormaliseTouch(t *testing.T) {
	got := Touch{
		From: []Identity{
			{KindEmail, "B@example.com"}, {KindPhone, "8 916 123-45-67"}, {KindPhone, "+79161234567"},
			{KindPhone, "100"}, {KindEmail, "nonsense"}, {"telegram", " 4711 "}, {"", "x"},
		},
		Name:    "  Иван\r\nПетров\x00 ",
		Subject: strings.Repeat("я", 2000),
		Text:    "line one\r\nline two\x07",
		UTM:     map[string]string{"utm_source": "ya\nndex", "empty": " "},
	}.Normalise("RU")
	want := []Identity{{"telegram", "4711"}, {KindPhone, "+79161234567"}, {KindEmail, "b@example.com"}}
	if len(got.From) != len(want) || got.From[0] != want[0] || got.From[1] != want[1] || got.From[2] != want[2] {
		t.Errorf("identities = %v, want %v", got.From, want)
	}
	if got.Name != "Иван Петров" || got.Text != "line one\nline two" || got.UTM["utm_source"] != "ya ndex" || len(got.UTM) != 1 {
		t.Errorf("texts = %q, %q, %v", got.Name, got.Text, got.UTM)
	}
	if len(got.Subject) > maxLine || !utf8.ValidString(got.Subject) {
		t.Errorf("subject has %d bytes, valid %v", len(got.Subject), utf8.ValidString(got.Subject))
	}
}

func TestValidateNamesTheField(t *testing.T) {
	good := Touch{Source: "s", ExternalID: "1", Channel: ChannelForm, Direction: In}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Touch){
		"source":      func(t *Touch) { t.Source = "" },
		"external_id": func(t *Touch) { t.ExternalID = "" },
		"500 bytes":   func(t *Touch) { t.ExternalID = strings.Repeat("x", 501) },
		"channel":     func(t *Touch) { t.Channel = "" },
		"direction":   func(t *Touch) { t.Direction = "sideways" },
		"call data":   func(t *Touch) { t.Call = &Call{State: CallRinging, Started: time.Now()} },
		"carries":     func(t *Touch) { t.Channel = ChannelCall },
		"state":       func(t *Touch) { t.Channel, t.Call = ChannelCall, &Call{State: "humming"} },
		"no start":    func(t *Touch) { t.Channel, t.Call = ChannelCall, &Call{State: CallRinging} },
		"identities":  func(t *Touch) { t.From = make([]Identity, MaxIdentities+1) },
	} {
		bad := good
		spoil(&bad)
		if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("8 (916) 123-45-67", "Иван@почта.рф", "text\x00\xff")
	f.Fuzz(func(t *testing.T, phone, mail, text string) {
		if p, _, err := NormalisePhone(phone, "RU"); err == nil {
			if again, _, err := NormalisePhone(p, "US"); err != nil || again != p || p[0] != '+' {
				t.Errorf("%q is not stable: %q, %v", p, again, err)
			}
		}
		if m, err := NormaliseEmail(mail); err == nil {
			if again, err := NormaliseEmail(m); err != nil || again != m {
				t.Errorf("%q is not stable: %q, %v", m, again, err)
			}
		}
		n := Touch{Name: text, Subject: text, Text: text, Raw: text}.Normalise("RU")
		for _, s := range []string{n.Name, n.Subject, n.Text, n.Raw} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Errorf("unclean text %q", s)
			}
		}
	})
}
