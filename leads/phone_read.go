package leads

import "strings"

// phoneReader is one reading of a text.
type phoneReader struct {
	text, region string
	buf          [maxPhoneText]phoneCell
	cells        []phoneCell
	phones       []Phone
	taken        []cellSpan // by numbers, in order
	dead         []cellSpan // web addresses and bank accounts
	budget       int        // of further questions to the number plans
	area         string     // digits of the last number up to its area code in brackets
	local        int        // digits of the last number behind that
}

type cellSpan struct{ from, to int }

// digitGroup is a row of digits in a chunk.
type digitGroup struct {
	from, to int // cells
	off      int // of its first digit among the chunk's
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

// chunk reads the digits from a cell on that may belong together and returns
// the cell behind what it has used.
func (r *phoneReader) chunk(from int) int {
	i, plus := from, false
	for r.at(i) == '+' || plus && (r.at(i) == ' ' || r.at(i) == '(' || r.at(i) == '-') {
		plus = true
		i++
	}
	if !isDigit(r.at(i)) {
		return max(i, from+1)
	}
	if second := r.afterCode(i); plus && second > 0 {
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

// afterCode returns the first digit behind a second plus that follows a country
// code at once, 0 if there is none.
func (r *phoneReader) afterCode(i int) int {
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

// split finds the numbers in a chunk: the whole of it, or parts of it between
// blanks, so that the fewest digits are left over.
func (r *phoneReader) split(from int, plus bool, groups []digitGroup, digits string) int {
	end := groups[len(groups)-1].to
	if n := len(groups) - 1; n > 0 && strings.Trim(r.folded(groups[n-1].to, end), "0") == "." && groups[n].off >= 10 {
		groups, digits = groups[:n], digits[:groups[n].off] // a table's decimal: "79161234567.0"
	}
	if r.continues(from, plus, groups, digits) {
		return r.take(from, end, groups, international(r.area[1:]+digits))
	}
	if e164 := r.read(from, plus, groups, digits); e164 != "" {
		return r.take(from, end, groups, e164)
	}
	if next := r.vanity(from, end, plus, digits); next > 0 {
		return next
	}
	starts := []int{0} // groups behind a blank
	for i, g := range groups[1:] {
		if g.blank {
			starts = append(starts, i+1)
		}
	}
	if len(starts) == 1 || likeOther(r.written(groups)) {
		return end
	}
	type best struct {
		left  int // digits over
		parts int
		e164  string
		next  int
	}
	starts = append(starts, len(groups))
	n := len(starts) - 1
	cut := func(a, b int) ([]digitGroup, string) { // groups from start a to b
		g, to := groups[starts[a]:starts[b]], len(digits)
		if b < n {
			to = groups[starts[b]].off
		}
		return g, digits[g[0].off:to]
	}
	plan := make([]best, n+1)
	for a := n - 1; a >= 0; a-- {
		_, d := cut(a, a+1)
		plan[a] = best{left: plan[a+1].left + len(d), parts: plan[a+1].parts, next: a + 1}
		for b := a + 1; b <= n; b++ {
			g, d := cut(a, b)
			if len(d) > maxDialled {
				break
			}
			left, parts := plan[b].left, plan[b].parts+1
			if left > plan[a].left || left == plan[a].left && plan[a].e164 != "" && parts >= plan[a].parts {
				continue
			}
			begin := g[0].from
			if a == 0 {
				begin = from
			}
			if e164 := r.read(begin, plus && a == 0, g, d); e164 != "" {
				plan[a] = best{left, parts, e164, b}
			}
		}
	}
	for a := 0; a < n; {
		p := plan[a]
		if p.e164 != "" {
			g, d := cut(a, p.next)
			begin, single := g[0].from, p.next == a+1
			if a == 0 {
				begin = from
			}
			// Digits over, apart by no more than those of the number, may be
			// digits of it: then it is none.
			before := a > 0 && r.isLeft(g[0].from-1) && !single && g[1].blank
			after := p.next < n && plan[p.next].e164 == "" && !single && g[len(g)-1].blank && r.at(groups[starts[p.next]].from-1) != '('
			if !before && !after && (plan[0].left == 0 || len(d) >= 10) {
				r.take(begin, g[len(g)-1].to, g, p.e164)
			}
		}
		a = p.next
	}
	return max(end, r.lastTaken())
}

// isLeft reports whether the cell before a part belongs to no number.
func (r *phoneReader) isLeft(i int) bool { return i > r.lastTaken() }

func (r *phoneReader) lastTaken() int {
	if n := len(r.taken); n > 0 {
		return r.taken[n-1].to
	}
	return 0
}

// written is the form of groups as it is in the text, folded.
func (r *phoneReader) written(groups []digitGroup) string {
	return r.folded(groups[0].from, groups[len(groups)-1].to)
}

// read returns the E.164 of digits that stand in the cells from begin on, empty
// if they are no phone.
func (r *phoneReader) read(begin int, plus bool, groups []digitGroup, d string) string {
	end := groups[len(groups)-1].to
	if len(d) < minPhoneDigits || len(d) > maxDialled {
		return ""
	}
	if !plus && likeOther(r.written(groups)) || !r.standsApart(begin, end) || !plus && r.isOther(begin, end, groups) {
		return ""
	}
	if r.budget--; r.budget < 0 {
		return ""
	}
	if context := r.context(end); context != "" && !plus {
		return international(context + d)
	}
	if plus && groups[0].to-groups[0].from == 1 && d[0] == '8' {
		return plus8(d) // before Vietnam, whose code is 84
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
		return complete(code, d[2*len(code):])
	}
	return plus8(d)
}

// continues reports whether digits are a second number with the area code of
// the one before: "8 (495) 123-45-67, 123-45-68".
func (r *phoneReader) continues(from int, plus bool, groups []digitGroup, digits string) bool {
	if plus || r.area == "" || len(digits) != r.local || len(digits) < 5 || len(r.taken) == 0 {
		return false
	}
	sign := strings.TrimSpace(r.folded(r.lastTaken(), from))
	return (sign == "," || sign == ";" || sign == "/" || joinWords[sign]) &&
		r.standsApart(from, groups[len(groups)-1].to) && international(r.area[1:]+digits) != ""
}

// take keeps a number with what belongs to it and returns the cell behind.
func (r *phoneReader) take(from, end int, groups []digitGroup, e164 string) int {
	scheme := false
	if r.at(from-1) == ':' {
		if w, at := r.wordBefore(from - 1); addressSchemes[w] {
			scheme, from = true, at
		}
	}
	r.area, r.local = "", 0
	for i, g := range groups[1:] { // the groups behind an area code in brackets
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
	keep := false // the address in the rest
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
	for _, s := range r.dead {
		if s.from <= from && from < s.to {
			from, end = s.from, max(end, s.to)
		}
	}
	if keep {
		r.taken = append(r.taken, cellSpan{from, from})
	} else {
		r.taken = append(r.taken, cellSpan{from, end})
	}
	for _, q := range r.phones {
		if q.E164 == p.E164 {
			return end
		}
	}
	r.phones = append(r.phones, p)
	return end
}

// vanity reads a North American free number that is written with letters
// ("1-800-FLOWERS") and returns the cell behind it, 0 if there is none.
func (r *phoneReader) vanity(from, end int, plus bool, digits string) int {
	d := strings.TrimPrefix(digits, "1")
	abroad := len(d) == len(digits) && (plus || countryOf(r.region) != 1)
	if len(d) < 3 || len(d) > 6 || d[0] != '8' || d[1] != d[2] || abroad {
		return 0
	}
	letters := 0
	for i := end; i < len(r.cells) && len(d) < 10; i++ {
		switch c := r.at(i); {
		case isDigit(c):
			d += string(c)
		case c >= 'a' && c <= 'z':
			d += string("22233344455566677778889999"[c-'a'])
			letters++
		case c == '-' || c == ' ' && letters == 0:
			continue
		default:
			return 0
		}
		end = i + 1
	}
	if next := r.at(end); len(d) < 10 || letters < 3 || isDigit(next) || isWord(next) || next == '-' || !r.standsApart(from, end) {
		return 0
	}
	if e164 := international("1" + d); e164 != "" {
		return r.take(from, end, []digitGroup{{from: from, to: end}}, e164)
	}
	return 0
}
