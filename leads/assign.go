package leads

import "time"

// Assignment gives a lead to a manager.
type Assignment struct {
	LeadID    string
	ManagerID string
	// ManagerName and By are for the history. The zero By: the router by its rules.
	ManagerName string
	By          Viewer
	Reason      string // code, see [ReasonText]
	// Seen is the manager's LastAssigned when they were picked. The write is
	// refused with ErrConflict if another hub has given them a lead since, so
	// that turns stay fair over several hubs.
	Seen time.Time
	// Latest is the latest LastAssigned of all candidates.
	Latest time.Time
	At     time.Time
}

// Turn is the manager's new LastAssigned: later than that of every candidate, whatever the
// clocks of the hubs say, so that turns have the order in which they were taken.
func (a Assignment) Turn() time.Time {
	last := a.Latest
	if a.Seen.After(last) {
		last = a.Seen
	}
	if next := last.Add(time.Microsecond); next.After(a.At) {
		return next
	}
	return a.At
}

// Waiting is an open lead without a manager, and its contact's owner ("": none).
type Waiting struct {
	Lead    Lead
	OwnerID string
}

// Candidate is a user that may be given leads, as the router sees it.
type Candidate struct {
	User
	// OpenLeads counts leads in new or working. It is counted only for managers with
	// the same LastAssigned as another one, and 0 for the others.
	OpenLeads int
	// SubstituteID is who has the user's work while they are away; empty: they are not.
	SubstituteID string
}

// Give gives a lead to one of the candidates, whose turn and count it changes, so that the next
// pick counts it.
func Give(leadID string, m *Candidate, reason string, all []Candidate, at time.Time) Assignment {
	a := Assignment{LeadID: leadID, ManagerID: m.ID, ManagerName: m.Name, Reason: reason, Seen: m.LastAssigned, At: at}
	for _, c := range all {
		if c.LastAssigned.After(a.Latest) {
			a.Latest = c.LastAssigned
		}
	}
	m.LastAssigned = a.Turn()
	m.OpenLeads++
	return a
}
