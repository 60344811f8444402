package tasks

import (
	"time"

	"ctihub/leads"
)

// CallbackWithin is how soon after a missed call the customer is owed a call
// back, unless the configuration says otherwise.
const CallbackWithin = 15 * time.Minute

// News is what a touch tells about reaching its contact.
type News struct {
	Missed    bool              // a call of theirs turned out to be missed
	Reached   leads.TaskOutcome // how they were reached; empty: they were not
	At        time.Time         // when they were reached
	Withdrawn bool              // their call had been taken for missed and was not
	Tried     bool              // we called and did not reach them
	Wished    bool              // they ask to be called
	Wrote     bool              // what reached us is only what they wrote
}

// Any reports whether there is any news, so that call-backs must be looked at.
func (n News) Any() bool { return n.Missed || n.Reached != "" || n.Withdrawn || n.Tried || n.Wished }

// Outcome is what call-backs need to know of what a touch led to.
type Outcome struct {
	Skip           bool        // the touch said nothing new
	NewInteraction bool        // it is an interaction that did not exist before
	Call           *leads.Call // the call as it is now, nil for another channel
}

// NewsOf tells what a touch means for call-backs. before is the call as it was
// stored, nil for a new interaction; o is what the touch leads to. The journal
// may tell of an ended call that it was answered, or not a customer's at all.
//
// A written inbound touch counts as reached: what they want is with us, and its
// lead has a manager; what no person wrote reaches nobody. An answer counts from when the talk begins, so that
// nobody else dials meanwhile.
func NewsOf(t leads.Touch, before *leads.Call, o Outcome) (n News) {
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
		was = leads.Call{} // it was taken for nobody's
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
	Calls   int       // that it stands for
	Holds   bool      // the touch's call is one of them
	Wished  bool      // they asked for it: what they write, or a call that was not missed, does not end it
}

// CallbackStep is what becomes of a contact's call-back. Storage carries it
// out in the transaction of the touch. The zero step changes nothing.
type CallbackStep struct {
	Open  bool              // make one for the touch's call, or wish
	Wish  bool              // note the touch's wish in the open one
	Add   bool              // count the touch's call in the open one
	Drop  bool              // the touch's call is not one of the missed any more
	Tried bool              // count a vain attempt
	Done  leads.TaskOutcome // end the open one so, or make the new one as one that is ended
	At    time.Time         // when it was ended
}

// Changes reports whether the step changes anything.
func (s CallbackStep) Changes() bool { return s != CallbackStep{} }

// DecideCallback is the one place where it is decided who is called back: what
// the news of a touch mean for the open call-back of its contact (nil: none).
// since is how and when they were first reached after the touch's call began,
// as the database knows it; only missed calls need it, because they may be
// told late. It is pure.
func DecideCallback(n News, open *KnownCallback, since News) (s CallbackStep) {
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
