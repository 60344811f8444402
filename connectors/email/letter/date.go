package letter

import (
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	"ctihub/leads"
)

var comments = regexp.MustCompile(`\([^()]*\)`)

// dateForms are those of senders that do not know RFC 5322.
var dateForms = []string{
	time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "02.01.2006 15:04:05", "02.01.2006 15:04",
	"Mon Jan _2 15:04:05 2006", "Mon Jan _2 15:04:05 MST 2006", "Mon, _2 Jan 2006 15:04:05", "_2 Jan 2006 15:04:05", "Mon, _2-Jan-2006 15:04:05 -0700",
	"Mon, _2 January 2006 15:04:05 -0700",
}

// parseDate reads a date; zero: it cannot be read, or no mail was sent then.
func parseDate(s string) time.Time {
	s = strings.Join(strings.Fields(comments.ReplaceAllString(leads.Clip(s, 200), " ")), " ")
	t, err := netmail.ParseDate(s)
	for i := 0; err != nil && i < len(dateForms); i++ {
		t, err = time.Parse(dateForms[i], s)
	}
	if err != nil || t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}
	}
	return t.UTC()
}
