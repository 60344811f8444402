package leads

import "time"

// LostAfter is for how long a call may go on without news before its end counts
// as lost on the way.
type LostAfter struct{ Ringing, Talking time.Duration }

// LastNews is when the call last changed its state.
func (c Call) LastNews() time.Time {
	if c.Answered.After(c.Started) {
		return c.Answered
	}
	return c.Started
}

// EndLost is the touch that ends a call of whose end nobody tells. What
// storage knows of it stays.
func EndLost(c Call, at time.Time) Touch {
	if at.Before(c.LastNews()) {
		at = c.LastNews()
	}
	return Touch{
		ExternalID: c.Linkedid, Channel: ChannelCall, Direction: c.Direction, At: c.Started, To: c.To,
		Call: &Call{
			Linkedid: c.Linkedid, Direction: c.Direction, State: CallEnded, Disposition: Interrupted, From: c.From, To: c.To, DID: c.DID,
			Started: c.Started, Ended: at, Legs: []Leg{},
		},
	}
}
