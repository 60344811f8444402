package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ctihub/leads"
)

// address is one mailbox of a header field.
type address struct {
	name string
	mail string // normalised; empty: there is none that can be used
	text string // the mailbox as it is written, where it cannot be read
}

// addresses reads a list of mailboxes, at most 100, however it is written.
func addresses(value, hint string) []address {
	var all []address
	for _, one := range splitList(value) {
		for _, a := range mailboxes(one, hint) {
			if a != (address{}) {
				all = append(all, a)
			}
		}
		if len(all) >= 100 {
			return all[:100]
		}
	}
	return all
}

// splitList splits a header field at commas and semicolons outside of quotes, brackets and
// comments. A quote or comment that is never closed protects nothing. A group ("team: a@x, b@x;")
// gives its members.
func splitList(s string) []string {
	all, quote, comment := cutList(s, true, true)
	if quote || comment {
		all, _, _ = cutList(s, !quote, !comment)
	}
	// A name with an unquoted comma: "Petrova, Anna <anna@shop.example>".
	joined := all[:0]
	carry := ""
	for _, one := range all {
		if one = carry + one; len(one) < 300 && strings.TrimSpace(one) != "" && !strings.Contains(decodeWords(one, ""), "@") {
			carry = one + ","
			continue
		}
		carry = ""
		joined = append(joined, one)
	}
	if carry != "" {
		joined = append(joined, strings.TrimSuffix(carry, ","))
	}
	return joined
}

// cutList is splitList that heeds quotes and comments only as requested. It also reports whether
// a quote or a comment is open at the end.
func cutList(s string, quotes, comments bool) (all []string, quote, comment bool) {
	begin, depth, open, closed, at := 0, 0, -1, false, -1
	for i := 0; i < len(s) && len(all) < 1000; i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"' && depth == 0 && quotes:
			quote = !quote
		case quote:
		case c == '(' && comments:
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '@':
			at = i
		case c == '<':
			if closed { // "a <a@x> b <b@x>": the comma is missing
				all = append(all, s[begin:open])
				begin = open
			}
			open, closed = i, false
		case c == '>' && open >= begin && at > open:
			open, closed = i+1, true
		case c == ':' && (open < begin || closed) && at < begin && !strings.EqualFold(s[max(begin, i-len("mailto")):i], "mailto"):
			begin = i + 1
		case (c == ',' || c == ';') && (open < begin || closed || at > open+1):
			all = append(all, s[begin:i])
			begin, open, closed = i+1, -1, false
		}
	}
	if begin < len(s) {
		all = append(all, s[begin:])
	}
	return all, quote, depth > 0
}

// mailboxes reads one item of a list: a mailbox, or several with only blanks
// between them.
func mailboxes(s, hint string) []address {
	s = strings.TrimSpace(leads.Clip(s, 4<<10))
	open := strings.LastIndexByte(s, '<')
	if open < 0 {
		plain := decodeWords(s, hint)
		if strings.Contains(plain, "<") { // all of it was in encoded words
			return mailboxes(plain, hint)
		}
		return withoutBrackets(plain)
	}
	if inside, _, _ := strings.Cut(s[open+1:], ">"); !strings.Contains(decodeWords(inside, hint), "@") {
		return withoutBrackets(decodeWords(strings.NewReplacer("<", " ", ">", " ").Replace(s), hint))
	}
	return []address{inBrackets(s, open, hint)}
}

// oneAddress is the first mailbox of an item.
func oneAddress(s, hint string) address {
	all := mailboxes(s, hint)
	if len(all) == 0 {
		return address{}
	}
	return all[0]
}

// inBrackets reads "name <mailbox>"; open is the index of the bracket. The text in brackets is
// taken as a whole or not at all: a part of it would be another mailbox.
func inBrackets(s string, open int, hint string) address {
	name := strings.TrimRight(s[:open], "< \t")
	inside, after, _ := strings.Cut(s[open+1:], ">")
	if strings.TrimSpace(name) == "" {
		name = strings.Trim(after, "()<> \t")
	}
	inside = decodeWords(inside, hint)
	a := address{name: personName(unquote(name, hint)), mail: mailbox(inside)}
	if a.mail == "" {
		a.text = strings.TrimSpace(inside)
	}
	if again := strings.LastIndexByte(a.name, '<'); again > 0 && strings.HasSuffix(a.name, ">") && mailbox(a.name[again:]) == a.mail {
		a.name = personName(a.name[:again])
	}
	if strings.EqualFold(a.name, a.mail) || strings.EqualFold(a.name, strings.TrimSpace(inside)) {
		a.name = ""
	}
	return a
}

var (
	aroundAt = regexp.MustCompile(`\s*@\s*`)
	aroundIn = regexp.MustCompile(`\s*\.\s*`)
	// A mailbox with a blank beside its @ among other words.
	blankAt = regexp.MustCompile(`^(?:(.*)\s)?([^\s@<>"()\[\],;:]+)(\s*)@\s*([^\s@<>"()\[\],;:]+\.[^\s@<>"()\[\],;:]+)(.*)$`)
	// A word that is no name.
	localRE = regexp.MustCompile(`^[a-z\d._+-]+$`)
)

// mailbox returns the mailbox if the text is one and nothing else, otherwise "". Blanks may stand
// around the @ and the dots of the domain (RFC 5322, 4.4), comments anywhere; words are never
// joined.
func mailbox(s string) string {
	s, _ = cutComments(s)
	s = strings.Trim(s, " \t'\"<>[]")
	if at := strings.IndexByte(s, ':'); at >= 0 && (strings.EqualFold(s[:at], "mailto") || s[0] == '@') {
		s = strings.TrimSpace(s[at+1:]) // a link, or a route (RFC 5322, 4.4)
	}
	if strings.ContainsAny(s, " \t\n\f\r") {
		s = aroundAt.ReplaceAllString(s, "@")
	}
	local, host, found := cutLast(s, "@")
	if !found || strings.ContainsAny(local, " \t") {
		return ""
	}
	if strings.ContainsAny(host, " \t\n\f\r") {
		host = aroundIn.ReplaceAllString(host, ".")
	}
	m, err := leads.NormaliseEmail(local + "@" + strings.TrimRight(host, "."))
	if err != nil {
		return ""
	}
	return m
}

// withoutBrackets reads mailboxes between words: "Igor igor@client.example",
// "igor@client.example (Igor)".
func withoutBrackets(s string) []address {
	rest, comment := cutComments(s)
	if m := mailbox(rest); m != "" {
		return []address{{name: displayName(comment, m), mail: m}}
	}
	var all []address
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>()[],;"`, r) }) {
		if strings.Contains(word, "@") {
			m := mailbox(strings.Trim(word, "'.:"))
			if m == "" {
				all = nil
				break
			}
			if !slices.ContainsFunc(all, func(a address) bool { return a.mail == m }) {
				all = append(all, address{mail: m})
			}
			rest = strings.ReplaceAll(rest, word, " ")
		}
	}
	if len(all) == 1 {
		rest = strings.ReplaceAll(rest, "mailto:", " ")
		if all[0].name = displayName(strings.Trim(rest, " \t<>[](),;:\"-"), all[0].mail); all[0].name == "" {
			all[0].name = displayName(comment, all[0].mail)
		}
	}
	if len(all) > 0 {
		return all
	}
	if found := blankAt.FindStringSubmatch(rest); found != nil {
		before := strings.Fields(found[1])
		certain := found[3] == "" || len(before) == 0 || localRE.MatchString(found[2]) && !localRE.MatchString(before[len(before)-1])
		if m := mailbox(found[2] + "@" + found[4]); m != "" && certain && !strings.Contains(found[1]+found[5], "@") {
			return []address{{name: displayName(strings.Trim(found[1]+" "+found[5], " \t<>[](),;:\"-"), m), mail: m}}
		}
	}
	s = strings.TrimSpace(s)
	a := address{text: s}
	if !strings.Contains(s, "@") {
		a.name = personName(unquote(s, ""))
	}
	return []address{a}
}

// displayName cleans a display name; "" if it only repeats the mailbox.
func displayName(name, mail string) string {
	name = personName(name)
	if mailbox(name) == mail {
		return ""
	}
	return name
}

// cutComments removes the comments from a field ("igor(home)@x (Igor)") and returns the last one.
func cutComments(s string) (rest, comment string) {
	if !strings.Contains(s, "(") {
		return s, ""
	}
	var out strings.Builder
	depth, begin, quote := 0, 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' && depth == 0:
			quote = !quote
			out.WriteByte(c)
		case c == '(' && !quote:
			if depth++; depth == 1 {
				begin = i + 1
				out.WriteByte(' ')
			}
		case c == ')' && depth > 0:
			if depth--; depth == 0 {
				comment = strings.TrimSpace(s[begin:i])
			}
		case depth == 0:
			out.WriteByte(c)
		}
	}
	if depth > 0 { // never closed
		comment = strings.TrimSpace(s[begin:])
	}
	return out.String(), comment
}

// unquote decodes a display name, whose quotes may hold encoded words though
// they must not.
func unquote(s, hint string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, `"`) {
		v, rest := quoted(s[1:])
		s = v + rest
	}
	return decodeWords(s, hint)
}

// personName cleans a display name.
func personName(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for _, pair := range []string{`""`, "''", "«»"} {
		open, end := string([]rune(pair)[0]), string([]rune(pair)[1])
		if strings.HasPrefix(s, open) && strings.HasSuffix(s, end) && len(s) >= len(open)+len(end) && strings.Count(s, open) <= 2 {
			s = strings.TrimSpace(s[len(open) : len(s)-len(end)])
		}
	}
	return leads.Clip(s, 200)
}

// ownAddresses returns our addresses and domains ("@firm.example") normalised.
func ownAddresses(all []string) map[string]bool {
	own := map[string]bool{}
	for _, one := range all {
		one = strings.TrimSpace(one)
		whole := strings.HasPrefix(one, "@")
		if whole {
			one = "x" + one
		}
		if m, err := leads.NormaliseEmail(one); err == nil && whole {
			own[m[1:]] = true
		} else if err == nil {
			own[m] = true
		}
	}
	return own
}

// isOwn reports whether a normalised address is ours.
func (m *mail) isOwn(mail string) bool {
	return m.own[mail] || m.own["@"+domain(mail)]
}

func domain(mail string) string {
	_, d, _ := cutLast(mail, "@")
	return d
}
