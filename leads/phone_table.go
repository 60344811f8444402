package leads

import "math/bits"

//go:generate go test -run TestNumberPlanTableIsGenerated . -write
//go:generate go test -run Librarys .

// numberPlans is an automaton over the digits of E.164 that accepts the numbers of all number
// plans. It is made of the metadata of the library phonenumbers, and gives the answers of its
// IsValidNumber without a regular expression.
//
// A state is an index of numberPlans. Its first word has a bit for each digit at which another
// next state begins (bit 3: the digits from 3 on), and acceptsBit if a number may end here. The
// next states follow in the order of their digits. State 0 has none: nothing is accepted there.

// acceptsBit marks a state in which a number is complete.
const acceptsBit = 1 << 15

// inNumberPlan reports whether the number plan of a country code has a national number. Both have
// digits only.
func inNumberPlan(code, nsn string) bool {
	state := numberPlanAfter(numberPlanAfter(numberPlansRoot, code), nsn)
	return numberPlans[state]&acceptsBit != 0
}

// numberPlanAfter returns the state that follows a state after digits.
func numberPlanAfter(state uint16, digits string) uint16 {
	for i := 0; i < len(digits) && state != 0; i++ {
		d := digits[i] - '0'
		if d > 9 {
			return 0
		}
		upTo := uint16(2)<<d - 1 // bits of the digits from 0 to d
		state = numberPlans[state+uint16(bits.OnesCount16(numberPlans[state]&upTo))]
	}
	return state
}

// phoneRegion is what a region (ISO 3166-1 alpha-2) dials.
type phoneRegion struct {
	code     string // country code
	trunk    string // prefix before a national number; empty: none
	prefixes uint16 // a bit for each digit with which an international or a national prefix may begin
}

// hasPrefix reports whether the library may strip a prefix from digits dialled in the region. If
// not, it parses them as a national number.
func (p phoneRegion) hasPrefix(d string) bool {
	return p.prefixes>>(d[0]-'0')&1 != 0 || d[0] == p.code[0]
}

// isE164 reports whether a text is a number in E.164 of the current number plan, without
// separators.
func isE164(s string) bool {
	if len(s) < 1+minPhoneDigits || len(s) > 1+maxPhoneDigits || s[0] != '+' || !allDigits(s[1:]) {
		return false
	}
	code := countryCode(s[1:])
	nsn := s[1+len(code):]
	return code != "" && currentNumber(code, nsn) == nsn && inNumberPlan(code, nsn)
}
