package leads

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Shift is a part of a user's working hours. One that ends before it begins
// goes on over midnight, and belongs to the day on which it began.
type Shift struct {
	Days []int  `json:"days"` // 1 Monday … 7 Sunday
	From string `json:"from"` // "09:00"
	To   string `json:"to"`   // "18:00", exclusive; "24:00" is the end of the day
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// OnShift reports whether a time, on the clock of its own zone, lies in one of
// the shifts. A user without shifts always works.
func OnShift(shifts []Shift, at time.Time) bool {
	day, minute := (int(at.Weekday())+6)%7+1, at.Hour()*60+at.Minute()
	yesterday := (day+5)%7 + 1
	for _, s := range shifts {
		from, to := minutes(s.From), minutes(s.To)
		switch {
		case from < to && slices.Contains(s.Days, day) && from <= minute && minute < to,
			from > to && slices.Contains(s.Days, day) && minute >= from,
			from > to && slices.Contains(s.Days, yesterday) && minute < to:
			return true
		}
	}
	return len(shifts) == 0
}

// ParseShift reads a shift as people write it: "mon-fri 09:00-18:00" or
// "sat,sun 10:00-14:00".
func ParseShift(text string) (Shift, error) {
	days, hours, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
	var s Shift
	for _, part := range strings.Split(days, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, b := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if a < 0 || b < 0 {
			return s, fmt.Errorf("shift %q: %w: days are written mon, tue … sun, as in \"mon-fri 09:00-18:00\"", text, ErrInvalid)
		}
		for d := a; ; d = (d + 1) % 7 {
			if !slices.Contains(s.Days, d+1) {
				s.Days = append(s.Days, d+1)
			}
			if d == b {
				break
			}
		}
	}
	s.From, s.To, _ = strings.Cut(strings.TrimSpace(hours), "-")
	slices.Sort(s.Days)
	if err := s.Check(); err != nil {
		return s, fmt.Errorf("shift %q: %w", text, err)
	}
	return s, nil
}

// Check reports what is wrong with a shift.
func (s Shift) Check() error {
	if len(s.Days) == 0 || len(s.Days) > 7 || slices.Min(s.Days) < 1 || slices.Max(s.Days) > 7 {
		return fmt.Errorf("%w: the days of a shift are 1 (Monday) to 7 (Sunday)", ErrInvalid)
	}
	from, to := minutes(s.From), minutes(s.To)
	if from < 0 || to < 0 || from == to || s.From == "24:00" {
		return fmt.Errorf("%w: the hours of a shift are written 09:00-18:00", ErrInvalid)
	}
	return nil
}

// String returns the shift as [ParseShift] reads it.
func (s Shift) String() string {
	var days []string
	for i := 0; i < len(s.Days); i++ {
		j := i
		for j+1 < len(s.Days) && s.Days[j+1] == s.Days[j]+1 {
			j++
		}
		name := weekdays[s.Days[i]-1]
		if j > i {
			name += "-" + weekdays[s.Days[j]-1]
		}
		days, i = append(days, name), j
	}
	return strings.Join(days, ",") + " " + s.From + "-" + s.To
}

// minutes since midnight of a time such as "09:00"; -1 for anything else.
func minutes(clock string) int {
	if clock == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", clock)
	if err != nil || len(clock) != 5 {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}
