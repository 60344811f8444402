package leads

import (
	"errors"
	"time"
)

// PauseReason says why a user is paused.
type PauseReason string

// Reasons of a pause.
const (
	PauseLunch    PauseReason = "lunch"
	PauseMeeting  PauseReason = "meeting"
	PauseTraining PauseReason = "training"
	PauseOther    PauseReason = "other"   // PresenceState.Note says what
	PauseWrapUp   PauseReason = "wrap_up" // after a call; begun by the hub, ended by itself or by hand
)

// PresenceState is a user's presence with its details.
type PresenceState struct {
	Presence Presence    `json:"presence"`
	Reason   PauseReason `json:"reason,omitempty"` // of a pause; empty: none given
	Note     string      `json:"note,omitempty"`   // goes with PauseOther
	Since    time.Time   `json:"since,omitzero"`   // zero: unknown
	Until    time.Time   `json:"until,omitzero"`   // the pause ends by itself then; zero: by hand only
}

// At returns the state at a time: after Until the user is available.
func (p PresenceState) At(now time.Time) PresenceState {
	if p.Until.IsZero() || now.Before(p.Until) {
		return p
	}
	return PresenceState{Presence: Available, Since: p.Until}
}

// Check reports what is wrong with a presence that a user sets.
func (p PresenceState) Check() error {
	switch {
	case !p.Presence.Valid():
		return errors.New("presence is not available, paused or offline")
	case p.Presence != Paused && (p.Reason != "" || p.Note != ""):
		return errors.New("a reason and a note go with presence paused only")
	case p.Note != "" && p.Reason != PauseOther:
		return errors.New("a note goes with the reason other only")
	}
	switch p.Reason {
	case "", PauseLunch, PauseMeeting, PauseTraining, PauseOther:
		return nil
	}
	return errors.New("reason is not lunch, meeting, training or other")
}

// DeviceState is whether the exchange can reach a telephone.
type DeviceState string

// States of a device.
const (
	DeviceRegistered  DeviceState = "registered"  // the exchange can ring it
	DeviceUnreachable DeviceState = "unreachable" // not registered, or it does not answer
	DeviceUnknown     DeviceState = "unknown"     // the exchange does not report it, or cannot be asked
)

// Device is the telephone of an extension at one exchange.
type Device struct {
	Extension string
	State     DeviceState
}

// Telephone is the telephone of an enabled user at one exchange.
type Telephone struct {
	Extension string
	Away      bool // its user set a presence, and is paused or offline
}

// Activity is what a user does on the telephone.
type Activity string

// Activities.
const (
	Idle    Activity = "idle"
	Ringing Activity = "ringing"
	Talking Activity = "talking"
)

// HungUp returns the users who talked with the customer and hung up, with the time.
// None in internal calls.
func (c CallRecord) HungUp() map[string]time.Time {
	out := map[string]time.Time{}
	if c.Direction == Internal {
		return out
	}
	if c.OperatorUser != nil && !c.Answered.IsZero() && c.State == CallEnded {
		out[c.OperatorUser.ID] = c.Ended
	}
	talking := map[string]bool{}
	for _, l := range c.Legs {
		if l.User != nil && l.State == LegTalking {
			talking[l.User.ID] = true
		}
	}
	for _, l := range c.Legs {
		if l.User != nil && l.State == LegEnded && !l.Answered.IsZero() && !talking[l.User.ID] && l.Ended.After(out[l.User.ID]) {
			out[l.User.ID] = l.Ended
		}
	}
	return out
}

// Seat is a user as a supervisor's wallboard shows them.
type Seat struct {
	User       Person      `json:"user"`
	Team       string      `json:"team,omitempty"`
	Extensions []string    `json:"extensions"` // never nil
	OnShift    bool        `json:"on_shift"`
	Device     DeviceState `json:"device"`   // the best of their telephones
	Activity   Activity    `json:"activity"` // derived from the stored calls
	PresenceState
}

// Callee is the owner of a caller's contact, with what the routing of the call
// needs.
type Callee struct {
	User
	Busy    bool     // talks on the telephone
	Devices []Device // one for each extension, in the user's order
}
