package letter

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctihub/leads"
)

var (
	// Closings, by language. Alone on its line, or before a name.
	closingRE = newAnchored(`(?i)^(?:[-—–]{1,3}\s*)?(?:` +
		`с (?:большим |глубоким |глубочайшим |искренним |огромным |неизменным )?уважением(?: и [\p{L} ]{3,40}| к вам)?|с наилучшими(?: пожеланиями)?|с (?:почтением|благодарностью|надеждой на сотрудничество)|искренне ваша?|с ув\.?|всего (?:наи)?(?:лучшего|доброго)|хорошего (?:дня|вечера)|с дружеским приветом|удачи|до свидания|` +
		`(?:з|із) (?:великою |щирою |глибокою )?повагою(?: до вас)?|з найкращими побажаннями|щиро ваша?|бажаю гарного дня|` +
		`(?:(?:many )?thanks (?:and|&) )?(?:with )?(?:(?:kind(?:est)?|best|warm(?:est)?|many) )?regards(?: from \p{L}+)?|(?:with )?(?:all (?:the )?)?best(?: wishes)?|yours(?: (?:sincerely|faithfully|truly))?|sincerely(?: yours)?|respectfully(?: yours)?|br|` +
		`(?:mit )?(?:(?:freundliche[nmr]?|freundl\.|beste[nm]?|liebe[nm]?|viele[n]?|herzliche[nm]?|schöne[nm]?) )?(?:grüße?n?|gruß|gruss|grüsse?n?|gruesse?n?)(?: aus \p{L}+)?|mfg|lg|vg|hochachtungsvoll|` +
		`(?:je vous prie d['’]agréer|veuillez (?:agréer|recevoir)|recevez),? [\p{L}, '’]{0,80}salutations(?: distinguées)?|(?:(?:bien|très) )?cordialement(?: vôtre)?|(?:(?:bien )?sincères |meilleures |cordiales )?salutations(?: distinguées)?|bien à vous|sincèrement|respectueusement|` +
		`(?:recib[ae]n? )?(?:un )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?|(?:muy )?atentamente|cordialmente|atte|` +
		`(?:(?:cordiali|distinti|cari|grazie e|migliori) )?saluti|(?:un )?(?:cordiale )?saluto|cordialità|in fede|` +
		`z (?:poważaniem|wyrazami szacunku)|(?:serdecznie )?pozdrawiam(?:y)?(?: serdecznie)?|(?:serdeczne )?pozdrowienia|łączę pozdrowienia` +
		`)(?:$|[\s,.!;:/|—–-])`)
	// Closings that also begin a name: "LG TV".
	shortRE = regexp.MustCompile(`(?i)^(?:best|yours|br|lg|vg|atte|удачи)\s$`)
	// Beginnings of sentences to a shop, which signatures do not have.
	asksRE = newAnchored(`(?i)^(?:прошу|просим|просьба|жду|ждём|ждем|нуж(?:ен|на|но|ны)|хочу|хотим|хотел|можно|можете|могли|когда|сколько|есть ли|также|ещё|еще|и|а|но|да|нет|если|подскажите|\p{L}{2,12}(?:ите|йте|ьте)|` +
		`потріб|чекаю|чекаємо|скільки|коли|будь ласка|чи|` +
		`please|can|could|we|i|do|is|are|what|when|how|also|and|if|` +
		`bitte|wir|ich|können|wann|auch|und|merci de|nous|je|pouvez|aussi|et|por favor|necesit\p{L}+|quer\p{L}+|y|también|per favore|vorrei|vorremmo|abbiamo|potete|anche|e|proszę|prosimy|czy|chc\p{L}+|oraz|potrzebuj\p{L}+` +
		`)[\s,]+\S`)
	// Lines of an enquiry that look like lines of a signature.
	orderRE = regexp.MustCompile(`(?i)(?:адрес|место|дата|время|срок|адреса|місце|час) (?:доставки|отгрузки|самовывоза|монтажа|установки|объекта|поставки|погрузки|выгрузки|монтажу|відвантаження)|` +
		`(?:звонить|дзвонити|телефонувати)\s+(?:только|лишь|после|до|с|в|на|після|з|лише|тільки)\s|` +
		`(?:delivery|shipping|site|pick-?up) (?:address|date|time)|(?:deliver|ship) to|call (?:me )?(?:only|after|before|between)|` +
		`liefer(?:adresse|termin|ort)|(?:adresse|date|lieu) de livraison|(?:dirección|fecha|lugar) de entrega|(?:indirizzo|data|luogo) di consegna|(?:adres|termin|miejsce) dostawy`) //nolint:misspell // Polish
	// Thanks close a letter only with a comma, or nothing, before a name.
	thanksRE = newAnchored(`(?i)^(?:(?:большое |заранее )?спасибо|(?:заранее )?благодарю|(?:щиро )?дякую|(?:many )?thanks|thank you|thx|cheers|(?:vielen )?dank(?:e)?|merci|(?:muchas )?gracias|(?:molte |mille )?grazie|dziękuję|с благодарностью)\s*,?$`)
	postRE   = newAnchored(`(?i)^\s*(?:p\.?\s?p?\.?\s?s|з\.?ы|п\.?с)[.:\s]`)
	// Contacts in a signature: telephones, addresses, pages.
	contactRE = regexp.MustCompile(`(?i)\S@\S|(?:\+|\()?\d[\d\s()./-]{6,}\d|www\.|https?://`)
	labelRE   = regexp.MustCompile(`^\p{L}[\p{L}\s.-]{0,30}:\s*[^\s/]`)
	ownLabel  = newAnchored(`(?i)^(?:т|тел|телефон|моб|мобильный|факс|сайт|веб|адрес|почта|эл\. ?почта|e-?mail|mail|t|m|e|w|f|tel|phone|mob|mobile|cell|fax|web|site|skype|telegram|whatsapp|viber|icq|инн|огрн|кпп|адреса|пошта|tél|móvil|cellulare|kom|www|office|direct|dir)(?:[\s.:/]|$)`)
	roleRE    = newAnchored(`(?i)^(?:(?:генеральный|главный|старший|ведущий|коммерческий|исполнительный|технический) )?(?:директор|менеджер|инженер|специалист|руководитель|начальник|заместитель|зам|бухгалтер|снабженец|логист|секретарь|помощник|ваша?|команда|коллектив|отдел|компания|ип|ооо|ао|прораб|your|the|team)(?:[\s.,]|$)`)
	// Footers of companies and mailing lists.
	footerRE = regexp.MustCompile(`(?i)consider the environment|before printing|об окружающей среде|перед (?:печатью|тем,? как печатать)|environnement|avant d['’]imprimer|umwelt|medio ?ambiente|ambiente|przed wydrukowaniem|środowisk|` +
		`^you (?:received|are receiving) this (?:message|e-?mail)|^to unsubscribe|^вы получили это (?:сообщение|письмо)|^чтобы отписаться`)
)

// Bounds of a signature.
const (
	maxSignature     = 15  // lines
	maxSignatureLine = 160 // letters in one of them
)

// withoutSignatureLines leaves out the signature, and the lines that devices, filters and
// companies add.
func withoutSignatureLines(lines []string) []string {
	kept := withoutFooters(withoutBanner(withoutDevices(lines)))
	for len(kept) > 0 && (blank(kept[len(kept)-1]) || isDelimiter(kept[len(kept)-1])) {
		kept = kept[:len(kept)-1]
	}
	dividers, rules := 0, 0
	for _, line := range kept {
		if isDelimiter(line) {
			dividers++
		} else if isRule(strings.TrimSpace(line)) {
			rules++
		}
	}
	first := 0 // first line that can begin a signature, by the number of lines below
	for i, below := len(kept)-1, 0; i >= 0; i-- {
		if first = i; !blank(kept[i]) {
			if below++; below > maxSignature+1 {
				break
			}
		}
	}
	hasText := lastLine(kept[:first]) != ""
	for i := first; i < len(kept); i++ {
		line := kept[i]
		if !hasText {
			hasText = !blank(line)
			continue
		}
		var post []string
		var ok bool
		switch {
		case line == "-- " && dividers == 1:
			post, ok = onlySignature(kept[i+1:], 1)
		case isDelimiter(line) && (dividers == 1 || line == "-- "):
			post, ok = onlySignature(kept[i+1:], 0)
			ok = ok && looksLikeSignature(kept[i+1:], true)
		case rules == 1 && isRule(strings.TrimSpace(line)):
			post, ok = onlySignature(kept[i+1:], 0)
			ok = ok && looksLikeSignature(kept[i+1:], false)
		case isClosing(line, kept[i+1:]):
			post, ok = onlySignature(kept[i+1:], 0)
		}
		if ok {
			return append(withoutRule(kept[:i:i]), post...)
		}
	}
	return kept
}

// isDelimiter reports whether a line is a signature delimiter, or a divider.
func isDelimiter(line string) bool {
	s := strings.TrimSpace(line)
	return s == "--" || s == "—" || s == "–"
}

// withoutRule leaves out a rule above the signature.
func withoutRule(lines []string) []string {
	n := len(lines)
	for n > 0 && (blank(lines[n-1]) || isDelimiter(lines[n-1]) || isRule(strings.TrimSpace(lines[n-1]))) {
		n--
	}
	if blank(strings.Join(lines[:n], "")) {
		return lines
	}
	return append(lines[:n:n], "")
}

// isClosing reports whether a line closes a letter: only a name or an office follows the closing
// words.
func isClosing(line string, below []string) bool {
	s := strings.TrimSpace(line)
	if s == "" || len(s) > 200 {
		return false
	}
	if thanksRE.MatchString(s) {
		return len(below) > 0 && isNameLike(strings.TrimSpace(below[0]))
	}
	words := closingRE.FindString(s)
	if words == "" {
		return false
	}
	if shortRE.MatchString(words) {
		return false // "Best Western"
	}
	rest := strings.Trim(contactRE.ReplaceAllString(s[len(words)-len(lastSign(words)):], ""), " ,.!;:/|—–-")
	if rest != "" {
		written := lastSign(words) == "," && len(strings.Fields(rest)) <= 2 && blank(contactRE.ReplaceAllString(strings.Join(below, ""), "")) // "с уважением, ольга"
		return written || isNameLike(rest) || roleRE.MatchString(rest) && len(strings.Fields(rest)) <= 8 && !strings.HasSuffix(s, "?") || isClosing(rest, below)
	}
	return true
}

// lastSign returns the last sign of the closing words that the expression matched.
func lastSign(words string) string {
	r, size := utf8.DecodeLastRuneInString(words)
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return ""
	}
	return words[len(words)-size:]
}

// isNameLike reports whether a line is a name: some words, each with a capital.
func isNameLike(s string) bool {
	words := strings.Fields(strings.Trim(s, " ,"))
	if len(words) == 0 || len(words) > 6 || strings.ContainsAny(s, "?!:") {
		return false
	}
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `"«(`))
		switch strings.ToLower(strings.Trim(w, ",.")) {
		case "von", "van", "de", "da", "di", "del", "der", "und", "and", "и", "та", "et", "y", "e", "i", "&", "z", "o.o":
			continue
		}
		if !unicode.IsUpper(r) && !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	last := words[len(words)-1]
	return !strings.HasSuffix(last, ".") || utf8.RuneCountInString(last) <= 4 || len(words) > 1
}

// onlySignature reports whether the lines are nothing but a signature with at most so many
// sentences. post is the postscript below it, which is kept.
func onlySignature(lines []string, sentences int) (post []string, ok bool) {
	n := 0
	for i, line := range lines {
		s := strings.TrimSpace(line)
		switch {
		case s == "" || isDelimiter(s) || footerRE.MatchString(s):
			continue
		case postRE.MatchString(s):
			return lines[i:], true
		case utf8.RuneCountInString(s) > maxSignatureLine:
			return nil, isDisclaimer(s)
		case strings.HasSuffix(s, "?"), orderRE.MatchString(s):
			return nil, false
		case isSentence(s):
			if sentences--; sentences < 0 || n == 0 {
				return nil, isDisclaimer(s)
			}
		}
		if n++; n > maxSignature {
			return nil, false
		}
	}
	return nil, true
}

// isSentence reports whether a line is a sentence rather than a name, an office or an address.
func isSentence(s string) bool {
	if asksRE.MatchString(s) {
		return true
	}
	if contactRE.MatchString(s) && !strings.HasSuffix(s, ".") {
		return false
	}
	words, low := 0, 0
	for _, w := range strings.Fields(s) {
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(r) || letters(w) < 3 {
			continue
		}
		if words++; unicode.IsLower(r) {
			low++
		}
	}
	if roleRE.MatchString(s) || closingRE.MatchString(s) {
		return words > 12
	}
	ended := strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "…")
	return ended && words >= 2 && low*2 >= words || words >= 7 && low*10 >= words*6
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// looksLikeSignature reports whether the lines below a divider look like a signature: a name, a
// closing or a contact, and no list. byName: a name is enough, of two words or alone.
func looksLikeSignature(lines []string, byName bool) bool {
	found, n := false, 0
	alone := blank(strings.Join(lines[min(1, len(lines)):], ""))
	for i, line := range lines {
		s := strings.TrimSpace(line)
		if s == "" {
			continue
		}
		if label := labelRE.FindString(s); label != "" && !ownLabel.MatchString(s) {
			return false
		}
		n++
		found = found || contactRE.MatchString(s) || isDisclaimer(s) || isClosing(s, lines[i+1:]) || byName && n == 1 && isNameLike(s) && (alone || strings.Contains(s, " "))
	}
	return found
}

// isDisclaimer reports whether a long line is a company's disclaimer.
func isDisclaimer(s string) bool {
	s = strings.ToLower(leads.Clip(s, 1000))
	for _, word := range []string{"конфиденциальн", "confidential", "конфіденційн", "vertraulich", "confidenti", "riservat", "poufn", "disclaimer", "intended recipient", "предназначен", "virus", "вирус"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
