package storage_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/people"
	"ctihub/storage"
)

// people is the service that works on the store.
func (o office) people() *people.Service {
	return &people.Service{Store: storage.Room[people.Tx]{Store: o.Store}, Now: time.Now}
}

func testPresence(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "sales", "101", "103")
	boris := o.hire("boris", leads.RoleManager, "service", "102")
	o.hire("chief", leads.RoleSupervisor, "")
	o.hire("vera", leads.RoleOperator, "sales")

	lunch := leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseLunch}
	before := time.Now().Add(-time.Second)
	o.published()
	u, err := o.people().SetPresence(ctx, anna.ID, lunch)
	events := o.published()
	if err != nil || len(events) != 1 || u.PresenceState.Reason != leads.PauseLunch || u.PresenceState.Since.Before(before) {
		t.Fatalf("lunch: %+v, %d events, %v", u.PresenceState, len(events), err)
	}
	if u := must(o.User(ctx, anna.ID))(t); u.Presence != leads.Paused || u.PresenceState.Reason != leads.PauseLunch || !u.PresenceState.Since.Equal(u.PresenceState.Since) {
		t.Errorf("stored %+v", u.PresenceState)
	}
	o.published()
	if _, err = o.people().SetPresence(ctx, anna.ID, lunch); err != nil || len(o.published()) != 0 {
		t.Errorf("lunch again: %d events, %v", len(events), err)
	}
	other := leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseOther, Note: " the  plumber "}
	o.published()
	if u, err = o.people().SetPresence(ctx, anna.ID, other); err != nil || len(o.published()) != 1 || u.PresenceState.Note != "the plumber" {
		t.Errorf("another reason: %+v, %d events, %v", u.PresenceState, len(events), err)
	}

	if _, err := o.people().SetPresence(ctx, boris.ID, leads.PresenceState{Presence: leads.Offline}); err != nil {
		t.Fatal(err)
	}
	dora := o.hire("dora", leads.RoleOperator, "sales", "spb:104", "pbx:105", "106")
	want := []leads.Telephone{{Extension: "101", Away: true}, {Extension: "102", Away: true}, {Extension: "103", Away: true}, {Extension: "105"}, {Extension: "106"}}
	if got := must(o.Telephones(ctx, "pbx"))(t); !slices.Equal(got, want) {
		t.Errorf("telephones %v, want %v", got, want)
	}
	// Fred was added and has not said anything yet: nobody knows whether he is away.
	fred := must(o.CreateUser(ctx, leads.User{Login: "fred", Name: "Fred", Role: leads.RoleOperator, Extensions: []string{"107"}}))(t)
	if got := must(o.Telephones(ctx, "pbx"))(t); got[len(got)-1] != (leads.Telephone{Extension: "107"}) {
		t.Errorf("a new user's telephone: %v", got)
	}
	o.published()
	if _, err = o.people().SetPresence(ctx, fred.ID, leads.PresenceState{Presence: leads.Offline}); err != nil || len(o.published()) != 1 {
		t.Errorf("offline by his own word: %d events, %v", len(events), err)
	}
	if got := must(o.Telephones(ctx, "pbx"))(t); got[len(got)-1] != (leads.Telephone{Extension: "107", Away: true}) {
		t.Errorf("after his word: %v", got)
	}
	fred.Disabled = true
	must(o.UpdateUser(ctx, fred))(t)
	dora.Disabled = true
	must(o.UpdateUser(ctx, dora))(t)
	if got := must(o.Telephones(ctx, "pbx"))(t); !slices.Equal(got, want[:3]) {
		t.Errorf("without those who are disabled: %v", got)
	}

	names := func(v leads.Viewer) (list []string) {
		for _, s := range must(o.Seats(ctx, v, time.Now()))(t) {
			list = append(list, strings.TrimPrefix(s.User.Name, "The "))
		}
		return list
	}
	if got := names(leads.Viewer{Role: leads.RoleSupervisor}); !slices.Equal(got, []string{"anna", "boris", "vera"}) {
		t.Errorf("a supervisor sees %v", got)
	}
	if got := names(leads.Viewer{UserID: anna.ID, Role: leads.RoleManager}); !slices.Equal(got, []string{"anna", "vera"}) {
		t.Errorf("a manager sees %v", got)
	}
	if got := names(leads.Viewer{UserID: boris.ID, Role: leads.RoleManager}); !slices.Equal(got, []string{"boris"}) {
		t.Errorf("the only one of a team sees %v", got)
	}
}

// A wrap-up begins once, only for those who are available, and ends by itself.
func testWrapUp(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleManager, "sales", "101"), o.hire("boris", leads.RoleManager, "sales", "102")
	if _, err := o.people().SetPresence(ctx, boris.ID, leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseMeeting}); err != nil {
		t.Fatal(err)
	}
	end := time.Now().UTC().Truncate(time.Microsecond)
	until := end.Add(time.Hour)
	if events := o.recorded(func() error { return o.people().BeginWrapUp(ctx, boris.ID, "", end.Add(time.Minute), until) }); len(events) != 0 {
		t.Error("a meeting became a wrap-up")
	}
	if events := o.recorded(func() error { return o.people().BeginWrapUp(ctx, anna.ID, "", end, until) }); len(events) != 1 {
		t.Fatalf("%d events of a wrap-up", len(events))
	}
	want := leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseWrapUp, Since: end, Until: until}
	if u := must(o.User(ctx, anna.ID))(t); u.PresenceState != want {
		t.Errorf("wrapping up: %+v", u.PresenceState)
	}
	if _, err := o.people().SetPresence(ctx, anna.ID, leads.PresenceState{Presence: leads.Available}); err != nil {
		t.Fatal(err)
	}
	if events := o.recorded(func() error { return o.people().BeginWrapUp(ctx, anna.ID, "", end, until) }); len(events) != 0 {
		t.Error("a wrap-up that was ended by hand began again, by the same call told twice")
	}
	later := time.Now().UTC().Truncate(time.Microsecond).Add(time.Millisecond)
	time.Sleep(2 * time.Millisecond) // later has to be over
	if events := o.recorded(func() error { return o.people().BeginWrapUp(ctx, anna.ID, "", later.Add(-time.Microsecond), later) }); len(events) != 1 {
		t.Fatal("the next call brings no wrap-up")
	}
	if u := must(o.User(ctx, anna.ID))(t); u.Presence != leads.Available || !u.PresenceState.Since.Equal(later) {
		t.Errorf("a pause that ran out and was not looked at: %+v", u.PresenceState)
	}
	if phones := must(o.Telephones(ctx, "pbx"))(t); phones[0].Away || !phones[1].Away {
		t.Errorf("of a pause that ran out, and of a meeting: %v", phones)
	}
	if c := must(o.Candidates(ctx))(t); c[slices.IndexFunc(c, func(c leads.Candidate) bool { return c.ID == anna.ID })].Presence != leads.Available {
		t.Error("the router still sees a pause that ran out")
	}
	o.published()
	if ended, events := must(o.people().EndPauses(ctx))(t), o.published(); ended != 1 || len(events) != 1 {
		t.Errorf("%d pauses ended, with %d events", ended, len(events))
	}
	if ended := must(o.people().EndPauses(ctx))(t); ended != 0 {
		t.Error("a pause ended twice")
	}
	if u := must(o.User(ctx, boris.ID))(t); u.PresenceState.Reason != leads.PauseMeeting {
		t.Errorf("a meeting ended by itself: %+v", u.PresenceState)
	}
}

func testShifts(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "sales", "101")
	anna.Shifts = []leads.Shift{{Days: []int{1, 2, 3, 4, 5}, From: "09:00", To: "18:00"}}
	if got := must(o.UpdateUser(ctx, anna))(t); len(got.Shifts) != 1 || got.Shifts[0].String() != "mon-fri 09:00-18:00" {
		t.Errorf("stored %v", got.Shifts)
	}
	for at, want := range map[time.Time]bool{
		time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC): true, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC): false,
	} {
		if got := must(o.Seats(ctx, leads.Viewer{Role: leads.RoleAdmin}, at))(t); got[0].OnShift != want {
			t.Errorf("on shift at %v: %v", at, !want)
		}
	}
	anna.Shifts[0].From = "9"
	if _, err := o.UpdateUser(ctx, anna); err == nil {
		t.Error("a shift from 9 was stored")
	}
}

// Who should get a caller's call, as far as the database knows it.
func testCallee(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "sales", "103", "101")
	lead := o.put(form("1", ivan))[0].LeadID
	if c := must(o.Callee(ctx, "pbx", ivan.Value))(t); c != nil {
		t.Errorf("a contact without an owner: %+v", c)
	}
	o.give(lead, anna)
	c := must(o.Callee(ctx, "pbx", ivan.Value))(t)
	if c == nil || c.ID != anna.ID || !c.TakesLeads() || c.Presence != leads.Available || c.Busy ||
		!slices.Equal(c.Devices, []leads.Device{{Extension: "103", State: leads.DeviceUnknown}, {Extension: "101", State: leads.DeviceUnknown}}) {
		t.Fatalf("callee %+v", c)
	}
	events := o.recorded(func() error {
		return o.people().PutDevices(ctx, "pbx", []leads.Device{{Extension: "103", State: leads.DeviceUnreachable}, {Extension: "101", State: leads.DeviceRegistered}, {Extension: "999", State: leads.DeviceRegistered}}...)
	})
	if len(events) != 2 || events[0].Type != leads.EventPresence || !slices.Contains(events[0].Audience, anna.ID) {
		t.Errorf("%d events of devices", len(events))
	}
	if again := o.recorded(func() error {
		return o.people().PutDevices(ctx, "pbx", []leads.Device{{Extension: "103", State: leads.DeviceUnreachable}}...)
	}); len(again) != 0 {
		t.Error("a state that did not change is told")
	}
	if c := must(o.Callee(ctx, "pbx", ivan.Value))(t); c.Devices[0].State != leads.DeviceUnreachable || c.Devices[1].State != leads.DeviceRegistered {
		t.Errorf("devices %+v", c.Devices)
	}
	if c := must(o.Callee(ctx, "other", ivan.Value))(t); c.Devices[0].State != leads.DeviceUnknown {
		t.Errorf("another exchange's devices are taken for its own: %+v", c.Devices)
	}
	if u := must(o.User(ctx, anna.ID))(t); u.Device != leads.DeviceRegistered {
		t.Errorf("the best of the telephones is %s", u.Device)
	}
	activity := func() leads.Activity {
		return must(o.Seats(ctx, leads.Viewer{Role: leads.RoleAdmin}, time.Now()))(t)[0].Activity
	}
	ring := call("L1", phone(7), "101")
	for _, step := range []struct {
		touch leads.Touch
		want  leads.Activity
		busy  bool
	}{{ring, leads.Ringing, false}, {answer(ring, 0), leads.Talking, true}, {hangUp(answer(ring, 0)), leads.Idle, false}} {
		o.put(step.touch)
		if got := activity(); got != step.want {
			t.Errorf("activity %s, want %s", got, step.want)
		}
		if c := must(o.Callee(ctx, "pbx", ivan.Value))(t); c.Busy != step.busy {
			t.Errorf("while %s: busy %v", step.want, c.Busy)
		}
	}
	for _, stranger := range []string{"+79999999999", "", "101", "' OR 1=1 --"} {
		if c := must(o.Callee(ctx, "pbx", stranger))(t); c != nil {
			t.Errorf("%q is somebody: %+v", stranger, c)
		}
	}
}

// Leads are found by the advertisement that brought them.
func testAdvertisement(t *testing.T, o office) {
	boss := leads.Viewer{Role: leads.RoleSupervisor}
	touch := func(n int, source string) {
		f := form(source, phone(n))
		f.UTM = map[string]string{"utm_campaign": `"utm_source":"direct"`, "utm_source": source}
		o.put(f)
	}
	for i, source := range []string{"outdoor", "Outdoor", `a "b" & <c>%_`, "out"} {
		touch(i, source)
	}
	for source, want := range map[string]int{"outdoor": 1, "out": 1, `a "b" & <c>%_`: 1, "direct": 0, "%": 0, "": 4} {
		if got := o.leads(boss, leads.LeadFilter{UTMSource: source}); len(got) != want || want == 1 && got[0].UTM["utm_source"] != source {
			t.Errorf("%d leads of %q, want %d", len(got), source, want)
		}
	}
}

// Two exchanges number their telephones alike: what is one's is not the other's.
func testBranches(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "sales", "msk:100")
	boris := o.hire("boris", leads.RoleManager, "sales", "spb:100", "205")
	for _, taken := range []string{"100", "msk:100", "205", "spb:205"} {
		if _, err := o.CreateUser(ctx, leads.User{Login: "third", Name: "Third", Role: leads.RoleOperator, Extensions: []string{taken}}); !errors.Is(err, leads.ErrExists) {
			t.Errorf("telephone %s has two people: %v", taken, err)
		}
	}
	for _, wrong := range []string{"", ":100", "msk:", "msk:100:1", "Msk:100", "msk 100"} {
		if _, err := o.CreateUser(ctx, leads.User{Login: "third", Name: "Third", Role: leads.RoleOperator, Extensions: []string{wrong}}); !errors.Is(err, leads.ErrInvalid) {
			t.Errorf("telephone %q: %v", wrong, err)
		}
	}
	if u := must(o.User(ctx, boris.ID))(t); !slices.Equal(u.Extensions, []string{"spb:100", "205"}) {
		t.Errorf("telephones %q", u.Extensions)
	}
	o.recorded(func() error {
		return o.people().PutDevices(ctx, "spb", []leads.Device{{Extension: "100", State: leads.DeviceRegistered}}...)
	})
	if a, b := must(o.User(ctx, anna.ID))(t), must(o.User(ctx, boris.ID))(t); a.Device != leads.DeviceUnknown || b.Device != leads.DeviceRegistered {
		t.Errorf("the telephone of one branch is %s for the other's, %s for its own", a.Device, b.Device)
	}
	o.give(o.put(form("1", ivan))[0].LeadID, boris)
	for source, want := range map[string][]leads.Device{
		"spb": {{Extension: "100", State: leads.DeviceRegistered}, {Extension: "205", State: leads.DeviceUnknown}},
		"msk": {{Extension: "205", State: leads.DeviceUnknown}},
	} {
		if c := must(o.Callee(ctx, source, ivan.Value))(t); c == nil || !slices.Equal(c.Devices, want) {
			t.Errorf("at %s: %+v", source, c)
		}
	}
}
