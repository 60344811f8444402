package leads

import (
	"encoding/json"
	"fmt"
)

// Recipient is a user who gets notices of events at a linked address.
type Recipient struct {
	User    User
	Address string // in the channel, such as a chat's id
}

// Waits reports whether the lead is open and the router found no manager for it.
func (l Lead) Waits() bool { return l.Status.Open() && l.ManagerID == "" && l.Reason != "" }

// Body decodes the data of an event.
func (e Event) Body() (EventBody, error) {
	var b EventBody
	if err := json.Unmarshal(e.Data, &b); err != nil {
		return EventBody{}, fmt.Errorf("reading event %s: %w", e.ID, err)
	}
	return b, nil
}
