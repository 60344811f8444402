package letter

import (
	"regexp"
	"strings"
	"unicode"
)

// innerHead is the header above a forwarded mail.
type innerHead struct {
	author  address // of Reply-To if a program wrote the mail
	subject string
	fields  int // different ones of from, date, to and subject
	lines   int // that it takes, with empty ones between the fields
}

// readHead reads the header at the beginning of the lines. It ends at the first empty line after
// the author unless a field follows, or at a line that neither is nor continues a field.
func readHead(lines []string) innerHead {
	var h innerHead
	seen := map[string]string{}
	last, gap := "", false
	for i := 0; i < len(lines) && i < 30; i++ {
		s := bare(lines[i])
		if s == "" {
			gap = true
			continue
		}
		name, value := headField(s)
		if name == "" || name != "other" && seen[name] != "" {
			more := seen[last] == "" || last == "from" && !strings.Contains(seen[last], "@") || last == "to" || last == "other" || last == "subject" && (lines[i][0] == ' ' || fieldFollows(lines[i:]))
			if i == 0 || last == "" || len(s) > 500 || !more || gap && (last != "from" || seen[last] != "") {
				break
			}
			seen[last] = strings.TrimSpace(seen[last] + " " + s) // it goes on
			h.lines, gap = i+1, false
			continue
		}
		if gap && len(seen) >= 4 && name != "subject" { // Outlook's fields are one paragraph each; the text is no field
			break
		}
		if name != "other" {
			seen[name] = value
		}
		last, gap, h.lines = name, false, i+1
	}
	for _, name := range []string{"from", "date", "to", "subject"} {
		if _, there := seen[name]; there {
			h.fields++
		}
	}
	if from := seen["from"]; from != "" {
		if all := addresses(starRE.ReplaceAllString(from, "$1$2"), ""); len(all) > 0 {
			h.author = all[0]
		}
	}
	if isNoReply(h.author.mail) || isWebsiteSender(h.author.mail) {
		if reply, ok := first(addresses(seen["reply"], "")); ok && !isNoReply(reply.mail) {
			h.author = reply
		}
	}
	h.subject = strings.TrimSpace(seen["subject"])
	return h
}

var (
	// passedOnRE is the middle of the line above a forwarded mail.
	passedOnRE = regexp.MustCompile(`(?i)forwarded|пересыла|пересылк|переслан|перенаправ|переадрес|пересила|weitergeleitet|transféré|réexpédi|transmis|reenviad|inoltrat|przekaz|przesłan|podaj dalej|encaminhad`)
	// originalTextRE matches the lines that The Bat! writes around it.
	originalTextRE = regexp.MustCompile(`(?i)^=+8<=+|^[=-]{4,}\s*(?:end of )?(?:original message text|исходн\p{L}+ текст.{0,30}|конец исходн.{0,30})\s*[=-]{4,}$`)
	beginsRE       = newAnchored(`(?i)^(?:begin|start|начало|початок|пересылаемое|пересланное|this is a|это |anfang|beginn|début|inicio|inizio|początek|rozpoczęcie|início)`)
)

// mayBeginThisIs reports whether a line may begin with "This is a" or "Это".
func mayBeginThisIs(s string) bool {
	for _, r := range s {
		r = unicode.ToLower(r)
		return r == 't' || r == 'э'
	}
	return false
}

// marksForward reports whether a line is one that programs write above a forwarded mail:
// "---------- Forwarded message ---------", "Begin forwarded message:", "This is a forwarded
// message".
func marksForward(s string) bool {
	dashed := strings.HasPrefix(s, "--") || strings.HasPrefix(s, "==") || strings.HasPrefix(s, "__")
	if !dashed && !strings.HasSuffix(s, ":") && !mayBeginThisIs(s) || len(s) > 160 || !passedOnRE.MatchString(s) {
		return false
	}
	return dashed && !forwardEnds(s) || beginsRE.MatchString(s) && len(strings.Fields(s)) <= 6 && (strings.HasSuffix(s, ":") || !strings.ContainsAny(s, ".,!?"))
}

var endRE = regexp.MustCompile(`(?i)^[-=_ ]{2,}\s*(?:end|ende|fin|fine|koniec|конец|завершить|окончание|кінець)(?:\s|$)`)

// forwardEnds reports whether a line is one that programs write below a forwarded mail.
func forwardEnds(s string) bool {
	return len(s) > 4 && strings.IndexByte("-=_", s[0]) >= 0 && (endRE.MatchString(s) || originalTextRE.MatchString(s) && strings.Contains(strings.ToLower(s), "end of"))
}
