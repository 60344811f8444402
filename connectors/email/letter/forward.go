package letter

import (
	"regexp"
	"slices"
	"strings"

	"ctihub/leads"
)

// forwardSubject is how mail programs begin the subject of a mail that they pass
// on; some write it in brackets or at the end.
var forwardSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?\[?(?:fwd?|пересл|переслано|переслать|пересилання|пер|wg|tr|rv|pd|i|inoltro|enc|vs|vb)\s*:\s*|\s*\(fwd\)\s*$`)

// forwarded takes a mail that one of us passed on for what it is: a mail by
// the customer inside. False: there is no customer inside.
func (m *mail) forwarded(t *leads.Touch, to []address, whole string) bool {
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
		note := plainly(strings.Split(whole, "\n"))
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
	for range 5 { // passed on among us before
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
	m.person(t, author)
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
		f.fill(m, t, address{})
		m.say(t, t.Text, whole)
		return true
	}
	news, own := fresh(text, false)
	if blank(news) {
		news = plainly(note)
	}
	m.say(t, news, whole)
	t.Offered = m.phones(own)
	return true
}

func wholeOf(t leads.Touch) string {
	if t.Whole != "" {
		return t.Whole
	}
	return t.Text
}

// maxTries is how many places of one text are looked at closely.
const maxTries = 200

// near are the lines in which a header must lie.
func near(lines []string) []string { return lines[:min(len(lines), 60)] }

// What forwardBegins returns where nothing is passed on.
const (
	noForward = -1
	anAnswer  = -2 // it quotes what it answers
)

// forwardBegins finds the line at which the passed on mail begins. In an answer
// what stands below its quotation was passed on by somebody else.
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
			if author, _, _ := innerMail(near(lines[i+1:])); author != (address{}) {
				return i + 1
			}
		}
		if name, _ := headField(s); name != "" {
			tries++
			h := readHead(lifted(near(lines[i:])))
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

// lifted takes the signs of quotation that the first line has off all lines, up
// to the first that is not quoted. A line right below a quoted one may be its
// rest; below an empty line stands what somebody added to the whole.
func lifted(lines []string) []string {
	for range 5 {
		less := liftedOnce(lines)
		if len(less) == len(lines) && (len(lines) == 0 || &less[0] == &lines[0]) {
			break
		}
		lines = less
	}
	return lines
}

// liftedOnce takes one level off; the lines are the same if there is none.
func liftedOnce(lines []string) []string {
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

// innerMail reads who wrote a passed on mail and what: below a header of
// fields, or below "date, name <address>:".
func innerMail(lines []string) (author address, subject string, rest []string) {
	kept := make([]string, 0, len(lines))
	for _, line := range lifted(lines) {
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
	h := readHead(coloned(lines))
	return h.author, h.subject, unquoteAll(lines[h.lines:])
}

// coloned writes the colons that eM Client leaves out behind the names of the
// fields above a mail that it passes on.
func coloned(lines []string) []string {
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

// unquoteAll takes the signs of quotation off a text that is all quoted, down to
// a line "--".
func unquoteAll(lines []string) []string {
	for i, line := range lines {
		if s := strings.TrimSpace(line); s == "--" && i > 0 && strings.HasPrefix(strings.TrimSpace(following(lines)), ">") {
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
	} else if before := strings.TrimRight(s[:loc[0]], " <[(\"'"); !strings.Contains(before, ",") || !dateRE.MatchString(before) {
		before = strings.TrimSpace(strings.TrimSuffix(before, "mailto:"))
		a.name = personName(strings.Trim(before, " <[(\"'"))
	}
	if strings.EqualFold(a.name, a.mail) {
		a.name = ""
	}
	return a
}
