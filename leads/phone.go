package leads

import "strings"

// maxPhoneText is the longest text that is parsed, in bytes, as a bound on the work for a
// hostile text.
const maxPhoneText = 256

// Phone is one phone number parsed from a text.
type Phone struct {
	E164 string // "+79161234567"
	Ext  string // digits of the extension after it; empty for none
}

// NormalisePhone returns the first number of a text in E.164 ("+79161234567")
// and its extension, if it has one ("12"). It returns ErrPhone if there is
// none. See [ReadPhones].
func NormalisePhone(s, region string) (e164, ext string, err error) {
	s = expandExponent(strings.TrimSpace(s))
	if e164 := plainPhone(s, region); e164 != "" {
		return e164, "", nil
	}
	if phones, _ := ReadPhones(s, region); len(phones) > 0 {
		return phones[0].E164, phones[0].Ext, nil
	}
	return "", "", ErrPhone
}

// ReadPhones returns every phone number in text, in the order of writing, each
// once, and the words that belong to none of them ("Ольга, после 18"; trimmed,
// empty for none). It is for a field, not for running text: a text of more than 256
// bytes is not parsed, and its beginning is returned as rest.
//
// A national number is read as one of region (ISO 3166-1 alpha-2). Internal
// extensions (2–6 digits) are not phone numbers; neither are numbers that the
// country's number plan excludes, dates, prices, cards, bank accounts, tax numbers
// and the like.
func ReadPhones(text, region string) (phones []Phone, rest string) {
	text = strings.TrimSpace(text)
	if len(text) > maxPhoneText {
		valid := strings.ToValidUTF8(text[:min(len(text), 4*maxPhoneText)], "\uFFFD")
		return nil, strings.TrimSpace(Clip(valid, maxPhoneText))
	}
	text = expandExponent(text)
	if e164 := plainPhone(text, region); e164 != "" {
		return []Phone{{E164: e164}}, ""
	}
	if !mayHoldPhone(text) {
		return nil, text
	}
	return readText(text, region)
}

// readText is [ReadPhones] for a text of any spelling, without the fast path.
func readText(text, region string) ([]Phone, string) {
	r := phoneReader{text: text, region: region, budget: 60}
	r.cells = foldPhone(text, r.buf[:0])
	r.maskAddresses()
	r.blankCarrierMark()
	for i := 0; i < len(r.cells); {
		if r.startsNumber(i) {
			i = r.chunk(i)
		} else {
			i++
		}
	}
	return r.phones, r.rest()
}

// mayHoldPhone reports whether a text has enough digits for a phone number, or enough
// letters that may stand for digits. It is a fast check before the parser.
func mayHoldPhone(text string) bool {
	digits, letters := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 0x80: // perhaps part of a digit
			letters++
			if digits+letters >= minPhoneDigits {
				return true
			}
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		}
	}
	return digits >= minPhoneDigits || digits >= 3 && digits+letters >= 10
}

// plainPhone is the fast path for a text that is one number in ASCII: digits with blanks,
// hyphens and one pair of brackets, and a plus before them. It returns E.164, or nothing
// if the full parser must decide.
func plainPhone(s, region string) string {
	if isE164(s) {
		return s
	}
	if len(s) < minPhoneDigits || len(s) > 2*maxDialled {
		return ""
	}
	var buf [2 * maxDialled]byte
	d, separators, bracket := buf[:0], 0, -1
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			d = append(d, c)
		case c == '+' && i == 0:
		case c == '(' && bracket < 0:
			bracket = i
		case c == ')' && bracket >= 0 && i-bracket > 2: // "(0)" needs the full parser
		case c == '-' || c == ' ':
			separators++
		default:
			return ""
		}
	}
	if len(d) < minPhoneDigits || len(d) > maxDialled || s[len(s)-1] == '(' {
		return ""
	}
	switch {
	case s[0] == '+' && (s[1] < '0' || s[1] > '9' || s[1] == '8' && (s[2] < '0' || s[2] > '9')):
		return "" // "+8 495 …" and "+ 8 495 …" are not Vietnam
	case s[0] == '+':
		return international(string(d))
	case separators > 0 && bracket < 0 && looksLikeOtherNumber(s):
		return ""
	}
	return national(string(d), region)
}
