package connectortest

import "ctihub/leads"

// Outcome is what the hub makes of a vendor's update.
type Outcome string

// Outcomes of an update.
const (
	ToLead       Outcome = "a touch of a person"
	ToNotice     Outcome = "a notice, which makes no lead"
	ToQuarantine Outcome = "quarantine"
	ToNothing    Outcome = "nothing"
)

// OutcomeOf returns the outcome of the touch that the update was read as, nil for none.
func OutcomeOf(t *leads.Touch) Outcome {
	switch {
	case t == nil:
		return ToNothing
	case t.Suspect != "":
		return ToQuarantine
	case t.Automatic != "":
		return ToNotice
	}
	return ToLead
}
