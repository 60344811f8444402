package tasks

import (
	"time"

	"ctihub/leads"
)

// CallbackWithin is the default time in which a missed call is called back.
const CallbackWithin = 15 * time.Minute

// CallbackFacts is what a touch means for the call-back of its contact.
type CallbackFacts struct {
	Missed    bool              // a call of the contact was missed
	Reached   leads.TaskOutcome // how the contact was reached; empty: not
	At        time.Time         // of Reached
	Withdrawn bool              // a stored missed call is corrected: it was not missed
	Tried     bool              // an outgoing call was not answered
	Wished    bool              // the contact asks to be called
	Wrote     bool              // Reached is a message, not a talk
}

// Any reports whether call-backs must be read and decided.
func (n CallbackFacts) Any() bool {
	return n.Missed || n.Reached != "" || n.Withdrawn || n.Tried || n.Wished
}

// Outcome is the part of intake's outcome that call-backs need.
type Outcome struct {
	Skip           bool        // the touch had nothing new
	NewInteraction bool        // it is an interaction that did not exist before
	Call           *leads.Call // the call as it is now, nil for another channel
}

// CallbackFactsOf returns what a touch means for call-backs. before is the stored call, nil for a
// new interaction; o is what the touch leads to. The journal may correct an ended call:
// it was answered, or was internal.
//
// An inbound message counts as reached, because its lead has a manager; an automatic
// message does not. An answered call counts from the beginning of the talk, so that no
// colleague dials meanwhile.
func CallbackFactsOf(t leads.Touch, before *leads.Call, o Outcome) (n CallbackFacts) {
	switch {
	case o.Skip:
		return n
	case o.Call == nil:
		switch {
		case !o.NewInteraction || t.Direction != leads.In || t.Automatic != "":
		case t.WishedNumber() != "":
			n.Wished = true
		default:
			n.Reached, n.At, n.Wrote = leads.ContactedAgain, t.At, true
		}
		return n
	}
	was, is := leads.Call{}, *o.Call
	if before != nil {
		was = *before
	}
	if was.Direction == leads.Internal {
		was = leads.Call{} // it was stored as internal
	}
	if is.HadTalk() && !was.HadTalk() && is.Direction != leads.Internal {
		n.Reached, n.At = leads.ContactedAgain, is.TalkBegan()
		if is.Direction == leads.Out {
			n.Reached = leads.CalledBack
		}
	}
	n.Missed = is.NotAnswered() && !was.NotAnswered()
	if n.Withdrawn = was.NotAnswered() && !is.NotAnswered(); n.Withdrawn && n.At.IsZero() {
		n.At = is.Ended
	}
	n.Tried = is.Direction == leads.Out && is.State == leads.CallEnded && was.State != leads.CallEnded && !is.HadTalk()
	return n
}

// KnownCallback is an open call-back as the database has it.
type KnownCallback struct {
	ID      string
	Version int64
	Missed  time.Time // when the latest of its calls began
	Calls   int       // how many missed calls it has
	Holds   bool      // the touch's call is one of them
	Wished  bool      // the customer asked for it: a message, or a corrected call, does not end it
}

// CallbackStep is a change of a contact's call-back. Storage carries it out in the
// transaction of the touch. The zero step changes nothing.
type CallbackStep struct {
	Open  bool              // create one for the touch's call or wish
	Wish  bool              // note the touch's wish in the open one
	Add   bool              // count the touch's call in the open one
	Drop  bool              // remove the touch's call from its task
	Tried bool              // count a failed attempt
	Done  leads.TaskOutcome // end the open one, or create the new one as ended
	At    time.Time         // when it was ended
}

// Changes reports whether the step changes anything.
func (s CallbackStep) Changes() bool { return s != CallbackStep{} }

// DecideCallback decides what the facts of a touch change in the open call-back of its
// contact (nil: none). since says how and when the contact was first reached after the
// touch's call began, as stored; only missed calls need it, because they may be reported
// late. It is pure, and the only function that decides on call-backs.
func DecideCallback(n CallbackFacts, open *KnownCallback, since CallbackFacts) (s CallbackStep) {
	switch {
	case n.Wished && open != nil:
		return CallbackStep{Wish: true}
	case n.Wished:
		return CallbackStep{Open: true}
	case n.Missed && since.Reached != "":
		return CallbackStep{Open: true, Done: since.Reached, At: since.At}
	case n.Missed && open != nil:
		return CallbackStep{Add: !open.Holds}
	case n.Missed:
		return CallbackStep{Open: true}
	}
	s.Drop = n.Withdrawn
	if open == nil {
		return s
	}
	s.Tried = n.Tried
	switch {
	case n.Withdrawn && open.Holds && open.Calls <= 1 && !open.Wished:
		s.Done, s.At = leads.AnsweredElsewhere, n.At
	case n.Reached != "" && open.Missed.Before(n.At) && (!n.Wrote || !open.Wished):
		s.Done, s.At = n.Reached, n.At
	}
	return s
}
