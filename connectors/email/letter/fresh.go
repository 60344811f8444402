package letter

import "strings"

// newText returns the new text of a mail: without quotations and without the signature; own is
// the same with the signature. In a mail that is no reply and quotes no mail, lines behind ">"
// and block quotations are the sender's own.
func (m *mail) newText(whole string) (newText, own string) {
	forwards := forwardSubject.MatchString(m.text("subject"))
	if m.isReply() || quotesMail(strings.Split(whole, "\n")) {
		return splitNewText(whole, forwards, m.isOwnForward)
	}
	own = withoutMarks(strings.Split(m.words(htmlWords), "\n"))
	if blank(own) {
		own = withoutMarks(strings.Split(whole, "\n"))
	}
	return withoutSignature(own), own
}

// isOwnForward reports whether a reply contains a letter of ours below "Forwarded message": the
// first address in its first lines is ours.
func (m *mail) isOwnForward(lines []string) bool {
	a := addressIn(strings.Join(lines[:min(len(lines), 8)], " "))
	return m.isReply() && a.mail != "" && m.isOwn(a.mail)
}

var answerSubject = newAnchored(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|ответ|отв|на|aw|antw(?:ort)?|sv|vs|odp|відп(?:овідь)?|rif|r|rép(?:onse)?|resp?|ref|回复|答复)\s*(?:\[\d+\]|\^\d+|\(\d+\))?\s*[:：]`)

// isReply reports whether the mail is a reply, by its references or its subject.
func (m *mail) isReply() bool {
	return len(m.references()) > 0 || answerSubject.MatchString(m.text("subject"))
}

// newTextOf returns the new part of a text that may quote: without quotations and the signature;
// own is the same with the signature. If nothing would remain, it returns the whole text. A
// forwarded mail is no quotation; with forwards, nor is text below the header of another mail.
func newTextOf(text string, forwards bool) (newText, own string) {
	return splitNewText(text, forwards, func([]string) bool { return false })
}

// splitNewText is newTextOf; ours reports whether a forwarded mail of these lines is our own:
// then it counts as a quotation.
func splitNewText(text string, forwards bool, ours func(passedOn []string) bool) (newText, own string) {
	lines := strings.Split(text, "\n")
	own = settle(unquoted(lines, forwards, ours))
	if blank(own) {
		own = withoutMarks(lines)
		return own, own
	}
	return withoutSignature(own), own
}

func withoutSignature(own string) string {
	if newText := settle(withoutSignatureLines(strings.Split(own, "\n"))); !blank(newText) {
		return newText
	}
	return own
}

// withoutMarks returns the text without the marks of HTML quotations.
func withoutMarks(lines []string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimPrefix(line, mark)
	}
	return settle(out)
}

// unquoted leaves out quoted lines and the lines that introduce them.
func unquoted(lines []string, forwards bool, ours func(passedOn []string) bool) []string {
	var kept []string
	view := withoutInitials(lines)
	from, to := ownQuotation(view)
	hasText := false         // a line of the sender's own was kept
	dropped := false         // only empty lines since a line was left out
	above, link := false, "" // the line above is quoted, and ends with this link
	keep := func(line string) { kept, hasText, dropped = append(kept, strings.TrimPrefix(line, mark)), true, false }
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
		case i >= from && i < to, len(kept) > 0 && !dropped && closesLink(kept[len(kept)-1], trimmed):
			keep(lines[i])
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
		if hasText && !forwards && marksForward(bare(line)) && ours(view[i+1:]) {
			return kept
		}
		if marksForward(bare(line)) || forwards && headBlock(view[i:]) {
			return append(kept, strings.Split(withoutMarks(lines[i:]), "\n")...)
		}
		n, certain := 0, false
		if own, rest := cutSameLineAttribution(line); own != "" {
			n, certain = attribution(append([]string{rest}, view[i+1:min(i+5, len(view))]...))
			if n > 0 && (certain || isNextQuoted(view[i+n:])) {
				keep(own)
			}
		}
		if n == 0 {
			n, certain = quoteIntroduction(view[i:], marked)
		}
		if n == 0 {
			keep(lines[i])
			continue
		}
		switch next := nextLine(view[i+n:]); {
		case next == "" && certain || next != "" && quotedLine(next):
			i, dropped = i+n-1, true // an answer may follow the quotation
		case !certain:
			keep(lines[i])
		case hasText:
			return kept // the rest is quoted without ">" at each line
		default:
			return append(kept, strings.Split(withoutMarks(lines[i:]), "\n")...)
		}
	}
	return kept
}

// ownQuotation finds the only quoted lines, if they stand between the sender's own words and an
// introduction with a date or address: programs quote below the introduction, so the sender made
// this quotation.
func ownQuotation(lines []string) (from, to int) {
	quoted := func(i int) bool {
		s := strings.TrimSpace(lines[i])
		return s != "" && quotedLine(s)
	}
	for from < len(lines) && !quoted(from) {
		from++
	}
	for to = from; to < len(lines) && quoted(to); to++ {
	}
	if nextLine(lines[:from]) == "" || nextLine(lines[to:]) == "" {
		return 0, 0
	}
	for i := from - 1; i >= 0; i-- {
		if n, _ := quoteIntroduction(lines[i:], strings.HasPrefix(lines[i], mark)); !blank(lines[i]) && n > 0 {
			return 0, 0
		}
	}
	for i := to; i < len(lines) && !quoted(i); i++ {
		if n, certain := quoteIntroduction(lines[i:], false); !blank(lines[i]) && n > 0 {
			if certain && isNextQuoted(lines[i+n:]) {
				return from, to
			}
			break
		}
	}
	return 0, 0
}

// quotesMail reports whether a text quotes a mail: whether a line introduces one, perhaps itself
// behind signs of quotation.
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
		n, certain := quoteIntroduction(view[i:], marked)
		if name, _ := headField(line); n == 0 || name != "" && !strings.Contains(strings.Join(view[i:i+n], ""), "@") {
			continue // or a list of the writer's own
		}
		if certain && (strings.Contains(strings.Join(view[i:i+n], ""), "@") || isOriginal(bare(line)) || marked || headBlock(view[i:])) || isNextQuoted(view[i+n:]) && (marked || strings.Contains(line, "@") || hasDate(line)) {
			return true
		}
	}
	return false
}

// nextLine returns the next line that is not empty.
func nextLine(lines []string) string {
	for _, line := range lines {
		if s := strings.TrimSpace(strings.TrimPrefix(line, mark)); s != "" {
			return s
		}
	}
	return ""
}

func isNextQuoted(lines []string) bool {
	next := nextLine(lines)
	return next != "" && quotedLine(next)
}

// quoteIntroduction returns how many lines at the beginning introduce a quotation; 0: none.
// certain: a quotation follows even if its lines carry no sign.
func quoteIntroduction(lines []string, marked bool) (n int, certain bool) {
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
		// An unknown language: some short lines, then the quotation.
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
