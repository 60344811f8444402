package calls

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"ctihub/leads"
)

// Policy decides which numbers the hub has dialled, for whom, and how often
// a day. Every dial is checked when it is stored, click or form. The number
// plan of an exchange may refuse more.
type Policy struct {
	Region string   // ISO 3166-1 alpha-2, of Limits that allow nothing in particular
	Deny   []string // beginnings of numbers that are never dialled
	Click  Limits
	Forms  Limits
}

// Limits bound the dials of one kind: by click, or by a website's form.
type Limits struct {
	// Allow are regions ("RU") and beginnings of E.164 numbers ("+4930");
	// none: the policy's region.
	Allow []string
	// Dials stored a day; 0: not counted.
	PerAddress, PerUser, PerNumber, PerHub int
}

// UsualPolicy is the default policy of a region.
func UsualPolicy(region string) Policy {
	return Policy{
		Region: region,
		Click:  Limits{PerAddress: 3000, PerUser: 300, PerNumber: 20, PerHub: 5000},
		Forms:  Limits{PerAddress: 5, PerNumber: 3, PerHub: 200},
	}
}

// Judge returns the [leads.DialRefusal] of a dial's number, nil if it may be dialled.
// ours: a user has the extension that the number is.
func (p Policy) Judge(d leads.Dial, ours bool) error {
	limits := p.limits(d)
	if slices.ContainsFunc(p.Deny, func(prefix string) bool { return strings.HasPrefix(d.Number, prefix) }) {
		return leads.RefuseDenied
	}
	if !strings.HasPrefix(d.Number, "+") {
		switch {
		case d.Form:
			return leads.RefuseUnreadable // visitors of a website may not reach extensions
		case !ours && phonenumbers.IsEmergencyNumber(d.Number, p.Region):
			return leads.RefuseEmergency
		}
		return nil
	}
	n, err := phonenumbers.Parse(d.Number, "")
	if err != nil {
		return leads.RefuseUnreadable
	}
	kind, region := phonenumbers.GetNumberType(n), phonenumbers.GetRegionCodeForNumber(n)
	named, prefixed := false, false
	for _, a := range limits.Allow {
		if strings.HasPrefix(a, "+") {
			prefixed = prefixed || strings.HasPrefix(d.Number, a)
		} else {
			named = named || a == region
		}
	}
	if len(limits.Allow) == 0 {
		named = region == p.Region
	}
	switch kind {
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
	case phonenumbers.PREMIUM_RATE, phonenumbers.PERSONAL_NUMBER, phonenumbers.PAGER:
		return leads.RefuseCostly
	default:
		if d.Form {
			return leads.RefuseKind
		}
	}
	switch {
	case leadsAbroad(n, region):
		return leads.RefuseForeign
	case prefixed: // also where the hub does not know what kind of number it is
	case !named:
		return leads.RefuseForeign
	case kind == phonenumbers.UNKNOWN:
		return leads.RefuseUnreadable
	}
	return nil
}

// leadsAbroad reports whether a number reaches another country when it is dialled
// without the country code, as an exchange may do: the number plan of Russia has
// +7 8108…, and 8108… dialled within Russia is an international call.
func leadsAbroad(n *phonenumbers.PhoneNumber, region string) bool {
	if region == "" || region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		return false
	}
	home, err := phonenumbers.Parse(phonenumbers.GetNationalSignificantNumber(n), region)
	return err != nil || home.GetCountryCode() != n.GetCountryCode()
}

// Count is a number of dials a day that may not be exceeded.
type Count struct {
	Of      string // what is counted
	Most    int
	Refusal leads.DialRefusal
}

// Counts returns what is counted of a dial, always in the same order of kinds, so that
// concurrent transactions cannot deadlock.
func (p Policy) Counts(d leads.Dial) (counts []Count) {
	l, who := p.limits(d), "click"
	if d.Form {
		who = "form"
	}
	for _, c := range []struct {
		what, of string
		most     int
		refusal  leads.DialRefusal
	}{
		{"address", d.Address, l.PerAddress, leads.RefuseAddress},
		{"user", d.User.ID, l.PerUser, leads.RefuseUser},
		{"number", d.Number, l.PerNumber, leads.RefuseNumber},
		{"hub", "all", l.PerHub, leads.RefuseHub},
	} {
		inside := c.refusal == leads.RefuseNumber && !strings.HasPrefix(d.Number, "+") // a colleague or a queue
		if c.most > 0 && c.of != "" && !inside {
			counts = append(counts, Count{Of: who + " " + c.what + " " + c.of, Most: c.most, Refusal: c.refusal})
		}
	}
	return counts
}

func (p Policy) limits(d leads.Dial) Limits {
	if d.Form {
		return p.Forms
	}
	return p.Click
}
