package asterisk

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"ctihub/leads"
)

// did is a number by which customers reach the company: in the configuration
// its name alone, or a mapping.
type did struct {
	Name string `yaml:"name"`
	// Source is the advertisement that shows this number (call tracking). It
	// becomes utm_source of the leads that the number brings.
	Source string `yaml:"source"`
	Team   string `yaml:"team"` // that serves it, instead of the source's
}

// UnmarshalText takes the short form: the name.
func (d *did) UnmarshalText(b []byte) error {
	d.Name = string(b)
	return nil
}

// numbers is the part of the plan that is about outside numbers.
type numbers struct {
	dids    map[string]did // by the number as [plan.number] returns it
	strip   []string       // prefixes, the longest first
	dial    []replacement  // the longest prefix first
	barred  map[string]bool
	barring []string // prefixes of barred numbers
}

type replacement struct{ prefix, by string }

var prefixDigits = regexp.MustCompile(`^\+?[0-9]{0,10}$`)

// readNumbers checks the settings about numbers. The plan's lengths and region
// must be known.
func (p *plan) readNumbers(s settings) error {
	p.dids, p.barred = map[string]did{}, map[string]bool{}
	for number, d := range s.DIDs {
		if _, twice := p.dids[p.number(number)]; twice {
			return fmt.Errorf("dids: %s is given twice, in different notations; keep one of them", number)
		}
		p.dids[p.number(number)] = d
	}
	for _, prefix := range s.Strip {
		if prefix == "" || !prefixDigits.MatchString(prefix) {
			return fmt.Errorf("strip: %q is not a prefix; give the digits that stand before a number, such as \"9\"", prefix)
		}
	}
	p.strip = longestFirst(slices.Clone(s.Strip))
	for _, prefix := range longestFirst(slices.Collect(maps.Keys(s.DialOut))) {
		by := s.DialOut[prefix]
		if !strings.HasPrefix(prefix, "+") || !prefixDigits.MatchString(prefix) {
			return fmt.Errorf("dial_out: %q is not the beginning of an international number; write \"+\" or, for example, \"+7\"", prefix)
		}
		if !prefixDigits.MatchString(by) {
			return fmt.Errorf("dial_out: %s: %q is not a prefix; give the digits that the exchange expects instead, such as \"98\"", prefix, by)
		}
		p.dial = append(p.dial, replacement{prefix, by})
	}
	for _, entry := range s.Blacklist {
		number, isPrefix := strings.CutSuffix(entry, "*")
		switch {
		case isPrefix && number != "" && number != "+" && prefixDigits.MatchString(number):
			p.barring = append(p.barring, number)
		case !isPrefix && leads.CheckDialable(strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(number)) == nil:
			p.barred[p.number(number)] = true
		default:
			return fmt.Errorf("blacklist: %q is neither a number nor a prefix such as \"+7900*\"", entry)
		}
	}
	return nil
}

func longestFirst(list []string) []string {
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return list
}

// stripped removes a prefix that the exchange or a provider puts before numbers, and
// returns E.164. If the rest is not a number, it returns s unchanged.
func (p plan) stripped(s string) string {
	if p.isExtension(s) {
		return s
	}
	for _, prefix := range p.strip {
		if rest, found := strings.CutPrefix(s, prefix); found {
			if e164, _, err := leads.NormalisePhone(rest, p.region); err == nil {
				return e164
			}
		}
	}
	return s
}

// isBarred reports whether a number, as [plan.number] returns it, is on the
// blacklist.
func (p plan) isBarred(number string) bool {
	return p.barred[number] || slices.ContainsFunc(p.barring, func(prefix string) bool { return strings.HasPrefix(number, prefix) })
}

// dialOut returns the digits by which the exchange reaches a number: an extension
// as it is, an outside number with the prefix of the plan. The result has digits
// only, and perhaps a + before them.
func (p plan) dialOut(number string) (string, error) {
	if leads.CheckDialable(number) != nil {
		return "", leads.ErrUndialable
	}
	if p.isExtension(number) {
		return number, nil
	}
	number = p.number(number)
	for _, r := range p.dial {
		if rest, found := strings.CutPrefix(number, r.prefix); found {
			number = r.by + rest
			break
		}
	}
	if leads.CheckDialable(number) != nil {
		return "", leads.ErrUndialable
	}
	return number, nil
}

// listDIDs returns the configured DIDs with their advertisements, in any order.
func (p plan) listDIDs() (all []leads.DID) {
	for number, d := range p.dids {
		all = append(all, leads.DID{Number: number, Advert: d.Source})
	}
	return all
}

// didOf returns the DID in a caller id such as "Company <+74951234567>"; empty
// if there is none.
func (p plan) didOf(callerID string) string {
	if _, in, found := strings.Cut(callerID, "<"); found {
		callerID, _, _ = strings.Cut(in, ">")
	}
	number := p.number(strings.TrimSpace(callerID))
	if _, known := p.dids[number]; known {
		return number
	}
	return ""
}
