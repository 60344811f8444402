package access

import (
	"errors"
	"testing"
	"time"

	"ctihub/leads"
)

func TestMayWriteFacts(t *testing.T) {
	anna, boris := &leads.Person{ID: "anna"}, &leads.Person{ID: "boris"}
	answered := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	call := func(operator *leads.Person, legs ...leads.Leg) leads.Interaction {
		c := &leads.CallRecord{OperatorUser: operator}
		c.Legs = legs
		if operator != nil {
			c.Answered = answered
		}
		return leads.Interaction{Channel: leads.ChannelCall, Call: c}
	}
	for _, c := range []struct {
		name  string
		role  leads.Role
		of    leads.Interaction
		lead  *leads.Lead
		owner string
		may   bool
	}{
		{"a supervisor writes those of a letter to anybody", leads.RoleSupervisor, leads.Interaction{}, nil, "boris", true},
		{"an administrator, too", leads.RoleAdmin, leads.Interaction{}, nil, "", true},
		{"the owner of the contact", leads.RoleManager, leads.Interaction{}, nil, "anna", true},
		{"a colleague of the owner", leads.RoleManager, leads.Interaction{}, nil, "boris", false},
		{"nobody owns it", leads.RoleManager, leads.Interaction{}, nil, "", false},
		{"the manager of the lead", leads.RoleManager, leads.Interaction{}, &leads.Lead{ManagerID: "anna"}, "boris", true},
		{"a manager whom the lead may be given to", leads.RoleManager, leads.Interaction{}, &leads.Lead{}, "", true},
		{"an operator beside a lead of nobody", leads.RoleOperator, leads.Interaction{}, &leads.Lead{}, "", false},
		{"a colleague of the lead's manager", leads.RoleManager, leads.Interaction{}, &leads.Lead{ManagerID: "boris"}, "", false},
		{"whoever talked", leads.RoleOperator, call(anna), nil, "", true},
		{"whoever talked before a transfer", leads.RoleOperator, call(boris, leads.Leg{User: anna, Answered: answered}), nil, "", true},
		{"whose telephone only rang", leads.RoleOperator, call(boris, leads.Leg{User: anna}), nil, "", false},
		{"who registered it by hand", leads.RoleOperator, leads.Interaction{Facts: &leads.Facts{Author: anna}}, nil, "", true},
		{"a colleague registered it", leads.RoleOperator, leads.Interaction{Facts: &leads.Facts{Author: boris}}, nil, "", false},
	} {
		err := MayWriteFacts(leads.User{ID: "anna", Role: c.role}, c.of, c.lead, c.owner)
		if (err == nil) != c.may || err != nil && !errors.Is(err, leads.ErrForbidden) {
			t.Errorf("%s: %v, want allowed: %v", c.name, err, c.may)
		}
	}
}
