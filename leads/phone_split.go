package leads

import (
	"slices"
	"strings"
)

// split finds the numbers in a chunk: the whole chunk, or parts of it between blanks,
// chosen so that the fewest digits remain unused.
func (r *phoneReader) split(from int, plus bool, groups []digitGroup, digits string) int {
	end := groups[len(groups)-1].to
	if n := len(groups) - 1; n > 0 && strings.Trim(r.folded(groups[n-1].to, end), "0") == "." && groups[n].off >= 10 {
		groups, digits = groups[:n], digits[:groups[n].off] // a table's decimal: "79161234567.0"
	}
	if r.sharesAreaCode(from, plus, groups, digits) {
		area, local := r.area, r.local
		next := r.take(from, end, groups, international(area[1:]+digits))
		r.area, r.local = area, local
		return next
	}
	if e164 := r.read(from, plus, groups, digits); e164 != "" {
		return r.take(from, end, groups, e164)
	}
	if next := r.vanity(from, end, plus, digits); next > 0 {
		return next
	}
	if n := r.dateOrTime(groups); !plus && n > 0 && len(digits)-groups[n].off >= 10 {
		return groups[n].from // the remaining groups are read next
	}
	starts := []int{0} // groups after a blank
	for i, g := range groups[1:] {
		if g.blank {
			starts = append(starts, i+1)
		}
	}
	if len(starts) == 1 || looksLikeOtherNumber(r.written(groups)) {
		return end
	}
	type best struct {
		left  int // unused digits
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
			// Unused digits that are separated by no more than the groups of the
			// number may belong to it. Then it is not taken as a number.
			before := a > 0 && r.isUnused(g[0].from-1) && !single && g[1].blank
			after := p.next < n && plan[p.next].e164 == "" && !single && g[len(g)-1].blank && r.at(groups[starts[p.next]].from-1) != '('
			if !before && !after && (plan[0].left == 0 || len(d) >= 10) {
				r.take(begin, g[len(g)-1].to, g, p.e164)
			}
		}
		a = p.next
	}
	return max(end, r.lastTaken())
}

// dateOrTime returns how many groups at the beginning are a date ("28.11.2026 …") or a time
// ("19-00 …") before a blank and further groups, 0 for none.
func (r *phoneReader) dateOrTime(groups []digitGroup) int {
	if len(groups) > 3 && groups[3].blank && !groups[1].blank && looksLikeOtherNumber(r.written(groups[:3])) {
		return 3
	}
	if len(groups) < 3 || !groups[2].blank || groups[1].blank {
		return 0
	}
	hour, minutes, _ := strings.Cut(strings.Replace(r.written(groups[:2]), ".", "-", 1), "-")
	if len(hour) == 0 || len(hour) > 2 || len(hour) == 2 && hour > "24" || !slices.Contains([]string{"00", "15", "30", "45"}, minutes) {
		return 0
	}
	return 2
}

// isUnused reports whether the cell before a part belongs to no number.
func (r *phoneReader) isUnused(i int) bool { return i > r.lastTaken() }

func (r *phoneReader) lastTaken() int {
	if n := len(r.taken); n > 0 {
		return r.taken[n-1].to
	}
	return 0
}

// vanity parses a North American toll-free number written with letters ("1-800-FLOWERS")
// and returns the cell after it, 0 if there is none.
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
	if next := r.at(end); len(d) < 10 || letters < 3 || isDigit(next) || isWord(next) || next == '-' || !r.isSeparate(from, end) {
		return 0
	}
	if e164 := international("1" + d); e164 != "" {
		return r.take(from, end, []digitGroup{{from: from, to: end}}, e164)
	}
	return 0
}
