package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The verbs of "On … NAME wrote:", by language.
const verbs = `wrote|writes|says|said|sent|` +
	`пишет|пишет\(а\)|(?:на)?писал(?:а|и|\(а\)|\(и\))?|` +
	`пише|(?:на)?писав|написав\(-?ла\)|(?:на)?писала|` +
	`schrieb|schrieben|schrieb\(en\)|schrieben sie|geschrieben|schreef|` +
	`a écrit|avez écrit|écriviez|escribió|escribiste|escreveu|ha scritto|hai scritto|scrive|` +
	`napisał|napisała|napisał\(a\)|napisał\(-a\)|nadesłał|pisze|pisał|pisała|pisał\(a\)|można przeczytać|` +
	`skrev|kirjoitti|napsal|napsal\(a\)|napísal`

var (
	saidRE = regexp.MustCompile(`(?i)(?:^|[\s>,"»)\]])(?:` + verbs + `)[^\p{L}\d]{0,4}$`)
	// "Am … schrieb NAME", as in German, Dutch and Scandinavian programs.
	verbNameRE = regexp.MustCompile(`(?i)^(?:am|op|den|på|\p{L}{2,4}\.?)\s.*\d.*\s(?:schrieb|schrieben|schrieb\(en\)|schreef|skrev)\s+\S`)
	// "NAME писал DATE", as Roundcube and others have it, and "Вы писали DATE".
	nameVerbRE = regexp.MustCompile(`(?i)^\S.{0,200}?\s(?:` + verbs + `)\s+(?:(?:am|on|в|у|le|el|il)\s+)?([\p{L}.]{2,12},?\s+)?\S*\d.{0,60}$`)
	quotingRE  = newAnchored(`(?i)^(?:quoting|zitat von|ich zitiere|цитирование|цитирую|цитата|цитування|citation de|citant|citando|citazione di|cytowanie|cytuję|cytat|citeren van)\s+\S`)
	polishRE   = newAnchored(`(?i)^(?:wiadomość napisana przez|w twoim liście datowanym)\s.*\d`)
	// What begins with a day or with a word before one.
	opensRE = regexp.MustCompile(`(?i)^(?:(?:on|at|am|le|el|en|il|in data|in message|w dniu|dnia|в письме|в|во|op|den|på|em|dne|от)\s+\S|["«'(]?\d{1,4}[\s:./-]|[\p{L}'’]{2,12}\.?,?\s+(?:\p{L}{3,12}\.?\s+)?\d{1,2}\b)`)

	dateRE  = regexp.MustCompile(`\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}\.?\s+(?:de\s+|d['’])?\p{L}{3,12}\.?,?\s+(?:de\s+)?\d{4}|\p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,2}-\p{L}{3,4}\.?-\d{2,4}|\d{1,2}\. \d{1,2}\. \d{4}|\d{1,2}(?:st|nd|rd|th)\s+\p{L}{3,12}\.?,?\s+\d{4}|\d{4}\.\s+\p{L}{3,12}\.?\s+\d{1,2}|\d{4}年\s?\d{1,2}月\s?\d{1,2}|\d{1,2} de \p{L}{4,10} \d{4}`)
	byRE    = regexp.MustCompile(`(?i)<\S+@\S+>|(?:^|[\s,])(?:от|from|від|von)\s+\S|\S+@\S+`)
	timeRE  = regexp.MustCompile(`\d{1,2} ?[:.h] ?\d{2}`)
	angleRE = regexp.MustCompile(`[<(\[]\S+@\S+[>)\]]`)
	ruFrom  = regexp.MustCompile(`\d{1,2}:\d{2}(?::\d{2})?(?:\s*[+-]\d{2}:?\d{2})?,?\s+(?:от|від)\s+\S|\d{1,2}:\d{2},?\s+von\s+\S+@|^[\d\s.,:/-]+,\s*\S+@\S+$`)
	// A date, a name and an address with nothing behind.
	bareDateRE = regexp.MustCompile(`^\d{4}[/-]\d{1,2}[/-]\d{1,2}\b[^<>]{0,150}<\S+@\S+>$|^\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}(?::\d{2})? (?:GMT|UTC)\S* \S[^.!?<>]{0,100}$`)
	sameLineRE = regexp.MustCompile(`^(.*[\p{L}\d.!?)])(?:\s+|\s*-{2,}\s*)(On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\p{L}*,? .+)$`)
	// A sentence: "27.11.2026 your manager told me and wrote:".
	toldRE = regexp.MustCompile(`(?i)(?:^|\s)(?:мне|нам|ваша?|ваши|наша?|наши|мені|ваш[аі]?|me|your|our|uns|mir|ihre?|unsere?|nous|votre|notre|vuestr[ao]|nuestr[ao]|vostr[ao]|nostr[ao]|wasz[ae]?|nasz[ae]?)\s`)
	// "On Thursday, June 27, 2013, NAME wrote:" has no time.
	weekdayRE = regexp.MustCompile(`(?i)^(?:(?:on|am|le|el|il|en|em|den)\s+)?\p{L}{2,12}\.?,\s`)
	// Verbs that people also use about another person.
	orallyRE = regexp.MustCompile(`(?i)\s(?:said|says|sent)$`)
	dashedRE = regexp.MustCompile(`^-{2,}.*-{2,}$`)
)

// attribution recognises "On … wrote:", which may span several lines, and returns how many lines
// it takes; 0: there is none. certain: it has a date with a time, or an address.
func attribution(lines []string) (n int, certain bool) {
	first := bare(lines[0])
	if first == "" || len(first) > 300 || strings.HasPrefix(first, "- ") {
		return 0, false
	}
	if isDigit(first[0]) && bareDateRE.MatchString(first) {
		return 1, false
	}
	near := lines[:min(len(lines), 7)]
	if !slices.ContainsFunc(near, func(l string) bool { return endsAttribution(bare(l)) }) {
		return 0, false // cheaper than to look for words in every line
	}
	if !strings.ContainsAny(first, "0123456789@<") && !endsAttribution(first) && (len(first) > 30 || !opensRE.MatchString(first)) {
		return 0, false // neither a day nor an address, nor a whole attribution
	}
	joined, gaps := "", 0
	for i, line := range near {
		s := bare(line)
		switch {
		case i > 0 && endsSentence(joined):
			return 0, false
		case i > 0 && strings.LastIndex(joined, "<") > strings.LastIndex(joined, ">"):
			s = strings.TrimPrefix(s, "> ") // of an address that is broken before ">"
		}
		if name, _ := headField(line); i > 0 && name != "" {
			return 0, false
		}
		if s == "" {
			// Some have an empty line above the address or the verb.
			next := nextLine(near[i:])
			goesOn := strings.HasSuffix(joined, ",") || hasDate(joined) && (strings.HasPrefix(next, "<") || len(next) < 25 && saidRE.MatchString(next))
			if gaps++; gaps > 1 || !goesOn {
				return 0, false
			}
			continue
		}
		joined = strings.TrimSpace(joined + " " + s)
		if len(joined) > 500 {
			return 0, false
		}
		if !endsAttribution(s) {
			continue
		}
		if i > 0 && i < 5 && !strings.HasSuffix(first, ",") && opensRE.MatchString(bare(lines[1])) && hasDate(strings.Join(bareLines(lines[1:i+1]), " ")) && gaps == 0 {
			if n, _ := attribution(lines[1 : i+1]); n == i {
				return 0, false // it begins on the next line
			}
		}
		found, certain := isAttribution(joined)
		if !found || i > 0 && !mayBeginAttribution(first) {
			return 0, false
		}
		return i + 1, certain || dashedRE.MatchString(strings.TrimSpace(strings.TrimPrefix(line, mark)))
	}
	return 0, false
}

// mayBeginAttribution reports whether a line can be the first of an attribution that is
// broken over several lines.
func mayBeginAttribution(first string) bool {
	return opensRE.MatchString(first) || saidRE.MatchString(first) || byRE.MatchString(first) || hasDate(first)
}

// isAttribution reports whether a line names the author of the text below it; certain: also the
// time or the address.
func isAttribution(s string) (found, certain bool) {
	dated, timed, addressed := hasDate(s), hasTime(s), angleRE.MatchString(s)
	ends := strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")
	inside := strings.TrimRight(s, ":： ")
	opens := opensRE.MatchString(s)
	hasVerb := saidRE.MatchString(inside)
	switch {
	case !addressed && toldRE.MatchString(inside):
		return false, false
	case hasVerb && (ends || addressed && strings.Contains(s, "In message")):
		return true, dated && opens && (timed || weekdayRE.MatchString(s)) && !orallyRE.MatchString(inside) || addressed || strings.Contains(s, "@") && (dated || strings.HasPrefix(s, "<"))
	case !ends:
		return false, false
	case quotingRE.MatchString(s), polishRE.MatchString(s):
		return true, addressed || dated
	case dated && verbNameRE.MatchString(s):
		return true, timed || addressed
	case dated && nameVerbRE.MatchString(inside):
		return true, timed
	case dated && timed && (addressed || ruFrom.MatchString(inside)):
		return true, true
	}
	return addressed || dated && byRE.MatchString(s), false
}

// hasDate reports whether a line names a date, which has a digit.
func hasDate(s string) bool {
	return strings.ContainsAny(s, decimals) && dateRE.MatchString(s)
}

const decimals = "0123456789"

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// hasTime reports whether a line names a time of day; "27.11" of a date is none.
func hasTime(s string) bool {
	return strings.ContainsAny(s, decimals) && timeRE.MatchString(s) && timeRE.MatchString(dateRE.ReplaceAllString(s, " "))
}

// endsSentence reports whether a line ends a sentence: "27 лист. 2026 р." does not.
func endsSentence(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return strings.HasSuffix(last, "!") || strings.HasSuffix(last, "?") || strings.HasSuffix(last, ".") && utf8.RuneCountInString(last) > 5
}

func endsAttribution(s string) bool {
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, "writes")
}

func bareLines(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = bare(line)
	}
	return out
}

// cutSameLineAttribution separates an answer from "On Fri, … wrote:" at the end of the same line.
func cutSameLineAttribution(line string) (own, rest string) {
	if !strings.HasSuffix(strings.TrimRight(line, " -"), ":") && !strings.Contains(line, "wrote") || len(line) > 500 {
		return "", ""
	}
	if found := sameLineRE.FindStringSubmatch(line); found != nil {
		return found[1], found[2]
	}
	return "", ""
}
