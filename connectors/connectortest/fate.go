package connectortest

import "ctihub/leads"

// Fate is what becomes of a vendor's update.
type Fate string

// Fates of an update.
const (
	ToLead       Fate = "a touch of a person"
	ToNotice     Fate = "a notice, which makes no lead"
	ToQuarantine Fate = "quarantine"
	ToNothing    Fate = "nothing"
)

// FateOf tells it by the touch that the update was read as, nil for none.
func FateOf(t *leads.Touch) Fate {
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
