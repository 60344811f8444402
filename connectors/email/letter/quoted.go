package letter

import (
	"regexp"
	"strings"
)

var (
	initialsRE = regexp.MustCompile(`^\s*\p{Lu}\p{L}{0,3}(>{1,5})(?:\s|$)`)
	adornedRE  = regexp.MustCompile(`^>{2,}.*<{2,}$`)
	linkLineRE = regexp.MustCompile(`^[(<]?https?://\S+\s*>$`)
)

// withoutInitials removes the initials that The Bat! writes before ">". A single such line is a
// quotation only below an attribution.
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
		if n, certain := attribution(lines[i:]); n == len(lines)-i && (certain || hasDate(lines[i])) {
			return true
		}
	}
	return false
}

// quotedLine reports whether a line is quoted. "> 5 kg" counts as quoted; ">5" and ">>> look <<<"
// do not.
func quotedLine(s string) bool {
	return s[0] == '>' && (len(s) == 1 || s[1] < '0' || s[1] > '9') && (!strings.HasSuffix(s, "<") || !adornedRE.MatchString(s))
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
	return strings.ContainsAny(s, "=&%") || open && (strings.ContainsAny(s, ")>") || strings.ContainsAny(s[:1], "/?#")) || len(s) > 15 && strings.ContainsAny(s, "/?_")
}

// closesLink reports whether ">" at the beginning of a line closes a link in
// angle brackets that the line above opened.
func closesLink(above, s string) bool {
	return s[0] == '>' && strings.LastIndex(above, "<http") > strings.LastIndex(above, ">")
}
