package duplicates_test

import (
	"fmt"
	"strings"

	"ctihub/leads"
)

// Kinds of second records of one person.
const (
	bySpelling = "number in another spelling"
	byAlias    = "alias of the mailbox"
	byChannels = "two messengers"
	byCompany  = "similar name in one company"
	byTypo     = "digits mistyped"
)

// variant is the name as another employee, or the person in another channel, wrote it.
func (p *population) variant(s somebody) string {
	switch p.IntN(7) {
	case 0:
		if s.short != "" {
			return s.short + " " + s.fam
		}
	case 1:
		return s.fam + " " + s.given[:2] + "."
	case 2:
		return s.fam + " " + s.given[:2] + ". " + s.father[:2] + "."
	case 3:
		return p.typed(title(ascii(s.given)) + " " + title(ascii(s.fam)))
	case 4:
		return title(ascii(s.fam)) + " " + title(ascii(s.given))
	case 5:
		return p.mistyped(s.given + " " + s.fam)
	}
	return p.full(s)
}

// typed is a name in Latin letters as people type their own.
func (p *population) typed(name string) string {
	return strings.NewReplacer("Yu", "Ju", "ey", "ei", "ks", "x", "iy", "y", "ya", "ia").Replace(name)
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// mistyped makes one error in a word, behind its first letter.
func (p *population) mistyped(name string) string {
	words := strings.Fields(name)
	n := p.IntN(len(words))
	w := []rune(words[n])
	i := 1 + p.IntN(len(w)-1)
	switch p.IntN(4) {
	case 0:
		w = append(w[:i:i], w[i+1:]...)
	case 1:
		w = append(w[:i:i], append([]rune{w[i]}, w[i:]...)...)
	case 2:
		if i+1 < len(w) {
			w[i], w[i+1] = w[i+1], w[i]
		}
	default:
		w[i] = []rune("аоеинтсрвл")[p.IntN(10)]
	}
	words[n] = string(w)
	return strings.Join(words, " ")
}

// anyName is the name of a second record that something else ties to the first: often a part of it.
func (p *population) anyName(s somebody) string {
	switch p.IntN(5) {
	case 0:
		return ""
	case 1:
		return s.given
	}
	return p.variant(s)
}

func (p *population) spelling(s somebody) {
	d := s.number[2:]
	text := pick(p, []string{
		d[:3] + " " + d[3:6] + " " + d[6:], "8" + d + " доб. 12", "8-" + d[:3] + "-" + d[3:], d, "007" + d, "810 7 " + d, "+8" + d, "(" + d[:3] + ")" + d[3:] + " вн. 7", "7" + d,
	})
	r := p.store(s, bySpelling, p.anyName(s), p.IntN(3) == 0)
	r.Unread = []string{text}
	if p.IntN(2) == 0 {
		r.Identities = []leads.Identity{user("telegram", fmt.Sprint(100_000_000+p.IntN(900_000_000)))}
	}
}

func (p *population) alias(s somebody) {
	at := strings.LastIndexByte(s.mail, '@')
	local, domain := s.mail[:at], s.mail[at+1:]
	if strings.Contains(domain, "0") || p.IntN(2) == 0 { // their own mailbox
		domain = pick(p, []string{"gmail.com", "yandex.ru"})
		local = strings.TrimSuffix(p.free(ascii(s.given)+"."+ascii(s.fam), "@"+domain), "@"+domain)
	}
	s.mail = local + "@" + domain
	other := local + "+" + pick(p, []string{"shop", "work", "spam", "1"}) + "@" + domain
	switch domain {
	case "gmail.com":
		other = pick(p, []string{strings.ReplaceAll(local, ".", "") + "@gmail.com", local + "@googlemail.com", local[:2] + "." + local[2:] + "@gmail.com", other})
	case "yandex.ru":
		other = pick(p, []string{local + "@ya.ru", local + "@yandex.com", strings.ReplaceAll(local, ".", "-") + "@yandex.ru", other})
	}
	p.records[len(p.records)-1].Identities = append(p.records[len(p.records)-1].Identities[:1:1], email(s.mail))
	p.store(s, byAlias, p.anyName(s), p.IntN(3) == 0, email(strings.ReplaceAll(other, "..", ".")))
}

func (p *population) channels(s somebody) {
	first := &p.records[len(p.records)-1]
	id := user("telegram", fmt.Sprint(100_000_000+p.IntN(900_000_000)))
	switch p.IntN(4) {
	case 0: // a number of WhatsApp beside the telephone
		p.store(s, byChannels, p.anyName(s), false, user("whatsapp", s.number[1:]))
	case 1: // the number is named in the messenger
		p.store(s, byChannels, p.anyName(s), false, id).Named = []leads.Identity{phone(s.number)}
	case 2: // the address is
		first.Identities = append(first.Identities[:1:1], email(s.mail))
		p.store(s, byChannels, p.anyName(s), false, id).Named = []leads.Identity{email(s.mail)}
	default: // one user name
		first.Named = append(first.Named, user("telegram_username", "@"+s.handle))
		p.store(s, byChannels, p.anyName(s), false, user("instagram", pick(p, []string{s.handle, "https://instagram.com/" + s.handle, strings.ToUpper(s.handle)})))
	}
}

func (p *population) colleague(s somebody) {
	if s.firm == nil {
		return
	}
	first := &p.records[len(p.records)-1]
	if first.Company == "" {
		first.Company = s.firm.name
	}
	ids := []leads.Identity{phone(p.mobile())}
	if p.IntN(2) == 0 {
		ids = []leads.Identity{email(p.free(ascii(s.fam), "@"+s.firm.domain))}
	}
	name := p.variant(s)
	r := p.store(s, byCompany, name, true, ids...)
	if r.Company == "" {
		r.Company = s.firm.name
	}
}

func (p *population) typo(s somebody) {
	d := []byte(s.number)
	i := 5 + p.IntN(len(d)-6)
	switch p.IntN(3) {
	case 0:
		for d[i] == d[i+1] {
			i = 5 + p.IntN(len(d)-6)
			d[i] = '0' + (d[i]-'0'+1)%10
			s.number = string(d)
			p.records[len(p.records)-1].Identities[0].Value = s.number
		}
		d[i], d[i+1] = d[i+1], d[i]
	case 1:
		d[i] = '0' + (d[i]-'0'+1+byte(p.IntN(9)))%10
	default:
		r := p.store(s, byTypo, p.variant(s), p.IntN(3) == 0)
		r.Unread = []string{string(append(d[2:i:i], d[i+1:]...))}
		return
	}
	p.store(s, byTypo, p.variant(s), p.IntN(3) == 0, phone(string(d)))
}

// family are others of one family with the same number, or one beside it.
func (p *population) family(s somebody) {
	given := map[string]bool{s.given: true}
	for range 1 + p.IntN(3) {
		o := p.somebody()
		if given[o.given] {
			continue
		}
		given[o.given] = true
		o.fam = s.fam
		if o.woman && !s.woman {
			o.fam = ofWoman(s.fam)
		} else if !o.woman && s.woman {
			o.fam = strings.TrimSuffix(strings.TrimSuffix(s.fam, "а"), "ая")
		}
		r := p.store(o, "", p.full(o), false, email(o.mail))
		switch p.IntN(3) {
		case 0:
			r.Unread = []string{s.number[2:]}
		case 1:
			r.Named = []leads.Identity{phone(s.number)}
		default:
			d := []byte(s.number)
			d[11] = '0' + (d[11]-'0'+1)%10
			r.Identities = append(r.Identities, phone(string(d)))
		}
	}
}

// neighbours are strangers whose numbers are one digit apart.
func (p *population) neighbours(s somebody) {
	for n := range byte(3) {
		o, d := p.somebody(), []byte(s.number)
		d[11] = '0' + (d[11]-'0'+1+n)%10
		p.store(o, "", p.full(o), true, phone(string(d)))
	}
}

// office are colleagues who share the number and mailboxes of their firm.
func (p *population) office(s somebody) {
	if s.firm == nil {
		return
	}
	for n := range 2 + p.IntN(8) {
		o := p.somebody()
		o.firm = s.firm
		r := p.store(o, "", p.full(o), true, phone(fmt.Sprintf("%s%02d", s.firm.block, (n*7+p.IntN(7))%100)))
		switch p.IntN(4) {
		case 0:
			r.Name = "" // nobody knows who called
			r.Named = []leads.Identity{email("info+" + fmt.Sprint(n) + "@" + s.firm.domain)}
		case 1:
			r.Named = []leads.Identity{email("sales@" + s.firm.domain)}
		default:
			r.Named = []leads.Identity{phone(s.firm.number)}
		}
	}
}

// namesake is another person of the same name: in the same firm, or in another.
func (p *population) namesake(s somebody) {
	o := p.somebody()
	o.given, o.fam, o.woman = s.given, s.fam, s.woman
	o.father = patronymic(pick(p, []string{"Глеб", "Роман", "Максим"}), o.woman)
	if p.IntN(2) == 0 {
		o.firm = s.firm
	}
	p.store(o, "", p.full(o), true, phone(o.number))
}
