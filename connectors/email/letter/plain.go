package letter

import (
	"strings"
	"unicode"
)

// mark stands at the beginning of a line where HTML says that a quotation
// begins. It is a control character, which no text keeps.
const mark = "\x01"

// tidy cleans a plain text: one sort of line breaks, no control characters, no
// blanks at the ends of lines, at most two empty lines on end.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= ' ' && r < 0x7f, r >= 0x400 && r < 0x500, r == '\n', r == '\t': // Latin and Cyrillic
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
			return '\n'
		case r == '\u00a0' || r == '\u202f':
			return ' '
		case unicode.IsControl(r), r == '\u200b', r == '\u200e', r == '\u200f', r == '\ufeff', r == '\u2060', r == '\u00ad', r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
	return settle(strings.Split(s, "\n"))
}

// settle joins lines, without blanks at their ends and with at most two empty
// ones on end, none at the beginning and the end.
func settle(lines []string) string {
	var out strings.Builder
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	out.Grow(size)
	empty := 0
	for _, line := range lines {
		kept := strings.TrimRight(line, " \t")
		if kept == "--" && strings.HasSuffix(line, "-- ") {
			kept = "-- "
		}
		if kept == "" {
			empty++
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n\n\n"[:1+min(empty, 2)])
		}
		empty = 0
		out.WriteString(kept)
	}
	return strings.TrimRight(out.String(), " ")
}

// unflow joins the lines that format=flowed (RFC 3676) has broken.
func unflow(s string, delsp bool) string {
	var out []string
	open, depth := false, 0
	for line := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := strings.TrimPrefix(line[d:], " ")
		flowed := strings.HasSuffix(text, " ") && text != "-- "
		if flowed && delsp {
			text = text[:len(text)-1]
		}
		if open && d == depth && text != "-- " && len(out[len(out)-1]) < 64<<10 {
			out[len(out)-1] += text
		} else {
			if d > 0 {
				text = strings.Repeat(">", d) + " " + text
			}
			out = append(out, text)
		}
		open, depth = flowed, d
	}
	return strings.Join(out, "\n")
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
