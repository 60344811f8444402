package leads

import "time"

// QuarantineState is what became of a quarantined touch.
type QuarantineState string

// States of a quarantined touch. It leaves the first one once, and is deleted
// after that only, see [Retention].
const (
	QuarantineWaiting   QuarantineState = "waiting"
	QuarantineAccepted  QuarantineState = "accepted"  // it is an interaction
	QuarantineDiscarded QuarantineState = "discarded" // a user discarded it
)

// QuarantinedTouch is input that could not become an interaction, kept raw.
type QuarantinedTouch struct {
	ID            string          `json:"id"`
	Source        string          `json:"source"`
	ExternalID    string          `json:"external_id"`
	Reason        string          `json:"reason"`          // in words, of the last try
	Cause         QuarantineCause `json:"cause"`           // code of Reason
	Facts         []string        `json:"facts,omitempty"` // the evidence of Cause, each as "code:value"
	Raw           string          `json:"raw,omitempty"`   // what the upstream sent; lists leave it out
	At            time.Time       `json:"at"`
	State         QuarantineState `json:"state"`
	Retries       int64           `json:"retries"`
	Decided       time.Time       `json:"decided,omitzero"`         // when it left QuarantineWaiting
	DecidedBy     *Person         `json:"decided_by,omitempty"`     // who decided
	Note          string          `json:"note,omitempty"`           // why it was discarded
	InteractionID string          `json:"interaction_id,omitempty"` // that it became
	Touch         string          `json:"-"`                        // the touch as the connector put it, see [Intake.Retry]; lists leave it out
}
