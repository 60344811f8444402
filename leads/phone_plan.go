package leads

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Bounds of a number in digits: of E.164 (ITU-T) with the country code, and of a number as
// dialled with the longest prefixes ("8 10 …", "00 …").
const (
	minPhoneDigits = 7
	maxPhoneDigits = 15
	maxDialled     = 18
)

// international parses the digits after a plus. It returns E.164, empty if the number
// plans exclude the number.
func international(d string) string {
	d = strings.TrimPrefix(d, "00") // "+007 916 …"
	code := countryCode(d)
	if code == "" {
		return ""
	}
	if e164 := validE164(code, d[len(code):]); e164 != "" {
		return e164
	}
	// A national prefix follows the country code: "+44 (0)20 …", "+7 8 916 …".
	return parseNational("+"+d, "")
}

// trunk8 parses digits that begin with the trunk prefix 8: "8 916 …", in Belarus
// "8 029 …", in Ukraine until 2009 "8 067 …". After a plus it is a trunk prefix too,
// because no country has the code 8.
func trunk8(d, region string) string {
	if len(d) != 11 || d[0] != '8' {
		return ""
	}
	if code := map[string]string{"BY": "375", "UA": "380"}[region]; code != "" && d[1] == '0' {
		return validE164(code, d[2:])
	}
	return validE164("7", d[1:])
}

// national parses digits without a plus, as dialled in a region (ISO 3166-1 alpha-2) or
// sent by a vendor that omits the plus. It returns E.164, empty if there is no such number.
func national(d, region string) string {
	if home, ok := phoneRegions[region]; ok {
		code := home.code
		if home.trunk != "" && strings.HasPrefix(d, home.trunk) {
			if e164 := validE164(code, d[len(home.trunk):]); e164 != "" {
				return e164
			}
		}
		if region == "RU" && isTaxNumber(d) {
			return ""
		}
		if e164 := validE164(code, d); e164 != "" {
			return e164
		}
		if strings.HasPrefix(d, code) {
			if e164 := validE164(code, d[len(code):]); e164 != "" {
				return e164
			}
		}
		// International and carrier prefixes, and national forms that differ from the
		// international one ("011 15 …" in Argentina).
		if home.hasPrefix(d) {
			if e164 := parseNational(d, region); e164 != "" {
				return e164
			}
		}
	}
	if len(d) >= 9 && d[0] != '0' {
		if e164 := international(d); e164 != "" {
			return e164
		}
	}
	for _, prefix := range internationalPrefixes {
		if rest, found := strings.CutPrefix(d, prefix); found && len(rest) >= 10 {
			if e164 := international(rest); e164 != "" {
				return e164
			}
		}
	}
	if len(d) == 11 && d[0] == '8' && slices.Contains(formerTrunk8, region) {
		return trunk8(d, region)
	}
	return ""
}

// internationalPrefixes are accepted in every region: those of most countries, the former
// Soviet Union, Australia, North America and Japan.
var internationalPrefixes = []string{"00", "810", "0011", "011", "010"}

// formerTrunk8 are regions where numbers are often written with the Russian trunk prefix
// ("8 916 …"), although they are not dialled so.
var formerTrunk8 = []string{"BY", "UA", "UZ", "KG", "TJ", "TM", "AM", "AZ", "GE", "MD"}

// countryCode returns the country code at the beginning of d, empty if it has none.
func countryCode(d string) string {
	n := 0
	for i := 0; i < len(d) && i < 3; i++ {
		n = n*10 + int(d[i]-'0')
		if n == 0 {
			return ""
		}
		if phonenumbers.GetRegionCodesForCountryCode(n) != nil {
			return d[:i+1]
		}
	}
	return ""
}

// parseNational lets the library strip prefixes and returns E.164, empty if there is no such
// number.
func parseNational(d, region string) string {
	n, err := phonenumbers.Parse(strings.Clone(d), region) // cloned: d of a fast path stays on the stack
	if err != nil || n.GetExtension() != "" {
		return ""
	}
	return validE164(strconv.Itoa(int(n.GetCountryCode())), phonenumbers.GetNationalSignificantNumber(n))
}

// validE164 returns the E.164 of a country code and a national number, empty if
// the country's number plan excludes it.
func validE164(code, nsn string) string {
	nsn = currentNumber(code, nsn)
	if n := len(code) + len(nsn); n < minPhoneDigits || n > maxPhoneDigits {
		return ""
	}
	if !inNumberPlan(code, nsn) {
		return ""
	}
	return "+" + code + nsn
}

// currentNumber converts a national number of a former number plan to the current plan, so
// that both forms of one number are one identity.
//
//   - Brazil: mobile numbers of 8 digits got a 9 before them between 2012 and
//     2016 (ANATEL, resolution 553/2010); WhatsApp's ids and old address books
//     still lack it. Mobile numbers began with 6 to 9, fixed ones with 2 to 5.
//   - Mexico: the 1 of mobile numbers behind +52 and the prefixes 01, 02, 044 and
//     045 ended on 3 August 2019 (IFT); WhatsApp's ids still carry the 1.
//   - Argentina: a mobile number has a 9 behind +54 and no 15 behind the area
//     code. The library turns 15 into 9. Without either, mobile and fixed
//     numbers cannot be distinguished (they have the same first digits), so the
//     number is not changed: with a wrong 9 a fixed line could not be called.
//
// Meta's documentation of the WhatsApp Cloud API says that in Brazil and Mexico
// the API may change the extra prefix of a number, as intended behaviour.
func currentNumber(code, nsn string) string {
	switch {
	case code == "55" && len(nsn) == 10 && nsn[2] >= '6':
		return nsn[:2] + "9" + nsn[2:]
	case code == "52" && len(nsn) > 10:
		for _, old := range []string{"044", "045", "01", "02", "1"} {
			if rest, found := strings.CutPrefix(nsn, old); found && len(rest) == 10 {
				return rest
			}
		}
	}
	return nsn
}

// isTaxNumber reports whether ten digits that begin with 7 are the INN of a
// Russian company, whose last digit is a checksum of the others. As phone
// numbers they would be Kazakh ones, which are written with 8 or +7 in Russia.
func isTaxNumber(d string) bool {
	if len(d) != 10 || d[0] != '7' {
		return false
	}
	sum := 0
	for i, weight := range [...]int{2, 4, 10, 3, 5, 9, 4, 6, 8} {
		sum += weight * int(d[i]-'0')
	}
	return sum%11%10 == int(d[9]-'0')
}
