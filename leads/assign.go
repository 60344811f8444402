package leads

import "time"

// Assignment gives a lead to a manager.
type Assignment struct {
	LeadID    string
	ManagerID string
	Reason    string // code, see [ReasonText]
	// Seen is the manager's LastAssigned when they were picked. The write is
	// refused with ErrConflict if another hub has given them a lead since, so
	// that turns stay fair over several hubs.
	Seen time.Time
	At   time.Time
}

// Turn is what the manager's LastAssigned becomes. It differs from the one
// seen, or a second hub that saw the same would pass too.
func (a Assignment) Turn() time.Time {
	if next := a.Seen.Add(time.Microsecond); next.After(a.At) {
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
	// OpenLeads are those in new or working. They are counted for a manager whose
	// LastAssigned another one has too, 0 for everybody else.
	OpenLeads int
}
