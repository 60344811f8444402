package letter

import (
	"regexp"
	"slices"
	"strings"
)

// What mail programs write above what they quote.
var (
	saidRE  = regexp.MustCompile(`(?i)(?:\b(?:wrote|writes|schrieb|escribió|a écrit)|(?:^|[\s>,"])(?:пишет|писала?|писал\(а\)|написала?|написал\(а\)|пишет\(а\)|пише|написав))[^\p{L}]{0,3}$`)
	dateRE  = regexp.MustCompile(`\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s+\p{L}{3,9}\.?,?\s+\d{4}|\p{L}{3,9}\.?\s+\d{1,2},?\s+\d{4}`)
	byRE    = regexp.MustCompile(`(?i)<\S+@\S+>|(?:^|[\s,])(?:от|from)\s+\S|\S+@\S+`)
	timeRE  = regexp.MustCompile(`\d{1,2}[:.]\d{2}`)
	angleRE = regexp.MustCompile(`[<(\[]\S+@\S+[>)\]]`)
	ruFrom  = regexp.MustCompile(`\d{1,2}:\d{2}(?::\d{2})?\s*[+-]\d{2}:?\d{2},?\s+от\s+\S`)
	opensRE = regexp.MustCompile(`(?i)^(?:on|am|le|el|в|во)\s|\d{1,2}[:./]\d{2}|\d{4}`)

	originalRE = regexp.MustCompile(`(?i)^[-=_ ]{2,}\s*(?:original (?:message|e?-?mail)|исходное (?:сообщение|письмо)|оригинальное (?:сообщение|письмо)|ursprüngliche nachricht|original-nachricht|mensaje original|message d'origine)\s*[-=_ ]{2,}$`)
	forwardRE  = regexp.MustCompile(`(?i)^(?:-{2,}\s*(?:forwarded (?:message|by .{1,80})|пересылаемое (?:сообщение|письмо)|пересланное (?:сообщение|письмо)|перенаправленное (?:сообщение|письмо)|переадресованное (?:сообщение|письмо)|начало (?:переадресованного|пересылаемого|пересланного) (?:сообщения|письма)|weitergeleitete nachricht)\s*-{2,}|(?:begin forwarded message|начало (?:переадресованного|пересылаемого|пересланного) (?:сообщения|письма)|пересылаемое сообщение)\s*:)$`)
	forwardEnd = regexp.MustCompile(`(?i)^-{2,}\s*(?:конец (?:переадресованного|пересылаемого|пересланного) (?:сообщения|письма)|end of forwarded message)\s*-{2,}$`)

	fromLine = regexp.MustCompile(`(?i)^\*?(?:from|от|от кого|отправитель|від|von|de)\s*:\s*\*?\s*\S`)
	headLine = regexp.MustCompile(`(?i)^\*?(from|от|от кого|отправитель|від|von|de|sent|date|дата|отправлено|дата отправки|надіслано|gesendet|to|кому|an|cc|копия|subject|тема|betreff|reply-to|importance|важность)\s*:\s*\*?\s*(.*)$`)
)

// fresh returns what is new in a text: without what it quotes and without the
// signature. own is the same with the signature. A text that would be left
// with nothing stays as it is. What is passed on is no quotation; forwards: so
// is what follows the header of another mail.
func fresh(text string, forwards bool) (news, own string) {
	lines := strings.Split(text, "\n")
	kept := unquoted(lines, forwards)
	own = settle(kept)
	if blank(own) {
		own = plainly(lines)
		return own, own
	}
	news = settle(unsigned(strings.Split(own, "\n")))
	if blank(news) {
		news = own
	}
	return news, own
}

// plainly is the text without the marks of HTML.
func plainly(lines []string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimPrefix(line, mark)
	}
	return settle(out)
}

// unquoted leaves out quoted lines and what introduces them.
func unquoted(lines []string, forwards bool) []string {
	var kept []string
	said := false    // something of the sender's own was kept
	dropped := false // nothing but empty lines since something was left out
	for i := 0; i < len(lines); i++ {
		line, marked := strings.CutPrefix(lines[i], mark)
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			if n := len(kept); !dropped || n > 0 && kept[n-1] != "" {
				kept = append(kept, "")
			}
			continue
		case quotedLine(trimmed):
			dropped = true
			continue
		}
		if passesOn(bare(line)) || forwards && headBlock(lines[i:]) {
			return append(kept, strings.Split(plainly(lines[i:]), "\n")...)
		}
		n, certain := introduction(lines[i:], marked)
		if n == 0 {
			kept, said, dropped = append(kept, line), true, false
			continue
		}
		switch next := following(lines[i+n:]); {
		case next == "" && certain || next != "" && quotedLine(next):
			i, dropped = i+n-1, true // an answer may follow what is quoted
		case !certain:
			kept, said, dropped = append(kept, line), true, false
		case said:
			return kept // the rest is quoted without a sign at each line
		default:
			return append(kept, strings.Split(plainly(lines[i:]), "\n")...)
		}
	}
	return kept
}

// quotedLine reports whether a line is quoted; "> 5 kg" at its own is not
// told apart from that, ">5" is.
func quotedLine(s string) bool {
	return s[0] == '>' && (len(s) == 1 || s[1] < '0' || s[1] > '9')
}

// following returns the next line that is not empty.
func following(lines []string) string {
	for _, line := range lines {
		if s := strings.TrimSpace(strings.TrimPrefix(line, mark)); s != "" {
			return s
		}
	}
	return ""
}

// introduction returns how many lines at the beginning introduce a quotation,
// 0: none does. certain: a quotation follows even if its lines carry no sign.
func introduction(lines []string, marked bool) (n int, certain bool) {
	first := bare(lines[0])
	if isOriginal(first) {
		return 1, true
	}
	if strings.Trim(first, "_-") == "" && len(first) >= 10 && headBlock(lines[1:]) {
		return 1, true
	}
	if headBlock(lines) {
		return 1, true
	}
	if n, certain := attribution(lines); n > 0 {
		return n, certain
	}
	if marked {
		// In a language that is not known: some short lines, then the quotation.
		size := 0
		for i, line := range lines[:min(len(lines), 6)] {
			s := strings.TrimSpace(strings.TrimPrefix(line, mark))
			if s != "" && quotedLine(s) {
				return i, false
			}
			if size += len(s); size > 300 {
				break
			}
		}
	}
	return 0, false
}

// Of a text's lines hardly one is worth an expression with its many words:
// passesOn and isOriginal look at the signs around the words first.

// passesOn reports whether a line stands above a mail that is passed on.
func passesOn(s string) bool {
	return (strings.HasPrefix(s, "--") || strings.HasSuffix(s, ":")) && forwardRE.MatchString(s)
}

// isOriginal reports whether a line stands above the original of an answer.
func isOriginal(s string) bool {
	return s != "" && strings.IndexByte("-=_", s[0]) >= 0 && originalRE.MatchString(s)
}

// attribution recognises "On … wrote:", which may be broken over three lines.
func attribution(lines []string) (n int, certain bool) {
	first := bare(lines[0])
	if len(first) > 300 || strings.HasPrefix(first, "- ") {
		return 0, false
	}
	if near := lines[:min(len(lines), 4)]; !slices.ContainsFunc(near, func(l string) bool { return strings.HasSuffix(bare(l), ":") }) {
		return 0, false // cheaper than to look for words in every line
	}
	if said := strings.HasSuffix(first, ":") && saidRE.MatchString(first); !said && !opensRE.MatchString(first) && !byRE.MatchString(first) {
		return 0, false
	}
	joined := ""
	for i, line := range lines[:min(len(lines), 4)] {
		s := bare(line)
		if s == "" && i > 0 && !strings.HasSuffix(joined, ",") {
			return 0, false
		}
		joined = strings.TrimSpace(joined + " " + s)
		if len(joined) > 500 {
			return 0, false
		}
		if !strings.HasSuffix(joined, ":") {
			continue
		}
		timed := timeRE.MatchString(joined)
		switch said, dated := saidRE.MatchString(joined), dateRE.MatchString(joined); {
		case said && (dated && timed || strings.Contains(joined, "@")),
			dated && timed && (angleRE.MatchString(joined) || ruFrom.MatchString(joined)):
			return i + 1, true
		case said, dated && byRE.MatchString(joined):
			return i + 1, false
		}
		return 0, false
	}
	return 0, false
}

// undashed takes the dashes off "---- On … wrote ----", as Zoho writes it.
func undashed(s string) string {
	if strings.HasPrefix(s, "---") && strings.HasSuffix(s, "---") {
		if inside := strings.Trim(s, "- "); saidRE.MatchString(inside) {
			return inside + ":"
		}
	}
	return s
}

// bare is a line without blanks, marks and signs of emphasis.
func bare(line string) string {
	return undashed(strings.Trim(strings.TrimPrefix(line, mark), " \t*\u00a0"))
}

// headBlock reports whether the lines begin with the header of another mail,
// as Outlook writes it above what it quotes.
func headBlock(lines []string) bool {
	if len(lines) == 0 || !strings.Contains(lines[0], ":") || !headLine.MatchString(bare(lines[0])) {
		return false
	}
	if fromLine.MatchString(bare(lines[0])) {
		return len(blockFields(lines)) >= 3
	}
	// Hotmail and Thunderbird begin with the date or the subject.
	return len(lines) >= 4 && len(blockFields(lines[:4])) == 4 && blockFields(lines[:4])["from"] != ""
}

// blockFields reads such a header: names in English, and how many lines it
// takes.
func blockFields(lines []string) map[string]string {
	fields, empty := map[string]string{}, 0
	for _, line := range lines[:min(len(lines), 16)] {
		s := bare(line)
		if s == "" {
			if empty++; empty > len(fields) {
				break
			}
			continue
		}
		found := headLine.FindStringSubmatch(s)
		if found == nil {
			if len(fields) == 0 || fields["subject"] != "" {
				break
			}
			continue // a list of recipients goes on
		}
		if name := englishField(found[1]); fields[name] == "" {
			fields[name] = strings.Trim(found[2], " *")
		}
	}
	if fields["date"] == "" && fields["to"] == "" {
		return nil
	}
	return fields
}

func englishField(name string) string {
	switch strings.ToLower(name) {
	case "from", "от", "от кого", "отправитель", "від", "von", "de":
		return "from"
	case "sent", "date", "дата", "отправлено", "дата отправки", "надіслано", "gesendet":
		return "date"
	case "to", "кому", "an":
		return "to"
	case "subject", "тема", "betreff":
		return "subject"
	}
	return "other"
}
