// Package demo is the demo office behind "ctihub serve --demo": users, customers,
// a simulated phone line, some history and a small website with a form. All data
// are invented, and all touches go through the same intake as real ones.
package demo

import "ctihub/leads"

// Names of the demo's sources.
const (
	LineSource = "demo-line" // simulated calls
	MailSource = "demo-mail" // simulated mails
	ChatSource = "demo-chat" // simulated messages of a messenger
	SiteSource = "demo-site" // form of the demo website
	PBXSource  = "demo-pbx"  // real exchange instead of the simulated line
	Team       = "sales"     // that serves them all
)

// Person is a user of the demo.
type Person struct {
	Login, Password string // public
	Name            string
	Role            leads.Role
	Team            string
	Extensions      []string
	Hours           string              // working hours as leads.ParseShift reads them; empty: always
	Presence        leads.PresenceState // at the start of the demo
}

// People returns the staff: two operators, one of them away, two salespeople,
// one supervisor and one administrator.
func People() []Person {
	here := leads.PresenceState{Presence: leads.Available}
	away := leads.PresenceState{Presence: leads.Paused, Reason: leads.PauseTraining}
	return []Person{
		{"operator", "demo-operator", "Анна Орлова", leads.RoleOperator, "contact-centre", []string{"100"}, "", here},
		{"operator2", "demo-operator2", "Ирина Панова", leads.RoleOperator, "contact-centre", []string{"103"}, "mon-fri 09:00-18:00", away},
		{"sales", "demo-sales", "Борис Климов", leads.RoleManager, Team, []string{"101"}, "", here},
		{"sales2", "demo-sales2", "Вера Зимина", leads.RoleManager, Team, []string{"102"}, "", here},
		{"supervisor", "demo-supervisor", "Галина Шубина", leads.RoleSupervisor, "", nil, "", here},
		{"admin", "demo-admin", "Денис Рощин", leads.RoleAdmin, "", nil, "", here},
	}
}

// lines are the company's own numbers, each shown by another advertisement.
var lines = []struct{ number, name, source string }{
	{"+74950000001", "Сайт", "site"},
	{"+74950000002", "Щиты у дорог", "outdoor"},
}

// PBXLines are the numbers of the private Asterisk as its source describes them.
func PBXLines() map[string]any {
	return map[string]any{
		"7002": map[string]any{"name": "Сайт", "source": "site"},
		"7003": map[string]any{"name": "Поддержка"},
		"7004": map[string]any{"name": "Щиты у дорог", "source": "outdoor"},
		"7017": map[string]any{"name": "Постоянные клиенты", "source": "offline"},
	}
}
