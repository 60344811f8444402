package letter

import (
	"strings"

	"ctihub/leads"
)

// address is one mailbox of a header field.
type address struct {
	name string
	mail string // normalised; empty: there is none that can be used
}

// addresses reads a list of mailboxes, at most 100, however it is written.
func addresses(value, hint string) []address {
	var all []address
	for _, one := range splitList(value) {
		if a := oneAddress(one, hint); a.mail != "" || a.name != "" {
			all = append(all, a)
		}
		if len(all) == 100 {
			break
		}
	}
	return all
}

// splitList cuts at commas and semicolons outside of quotes, brackets and
// comments. A group ("team: a@x, b@x;") gives its members.
func splitList(s string) []string {
	var all []string
	begin, comment, quote, angle := 0, 0, false, false
	for i := 0; i < len(s) && len(all) < 1000; i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"' && comment == 0:
			quote = !quote
		case quote:
		case c == '(':
			comment++
		case c == ')' && comment > 0:
			comment--
		case comment > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == ':' && !angle && !strings.Contains(s[begin:i], "@"):
			begin = i + 1
		case (c == ',' || c == ';') && !angle:
			all = append(all, s[begin:i])
			begin = i + 1
		}
	}
	if begin < len(s) {
		all = append(all, s[begin:])
	}
	// A name with an unquoted comma: "Petrova, Anna <anna@shop.example>".
	joined := all[:0]
	carry := ""
	for _, one := range all {
		if one = carry + one; len(one) < 200 && strings.TrimSpace(one) != "" && !strings.Contains(one, "@") && !strings.Contains(one, "=?") {
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

func oneAddress(s, hint string) address {
	s = strings.TrimSpace(s)
	name, mail := "", s
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		name = s[:open]
		mail, _, _ = strings.Cut(s[open+1:], ">")
	} else if before, comment, found := strings.Cut(s, "("); found {
		mail, name = before, strings.TrimSuffix(strings.TrimSpace(comment), ")")
	}
	mail = strings.TrimPrefix(strings.Trim(decodeWords(mail, hint), " \t'\"<>"), "mailto:")
	a := address{name: personName(unquote(name, hint))}
	if m, err := leads.NormaliseEmail(mail); err == nil {
		a.mail = m
	} else if m, err := leads.NormaliseEmail(strings.ReplaceAll(mail, " ", "")); err == nil {
		a.mail = m
	} else if a.name == "" {
		a.name = personName(decodeWords(s, hint))
	}
	if strings.EqualFold(a.name, a.mail) || strings.EqualFold(a.name, mail) {
		a.name = ""
	}
	return a
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
