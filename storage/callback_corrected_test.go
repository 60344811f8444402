package storage_test

import (
	"testing"
	"time"

	"ctihub/leads"
)

// testCallbackCorrected: a missed call that the exchange's journal knows to be
// answered takes its call-back back; one of several is not counted any more.
func testCallbackCorrected(t *testing.T, o office) {
	corrected := func(linkedid string, at, answered time.Time) leads.Touch {
		_, touch := missedAt(linkedid, ivan, at)
		c := *touch.Call
		c.Disposition, c.Answered, c.Operator = leads.Answered, answered, "100"
		c.Journal = true
		touch.Call = &c
		return touch
	}
	o.missed("L1", ivan, noon)
	s := o.put(corrected("L1", noon, noon.Add(10*time.Second)))[0]
	if task := o.task(leads.TaskDone); task.Outcome != leads.AnsweredElsewhere || len(s.Events) != 2 || s.Events[1].Type != leads.EventTaskDone {
		t.Errorf("corrected: %+v, events %v", task, types(s.Events))
	}
	if c := must(o.Calls(t.Context(), admin, leads.CallFilter{Linkedid: "L1"}, whole))(t).Items[0]; c.Callback != nil {
		t.Errorf("the corrected call tells of a call-back: %+v", c.Callback)
	}
	o.missed("L2", ivan, noon.Add(time.Hour))
	o.missed("L3", ivan, noon.Add(2*time.Hour))
	o.put(corrected("L2", noon.Add(time.Hour), noon.Add(time.Hour+10*time.Second)))
	if task := o.task(leads.TaskOpen); task.Calls != 1 || !task.Missed.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("one of two corrected: %+v", task)
	}
	o.put(corrected("L3", noon.Add(2*time.Hour), noon.Add(2*time.Hour+10*time.Second)))
	if list := o.tasks(admin, leads.TaskFilter{}); len(list) != 0 {
		t.Errorf("both corrected: %+v", list)
	}
	if r := must(o.MissedReport(t.Context(), noon, noon.Add(24*time.Hour), noon))(t); r.Total.Missed != 0 {
		t.Errorf("report %+v", r.Total)
	}
}
