package letter

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// originalRE matches the line that mail programs write above the original of an answer, by
// language.
var originalRE = regexp.MustCompile(`(?i)^[-=_‐– ]{2,}\s*(?:` +
	`(?:original|reply) (?:message|e?-?mail)|original|原始邮件|原始郵件|` +
	`(?:исходное|оригинальное|первоначальное) (?:сообщение|письмо)|` +
	`(?:початкове|оригінальне|вихідне|первинне) повідомлення|` +
	`ursprüngliche (?:nachricht|mail|e-mail)|original-?nachricht|antwort ?nachricht|` +
	`(?:mail|message|courriel) original|message d['’]origine|` +
	`mensaje original|messaggio originale|mensagem original|` +
	`(?:oryginalna|pierwotna) wiadomość|wiadomość oryginalna|` +
	`oorspronkelijk bericht|oprindelig (?:meddelelse|besked)|ursprungligt meddelande|původní zpráva` +
	`)\s*[-=_‐– ]{2,}$`)

// replyAboveRE matches the line "reply above this line" of ticket systems.
var replyAboveRE = anyOf(`^[^\p{L}]*(?:please )?(?:(?:type|write|enter|add) )?(?:your )?repl(?:y|ies) above this line[^\p{L}]*$`,
	`^[^\p{L}]*(?:пожалуйста,? )?(?:(?:пишите|напишите|введите|отвечайте|ответьте)(?: ваш| свой)?(?: ответ)?|ответ пишите) (?:выше|над) (?:этой |данной )?(?:лини|черт|строк)\p{L}*[^\p{L}]*$`,
	`^[^\p{L}]*(?:bitte )?(?:antworten sie|ihre antwort) (?:bitte )?(?:über|oberhalb) dieser (?:linie|zeile)[^\p{L}]*$`)

// isOriginal reports whether a line is one that programs write above the original of an answer.
// It checks the first character before the slow expressions.
func isOriginal(s string) bool {
	return s != "" && (strings.IndexByte("-=_#", s[0]) >= 0 || strings.HasPrefix(s, "‐")) && (originalRE.MatchString(s) || replyAboveRE.MatchString(s))
}

// isRule reports whether a line is nothing but a rule.
func isRule(s string) bool {
	if len(s) < 5 || s[0] < utf8.RuneSelf && strings.IndexByte("-_=*", s[0]) < 0 {
		return false // cheaper for almost every line
	}
	return strings.Trim(s, "-_=*—–─‐") == ""
}

// belowRule returns how many lines a rule and the header block or attribution below it take; 0:
// neither follows. Yandex puts the attribution below the recipient and the subject.
func belowRule(lines []string) int {
	n := 1
	for n < len(lines) && blank(lines[n]) {
		n++
	}
	if more, certain := blockOrAttribution(lines[n:]); more > 0 && certain {
		return n + more
	}
	for from := n; n < min(len(lines), from+4); n++ {
		if name, _ := headField(lines[n]); name == "" {
			break
		}
	}
	if n < len(lines) {
		if more, certain := attribution(lines[n:]); more > 0 && certain {
			return n + more
		}
	}
	return 0
}

// withoutDashes removes the dashes of "---- On … wrote ----", as Zoho writes it.
func withoutDashes(s string) string {
	if strings.HasPrefix(s, "--") && strings.HasSuffix(s, "--") {
		if inside := strings.TrimRight(strings.Trim(s, "- "), ": "); saidRE.MatchString(inside) {
			return inside + ":"
		}
	}
	return s
}

// bare is a line without blanks, marks and signs of emphasis.
func bare(line string) string {
	return withoutDashes(strings.TrimFunc(strings.TrimPrefix(line, mark), isEmphasis))
}

// isEmphasis reports whether a letter is a blank or a star. A function is cheaper than a set of
// letters that are not all ASCII.
func isEmphasis(r rune) bool { return r == ' ' || r == '*' || r == '\t' || r == '\u00a0' }
