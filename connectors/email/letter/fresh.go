package letter

import (
	"regexp"
	"strings"
)

// fresh returns what is new in a mail, and the same with the signature. In a
// mail that answers nothing and quotes no mail, lines behind ">" and block
// quotations are the sender's own.
func (m *mail) fresh(whole string) (news, own string) {
	forwards := forwardSubject.MatchString(m.text("subject"))
	if m.answers() || quotesMail(strings.Split(whole, "\n")) {
		return parted(whole, forwards, m.answers())
	}
	own = plainly(strings.Split(m.words(htmlWords), "\n"))
	if blank(own) {
		own = plainly(strings.Split(whole, "\n"))
	}
	return withoutSignature(own), own
}

var answerSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|ответ|отв|на|aw|antw(?:ort)?|sv|vs|odp|відп(?:овідь)?|rif|r|rép(?:onse)?|resp?|ref|回复|答复)\s*(?:\[\d+\]|\^\d+|\(\d+\))?\s*[:：]`)

// answers reports whether a mail says that it answers another one.
func (m *mail) answers() bool {
	return len(m.references()) > 0 || answerSubject.MatchString(m.text("subject"))
}

// fresh returns what is new in a text that may quote: without what it quotes
// and without the signature. own is the same with the signature. A text that
// would be left with nothing stays as it is. What is passed on is no quotation;
// forwards: so is what follows the header of another mail.
func fresh(text string, forwards bool) (news, own string) { return parted(text, forwards, false) }

// parted is fresh; answer: the mail is known to answer another one.
func parted(text string, forwards, answer bool) (news, own string) {
	lines := strings.Split(text, "\n")
	own = settle(unquoted(lines, forwards, answer))
	if blank(own) {
		own = plainly(lines)
		return own, own
	}
	return withoutSignature(own), own
}

func withoutSignature(own string) string {
	if news := settle(unsigned(strings.Split(own, "\n"))); !blank(news) {
		return news
	}
	return own
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
func unquoted(lines []string, forwards, answer bool) []string {
	var kept []string
	view := withoutInitials(lines)
	from, to := ownQuotation(view)
	said := false            // something of the sender's own was kept
	dropped := false         // nothing but empty lines since something was left out
	above, link := false, "" // the line above is quoted, and ends with this link
	keep := func(line string) { kept, said, dropped = append(kept, line), true, false }
	for i := 0; i < len(lines); i++ {
		line, marked := strings.CutPrefix(view[i], mark)
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			if n := len(kept); !dropped || n > 0 && kept[n-1] != "" {
				kept = append(kept, "")
			}
			above = false
			continue
		case i > 0 && len(kept) > 0 && !dropped && closesLink(kept[len(kept)-1], trimmed):
			keep(line)
			continue
		case i >= from && i < to:
			keep(line)
			continue
		case quotedLine(trimmed):
			dropped, above, link = true, true, openLink(trimmed)
			continue
		case above && (linkTail(link, trimmed) || linkLineRE.MatchString(trimmed)):
			dropped = true
			if link != "" {
				link = openLink(link + trimmed)
			}
			continue
		}
		above = false
		if passesOn(bare(line)) && answer && said && !forwards {
			return kept // an answer to what it quotes so
		}
		if passesOn(bare(line)) || forwards && headBlock(view[i:]) {
			return append(kept, strings.Split(plainly(lines[i:]), "\n")...)
		}
		n, certain := 0, false
		if own, rest := sameLine(line); own != "" {
			n, certain = attribution(append([]string{rest}, view[i+1:min(i+5, len(view))]...))
			if n > 0 && (certain || quotedNext(view[i+n:])) {
				keep(own)
			}
		}
		if n == 0 {
			n, certain = introduction(view[i:], marked)
		}
		if n == 0 {
			keep(line)
			continue
		}
		switch next := following(view[i+n:]); {
		case next == "" && certain || next != "" && quotedLine(next):
			i, dropped = i+n-1, true // an answer may follow what is quoted
		case !certain:
			keep(line)
		case said:
			return kept // the rest is quoted without a sign at each line
		default:
			return append(kept, strings.Split(plainly(lines[i:]), "\n")...)
		}
	}
	return kept
}

// ownQuotation finds the only quoted lines between the sender's own words and
// an introduction with a date or address: programs quote below that, so the
// sender made this quotation.
func ownQuotation(lines []string) (from, to int) {
	said := false
	for i, line := range lines {
		trimmed := strings.TrimSpace(strings.TrimPrefix(line, mark))
		switch {
		case trimmed == "":
		case !quotedLine(trimmed):
			if n, certain := introduction(lines[i:], false); n > 0 {
				if to > 0 && certain && quotedNext(lines[i+n:]) {
					return from, to
				}
				return 0, 0
			}
			said = true
		case !said || to > 0 && to < i:
			return 0, 0
		case to == 0:
			from, to = i, i+1
		default:
			to = i + 1
		}
	}
	return 0, 0
}

// quotesMail reports whether a text quotes a mail: whether anything in it
// introduces one, itself perhaps behind signs of quotation.
func quotesMail(lines []string) bool {
	view := withoutInitials(lines)
	for i := range view {
		line, marked := strings.CutPrefix(view[i], mark)
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			continue
		}
		if quotedLine(trimmed) {
			ahead := make([]string, 0, 5)
			for _, next := range view[i:min(i+5, len(view))] {
				ahead = append(ahead, strings.TrimLeft(next, "> "+mark))
			}
			if n, certain := attribution(ahead); n > 0 && certain {
				return true
			}
			continue
		}
		n, certain := introduction(view[i:], marked)
		if n == 0 {
			continue
		}
		if certain || quotedNext(view[i+n:]) && (marked || strings.Contains(line, "@") || dateRE.MatchString(line)) {
			return true
		}
	}
	return false
}

var (
	initialsRE = regexp.MustCompile(`^\s*\p{Lu}\p{L}{0,3}(>{1,5})(?:\s|$)`)
	adornedRE  = regexp.MustCompile(`^>{2,}.*<{2,}$`)
	linkLineRE = regexp.MustCompile(`^[(<]?https?://\S+\s*>$`)
)

// withoutInitials takes off the initials that The Bat! writes before ">". One
// such line is a quotation only below an attribution.
func withoutInitials(lines []string) []string {
	first, count := -1, 0
	for i, line := range lines {
		if strings.Contains(line[:min(len(line), 24)], ">") && initialsRE.MatchString(line) {
			if count++; first < 0 {
				first = i
			}
		}
	}
	if count == 0 || count == 1 && !attributed(lines[:first]) {
		return lines
	}
	view := append([]string(nil), lines...)
	for i, line := range lines {
		if loc := initialsRE.FindStringSubmatchIndex(line); loc != nil {
			view[i] = line[loc[2]:]
		}
	}
	return view
}

// attributed reports whether the last lines are an attribution.
func attributed(lines []string) bool {
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	for i := len(lines) - 1; i >= max(0, len(lines)-3); i-- {
		if n, certain := attribution(lines[i:]); n == len(lines)-i && (certain || dateRE.MatchString(lines[i])) {
			return true
		}
	}
	return false
}

// quotedLine reports whether a line is quoted; "> 5 kg" at its own is not
// told apart from that, ">5" and ">>> look <<<" are.
func quotedLine(s string) bool {
	return s[0] == '>' && (len(s) == 1 || s[1] < '0' || s[1] > '9') && !(strings.HasSuffix(s, "<") && adornedRE.MatchString(s))
}

// openLink returns the link at the end of a line, with the bracket before it.
func openLink(s string) string {
	i := max(strings.LastIndex(s, "http://"), strings.LastIndex(s, "https://"))
	if i < 0 || strings.ContainsAny(s[i:], " \t") || len(s) > 4000 {
		return ""
	}
	return s[max(i-1, 0):]
}

// linkTail reports whether a line without a sign of quotation is the rest of
// the link above: a program broke it.
func linkTail(link, s string) bool {
	if link == "" {
		return false
	}
	open := link[0] == '(' || link[0] == '<'
	if i := strings.IndexAny(s, ")>"); open && i > 0 {
		s = s[:i+1] // words may follow the bracket
	}
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return false
	}
	return strings.ContainsAny(s, "=&%") || open && strings.ContainsAny(s, ")>") || len(s) > 15 && strings.ContainsAny(s, "/?_")
}

// closesLink reports whether ">" at the beginning of a line closes a link in
// angle brackets that the line above opened.
func closesLink(above, s string) bool {
	return s[0] == '>' && strings.LastIndex(above, "<http") > strings.LastIndex(above, ">")
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

func quotedNext(lines []string) bool {
	next := following(lines)
	return next != "" && quotedLine(next)
}

// introduction returns how many lines at the beginning introduce a quotation,
// 0: none does. certain: a quotation follows even if its lines carry no sign.
func introduction(lines []string, marked bool) (n int, certain bool) {
	first := bare(lines[0])
	if isOriginal(first) {
		for n = 1; n < len(lines) && blank(lines[n]); n++ {
		}
		if more, _ := blockOrAttribution(lines[n:]); more > 0 {
			return n + more, true
		}
		return 1, true
	}
	if isRule(first) {
		if n := belowRule(lines); n > 0 {
			return n, true
		}
	}
	if n, certain := blockOrAttribution(lines); n > 0 {
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

func blockOrAttribution(lines []string) (n int, certain bool) {
	if len(lines) == 0 {
		return 0, false
	}
	if n := blockLines(lines); n > 0 {
		return n, true
	}
	n, certain = attribution(lines)
	if n > 0 && !certain && n < len(lines) {
		certain = blockLines(lines[n:]) > 0 // Notes: "-----Sales wrote: -----", then fields
	}
	return n, certain
}
