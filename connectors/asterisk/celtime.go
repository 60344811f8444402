package asterisk

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// celClock parses the times of consecutive rows. Asterisk writes
// seconds since 1970 with a fraction, unless dateformat in cel.conf or the
// mapping says otherwise (a format of strftime(3), and %q for the fraction).
type celClock struct {
	zone *time.Location // of times that name none; nil: UTC
	last time.Time      // of the previous row; zero: none
}

var (
	celEpoch = regexp.MustCompile(`^(\d{9,10})(?:[.,](\d{0,9}))?$|^(\d{13})$|^(\d{16})$`)
	// Of a written time: a fraction of a second, a zone at the end, a date whose
	// day and month might be exchanged.
	celFraction = regexp.MustCompile(`(:\d{2}|\d{6})[.,](\d{1,9})`)
	celZone     = regexp.MustCompile(` ?([+-]\d{2}:?\d{2}|[+-]\d{2}|Z|[A-Z]{3,5})$`)
	celSlashes  = regexp.MustCompile(`^(\d{1,2})[-/](\d{1,2})([-/]\d{4}.*)$`)
)

// celLayouts are the forms of a written time that can mean one moment only.
// Those whose day and month might be exchanged are told apart in readWritten.
var celLayouts = []string{
	"2006-01-02 15:04:05", "2006/01/02 15:04:05", "2006.01.02 15:04:05", "20060102 15:04:05", "20060102 150405", "20060102150405", "20060102-150405",
	"2006-01-02 03:04:05 PM", "2006/01/02 03:04:05 PM",
	"02.01.2006 15:04:05", "2.1.2006 15:04:05", "02.01.2006 03:04:05 PM",
	time.ANSIC, "Mon Jan 2 2006 15:04:05", "Jan 2 2006 15:04:05", "Jan 2, 2006 15:04:05",
	"Mon, 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", "2-Jan-2006 15:04:05", "02/Jan/2006:15:04:05", "Mon 2 Jan 2006 15:04:05", "Mon 02 Jan 2006 03:04:05 PM",
}

// read returns the moment, to the microsecond, and whether it is known to the
// second only. The error wraps errCelTime.
func (c *celClock) read(s string) (at time.Time, coarse bool, err error) {
	s = strings.TrimSpace(s)
	at, coarse, ok := readEpoch(s)
	if !ok {
		at, coarse, ok = c.readWritten(s)
	}
	if !ok || at.Year() < 1990 || at.Year() > 2200 {
		return time.Time{}, false, fmt.Errorf("%w: %w", errRow, errCelTime)
	}
	c.last = at
	return at, coarse, nil
}

// readEpoch reads seconds since 1970 with any fraction, or whole milliseconds
// or microseconds.
func readEpoch(s string) (at time.Time, coarse, ok bool) {
	m := celEpoch.FindStringSubmatch(s)
	if m == nil {
		return at, false, false
	}
	whole, _ := strconv.ParseInt(m[1]+m[3]+m[4], 10, 64) // digits, of a bounded number
	switch {
	case m[3] != "":
		return time.UnixMilli(whole).UTC(), false, true
	case m[4] != "":
		return time.UnixMicro(whole).UTC(), false, true
	}
	return time.Unix(whole, 0).Add(fractionOf(m[2])).UTC(), m[2] == "", true
}

// fractionOf is a part of a second by its digits, cut to microseconds.
func fractionOf(digits string) time.Duration {
	micros, _ := strconv.Atoi((digits + "000000")[:6])
	return time.Duration(micros) * time.Microsecond
}

// readWritten reads a date and a time of day, with or without a zone.
func (c *celClock) readWritten(s string) (at time.Time, coarse, ok bool) {
	zone := ""
	if m := celZone.FindStringSubmatchIndex(s); m != nil {
		zone, s = s[m[2]:m[3]], s[:m[0]]
	}
	fraction := time.Duration(0)
	coarse = true
	if m := celFraction.FindStringSubmatchIndex(s); m != nil {
		fraction, coarse = fractionOf(s[m[4]:m[5]]), false
		s = s[:m[3]] + s[m[5]:]
	}
	s = strings.Join(strings.Fields(s), " ")
	for _, i := range []int{8, 10} { // 20261128T101500, 2026-11-28T10:15:00
		if len(s) > i && s[i] == 'T' {
			s = s[:i] + " " + s[i+1:]
		}
	}
	if m := celSlashes.FindStringSubmatch(s); m != nil {
		if s, ok = dayFirst(m[1], m[2], m[3]); !ok {
			return at, false, false
		}
	}
	for _, layout := range celLayouts {
		wall, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		at, ok = c.moment(wall, zone)
		return at.Add(fraction), coarse, ok
	}
	return at, false, false
}

// dayFirst writes a date of the form 28/11/2026 or 11/28/2026 with dots, the
// day first. False: both parts may be the month.
func dayFirst(a, b, rest string) (s string, ok bool) {
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	rest = "." + rest[1:]
	switch {
	case x > 12 || x == y:
		return fmt.Sprintf("%02d.%02d", x, y) + rest, true
	case y > 12:
		return fmt.Sprintf("%02d.%02d", y, x) + rest, true
	}
	return "", false
}

// moment converts a wall-clock time. A zone is an offset, or an abbreviation that
// the clock's own zone uses at that time; other abbreviations are ambiguous. In the
// hour that is repeated in autumn, it is the first moment that is not before the
// previous row.
func (c *celClock) moment(wall time.Time, zone string) (at time.Time, ok bool) {
	switch {
	case zone == "Z", zone == "UTC", zone == "GMT":
		return wall.UTC(), true
	case zone != "" && (zone[0] == '+' || zone[0] == '-'):
		digits := strings.ReplaceAll(zone[1:], ":", "") + "00"
		hours, _ := strconv.Atoi(digits[:2])
		minutes, _ := strconv.Atoi(digits[2:4])
		offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if zone[0] == '-' {
			offset = -offset
		}
		return wall.Add(-offset).UTC(), hours <= 14 && minutes < 60
	}
	in := c.zone
	if in == nil {
		in = time.UTC
	}
	for _, candidate := range moments(wall, in) {
		name, _ := candidate.In(in).Zone()
		if zone != "" && zone != name {
			continue
		}
		if at, ok = candidate.UTC(), true; !at.Before(c.last.Add(-celDisorder)) {
			break
		}
	}
	return at, ok
}

// celDisorder is how much older than the previous row a row may be.
const celDisorder = 5 * time.Minute

// moments returns the moments of a wall-clock time in a zone, the earlier first: two
// where clocks are set back, a nearby one where they skip it.
func moments(wall time.Time, in *time.Location) (list []time.Time) {
	y, m, d := wall.Date()
	at := time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), 0, in)
	for _, shift := range []time.Duration{-time.Hour, -30 * time.Minute, 0, 30 * time.Minute, time.Hour} {
		other := at.Add(shift)
		if shift == 0 || other.Format(time.DateTime) == at.Format(time.DateTime) {
			list = append(list, other)
		}
	}
	return list
}
