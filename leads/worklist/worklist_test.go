package worklist

import (
	"testing"
	"time"

	"ctihub/leads"
)

// Whether an open lead waits, why, and until when.
func TestLeadItem(t *testing.T) {
	opened := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	answered, wrote := opened.Add(time.Hour), opened.Add(2*time.Hour)
	call, meeting := &leads.NextTask{Kind: leads.TaskCall}, &leads.NextTask{Kind: leads.TaskMeeting}
	callback := &leads.NextTask{Kind: leads.TaskCallback}
	for _, c := range []struct {
		name  string
		lead  leads.Lead
		wrote time.Time
		kind  Kind // empty: it does not wait
		why   Why
		since time.Time
	}{
		{"a new one", leads.Lead{Status: leads.LeadNew, ManagerID: "anna"}, time.Time{}, New, WhyUnanswered, opened},
		{"a new one whose customer wrote", leads.Lead{Status: leads.LeadNew, ManagerID: "anna"}, wrote, New, WhyWrote, wrote},
		{"a new one that was answered", leads.Lead{Status: leads.LeadNew, ManagerID: "anna", Responded: answered}, time.Time{}, "", "", time.Time{}},
		{"nobody's", leads.Lead{Status: leads.LeadNew}, time.Time{}, New, WhyNobodys, opened},
		{"nobody's, answered once", leads.Lead{Status: leads.LeadWorking, Responded: answered}, time.Time{}, New, WhyNobodys, opened},
		{"nobody's with a meeting", leads.Lead{Status: leads.LeadNew, NextTask: meeting}, time.Time{}, "", "", time.Time{}},
		{"in work, answered", leads.Lead{Status: leads.LeadWorking, ManagerID: "anna", Responded: answered}, time.Time{}, "", "", time.Time{}},
		{"in work, the customer wrote again", leads.Lead{Status: leads.LeadWorking, ManagerID: "anna", Responded: answered}, wrote, Answer, WhyWrote, wrote},
		{"in work, never answered", leads.Lead{Status: leads.LeadWorking, ManagerID: "anna"}, time.Time{}, Answer, WhyUnanswered, opened},
		{"a meeting answers no message", leads.Lead{Status: leads.LeadWorking, ManagerID: "anna", Responded: answered, NextTask: meeting}, wrote, Answer, WhyWrote, wrote},
		{"a planned call does", leads.Lead{Status: leads.LeadWorking, ManagerID: "anna", Responded: answered, NextTask: call}, wrote, "", "", time.Time{}},
		{"so does a call-back", leads.Lead{Status: leads.LeadNew, ManagerID: "anna", NextTask: callback}, wrote, "", "", time.Time{}},
	} {
		c.lead.ID, c.lead.Opened, c.lead.ContactKey = "l1", opened, "+79161234567"
		item, waits := LeadItem(c.lead, LastWord{Asked: c.wrote}, 15*time.Minute)
		if !waits {
			if c.kind != "" {
				t.Errorf("%s does not wait", c.name)
			}
			continue
		}
		if item.Kind != c.kind || item.Why != c.why || !item.Since.Equal(c.since) || !item.Due.Equal(c.since.Add(15*time.Minute)) || item.Number != "+79161234567" {
			t.Errorf("%s: %+v, want %s, %s since %s", c.name, item, c.kind, c.why, c.since)
		}
	}
}
