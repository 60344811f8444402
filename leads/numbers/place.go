// Package numbers tells where a telephone number is from.
package numbers

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"ctihub/leads"
)

// unknownZone is what the library returns for a number without a time zone.
const unknownZone = phonenumbers.UNKNOWN_TIMEZONE

// PlaceOf returns where a number is from, by its digits alone. The number is in E.164, as
// records have it; anything else is an invalid field "number". A number of a country
// that the number plans do not know has an empty country.
//
// Regions are named for area codes of Russia only: the library's names of all
// countries take 15 MB of memory, its countries and time zones 1 MB.
func PlaceOf(number string) (leads.NumberPlace, error) {
	digits, found := strings.CutPrefix(number, "+")
	if !found || len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return leads.NumberPlace{}, leads.Invalid("number", "Give the number with + and the country's code, digits only, such as +74951234567.")
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil { // no such country code
		return leads.NumberPlace{}, nil
	}
	var p leads.NumberPlace
	if country := phonenumbers.GetRegionCodeForNumber(parsed); len(country) == 2 && country != phonenumbers.UNKNOWN_REGION {
		p.Country = country
	}
	if p.Country == "RU" {
		if names, ok := russianAreas[digits[1:4]]; ok {
			p.Region = &leads.RegionNames{Russian: names[0], English: names[1]}
		}
	}
	if zones, err := phonenumbers.GetTimezonesForPrefix(number); err == nil && len(zones) == 1 && zones[0] != unknownZone {
		p.TimeZone = zones[0]
	}
	return p, nil
}
