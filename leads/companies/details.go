package companies

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
)

// taxIDMost is the greatest length of a tax number that has no rule of its country.
const taxIDMost = 40

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// bare takes out of a number what people write between its digits.
func bare(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\u00a0\u202f.-\u2010\u2011\u2012\u2013\u2014", r) {
			return -1
		}
		return r
	}, s))
}

// checkDetails checks what an invoice needs of a company, and brings the numbers into the form in
// which they are compared.
func checkDetails(c *leads.Company) error {
	c.Country, c.TaxID, c.KPP = strings.ToUpper(c.Country), bare(c.TaxID), bare(c.KPP)
	if c.Country != "" && !countryCode.MatchString(c.Country) {
		return leads.Invalid("country", "Give the two letters of the country, as in RU or DE.")
	}
	if c.KPP != "" && c.Country != "RU" {
		return leads.Invalid("kpp", "Only Russian companies have a KPP: give the country RU, or leave it out.")
	}
	if c.Country == "RU" {
		return checkRussian(*c)
	}
	if c.TaxID == "" {
		return nil
	}
	if rule, known := vatRules[c.Country]; known {
		id, ok := rule.read(c.TaxID)
		if !ok {
			return leads.Invalid("tax_id", "This is no VAT number of "+c.Country+": check its digits. It looks like "+rule.example+".")
		}
		c.TaxID = id
		return nil
	}
	if utf8.RuneCountInString(c.TaxID) > taxIDMost {
		return leads.Invalid("tax_id", "At most 40 characters.")
	}
	return nil
}

var (
	innDigits = regexp.MustCompile(`^(\d{10}|\d{12})$`)
	kppPlaces = regexp.MustCompile(`^\d{4}[0-9A-Z]{2}\d{3}$`)
)

// checkRussian checks an INN and a KPP: order MMV-7-6/435@ of the Federal Tax Service of 29 June
// 2012. An INN begins with the code of a region; it has 10 digits, the last of which checks the
// others, or 12 of a person, the last two of which do. A KPP is NNNNPPXXX: the tax office, the
// reason in digits or capital letters, a number.
func checkRussian(c leads.Company) error {
	switch {
	case c.TaxID != "" && !innDigits.MatchString(c.TaxID):
		return leads.Invalid("tax_id", "An INN has 10 digits, or 12 of a person or sole trader.")
	case c.TaxID != "" && (strings.HasPrefix(c.TaxID, "00") || !checkedINN(c.TaxID)):
		return leads.Invalid("tax_id", "The check digit of the INN is wrong: check its digits.")
	case c.KPP != "" && !kppPlaces.MatchString(c.KPP):
		return leads.Invalid("kpp", "A KPP has 9 places, as in 770101001.")
	case c.KPP != "" && len(c.TaxID) != 10:
		return leads.Invalid("kpp", "A KPP goes with an INN of 10 digits.")
	}
	return nil
}

var innWeights = []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}

// checkedINN reports whether the check digits of an INN are right.
func checkedINN(inn string) bool {
	last := func(n int) bool { // digit n checks those before it
		return weighed(inn[:n], innWeights[len(innWeights)-n:])%11%10 == digit(inn, n)
	}
	if len(inn) == 10 {
		return last(9)
	}
	return last(10) && last(11)
}

// digit is the digit at a place of a number.
func digit(s string, n int) int { return int(s[n] - '0') }

// weighed is the sum of the digits, each times its weight.
func weighed(digits string, weights []int) (sum int) {
	for i, w := range weights {
		sum += digit(digits, i) * w
	}
	return sum
}
