package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ctihub/leads"
)

const maxPhones = 5

var (
	phoneRE    = regexp.MustCompile(`\+?\(?\d(?:[\d()./ \x{a0}\x{2010}-\x{2014}-]{5,25})\d`)
	notPhoneRE = regexp.MustCompile(`(?i)(?:инн|кпп|огрн(?:ип)?|окпо|оквэд|бик|р/с[чч]?|к/с|р/счет|сч[её]т[ауо]?|снилс|паспорт|заказ[ауы]?|договор[ау]?|артикул|iban|vat|invoice|order|account|№|#)[\s.:№#n]{0,6}$`)
	phoneWord  = regexp.MustCompile(`(?i)(?:тел(?:ефон)?|т|моб(?:ильный)?|сот|phone|tel|mob(?:ile)?|cell|whatsapp|viber|звоните|call|м|ph)[\s.:/]{0,4}$`)
)

// offeredPhones returns the phone numbers in the sender's own text, each once. They may be the
// sender's.
func (m *mail) offeredPhones(text string) []leads.Identity {
	var all []leads.Identity
	for line := range strings.Lines(leads.Clip(text, 64<<10)) {
		if digits(line) >= 5 && len(all) < maxPhones {
			all = m.phonesIn(line, all)
		}
	}
	return all
}

// phonesIn adds those of a line.
func (m *mail) phonesIn(text string, all []leads.Identity) []leads.Identity {
	for _, loc := range phoneRE.FindAllStringIndex(text, 20) {
		s, before := text[loc[0]:loc[1]], text[max(0, loc[0]-24):loc[0]]
		last := lastRune(before)
		if unicode.IsLetter(last) || unicode.IsDigit(last) || last == '/' || last == '=' || last == '@' || notPhoneRE.MatchString(before) {
			continue
		}
		if loc[1] < len(text) && (text[loc[1]] == '@' || text[loc[1]] >= '0' && text[loc[1]] <= '9') {
			continue
		}
		n := digits(s)
		formatted := strings.ContainsAny(s, "+()") || strings.Count(s, "-") >= 2 || n == 11 && (s[0] == '8' || s[0] == '7') || phoneWord.MatchString(before)
		if n > 15 || !formatted {
			continue
		}
		e164, _, err := leads.NormalisePhone(s, m.options.Region)
		if err != nil {
			continue
		}
		id := leads.Identity{Kind: leads.KindPhone, Value: e164}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
		if len(all) == maxPhones {
			break
		}
	}
	return all
}

func lastRune(s string) rune {
	r := rune(0)
	for _, r = range s {
	}
	return r
}
