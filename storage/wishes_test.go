package storage_test

import (
	"errors"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
)

// A customer asks to be called: it is one task for the time that they said,
// which lasts until somebody talked with them, and it is dialled once.
func testWishes(t *testing.T, o office) {
	asked := func(key string, at, wished time.Time, text string) leads.Touch {
		return leads.Touch{
			Source: "site", ExternalID: key, Channel: leads.ChannelForm, Direction: leads.In, At: at, From: []leads.Identity{ivan}, Text: text,
			CallBack: &leads.CallBackWish{At: wished},
		}
	}
	later := noon.Add(20 * time.Hour)
	first := o.put(asked("a", noon, later, "О доставке\nсрочно"))[0]
	o.put(asked("a", noon, later, "О доставке\nсрочно"))
	task := o.task(leads.TaskOpen)
	if task.ContactID != first.ContactID || task.LeadID != first.LeadID || task.CallID != "" || task.Number != ivan.Value || task.Calls != 0 ||
		!task.Due.Equal(later) || !task.Wished.Equal(later) || !task.Missed.Equal(noon) || task.Note != "О доставке срочно" {
		t.Fatalf("%+v", task)
	}
	if len(first.Events) == 0 || first.Events[len(first.Events)-1].Type != leads.EventTaskCreated {
		t.Errorf("events %+v", first.Events)
	}
	// What they write does not take it back, a missed call joins it, another wish moves it.
	plain := asked("b", noon.Add(time.Minute), time.Time{}, "И ещё")
	plain.CallBack = nil
	o.put(plain)
	o.missed("L1", ivan, noon.Add(2*time.Minute))
	if task := o.task(leads.TaskOpen); task.Calls != 1 || task.CallID == "" || !task.Due.Equal(later) || task.Number != ivan.Value {
		t.Errorf("with a missed call: %+v", task)
	}
	o.put(asked("c", noon.Add(10*time.Minute), time.Time{}, ""))
	if task := o.task(leads.TaskOpen); !task.Due.Equal(noon.Add(10*time.Minute+tasks.CallbackWithin)) || !task.Wished.Equal(noon.Add(10*time.Minute)) {
		t.Errorf("as soon as possible: %+v", task)
	}

	key := leads.Key{Source: "site", ExternalID: "c"}
	w := must(o.ClaimWish(t.Context(), key))(t)
	if !w.Mine || w.Number != ivan.Value || w.Dialled {
		t.Errorf("the first who takes it up: %+v", w)
	}
	if err := o.WishDialled(t.Context(), w.InteractionID); err != nil {
		t.Fatal(err)
	}
	if again := must(o.ClaimWish(t.Context(), key))(t); again.Mine || !again.Dialled {
		t.Errorf("the second: %+v", again)
	}
	for _, none := range []leads.Key{{Source: "site", ExternalID: "b"}, {Source: "other", ExternalID: "c"}} {
		if _, err := o.ClaimWish(t.Context(), none); !errors.Is(err, leads.ErrNotFound) {
			t.Errorf("%v: %v", none, err)
		}
	}
	began := noon.Add(15 * time.Minute)
	o.put(leads.Touch{Source: "pbx", ExternalID: "L2", Channel: leads.ChannelCall, Direction: leads.Out, At: began, From: []leads.Identity{ivan}, Call: &leads.Call{
		Linkedid: "L2", Direction: leads.Out, State: leads.CallTalking, Started: began, Answered: began.Add(time.Second), From: "100", To: ivan.Value,
	}})
	if task := o.task(leads.TaskDone); task.Outcome != leads.CalledBack {
		t.Errorf("after a talk: %+v", task)
	}
}
