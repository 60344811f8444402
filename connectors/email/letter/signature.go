package letter

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctihub/leads"
)

var (
	closingRE = regexp.MustCompile(`(?i)^(?:[-—–]{1,3}\s*)?(?:с (?:большим |глубоким |искренним |огромным )?уважением|с наилучшими(?: пожеланиями)?|с почтением|искренне ваша?|всего (?:наи)?лучшего|kind(?:est)? regards|best regards|warm(?:est)? regards|with (?:best |kind )?regards|many regards|regards|best wishes|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|respectfully|mit freundlichen grüßen)(?:$|[\s,.!;:—–-])`)
	mobileRE  = regexp.MustCompile(`(?i)^(?:sent (?:from|via|with) (?:my |mail for|mail\.ru|yahoo|yandex|outlook|samsung|proton|iphone|ipad|android|gmail|spark|bitrix|the all new)|отправлено (?:(?:с|со|из|через) (?:моего |моей |устройства|iphone|ipad|android|смартфона|телефона|мобильн|планшета|samsung|xiaomi|huawei|honor|redmi|яндекс|приложения|outlook|mail|spark|bitrix|битрикс|облач)|из почты)|get outlook for|скачать outlook|получить outlook|download outlook|von meinem .{2,20} gesendet|envoyé de mon).{0,100}$`)
	postRE    = regexp.MustCompile(`(?i)^\s*(?:p\.?\s?p?\.?\s?s|з\.?ы|п\.?с)[.:\s]`)
)

// The letters with which a line can begin that closingRE or mobileRE fits:
// cheaper to look at than all their words.
const (
	closingFirst = "-—–сивkbwmrys"
	mobileFirst  = "sоgсdпve"
)

// begins reports whether the first letter of s is one of these, in any case.
func begins(s, letters string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune(letters, unicode.ToLower(r))
}

// Bounds of a signature.
const (
	maxSignature     = 15  // lines
	maxSignatureLine = 160 // letters in one of them
)

// unsigned leaves out the signature, and what telephones add of themselves.
func unsigned(lines []string) []string {
	kept := lines[:0:0]
	for _, line := range lines {
		if s := strings.TrimSpace(line); len(s) > 200 || !begins(s, mobileFirst) || !mobileRE.MatchString(s) {
			kept = append(kept, line)
		}
	}
	said := false
	for i, line := range kept {
		s := strings.TrimSpace(line)
		delimiter := s == "--"
		if !delimiter && (len(s) > 200 || !begins(s, closingFirst) || !closingRE.MatchString(s)) || !said {
			said = said || s != ""
			continue
		}
		if post, ok := signature(kept[i:]); ok {
			return append(kept[:i:i], post...)
		}
	}
	return kept
}

// signature reports whether all that is left is one. A postscript is not.
func signature(lines []string) (post []string, ok bool) {
	n := 0
	for i, line := range lines {
		s := strings.TrimSpace(line)
		switch {
		case s == "":
			continue
		case postRE.MatchString(s):
			return lines[i:], true
		case utf8.RuneCountInString(s) > maxSignatureLine:
			return nil, disclaimer(s)
		}
		if n++; n > maxSignature {
			return nil, false
		}
	}
	return nil, true
}

// disclaimer reports whether a long line is one of those that companies put
// below every mail.
func disclaimer(s string) bool {
	s = strings.ToLower(leads.Clip(s, 1000))
	for _, word := range []string{"конфиденциальн", "confidential", "disclaimer", "intended recipient", "предназначен", "virus", "вирус"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
