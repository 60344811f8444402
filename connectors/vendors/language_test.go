package vendors

import "testing"

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ lang, region, want string }{
		{"", "RU", "ru"}, {"", "BY", "ru"}, {"", "KZ", "ru"}, {"", "KG", "ru"}, {"", "DE", "en"}, {"", "", "en"}, {"ru", "DE", "ru"}, {"en", "RU", "en"},
	} {
		if got, err := Language(c.lang, c.region); got != c.want || err != nil {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
	for _, lang := range []string{"de", "RU", "ru "} {
		if _, err := Language(lang, "RU"); err == nil {
			t.Errorf("%q is taken", lang)
		}
	}
}
