package leads

import "time"

// ViewList is a list that has views.
type ViewList string

// Lists that have views.
const (
	ViewCalls    ViewList = "calls"
	ViewLeads    ViewList = "leads"
	ViewTasks    ViewList = "tasks"
	ViewContacts ViewList = "contacts"

	ViewCompanies ViewList = "companies"
)

// Audience is who finds a view.
type Audience string

// Audiences of a view.
const (
	AudienceOwner Audience = "owner" // whoever made it
	AudienceTeam  Audience = "team"  // a team, those who belong to none, and whoever sees everything
	AudienceAll   Audience = "all"   // everybody
)

// View is the filters and the order of a list under a name.
type View struct {
	ID       string    `json:"id"`
	List     ViewList  `json:"list"`
	Name     string    `json:"name"`  // unique among the views of its audience and list, in any case
	Query    string    `json:"query"` // as the address of the list has it, without "?"
	Audience Audience  `json:"audience"`
	Team     string    `json:"team,omitempty"` // of AudienceTeam
	Owner    Person    `json:"owner"`          // who made it
	Updated  time.Time `json:"updated"`
	Version  int64     `json:"-"` // grows with each change
}

// ViewChange is what a person changes of a view. Nil: it stays as it is.
type ViewChange struct {
	Name, Query, Team *string
	Audience          *Audience
}

// Apply returns the view with the change.
func (c ViewChange) Apply(v View) View {
	for field, to := range map[*string]*string{&v.Name: c.Name, &v.Query: c.Query, &v.Team: c.Team} {
		if to != nil {
			*field = *to
		}
	}
	if c.Audience != nil {
		v.Audience = *c.Audience
	}
	return v
}
