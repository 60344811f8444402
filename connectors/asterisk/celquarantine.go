package asterisk

import (
	"fmt"
	"strings"

	"ctihub/leads"
)

const (
	// celSingles is how many consecutive malformed lines are quarantined one by one.
	// Further ones are joined, up to celJoined bytes.
	celSingles = 20
	celJoined  = 32 << 10
)

// heldLines are malformed lines that are not stored yet. The stored position stays
// before them, so that they are read again after a restart.
type heldLines struct {
	text  strings.Builder
	at    celPosition // of the first
	place int64       // of the first
	why   string
}

// rejectLine puts a malformed line into quarantine, or holds it to be joined.
func (t *celTail) rejectLine(l celLine, place int64, err error) {
	t.refused++
	if t.badInRow++; t.badInRow <= celSingles {
		t.log.Warn("a line of the call journal is put into quarantine", "file", l.at.File, "offset", l.at.Offset)
		t.quarantine(l.at, l.text, err.Error())
		return
	}
	if t.held.text.Len() == 0 {
		t.held.at, t.held.place, t.held.why = l.at, place, err.Error()
	}
	t.held.text.WriteString(l.text + "\n")
	if t.held.text.Len() >= celJoined {
		t.flushHeld()
	}
}

// flushHeld puts the held lines into quarantine, as one touch.
func (t *celTail) flushHeld() {
	if t.held.text.Len() > 0 {
		t.quarantine(t.held.at, t.held.text.String(), t.held.why)
		t.held = heldLines{}
	}
}

func (t *celTail) quarantine(at celPosition, text, why string) {
	t.quarantined = append(t.quarantined, leads.Touch{
		ExternalID: fmt.Sprintf("journal:%s:%d", at.File, at.Offset), Channel: leads.ChannelCall, Direction: leads.In,
		At: t.reader.at.Row, Raw: text, Suspect: why,
	})
}
