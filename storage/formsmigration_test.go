package storage_test

import (
	"testing"

	"ctihub/leads"
	"ctihub/storage"
)

// The tasks of before call-backs could be asked for live through the migration,
// there and back; those without a call have no place in the older tables.
func testFormsMigration(t *testing.T, o office) {
	o.missed("L1", ivan, noon)
	before := o.task(leads.TaskOpen)
	o.put(leads.Touch{
		Source: "site", ExternalID: "a", Channel: leads.ChannelForm, Direction: leads.In, At: noon, CallBack: &leads.CallBackWish{},
		From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79160000001"}},
	})
	if n := len(o.tasks(admin, leads.TaskFilter{})); n != 2 {
		t.Fatalf("%d tasks", n)
	}
	if err := storage.MigrateTo(t.Context(), o.Store, 16); err != nil {
		t.Fatal(err)
	}
	if err := storage.Exec(t.Context(), o.Store, "UPDATE tasks SET calls = calls + 1"); err != nil {
		t.Error(err)
	}
	if err := storage.MigrateTo(t.Context(), o.Store, 0); err != nil {
		t.Fatal(err)
	}
	after := o.task(leads.TaskOpen)
	if after.Calls != before.Calls+1 || after.ID != before.ID || after.CallID != before.CallID || after.Number != ivan.Value || !after.Due.Equal(before.Due) || !after.Wished.IsZero() {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	o.missed("L2", ivan, noon.Add(1))
	if task := o.task(leads.TaskOpen); task.Calls != before.Calls+2 {
		t.Errorf("a further call: %+v", task)
	}
}
