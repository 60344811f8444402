package duplicates

import (
	"strings"

	"ctihub/leads"
)

// Person is what the rules read of a contact.
type Person struct {
	Name, Company string
	Identities    []leads.Identity // that the contact has
	Named         []leads.Identity // named in texts of its messages, not decided yet
	Unread        []string         // texts that are no number or address to the hub
}

// SharedBy is how many contacts may have one number, mailbox or user name before it
// suggests nobody by itself.
const SharedBy = 4

// scores of a rule, by how the names compare.
type scores struct{ other, open, part, typo, near, equal int }

var (
	spellingScores = scores{other: 76, open: 80, part: 88, typo: 92, near: 95, equal: 97}
	mailboxScores  = scores{other: 76, open: 84, part: 90, typo: 93, near: 96, equal: 98}
	channelScores  = scores{open: 78, part: 86, typo: 90, near: 94, equal: 96}
	sharedScores   = scores{typo: 60, near: 70, equal: 76}
	typoScores     = scores{typo: 66, near: 76, equal: 82}
	companyScores  = scores{typo: 68, near: 76, equal: 84}
)

// of returns the score for a comparison of names, 0 for none.
func (s scores) of(c comparison) int {
	switch c {
	case namesEqual:
		return s.equal
	case namesNear:
		return s.near
	case namesTypo:
		return s.typo
	case namesPart:
		return s.part
	case namesUnknown:
		return s.open
	case namesGiven:
		return s.other
	}
	return 0
}

// Judge returns how surely two contacts are one person, from 1 to 99, and why; 0 and nothing
// if no rule suggests it. shared reports whether more than [SharedBy] contacts have a key.
func Judge(a, b *Profile, shared func(key string) bool) (score int, reasons []leads.DuplicateReason) {
	names := compareNames(a.name, b.name)
	doubt := 1.0
	add := func(code string, s scores, values ...string) {
		if n := s.of(names); n > 0 && !hasReason(reasons, code) {
			doubt *= 1 - float64(n)/100
			reasons = append(reasons, leads.DuplicateReason{Code: code, Values: values})
		}
	}
	alone := func(s scores, key string) scores {
		if shared(key) {
			return sharedScores
		}
		return s
	}
	for _, x := range a.numbers {
		for _, y := range b.numbers {
			switch {
			case x.plain == y.plain && x.read && y.read:
				add(leads.DuplicateChannels, alone(channelScores, x.key()), x.text, y.text)
			case x.sameAs(y):
				add(leads.DuplicateSpelling, alone(spellingScores, x.key()), x.text, y.text)
			case x.mistypedAs(y):
				add(leads.DuplicateTypo, typoScores, x.text, y.text)
			}
		}
	}
	for _, x := range a.mailboxes {
		for _, y := range b.mailboxes {
			switch {
			case x.canonical != y.canonical:
			case x.general:
				add(leads.DuplicateMailbox, sharedScores, x.text, y.text)
			case x.text == y.text:
				add(leads.DuplicateChannels, alone(channelScores, x.key()), x.text, y.text)
			default:
				add(leads.DuplicateMailbox, alone(mailboxScores, x.key()), x.text, y.text)
			}
		}
	}
	for _, x := range a.handles {
		for _, y := range b.handles {
			if x.canonical == y.canonical {
				add(leads.DuplicateChannels, alone(channelScores, x.key()), x.text, y.text)
			}
		}
	}
	for _, x := range a.companies {
		for _, y := range b.companies {
			if x.canonical == y.canonical {
				add(leads.DuplicateCompany, companyScores, x.text, y.text)
			}
		}
	}
	if len(reasons) == 0 {
		return 0, nil
	}
	return min(99, int(100*(1-doubt)+0.5)), reasons
}

func hasReason(reasons []leads.DuplicateReason, code string) bool {
	for _, r := range reasons {
		if r.Code == code {
			return true
		}
	}
	return false
}

// Profile is what a contact is compared by.
type Profile struct {
	name      name
	numbers   []number
	mailboxes []mailbox
	handles   []handle
	companies []company
}

// NewProfile reads a contact.
func NewProfile(p Person) *Profile {
	f := &Profile{name: readName(p.Name)}
	f.addCompany(p.Company)
	for _, id := range p.Identities {
		f.add(id, true)
	}
	for _, id := range p.Named {
		f.add(id, false)
	}
	for _, text := range p.Unread {
		if strings.Contains(text, "@") {
			if address, err := leads.NormaliseEmail(text); err == nil {
				f.addMailbox(address)
			}
			continue
		}
		f.addNumber(text, false)
	}
	return f
}

// add reads an identity. own: the contact writes from it, so that its domain may tell the company.
func (f *Profile) add(id leads.Identity, own bool) {
	switch {
	case id.Kind == leads.KindPhone:
		f.addNumber(id.Value, true)
	case id.Kind == leads.KindEmail:
		f.addMailbox(id.Value)
		if own {
			f.addDomain(id.Value)
		}
	case isNumberOf(id):
		f.addNumber(id.Value, true)
	default:
		f.addHandle(id.Value)
	}
}

// Keys are the texts by which candidates are found: two contacts that [Judge] suggests have
// one in common. Those of one kind that many contacts have need not be looked up.
func (f *Profile) Keys() []string {
	var all []string
	seen := map[string]bool{}
	add := func(key string) {
		if key != "" && !seen[key] {
			seen[key] = true
			all = append(all, key)
		}
	}
	for _, n := range f.numbers {
		add(n.key())
		for _, piece := range n.pieces() {
			for _, word := range f.name.typoWords() {
				add("t:" + piece + ":" + word)
			}
		}
	}
	for _, m := range f.mailboxes {
		add(m.key())
	}
	for _, h := range f.handles {
		add(h.key())
	}
	for _, c := range f.companies {
		for _, word := range f.name.words() {
			add("c:" + c.canonical + ":" + word)
		}
	}
	return all
}

// KeyMost is how many contacts may have a key that is looked up.
const KeyMost = 150
