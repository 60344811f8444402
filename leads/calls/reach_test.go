package calls

import (
	"testing"
	"time"

	"ctihub/leads"
)

// Working hours around noon, and around midnight.
var (
	day   = leads.Shift{Days: []int{1, 2, 3, 4, 5}, From: "09:00", To: "18:00"}
	night = leads.Shift{Days: []int{1, 2, 3, 4, 5}, From: "20:00", To: "08:00"}
)

// monday is at noon.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestReach(t *testing.T) {
	callee := func(change func(*leads.Callee)) leads.Callee {
		c := leads.Callee{User: leads.User{Role: leads.RoleManager, Presence: leads.Available, Shifts: []leads.Shift{day}},
			Devices: []leads.Device{{Extension: "101", State: leads.DeviceRegistered}, {Extension: "102", State: leads.DeviceRegistered}}}
		change(&c)
		return c
	}
	for name, c := range map[string]struct {
		change func(*leads.Callee)
		want   string
	}{
		"there and free":           {func(*leads.Callee) {}, "101"},
		"an operator owns as well": {func(c *leads.Callee) { c.Role = leads.RoleOperator }, "101"},
		"paused":                   {func(c *leads.Callee) { c.Presence = leads.Paused }, ""},
		"offline":                  {func(c *leads.Callee) { c.Presence = leads.Offline }, ""},
		"off shift":                {func(c *leads.Callee) { c.Shifts = []leads.Shift{night} }, ""},
		"on the telephone":         {func(c *leads.Callee) { c.Busy = true }, ""},
		"left the company":         {func(c *leads.Callee) { c.Disabled = true }, ""},
		"became a supervisor":      {func(c *leads.Callee) { c.Role = leads.RoleSupervisor }, ""},
		"the first phone is out":   {func(c *leads.Callee) { c.Devices[0].State = leads.DeviceUnreachable }, "102"},
		"both phones are out": {func(c *leads.Callee) {
			c.Devices[0].State, c.Devices[1].State = leads.DeviceUnreachable, leads.DeviceUnreachable
		}, ""},
		"the exchange does not tell": {func(c *leads.Callee) { c.Devices[0].State = leads.DeviceUnknown }, "101"},
		"no telephone":               {func(c *leads.Callee) { c.Devices = nil }, ""},
	} {
		if got := Reach(callee(c.change), monday); got != c.want {
			t.Errorf("%s: Reach = %q, want %q", name, got, c.want)
		}
	}
}
