package companies

import (
	"errors"
	"testing"

	"ctihub/leads"
)

// TestDetails: the numbers are of real companies, as they publish them, such as Sberbank, Yandex, Gazprom,
// SAP, AB InBev, Telefónica, L'Oréal, ENI and PKN Orlen.
func TestDetails(t *testing.T) {
	for _, c := range []struct{ country, typed, kpp, stored string }{
		{"RU", "7707083893", "773601001", "7707083893"},
		{"ru", "77 36 20 75 43", "", "7736207543"},
		{"RU", "7736050003", "997250001", "7736050003"},
		{"RU", "500100732259", "", "500100732259"}, // the example of the Federal Tax Service's data
		{"RU", "", "", ""},
		{"DE", "DE143454214", "", "DE143454214"},
		{"DE", "143 454 214", "", "DE143454214"},
		{"AT", "ATU13585627", "", "ATU13585627"},
		{"BE", "BE 0417.497.106", "", "BE0417497106"},
		{"ES", "A-28015865", "", "ESA28015865"},
		{"FR", "FR 10 632 012 100", "", "FR10632012100"},
		{"IT", "IT00905811006", "", "IT00905811006"},
		{"NL", "NL004495445B01", "", "NL004495445B01"},
		{"PL", "774-00-01-454", "", "PL7740001454"},
		{"CH", "CHE-116.281.710 MWST", "", "CHE116281710"},
		{"GR", "EL094014201", "", "EL094014201"},
		{"SE", "SE556012579001", "", "SE556012579001"},
		{"KZ", "050440000012", "", "050440000012"},
		{"", "any / text", "", "ANY/TEXT"},
	} {
		is := leads.Company{Country: c.country, TaxID: c.typed, KPP: c.kpp}
		if err := checkDetails(&is); err != nil || is.TaxID != c.stored {
			t.Errorf("%s %q: %q, %v; want %q", c.country, c.typed, is.TaxID, err, c.stored)
		}
	}
}

// TestWrongDetails: one changed digit, a wrong length and a number of another country are refused,
// each with its field.
func TestWrongDetails(t *testing.T) {
	for _, c := range []struct{ country, taxID, kpp, field string }{
		{"RU", "7707083894", "", "tax_id"},
		{"RU", "500100732258", "", "tax_id"},
		{"RU", "500100732269", "", "tax_id"},
		{"RU", "0000000000", "", "tax_id"},
		{"RU", "770708389", "", "tax_id"},
		{"RU", "7707083893", "77360100", "kpp"},
		{"RU", "500100732259", "773601001", "kpp"},
		{"RU", "", "773601001", "kpp"},
		{"DE", "143454214", "773601001", "kpp"},
		{"DE", "DE143454215", "", "tax_id"},
		{"DE", "ATU13585627", "", "tax_id"},
		{"AT", "ATU13585626", "", "tax_id"},
		{"BE", "BE0417497107", "", "tax_id"},
		{"ES", "A28015866", "", "tax_id"},
		{"FR", "FR11632012100", "", "tax_id"},
		{"IT", "IT00905811007", "", "tax_id"},
		{"NL", "NL004495446B01", "", "tax_id"},
		{"PL", "7740001455", "", "tax_id"},
		{"CH", "CHE116281711", "", "tax_id"},
		{"FI", "1234567", "", "tax_id"},
		{"Russia", "7707083893", "", "country"},
		{"", "12345678901234567890123456789012345678901", "", "tax_id"},
	} {
		is := leads.Company{Country: c.country, TaxID: c.taxID, KPP: c.kpp}
		var p *leads.Problem
		if err := checkDetails(&is); !errors.As(err, &p) || p.Field != c.field {
			t.Errorf("%s %q %q: %v; want a problem of %s", c.country, c.taxID, c.kpp, err, c.field)
		}
	}
}
