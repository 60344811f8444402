package duplicates

import (
	"strings"

	"ctihub/leads"
)

// Lengths of numbers in digits.
const (
	shortest  = 9  // that is compared
	national  = 10 // without the code of the country
	longest   = 15 // ITU-T E.164
	countries = 3  // the longest code of a country
)

// number is a telephone number. digits has the code of the country first where whole is set.
type number struct {
	text, digits string
	whole        bool
	plain        string // the digits as they are written
	read         bool   // the hub reads the text as a number
}

// addNumber reads a number as it was written.
func (f *Profile) addNumber(text string, read bool) {
	n := number{text: text, read: read}
	before := text // the extension
	lower := strings.ToLower(text)
	for _, mark := range []string{"доб", "ext", "вн", "#", ",", ";", "x"} {
		if i := strings.Index(lower, mark); i > 0 && i < len(before) && i < len(text) {
			before = text[:i]
		}
	}
	n.digits = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, before)
	n.plain = n.digits
	n.whole = read || strings.HasPrefix(strings.TrimSpace(text), "+")
	switch d := n.digits; {
	case !n.whole && strings.HasPrefix(d, "810") && len(d) > national+2: // dialled out of Russia
		n.digits, n.whole = d[3:], true
	case !n.whole && strings.HasPrefix(d, "00") && len(d) > national:
		n.digits, n.whole = d[2:], true
	case len(d) == national+1 && strings.HasPrefix(d, "89"), !n.whole && len(d) == national+1 && d[0] == '8':
		n.digits, n.whole = "7"+d[1:], true // no country has the code 89
	case !n.whole && len(d) == national+1 && d[0] == '7':
		n.whole = true
	case !n.whole:
		n.digits = strings.TrimLeft(d, "0")
	}
	if len(n.digits) >= shortest && len(n.digits) <= longest {
		f.numbers = append(f.numbers, n)
	}
}

// key is equal for two spellings of a number.
func (n number) key() string { return "n:" + n.digits[len(n.digits)-shortest:] }

// sameAs reports whether two texts spell one number: both with the code of the country, or one
// without it.
func (n number) sameAs(o number) bool {
	if n.whole == o.whole {
		return n.digits == o.digits
	}
	whole, part := n.digits, o.digits
	if o.whole {
		whole, part = part, whole
	}
	missing := len(whole) - len(part)
	return missing > 0 && missing <= countries && strings.HasSuffix(whole, part)
}

// mistypedAs reports whether the numbers differ by one typing error: a digit that is wrong,
// missing or too many, or two in the wrong order.
func (n number) mistypedAs(o number) bool {
	a, b := n.digits, o.digits
	if n.whole != o.whole {
		a, b = lastDigits(a), lastDigits(b)
	}
	return a != b && nearWords(a, b, 1)
}

func lastDigits(d string) string { return d[max(0, len(d)-national):] }

// pieces are three parts of a number; one typing error leaves one of them as it is.
func (n number) pieces() []string {
	d := lastDigits(n.digits)
	end := d[len(d)-3:]
	if len(d) < national {
		return []string{"a" + d[:4], "c" + end}
	}
	return []string{"a" + d[:4], "b" + d[4:7], "c" + end}
}

// isNumberOf reports whether an identity of a messenger is a telephone number.
func isNumberOf(id leads.Identity) bool {
	d, plus := strings.CutPrefix(id.Value, "+")
	if strings.Trim(d, "0123456789") != "" || len(d) <= national || len(d) > longest {
		return false
	}
	return plus || id.Kind == "whatsapp" || id.Kind == "viber" || id.Kind == "signal"
}
