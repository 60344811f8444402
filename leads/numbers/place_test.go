package numbers

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"

	"ctihub/leads"
)

func TestPlaceOf(t *testing.T) {
	for _, x := range []struct{ number, country, english, russian, zone string }{
		{"+74951234567", "RU", "Moscow", "Москва", "Europe/Moscow"},
		{"+73431234567", "RU", "Sverdlovsk Oblast", "Свердловская область", "Asia/Yekaterinburg"},
		{"+79161234567", "RU", "", "", "Europe/Moscow"},
		{"+77271234567", "KZ", "", "", "Asia/Almaty"},
		{"+441624123456", "IM", "", "", ""},
		{"+4930123456", "DE", "", "", "Europe/Berlin"},
		{"+12125551234", "US", "", "", "America/New_York"},
		{"+80012345678", "", "", "", ""},     // free of charge in many countries
		{"+999123456789", "", "", "", ""},    // no such country code
		{"+712345678901234", "", "", "", ""}, // too long for Russia and Kazakhstan
	} {
		p, err := PlaceOf(x.number)
		if err != nil {
			t.Errorf("%s: %v", x.number, err)
		}
		if p.Region == nil {
			p.Region = &leads.RegionNames{}
		}
		if p.Country != x.country || p.Region.English != x.english || p.Region.Russian != x.russian || x.zone != "" && p.TimeZone != x.zone {
			t.Errorf("%s is from %+v %+v, want %+v", x.number, p, *p.Region, x)
		}
	}
	for _, wrong := range []string{"", "100", "74951234567", "+", "+123456", "+1234567890123456", "+7495123456x", "+7 495 1234567"} {
		var p *leads.Problem
		if _, err := PlaceOf(wrong); !errors.As(err, &p) || p.Field != "number" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// The regions are those of the library, whose names differ in form.
func TestAreasAreThoseOfTheNumberPlan(t *testing.T) {
	otherwise := map[string]string{"495": "Московск", "496": "Москва", "498": "Московск", "871": "Чечен"}
	for code, names := range russianAreas {
		n, err := phonenumbers.Parse("+7"+code+"2345678", "")
		if err != nil {
			t.Fatal(err)
		}
		library, err := phonenumbers.GetGeocodingForNumber(n, "ru")
		if err != nil {
			t.Fatal(err)
		}
		stem := otherwise[code]
		if stem == "" {
			longest := ""
			for _, word := range strings.FieldsFunc(names[0], func(r rune) bool { return r == ' ' || r == '-' }) {
				if word != "область" && word != "край" && word != "Республика" && len(word) > len(longest) {
					longest = word
				}
			}
			letters := []rune(longest)
			stem = string(letters[:min(len(letters), 4)])
		}
		if !strings.Contains(library, stem) {
			t.Errorf("%s: %q here, %q in the library", code, names[0], library)
		}
		p, err := PlaceOf("+7" + code + "2345678")
		if err != nil || p.Country != "RU" || p.Region == nil {
			t.Errorf("%s: %+v, %v", code, p, err)
		}
		if _, err := time.LoadLocation(p.TimeZone); err != nil {
			t.Errorf("%s: time zone %q: %v", code, p.TimeZone, err)
		}
	}
}
