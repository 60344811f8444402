package intake

import (
	"fmt"
	"testing"
	"time"

	"ctihub/leads"
)

// The moments of a call come in any order, each perhaps twice: the call that is
// stored in the end is the same.
func TestPiecesInAnyOrder(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1_700_000_000+int64(s), 0) }
	rang := leads.Call{Linkedid: "c", Direction: leads.In, State: leads.CallRinging, From: "+79161234567", Queue: "sales", Started: at(0), Piece: true, Legs: []leads.Leg{
		{Channel: "100", Extension: "100", State: leads.LegRinging, Rang: at(0)}, {Channel: "101", Extension: "101", State: leads.LegRinging, Rang: at(0)},
	}}
	taken := leads.Call{Linkedid: "c", Direction: leads.In, State: leads.CallTalking, Operator: "101", Started: at(5), Answered: at(5), Piece: true, Legs: []leads.Leg{
		{Channel: "101", Extension: "101", State: leads.LegTalking, Rang: at(5), Answered: at(5)},
	}}
	over := leads.Call{Linkedid: "c", Direction: leads.In, State: leads.CallEnded, Started: at(9), Ended: at(9), Piece: true}
	cancelled := over
	cancelled.Disposition, cancelled.HangupBy = leads.Abandoned, "caller"
	mailed := leads.Call{Linkedid: "c", Direction: leads.In, State: leads.CallRinging, Disposition: leads.Voicemail, Started: at(5), Piece: true}
	guessed := over // its end names a number that answered
	guessed.Answered, guessed.Operator, guessed.Legs = at(9), "*97", []leads.Leg{{Channel: "*97", Extension: "*97", State: leads.LegTalking, Rang: at(9), Answered: at(9)}}
	for _, c := range []struct {
		name   string
		pieces []leads.Call
		want   string
	}{
		{"only the end says who answered", []leads.Call{rang, guessed}, "ended answered *97 sales 100=elsewhere 101=elsewhere *97=ended"},
		{"the end names another number than the answer", []leads.Call{rang, taken, guessed, guessed}, "ended answered 101 sales 100=elsewhere 101=ended"},
		{"that end comes first", []leads.Call{rang, guessed, taken, guessed}, "ended answered 101 sales 100=elsewhere 101=ended"},
		{"voicemail, and its number at the end", []leads.Call{rang, mailed, guessed}, "ended voicemail  sales 100=noanswer 101=noanswer"},
		{"the end before voicemail", []leads.Call{rang, guessed, mailed}, "ended voicemail  sales 100=noanswer 101=noanswer"},
		{"a person takes it from voicemail", []leads.Call{rang, mailed, taken, guessed, mailed}, "ended answered 101 sales 100=elsewhere 101=ended"},
		{"answered", []leads.Call{rang, taken, over}, "ended answered 101 sales 100=elsewhere 101=ended"},
		{"the answer comes last", []leads.Call{rang, over, taken}, "ended answered 101 sales 100=elsewhere 101=ended"},
		{"the ringing comes last", []leads.Call{taken, over, rang}, "ended answered 101 sales 101=ended 100=elsewhere"},
		{"backwards", []leads.Call{over, taken, rang}, "ended answered 101 sales 101=ended 100=elsewhere"},
		{"twice", []leads.Call{rang, rang, taken, taken, over, over, rang, taken}, "ended answered 101 sales 100=elsewhere 101=ended"},
		{"talking", []leads.Call{rang, taken}, "talking  101 sales 100=elsewhere 101=talking"},
		{"nobody took it", []leads.Call{rang, over}, "ended missed  sales 100=noanswer 101=noanswer"},
		{"the caller gave up", []leads.Call{rang, cancelled}, "ended abandoned  sales 100=cancelled 101=cancelled"},
		{"the caller gave up, told first", []leads.Call{cancelled, rang}, "ended abandoned  sales 100=cancelled 101=cancelled"},
		{"the end is all", []leads.Call{over}, "ended missed  "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stored *leads.Call
			for i := range c.pieces {
				touch := leads.Touch{Source: "s", ExternalID: "c", Channel: leads.ChannelCall, Direction: leads.In, Call: &c.pieces[i]}
				known := Known{}
				if stored != nil {
					known.Interaction = &KnownInteraction{ID: "i", Call: stored}
				}
				o := Decide(touch, known)
				if o.Call != nil {
					stored = o.Call
				} else if !o.Skip {
					t.Fatalf("piece %d: %+v", i, o)
				}
			}
			got := fmt.Sprintf("%s %s %s %s", stored.State, stored.Disposition, stored.Operator, stored.Queue)
			for _, l := range stored.Legs {
				got += fmt.Sprintf(" %s=%s", l.Extension, l.State)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if stored.Answered.After(stored.Ended) && stored.State == leads.CallEnded {
				t.Error("answered after its end")
			}
		})
	}
}

// A piece that repeats what is stored stores nothing, and none corrects what
// the exchange's own journal has told.
func TestPieceSaysNothingNew(t *testing.T) {
	piece := leads.Call{Linkedid: "c", Direction: leads.In, State: leads.CallEnded, Started: time.Unix(9, 0), Ended: time.Unix(9, 0), Piece: true}
	whole := leads.Settled(piece)
	touch := leads.Touch{Channel: leads.ChannelCall, Direction: leads.In, Call: &piece}
	if o := Decide(touch, Known{Interaction: &KnownInteraction{Call: &whole}}); !o.Skip {
		t.Errorf("%+v", o)
	}
	whole.Journal, whole.Disposition = true, leads.Answered
	if o := Decide(touch, Known{Interaction: &KnownInteraction{Call: &whole}}); !o.Skip {
		t.Errorf("of a journalled call: %+v", o)
	}
}
