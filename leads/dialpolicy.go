package leads

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// DialPolicy decides which numbers the hub has dialled, for whom, and how often
// a day. Every dial is judged by it when it is stored, whoever asks for it; what
// an exchange itself cannot dial is the business of its number plan.
type DialPolicy struct {
	Region string   // ISO 3166-1 alpha-2, of Limits that allow nothing in particular
	Deny   []string // beginnings of numbers that are never dialled
	Click  DialLimits
	Forms  DialLimits
}

// DialLimits are what one kind of asker may have dialled.
type DialLimits struct {
	// Allow are regions ("RU") and beginnings of E.164 numbers ("+4930");
	// none: the policy's region.
	Allow []string
	// Dials stored a day; 0: not counted.
	PerAddress, PerUser, PerNumber, PerHub int
}

// UsualDialPolicy is what applies in a region unless the configuration says otherwise.
func UsualDialPolicy(region string) DialPolicy {
	return DialPolicy{
		Region: region,
		Click:  DialLimits{PerAddress: 3000, PerUser: 300, PerNumber: 20, PerHub: 5000},
		Forms:  DialLimits{PerAddress: 5, PerNumber: 3, PerHub: 200},
	}
}

// DialRefusal is why the hub does not have a number dialled. The workplace has
// words for each in its languages.
type DialRefusal string

// Refusals.
const (
	RefuseUnreadable DialRefusal = "unreadable"  // no phone number of any country, and no extension
	RefuseEmergency  DialRefusal = "emergency"   // an emergency number
	RefuseForeign    DialRefusal = "foreign"     // of a region that is not allowed
	RefuseCostly     DialRefusal = "costly"      // premium rate, personal numbers, pagers
	RefuseKind       DialRefusal = "kind"        // from a form: neither fixed nor mobile
	RefuseDenied     DialRefusal = "denied"      // on a list of the configuration
	RefuseAddress    DialRefusal = "per_address" // the day's dials of the client's address are used up
	RefuseUser       DialRefusal = "per_user"    // the user's
	RefuseNumber     DialRefusal = "per_number"  // those to the number
	RefuseHub        DialRefusal = "per_hub"     // all
)

// refusalWords say each rule, and what to do.
var refusalWords = map[DialRefusal]string{
	RefuseUnreadable: "It is no phone number of any country; write it with + and the country's code.",
	RefuseEmergency:  "The hub dials no emergency numbers; dial it on the telephone.",
	RefuseForeign:    "Numbers of this country or area are not dialled from here; an administrator can add it to \"allow\" in the configuration.",
	RefuseCostly:     "The hub dials no numbers at special rates; dial it on the telephone.",
	RefuseKind:       "For a form only fixed and mobile numbers are dialled.",
	RefuseDenied:     "The number is on a list of numbers that are not dialled; an administrator can change it in the configuration.",
	RefuseAddress:    "Too many calls were asked for from this address today; an administrator can raise per_address under \"dialling\".",
	RefuseUser:       "You have used up today's calls; an administrator can raise per_user under \"dialling\".",
	RefuseNumber:     "This number was dialled too often today; an administrator can raise per_number under \"dialling\".",
	RefuseHub:        "Today's calls are used up; an administrator can raise per_hub under \"dialling\".",
}

// DialRefusals are all of them.
var DialRefusals = []DialRefusal{
	RefuseUnreadable, RefuseEmergency, RefuseForeign, RefuseCostly, RefuseKind, RefuseDenied, RefuseAddress, RefuseUser, RefuseNumber, RefuseHub,
}

func (r DialRefusal) Error() string { return "the number is not dialled: " + string(r) }

// Words says the rule and the remedy in English.
func (r DialRefusal) Words() string { return refusalWords[r] }

// Unwrap makes a refusal an [ErrInvalid].
func (r DialRefusal) Unwrap() error { return ErrInvalid }

// Exhausted reports whether the number may be dialled again on another day.
func (r DialRefusal) Exhausted() bool {
	return r == RefuseAddress || r == RefuseUser || r == RefuseNumber || r == RefuseHub
}

// Judge returns the [DialRefusal] of a dial's number, nil if it may be dialled.
// ours: a user has the extension that the number is.
func (p DialPolicy) Judge(d Dial, ours bool) error {
	limits := p.limits(d)
	if slices.ContainsFunc(p.Deny, func(prefix string) bool { return strings.HasPrefix(d.Number, prefix) }) {
		return RefuseDenied
	}
	if !strings.HasPrefix(d.Number, "+") {
		switch {
		case d.Form:
			return RefuseUnreadable // a visitor has no business with extensions
		case !ours && phonenumbers.IsEmergencyNumber(d.Number, p.Region):
			return RefuseEmergency
		}
		return nil
	}
	n, err := phonenumbers.Parse(d.Number, "")
	if err != nil {
		return RefuseUnreadable
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
		return RefuseCostly
	default:
		if d.Form {
			return RefuseKind
		}
	}
	switch {
	case leadsAbroad(n, region):
		return RefuseForeign
	case prefixed: // also where the hub does not know what kind of number it is
	case !named:
		return RefuseForeign
	case kind == phonenumbers.UNKNOWN:
		return RefuseUnreadable
	}
	return nil
}

// leadsAbroad reports whether a number is one of another country when it is
// dialled without the country code, as an exchange may have to: the number plan of
// Russia has +7 8108…, and 8108… at home is the way abroad.
func leadsAbroad(n *phonenumbers.PhoneNumber, region string) bool {
	if region == "" || region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		return false
	}
	home, err := phonenumbers.Parse(phonenumbers.GetNationalSignificantNumber(n), region)
	return err != nil || home.GetCountryCode() != n.GetCountryCode()
}

// DialCount is a number of dials a day that may not be exceeded.
type DialCount struct {
	Of      string // what is counted
	Most    int
	Refusal DialRefusal
}

// Counts returns what is counted of a dial, always in the same order of kinds:
// transactions that count in the same order wait for each other and never in a circle.
func (p DialPolicy) Counts(d Dial) (counts []DialCount) {
	l, who := p.limits(d), "click"
	if d.Form {
		who = "form"
	}
	for _, c := range []struct {
		what, of string
		most     int
		refusal  DialRefusal
	}{
		{"address", d.Address, l.PerAddress, RefuseAddress},
		{"user", d.User.ID, l.PerUser, RefuseUser},
		{"number", d.Number, l.PerNumber, RefuseNumber},
		{"hub", "all", l.PerHub, RefuseHub},
	} {
		inside := c.refusal == RefuseNumber && !strings.HasPrefix(d.Number, "+") // a colleague or a queue
		if c.most > 0 && c.of != "" && !inside {
			counts = append(counts, DialCount{Of: who + " " + c.what + " " + c.of, Most: c.most, Refusal: c.refusal})
		}
	}
	return counts
}

func (p DialPolicy) limits(d Dial) DialLimits {
	if d.Form {
		return p.Forms
	}
	return p.Click
}
