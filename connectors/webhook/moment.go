package webhook

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// zoned are the layouts with a time zone, local those without.
var (
	zoned = []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700",
		"2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 MST",
		time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700",
		"Mon Jan 2 2006 15:04:05 GMT-0700", time.UnixDate, time.RubyDate, "02/Jan/2006:15:04:05 -0700",
	}
	local = []string{
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
		"2006/01/02 15:04:05", "2006/01/02 15:04", "20060102T150405", "20060102150405",
		"2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006, 15:04:05", "2.1.2006, 15:04", "2.1.2006", "2.1.06 15:04", "15:04 2.1.2006", "15:04:05 2.1.2006",
		"2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "January 2, 2006 15:04", "January 2, 2006 3:04 pm", "January 2, 2006, 3:04 pm", "Jan 2, 2006, 3:04:05 PM", "Jan 2, 2006 3:04 PM", time.ANSIC,
	}
)

// moment reads a time: with a zone, without one on the office's clock, or as
// Unix time in seconds or, by its size, in milli-, micro- or nanoseconds.
func moment(text string, zone *time.Location) (time.Time, bool) {
	text = strings.Join(strings.Fields(text), " ")
	if i := strings.Index(text, " ("); i > 0 && strings.HasSuffix(text, ")") { // JavaScript: … GMT+0300 (Moscow Standard Time)
		text = text[:i]
	}
	ok := func(t time.Time, err error) bool { return err == nil && t.Year() >= 1970 && t.Year() < 10000 }
	for _, layout := range zoned {
		// A zone by its name is that zone only when it is UTC: of others the time package makes up an offset of nought.
		if t, err := time.Parse(layout, text); ok(t, err) && (!strings.Contains(layout, "MST") || utc(text)) {
			return t, true
		}
	}
	for _, layout := range local {
		if t, err := time.ParseInLocation(layout, text, zone); ok(t, err) {
			return t, true
		}
	}
	return unix(strings.Replace(text, ",", ".", 1))
}

func utc(text string) bool {
	zone := text[strings.LastIndexByte(text, ' ')+1:]
	return zone == "UTC" || zone == "GMT" || zone == "Z"
}

func unix(text string) (time.Time, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || n < 1e8 || n >= 1e20 { // before 1973 it is some other number
		return time.Time{}, false
	}
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		switch {
		case n < 1e11:
			return time.Unix(whole, 0), true
		case n < 1e14:
			return time.UnixMilli(whole), true
		case n < 1e17:
			return time.UnixMicro(whole), true
		}
		return time.Unix(0, whole), true
	}
	switch {
	case n < 1e11:
		return time.UnixMicro(int64(n * 1e6)), true
	case n < 1e14:
		return time.UnixMicro(int64(n * 1e3)), true
	}
	return time.Time{}, false
}
