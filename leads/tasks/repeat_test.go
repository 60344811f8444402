package tasks

import (
	"testing"
	"time"

	"ctihub/leads"
)

// The dates are those of the calendar: 2027-01-29 is a Friday, 2028 is a leap year, and in
// Berlin the clocks went forward on 2026-03-29.
func TestFollowing(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	const layout = "2006-01-02 15:04"
	at := func(s string) time.Time {
		at, err := time.ParseInLocation(layout, s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name           string
		repeat         leads.Repeat
		due, now, next string
	}{
		{"done in time", leads.RepeatDaily, "2027-01-29 09:00", "2027-01-28 12:00", "2027-01-30 09:00"},
		{"done late: what was missed meanwhile is left out", leads.RepeatDaily, "2027-01-29 09:00", "2027-02-03 09:00", "2027-02-04 09:00"},
		{"after a Friday comes Monday", leads.RepeatWeekdays, "2027-01-29 09:00", "2027-01-29 10:00", "2027-02-01 09:00"},
		{"begun on a Saturday", leads.RepeatWeekdays, "2027-01-30 09:00", "2027-01-30 09:00", "2027-02-01 09:00"},
		{"a week later, by the clock also when that is put forward", leads.RepeatWeekly, "2026-03-25 09:00", "2026-03-25 09:00", "2026-04-01 09:00"},
		{"a month without the day", leads.RepeatMonthly, "2027-01-31 18:30", "2027-01-31 18:30", "2027-02-28 18:30"},
		{"and the day again when there is one", leads.RepeatMonthly, "2027-01-31 18:30", "2027-02-28 18:30", "2027-03-31 18:30"},
		{"a leap day", leads.RepeatMonthly, "2028-01-30 18:30", "2028-01-30 18:30", "2028-02-29 18:30"},
		{"over the end of a year", leads.RepeatMonthly, "2026-12-31 10:00", "2026-12-31 10:00", "2027-01-31 10:00"},
	} {
		due := at(c.due)
		task := leads.Task{ID: "t1", Key: "k", Repeat: c.repeat, Due: due.UTC(), Remind: due.Add(-15 * time.Minute), Snoozed: due, Escalated: due}
		next := following(task, at(c.now))
		if next == nil || next.Due.In(berlin).Format(layout) != c.next {
			t.Errorf("%s: %+v, want it due %s", c.name, next, c.next)
			continue
		}
		remind := at(c.next).Add(-15 * time.Minute)
		if next.Follows != "t1" || next.Key != "" || !next.Snoozed.IsZero() || !next.Escalated.IsZero() || !next.Remind.Equal(remind) || !next.Wakes.Equal(remind) {
			t.Errorf("%s: %+v, want one that follows t1, neither snoozed nor escalated, which reminds at %s", c.name, next, remind)
		}
	}
	if next := following(leads.Task{ID: "t1", Repeat: leads.RepeatNone, Due: at("2027-01-29 09:00")}, at("2027-01-29 10:00")); next != nil {
		t.Errorf("a task that is not repeated is followed by %+v", next)
	}
}
