package leads

import (
	"cmp"
	"strings"
)

// phoneReader is the state of parsing one text.
type phoneReader struct {
	text, region string
	buf          [maxPhoneText]phoneCell
	cells        []phoneCell
	phones       []Phone
	taken        []cellSpan // cells of the numbers found, in order
	masked       []cellSpan // web addresses and bank accounts
	budget       int        // look-ups in the number plans that are left
	area         string     // digits of the last number up to its area code in brackets
	local        int        // how many digits of the last number follow area
}

type cellSpan struct{ from, to int }

// digitGroup is a row of digits in a chunk.
type digitGroup struct {
	from, to int // cells
	off      int // index of its first digit in the digits of the chunk
	blank    bool
}

func (r *phoneReader) at(i int) rune {
	if i < 0 || i >= len(r.cells) {
		return '\n'
	}
	return r.cells[i].r
}

func (r *phoneReader) startsNumber(i int) bool {
	return isDigit(r.at(i)) || r.at(i) == '+'
}

// isBetween reports whether a character may stand between the digits of a number.
func isBetween(c rune) bool {
	return c == ' ' || c == '-' || c == '_' || c == '.' || c == '(' || c == ')' || c == '/'
}

// chunk reads the digits from a cell on that may belong to one number, parses them, and
// returns the cell after them.
func (r *phoneReader) chunk(from int) int {
	i, plus := from, false
	for r.at(i) == '+' || plus && (r.at(i) == ' ' || r.at(i) == '(' || r.at(i) == '-') {
		plus = true
		i++
	}
	if !isDigit(r.at(i)) {
		return max(i, from+1)
	}
	if second := r.digitAfterSecondPlus(i); plus && second > 0 {
		i = second // "+7 +7 916 …", pasted behind a fixed +7
	}
	var groups []digitGroup
	var digits []byte
	depth := 0
	if r.at(from-1) == '(' || plus && r.at(i-1) == '(' {
		depth = 1
	}
	for blank := false; ; {
		g := digitGroup{from: i, off: len(digits), blank: blank}
		for isDigit(r.at(i)) {
			digits = append(digits, byte(r.at(i)))
			i++
		}
		g.to = i
		groups = append(groups, g)
		next, ok := i, true
		blank = false
		for ok && isBetween(r.at(next)) && next-i < 6 {
			switch c := r.at(next); {
			case c == '(':
				depth++
			case c == ')':
				depth--
				ok = depth >= 0
			case c == '/' && len(digits) >= 10:
				ok = false
			case c == '-' && len(digits) >= 10 && r.at(next-1) == ' ' && r.at(next+1) == ' ':
				ok = false
			}
			blank = blank || r.at(next) == ' ' || r.at(next) == '/'
			next++
		}
		if !ok || !isDigit(r.at(next)) || r.isTime(next) {
			break
		}
		i = next
	}
	return r.split(from, plus, groups, string(digits))
}

// digitAfterSecondPlus returns the cell of the first digit after a second plus that directly
// follows a country code, 0 if there is none.
func (r *phoneReader) digitAfterSecondPlus(i int) int {
	from := i
	for isDigit(r.at(i)) {
		i++
	}
	if i-from > 3 {
		return 0
	}
	for r.at(i) == ' ' {
		i++
	}
	if r.at(i) != '+' || !isDigit(r.at(i+1)) {
		return 0
	}
	return i + 1
}

// isTime reports whether "18:00" stands at a cell.
func (r *phoneReader) isTime(i int) bool {
	from := i
	for isDigit(r.at(i)) {
		i++
	}
	return i-from <= 2 && r.at(i) == ':' && isDigit(r.at(i+1))
}

// written returns the groups as they are in the text, folded.
func (r *phoneReader) written(groups []digitGroup) string {
	return r.folded(groups[0].from, groups[len(groups)-1].to)
}

// read returns the E.164 of the digits in the cells from begin on, empty if they are not a
// phone number.
func (r *phoneReader) read(begin int, plus bool, groups []digitGroup, d string) string {
	end := groups[len(groups)-1].to
	if len(d) < minPhoneDigits || len(d) > maxDialled {
		return ""
	}
	if !plus && looksLikeOtherNumber(r.written(groups)) || !r.isSeparate(begin, end) || !plus && r.isOtherNumber(begin, end, groups) {
		return ""
	}
	if r.budget--; r.budget < 0 {
		return ""
	}
	if context := r.context(end); context != "" && !plus {
		return international(context + d)
	}
	if plus && groups[0].to-groups[0].from == 1 && d[0] == '8' {
		return trunk8(d, r.region) // checked before Vietnam, whose code is 84
	}
	for _, g := range groups[1:] { // "+44 (0)20 …"; in Italy the zero may belong to the number
		if at := g.off - groups[0].off; g.to-g.from == 1 && d[at] == '0' && r.at(g.from-1) == '(' && r.at(g.to) == ')' {
			if e164 := r.dialled(plus, d[:at]+d[at+1:]); e164 != "" {
				return e164
			}
		}
	}
	return r.dialled(plus, d)
}

func (r *phoneReader) dialled(plus bool, d string) string {
	if !plus {
		return national(d, r.region)
	}
	if e164 := international(d); e164 != "" {
		return e164
	}
	if code := countryCode(d); code != "" && strings.HasPrefix(d[len(code):], code) { // "+7 7 916 …", pasted behind a fixed +7
		return validE164(code, d[2*len(code):])
	}
	return trunk8(d, r.region)
}

// sharesAreaCode reports whether digits are a second number with the area code of the
// previous number: "8 (495) 123-45-67, 123-45-68".
func (r *phoneReader) sharesAreaCode(from int, plus bool, groups []digitGroup, digits string) bool {
	if plus || r.area == "" || len(digits) != r.local || len(digits) < 5 || len(r.taken) == 0 {
		return false
	}
	sign := strings.TrimSpace(r.folded(r.lastTaken(), from))
	return (sign == "," || sign == ";" || sign == "/" || joinWords[sign]) &&
		r.isSeparate(from, groups[len(groups)-1].to) && international(r.area[1:]+digits) != ""
}

// take stores a number with its scheme, parameters and extension, and returns the cell
// after them.
func (r *phoneReader) take(from, end int, groups []digitGroup, e164 string) int {
	scheme := false
	if r.at(from-1) == ':' {
		if w, at := r.wordBefore(from - 1); addressSchemes[w] {
			scheme, from = true, at
		}
	}
	r.area, r.local = "", 0
	for i, g := range groups[1:] { // the groups after an area code in brackets
		if !strings.Contains(r.folded(groups[i].to, g.from), ")") {
			continue
		}
		last := groups[len(groups)-1]
		if n := last.off + last.to - last.from - g.off; n >= 5 && n < len(e164)-2 {
			r.area, r.local = e164[:len(e164)-n], n
		}
		break
	}
	p := Phone{E164: e164}
	keep := false // the address stays in the rest: it is an e-mail address
	if r.at(end) == '@' {
		keep = !scheme && !r.isExchangeHost(end+1)
		for !endsAddress(r.at(end)) && r.at(end) != ',' && r.at(end) != ';' {
			end++
		}
		scheme = !keep
	}
	if r.at(end) == ';' && isWord(r.at(end+1)) || scheme && (r.at(end) == ';' || r.at(end) == '?') {
		end = r.parameters(end, scheme, &p)
	}
	if p.Ext == "" {
		p.Ext, end = r.extension(end)
	}
	for _, s := range r.masked {
		if s.from <= from && from < s.to {
			from, end = s.from, max(end, s.to)
		}
	}
	if keep {
		r.taken = append(r.taken, cellSpan{from, from})
	} else {
		r.taken = append(r.taken, cellSpan{from, end})
	}
	for i, q := range r.phones {
		if q.E164 == p.E164 {
			r.phones[i].Ext = cmp.Or(q.Ext, p.Ext)
			return end
		}
	}
	r.phones = append(r.phones, p)
	return end
}
