package companies

import (
	"regexp"
	"strconv"
	"strings"
)

// vatRule is how the VAT numbers of a country look. The forms are those that the European
// Commission lists for VIES (ec.europa.eu/taxation_customs/vies, "Frequently asked questions",
// Q11); that of GB is HMRC's, that of CH the Swiss Federal Statistical Office's (UID).
type vatRule struct {
	prefix  string
	form    *regexp.Regexp    // of what comes after the prefix
	checked func(string) bool // its check digits; nil: only the form is known
	example string
}

// read returns a number with its prefix, which may be left out.
func (r vatRule) read(s string) (id string, ok bool) {
	rest := strings.TrimPrefix(s, r.prefix)
	if r.prefix == "CHE" {
		for _, tax := range []string{"MWST", "TVA", "IVA"} {
			rest = strings.TrimSuffix(rest, tax)
		}
	}
	if !r.form.MatchString(rest) || r.checked != nil && !r.checked(rest) {
		return "", false
	}
	return r.prefix + rest, true
}

func vat(prefix, form, example string, checked func(string) bool) vatRule {
	return vatRule{prefix, regexp.MustCompile("^(?:" + form + ")$"), checked, example}
}

// vatRules are by country.
var vatRules = map[string]vatRule{
	"AT": vat("AT", `U\d{8}`, "ATU13585627", checkedAT),
	"BE": vat("BE", `[01]\d{9}`, "BE0403170701", checkedBE),
	"BG": vat("BG", `\d{9,10}`, "BG123456789", nil),
	"CY": vat("CY", `\d{8}[A-Z]`, "CY12345678X", nil),
	"CZ": vat("CZ", `\d{8,10}`, "CZ12345678", nil),
	"DE": vat("DE", `[1-9]\d{8}`, "DE136695976", checkedDE),
	"DK": vat("DK", `\d{8}`, "DK12345678", nil),
	"EE": vat("EE", `\d{9}`, "EE123456789", nil),
	"GR": vat("EL", `\d{9}`, "EL123456789", nil),
	"ES": vat("ES", `[0-9A-Z]\d{7}[0-9A-Z]`, "ESA28015865", checkedES),
	"FI": vat("FI", `\d{8}`, "FI12345678", nil),
	"FR": vat("FR", `[0-9A-HJ-NP-Z]{2}\d{9}`, "FR83404833048", checkedFR),
	"HR": vat("HR", `\d{11}`, "HR12345678901", nil),
	"HU": vat("HU", `\d{8}`, "HU12345678", nil),
	"IE": vat("IE", `\d[0-9A-Z+*]\d{5}[A-Z]|\d{7}[A-Z]{2}`, "IE1234567X", nil),
	"IT": vat("IT", `\d{11}`, "IT00743110157", luhn),
	"LT": vat("LT", `\d{9}|\d{12}`, "LT123456789", nil),
	"LU": vat("LU", `\d{8}`, "LU12345678", nil),
	"LV": vat("LV", `\d{11}`, "LV12345678901", nil),
	"MT": vat("MT", `\d{8}`, "MT12345678", nil),
	"NL": vat("NL", `\d{9}B\d{2}`, "NL004495445B01", checkedNL),
	"PL": vat("PL", `\d{10}`, "PL8567346215", checkedPL),
	"PT": vat("PT", `\d{9}`, "PT123456789", nil),
	"RO": vat("RO", `\d{2,10}`, "RO12345678", nil),
	"SE": vat("SE", `\d{12}`, "SE123456789001", nil),
	"SI": vat("SI", `\d{8}`, "SI12345678", nil),
	"SK": vat("SK", `\d{10}`, "SK1234567890", nil),
	"GB": vat("GB", `\d{9}|\d{12}|GD\d{3}|HA\d{3}`, "GB123456789", nil),
	"CH": vat("CHE", `\d{9}`, "CHE116281710", checkedCH),
}

// checkedAT: the digits with every second one doubled, the sum of the digits and 4 to a multiple of
// ten (Federal Ministry of Finance, "Konstruktionsregeln der UID").
func checkedAT(s string) bool {
	s = strings.TrimPrefix(s, "U")
	return (10-(doubled(s[:7], 1)+4)%10)%10 == digit(s, 7)
}

// checkedBE: the last two digits are 97 less the rest of the first eight by 97 (Crossroads Bank
// for Enterprises).
func checkedBE(s string) bool { return 97-number(s[:8])%97 == number(s[8:]) }

// checkedDE: ISO 7064, MOD 11,10 (Federal Central Tax Office).
func checkedDE(s string) bool {
	product := 10
	for i := range 8 {
		sum := (digit(s, i) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = 2 * sum % 11
	}
	return (11-product)%10 == digit(s, 8)
}

const (
	controlLetters = "TRWAGMYFPDXBNJZSQVHLCKE"
	companyLetters = "JABCDEFGHI"
)

// checkedES: of persons the last letter is the number by 23; of companies the last place is a digit,
// or the letter of that digit (Royal Decree 1065/2007 and order EHA/451/2008).
func checkedES(s string) bool {
	first, last := s[0], s[8]
	switch {
	case first >= '0' && first <= '9':
		return last == controlLetters[number(s[:8])%23]
	case strings.IndexByte("XYZ", first) >= 0:
		return last == controlLetters[number(strconv.Itoa(strings.IndexByte("XYZ", first))+s[1:8])%23]
	case strings.IndexByte("KLM", first) >= 0:
		return last == controlLetters[number(s[1:8])%23]
	case strings.IndexByte("ABCDEFGHJNPQRSUVW", first) < 0:
		return false
	}
	check := (10 - doubled(s[1:8], 0)%10) % 10
	return last == byte('0'+check) || last == companyLetters[check]
}

// checkedFR: the first two places, if they are digits, are the rest by 97 of 12 and three times the
// rest of the SIREN (Article 286 ter of the tax code).
func checkedFR(s string) bool {
	if strings.Trim(s[:2], "0123456789") != "" {
		return true
	}
	return (12+3*(number(s[2:])%97))%97 == number(s[:2])
}

// checkedNL: the elevens test of the first nine digits; or, of sole traders since 2020, ISO 7064
// MOD 97,10 of the whole number with letters as numbers from 10 (Tax Administration).
func checkedNL(s string) bool {
	if weighed(s[:8], []int{9, 8, 7, 6, 5, 4, 3, 2})%11 == digit(s, 8) {
		return true
	}
	return number("2321"+s[:9]+"11"+s[10:])%97 == 1
}

// checkedPL: weights by eleven (Ministry of Finance).
func checkedPL(s string) bool {
	return weighed(s[:9], []int{6, 5, 7, 2, 3, 4, 5, 6, 7})%11 == digit(s, 9)
}

// checkedCH: weights by eleven (Federal Statistical Office, UID).
func checkedCH(s string) bool {
	check := 11 - weighed(s[:8], []int{5, 4, 3, 2, 7, 6, 5, 4})%11
	return check%11 == digit(s, 8) && check != 10
}

// luhn reports whether the last digit of a number is right (ISO/IEC 7812-1, Annex B).
func luhn(s string) bool {
	last := len(s) - 1
	return (10-doubled(s[:last], (last-1)%2)%10)%10 == digit(s, last)
}

// doubled is the sum of the digits, of which every second one from a place on is doubled and its
// own digits are summed.
func doubled(s string, from int) (sum int) {
	for i := range s {
		d := digit(s, i)
		if i >= from && (i-from)%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum
}

// number is a number of at most 18 digits.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
