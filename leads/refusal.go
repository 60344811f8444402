package leads

// DialRefusal is a code of why the hub does not dial a number. The workplace
// translates it.
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
