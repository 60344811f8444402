package leads

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

// beginnings returns a bit for each digit with which a text that matches a pattern may begin.
func beginnings(patterns ...string) (digits uint16, err error) {
	for _, pattern := range patterns {
		if pattern == "" {
			continue
		}
		a, err := newAutomaton(strings.ReplaceAll(pattern, "$", "")) // where it ends does not matter
		if err != nil {
			return 0, err
		}
		for d := range 10 {
			if a.next(a.first, d) != a.dead || a.matches[a.first] {
				digits |= 1 << d
			}
		}
	}
	return digits, nil
}

// automaton is a deterministic automaton of a regular expression over digits.
type automaton struct {
	prog        *syntax.Prog
	sets        [][]uint32 // instructions of each state that await a digit
	matches     []bool
	known       map[string]int // set → state
	after       [][10]int      // by state and digit: the next state, notYet until it is asked for
	first, dead int
}

const notYet = -1

func newAutomaton(pattern string) (*automaton, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	for _, in := range prog.Inst {
		if in.Op == syntax.InstEmptyWidth {
			return nil, fmt.Errorf("%q has an anchor", pattern)
		}
	}
	a := &automaton{prog: prog, known: map[string]int{}}
	a.dead = a.state(nil)
	a.first = a.state([]uint32{uint32(prog.Start)})
	return a, nil
}

// state returns the state of the instructions that follow from some.
func (a *automaton) state(from []uint32) int {
	seen, matches := map[uint32]bool{}, false
	var set []uint32
	for len(from) > 0 {
		pc := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch in := a.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			from = append(from, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			from = append(from, in.Out)
		case syntax.InstMatch:
			matches = true
		case syntax.InstFail:
		default:
			set = append(set, pc)
		}
	}
	slices.Sort(set)
	key := fmt.Sprint(set, matches)
	if s, ok := a.known[key]; ok {
		return s
	}
	a.sets, a.matches = append(a.sets, set), append(a.matches, matches)
	a.after = append(a.after, [10]int{notYet, notYet, notYet, notYet, notYet, notYet, notYet, notYet, notYet, notYet})
	a.known[key] = len(a.sets) - 1
	return len(a.sets) - 1
}

// next returns the state after a digit.
func (a *automaton) next(state, digit int) int {
	if s := a.after[state][digit]; s != notYet {
		return s
	}
	var to []uint32
	for _, pc := range a.sets[state] {
		if a.prog.Inst[pc].MatchRune(rune('0' + digit)) {
			to = append(to, a.prog.Inst[pc].Out)
		}
	}
	s := a.state(to)
	a.after[state][digit] = s
	return s
}
