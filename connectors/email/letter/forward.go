package letter

import (
	"regexp"
	"slices"
	"strings"

	"ctihub/leads"
)

// forwardSubject matches the subject of a forwarded mail; some programs write the mark in
// brackets or at the end.
var forwardSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?\[?(?:fwd?|пересл|переслано|переслать|пересилання|пер|wg|tr|rv|pd|i|inoltro|enc|vs|vb)\s*:\s*|\s*\(fwd\)\s*$`)

// readForward reads a mail that one of us forwarded as the customer's mail inside it. False:
// there is no customer's mail inside.
func (m *mail) readForward(t *leads.Touch, to []address, whole string) bool {
	answers := func(mail string) bool { // to whom we write
		return mail != "" && slices.ContainsFunc(to, func(a address) bool { return a.mail == mail })
	}
	if in := m.inner; in != nil && in.Direction == leads.In && len(in.From) > 0 && !answers(in.From[0].Value) {
		t.From, t.Name, t.Offered, t.Automatic = in.From, in.Name, in.Offered, in.Automatic
		if in.Subject != "" {
			t.Subject = in.Subject
		}
		if in.MessageID != "" {
			t.References = append(without(t.References, in.MessageID), in.MessageID)
		}
		note := withoutMarks(strings.Split(whole, "\n"))
		t.Text = in.Text
		if blank(t.Text) {
			t.Text = note
		} else {
			t.Whole = leads.Clip(strings.TrimSpace(note+"\n\n"+wholeOf(*in)), maxFresh)
		}
		return true
	}
	note := strings.Split(whole, "\n")
	rest, title := note, m.text("subject")
	var author address
	var subject string
	for range 5 { // forwarded among us before
		begin := forwardBegins(rest, title)
		if begin < 0 {
			return false
		}
		note = rest[:begin]
		if author, title, rest = innerMail(rest[begin:]); title != "" {
			subject = title
		}
		if !m.isOwn(author.mail) || isNoReply(author.mail) || isWebsiteSender(author.mail) {
			break
		}
	}
	text := settle(rest)
	f, isForm := parseForm(text)
	isForm = isForm && (isNoReply(author.mail) || isWebsiteSender(author.mail)) && !m.isOwn(f.mail)
	unknown := author.mail == "" && !strings.Contains(author.text, "@")
	if !isForm && (unknown || m.isOwn(author.mail) || answers(author.mail)) {
		return false
	}
	m.setFrom(t, author)
	t.Automatic = ""
	if isNoReply(author.mail) {
		t.Automatic = leads.Notice
	}
	if subject != "" {
		t.Subject = subject
	} else {
		t.Subject = strings.TrimSpace(forwardSubject.ReplaceAllString(t.Subject, ""))
		if strings.Count(t.Subject, "[") < strings.Count(t.Subject, "]") {
			t.Subject = strings.TrimSuffix(t.Subject, "]")
		}
	}
	if isForm {
		if m.isOwn(author.mail) {
			t.From = nil
		}
		f.fillTouch(m, t, address{})
		m.setText(t, t.Text, whole)
		return true
	}
	newText, own := newTextOf(text, false)
	if blank(newText) {
		newText = withoutMarks(note)
	}
	m.setText(t, newText, whole)
	t.Offered = m.offeredPhones(own)
	return true
}

func wholeOf(t leads.Touch) string {
	if t.Whole != "" {
		return t.Whole
	}
	return t.Text
}

// maxTries bounds how many places of one text are examined closely.
const maxTries = 200

// headerWindow returns the first lines, in which a header must lie.
func headerWindow(lines []string) []string { return lines[:min(len(lines), 60)] }

// Results of forwardBegins when nothing is forwarded.
const (
	noForward = -1
	anAnswer  = -2 // it quotes what it answers
)

// forwardBegins returns the line at which the forwarded mail begins. A mail below the quotation
// in an answer was forwarded by another person.
func forwardBegins(lines []string, subject string) int {
	byTitle, answer := forwardSubject.MatchString(subject), answerSubject.MatchString(subject)
	tries := 0
	for i, line := range lines {
		trimmed := strings.TrimLeft(strings.TrimPrefix(line, mark), "> ")
		s := bare(trimmed)
		if s == "" {
			continue
		}
		quoted := strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(line, mark)), ">")
		if answer && quoted {
			return anAnswer
		}
		if tries > maxTries {
			break
		}
		if marksForward(s) {
			tries++
			if author, _, _ := innerMail(headerWindow(lines[i+1:])); author != (address{}) {
				return i + 1
			}
		}
		if name, _ := headField(s); name != "" {
			tries++
			h := readHead(unquoteLevels(headerWindow(lines[i:])))
			if known := h.author.mail != "" || h.author.text != ""; known && (h.fields >= 3 || byTitle && h.fields == 2) {
				if answer {
					return anAnswer
				}
				return i
			}
		}
		if n, certain := attribution(lines[i:]); n > 0 {
			switch {
			case answer:
				return anAnswer
			case byTitle && certain && addressIn(strings.Join(lines[i:i+n], " ")).mail != "":
				return i
			}
		}
	}
	return noForward
}

// unquoteLevels removes as many levels of quotation from all lines as the first line has. An
// unquoted line directly below a quoted one is taken for its continuation; below an empty line it
// ends the quotation.
func unquoteLevels(lines []string) []string {
	for range 5 {
		less := unquoteLevel(lines)
		if len(less) == len(lines) && (len(lines) == 0 || &less[0] == &lines[0]) {
			break
		}
		lines = less
	}
	return lines
}

// unquoteLevel removes one level; it returns lines unchanged if there is none.
func unquoteLevel(lines []string) []string {
	first := -1
	for i, line := range lines {
		if !blank(strings.TrimPrefix(line, mark)) {
			first = i
			break
		}
	}
	if first < 0 || !strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(lines[first], mark)), ">") {
		return lines
	}
	out := make([]string, 0, len(lines))
	gap := false
	for _, line := range lines {
		s := strings.TrimLeft(strings.TrimPrefix(line, mark), " ")
		if rest, quoted := strings.CutPrefix(s, ">"); quoted {
			out, gap = append(out, strings.TrimPrefix(rest, " ")), false
			continue
		}
		if blank(s) {
			gap = true
		} else if gap && len(out) > first {
			break
		}
		out = append(out, line)
	}
	return out
}

// innerMail returns the author, the subject and the text of a forwarded mail, which begins with
// header fields or with "date, name <address>:".
func innerMail(lines []string) (author address, subject string, rest []string) {
	kept := make([]string, 0, len(lines))
	for _, line := range unquoteLevels(lines) {
		line = strings.TrimPrefix(line, mark)
		if s := bare(line); len(kept) > 0 && forwardEnds(s) {
			break
		} else if originalTextRE.MatchString(s) || isOriginal(s) && len(kept) == 0 {
			continue
		}
		kept = append(kept, line)
	}
	lines = kept
	for len(lines) > 0 && (blank(lines[0]) || strings.Trim(bare(lines[0]), "-=_") == "") {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return address{}, "", nil
	}
	name, _ := headField(lines[0])
	if n, _ := attribution(lines); n > 0 && name == "" {
		author = addressIn(strings.Join(lines[:n], " "))
		return author, "", unquoteAll(lines[n:])
	}
	h := readHead(addMissingColons(lines))
	return h.author, h.subject, unquoteAll(lines[h.lines:])
}

// addMissingColons adds the colons that eM Client leaves out after the names of the fields above
// a forwarded mail.
func addMissingColons(lines []string) []string {
	if name, rest, _ := strings.Cut(strings.TrimSpace(lines[0]), " "); headNames[strings.ToLower(name)] != "from" || !strings.Contains(rest, "@") {
		return lines
	}
	out := append([]string(nil), lines...)
	for i, line := range out {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if headNames[strings.ToLower(name)] == "" {
			break
		}
		out[i] = name + ": " + rest
	}
	return out
}

// unquoteAll removes one level of quotation from a text that is all quoted, down to a line "--".
func unquoteAll(lines []string) []string {
	for i, line := range lines {
		if s := strings.TrimSpace(line); s == "--" && i > 0 && strings.HasPrefix(strings.TrimSpace(nextLine(lines)), ">") {
			lines = lines[:i]
			break
		}
	}
	for _, line := range lines {
		if s := strings.TrimSpace(line); s != "" && s[0] != '>' {
			return lines
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(line), ">"), " ")
	}
	return out
}

var (
	mailRE   = regexp.MustCompile(`[\p{L}\d._%+'-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){1,5}`)
	byNameRE = regexp.MustCompile(`(?i)(?:\d{1,2}:\d{2}(?::\d{2})?(?:\s*[+-]\d{2}:?\d{2})?(?:\s*[ap]m)?,?|^from:|^от:)\s*(?:от\s+)?["«']?([^"«»<>\[\]@:]{1,100}?)["»']?\s*[<\[(]`)
)

// starRE finds signs of emphasis around words, not inside of them.
var starRE = regexp.MustCompile(`(^|[\s<>()\[\]:])\*+|\*+([\s<>()\[\],:]|$)`)

// addressIn finds the address in a line of text, with the name before it.
func addressIn(s string) address {
	s = starRE.ReplaceAllString(leads.Clip(s, 1000), "$1$2")
	loc := mailRE.FindStringIndex(s)
	if loc == nil {
		return address{}
	}
	if before, after := lastRune(s[:loc[0]]), s[loc[1]:]; before == '@' || strings.HasPrefix(after, "@") {
		return address{} // two addresses, or none
	}
	a := oneAddress("<"+s[loc[0]:loc[1]]+">", "")
	if found := byNameRE.FindStringSubmatch(s); found != nil {
		a.name = personName(found[1])
	} else if before := strings.TrimRight(s[:loc[0]], " <[(\"'"); !strings.Contains(before, ",") || !hasDate(before) {
		before = strings.TrimSpace(strings.TrimSuffix(before, "mailto:"))
		a.name = personName(strings.Trim(before, " <[(\"'"))
	}
	if strings.EqualFold(a.name, a.mail) {
		a.name = ""
	}
	return a
}
