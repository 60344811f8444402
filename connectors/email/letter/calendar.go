package letter

import (
	"bytes"
	"crypto/sha256"
	"io"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// calendar reads an invitation (RFC 5545): it keeps the file once, and describes it in one line
// of text.
func (m *mail) calendar(p part, name string) error {
	if name == "" {
		name = "invite.ics"
	}
	b, err := io.ReadAll(io.LimitReader(p.in, maxInner+1))
	if err != nil {
		return err
	}
	if len(b) > maxInner {
		return m.file(p, name, io.MultiReader(bytes.NewReader(b), p.in))
	}
	sum := sha256.Sum256(b)
	if m.seen[sum] {
		return nil
	}
	if m.seen == nil {
		m.seen = map[[32]byte]bool{}
	}
	m.seen[sum] = true
	if line := invitation(decodeText(b, p.params.get("charset"))); line != "" && len(m.events) < 5 && !slices.Contains(m.events, line) {
		m.events = append(m.events, line)
	}
	return m.file(p, name, bytes.NewReader(b))
}

// invitation describes a calendar file: the request, the event, the time and the place.
func invitation(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.NewReplacer("\n ", "", "\n\t", "").Replace(s)
	values, zone, method, inside := map[string]string{}, map[string]string{}, "", false
	for line := range strings.SplitSeq(s, "\n") {
		name, value := property(line)
		name, params, _ := strings.Cut(name, ";")
		name = strings.ToUpper(name)
		switch {
		case name == "METHOD":
			method = strings.ToUpper(value)
		case name == "BEGIN" && strings.EqualFold(value, "VEVENT"):
			inside = true
		case name == "BEGIN" && strings.EqualFold(value, "VALARM"), name == "END" && strings.EqualFold(value, "VEVENT"):
			if inside {
				return eventWords(method, values, zone)
			}
		case inside && values[name] == "":
			values[name] = icsText(value)
			zone[name] = parameters("x;" + params).get("tzid")
		}
	}
	return ""
}

// property cuts a content line at the colon that ends its name and parameters.
func property(line string) (name, value string) {
	quote := false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '"':
			quote = !quote
		case line[i] == ':' && !quote:
			return line[:i], strings.TrimSpace(line[i+1:])
		}
	}
	return line, ""
}

var icsEscapes = strings.NewReplacer(`\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";", `\\`, `\`)

func icsText(s string) string {
	return strings.Join(strings.Fields(controls(icsEscapes.Replace(leads.Clip(s, 1000)))), " ")
}

// eventWords describes an event in the language of the invitation, Russian or English.
func eventWords(method string, values, zone map[string]string) string {
	invited, cancelled, answered := "Invitation", "Cancelled", "Answer to an invitation"
	if strings.ContainsFunc(values["SUMMARY"]+values["LOCATION"], cyrillic) {
		invited, cancelled, answered = "Приглашение", "Отменено", "Ответ на приглашение"
	}
	words := invited
	switch {
	case method == "CANCEL" || strings.EqualFold(values["STATUS"], "CANCELLED"):
		words = cancelled
	case method == "REPLY":
		words = answered
	}
	if what := values["SUMMARY"]; what != "" {
		words += ": " + what
	}
	if when := icsTime(values["DTSTART"], zone["DTSTART"]); when != "" {
		words += ", " + when
		end := icsTime(values["DTEND"], zone["DTEND"])
		if day, _, timed := strings.Cut(when, " "); timed && strings.HasPrefix(end, day+" ") {
			_, end, _ = strings.Cut(end, " ")
			words = strings.TrimSuffix(words, " "+zoneOf(when)) + "–" + end
		} else if end != "" && timed {
			words += " – " + end
		}
	}
	if where := values["LOCATION"]; where != "" {
		words += ", " + where
	}
	return leads.Clip(words, 2000)
}

// zoneOf is the zone at the end of a time, empty: it has none.
func zoneOf(s string) string {
	if fields := strings.Fields(s); len(fields) > 2 {
		return fields[2]
	}
	return ""
}

// icsTime writes a time as it is given, with its zone.
func icsTime(s, zone string) string {
	for _, form := range []struct{ in, out, zone string }{
		{"20060102T150405Z", "2006-01-02 15:04", "UTC"}, {"20060102T150405", "2006-01-02 15:04", zone}, {"20060102", "2006-01-02", ""},
	} {
		if t, err := time.Parse(form.in, s); err == nil {
			return strings.TrimSpace(t.Format(form.out) + " " + strings.Join(strings.Fields(form.zone), "_"))
		}
	}
	return ""
}
