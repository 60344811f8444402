package letter

import (
	"regexp"
	"strings"

	"ctihub/leads"
)

var forwardSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|пересл|переслано|пер|wg|tr|rv)\s*:\s*`)

// forwarded takes a mail that one of us passed on for what it is: a mail by
// the customer inside. False: there is no customer inside.
func (m *mail) forwarded(t *leads.Touch, whole string) bool {
	if in := m.inner; in != nil && in.Direction == leads.In && len(in.From) > 0 {
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
		if !m.isOwn(author.mail) {
			break
		}
	}
	if author.mail == "" || m.isOwn(author.mail) {
		return false
	}
	m.person(t, author)
	t.Automatic = ""
	if nobody(author.mail) {
		t.Automatic = leads.Notice
	}
	if subject != "" {
		t.Subject = subject
	} else {
		t.Subject = strings.TrimSpace(forwardSubject.ReplaceAllString(t.Subject, ""))
	}
	text := settle(rest)
	if f, ok := parseForm(text); ok && (nobody(author.mail) || machine(author.mail)) {
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

// forwardBegins finds the line at which the passed on mail begins, -1: none.
func forwardBegins(lines []string, subject string) int {
	byTitle := forwardSubject.MatchString(subject)
	for i, line := range lines {
		s := bare(strings.TrimLeft(line, "> "))
		if passesOn(s) {
			return i + 1
		}
		if byTitle && isOriginal(s) {
			return i + 1
		}
		if byTitle && headBlock(lines[i:]) {
			return i
		}
	}
	return -1
}

// innerMail reads who wrote a passed on mail and what: below a header of
// fields, or below "date, name <address>:".
func innerMail(lines []string) (author address, subject string, rest []string) {
	quoted := true // Apple and others quote what they pass on
	for _, line := range lines {
		if s := strings.TrimSpace(strings.TrimPrefix(line, mark)); s != "" && s[0] != '>' {
			quoted = false
			break
		}
	}
	kept := make([]string, 0, len(lines))
	for _, line := range lines {
		line = strings.TrimPrefix(line, mark)
		if forwardEnd.MatchString(bare(line)) {
			break
		}
		if quoted {
			line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(line, " "), ">"), " ")
		}
		kept = append(kept, line)
	}
	lines = kept
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return address{}, "", nil
	}
	if n, _ := attribution(lines); n > 0 && !fromLine.MatchString(bare(lines[0])) {
		author = addressIn(strings.Join(lines[:n], " "))
		return author, "", unquoteAll(lines[n:])
	}
	i := 0
	for ; i < len(lines) && i < 20; i++ {
		s := bare(lines[i])
		if s == "" {
			if author.mail != "" {
				break
			}
			continue
		}
		found := headLine.FindStringSubmatch(s)
		if found == nil {
			if author.mail == "" && i == 0 {
				return address{}, "", nil
			}
			continue
		}
		switch englishField(found[1]) {
		case "from":
			if author.mail == "" {
				author = addressIn(found[2])
			}
		case "subject":
			subject = strings.TrimSpace(found[2])
		}
	}
	return author, subject, lines[i:]
}

// unquoteAll takes the signs of quotation off a text that is all quoted.
func unquoteAll(lines []string) []string {
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

// addressIn finds the address in a line of text, with the name before it.
func addressIn(s string) address {
	s = strings.ReplaceAll(leads.Clip(s, 1000), "*", "")
	loc := mailRE.FindStringIndex(s)
	if loc == nil {
		return address{}
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
