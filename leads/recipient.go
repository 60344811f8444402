package leads

import (
	"encoding/json"
	"fmt"
)

// Recipient is a user who is told of events at an address of theirs.
type Recipient struct {
	User    User
	Address string // in the channel, such as a chat's id
}

// Waits reports whether the router has found nobody for an open lead.
func (l Lead) Waits() bool { return l.Status.Open() && l.ManagerID == "" && l.Reason != "" }

// Body decodes what an event tells.
func (e Event) Body() (EventBody, error) {
	var b EventBody
	if err := json.Unmarshal(e.Data, &b); err != nil {
		return EventBody{}, fmt.Errorf("reading event %s: %w", e.ID, err)
	}
	return b, nil
}
