package asterisk

import (
	"fmt"
	"strings"

	"ctihub/leads"
)

const (
	// celSingles is how many lines in a row that are none are quarantined one by
	// one. Further ones are joined, up to celJoined bytes.
	celSingles = 20
	celJoined  = 32 << 10
)

// heldLines are lines that are no rows and not stored yet. The position that is
// stored stays before them, so that they are read again after a restart.
type heldLines struct {
	text  strings.Builder
	at    celPosition // of the first
	place int64       // of the first
	why   string
}

// refuse keeps a line that is no row for somebody to look at.
func (t *celTail) refuse(l celLine, place int64, err error) {
	t.refused++
	if t.poison++; t.poison <= celSingles {
		t.log.Warn("a line of the call journal is put into quarantine", "file", l.at.File, "offset", l.at.Offset)
		t.quarantine(l.at, l.text, err.Error())
		return
	}
	if t.held.text.Len() == 0 {
		t.held.at, t.held.place, t.held.why = l.at, place, err.Error()
	}
	t.held.text.WriteString(l.text + "\n")
	if t.held.text.Len() >= celJoined {
		t.release()
	}
}

// release puts the lines that are held into quarantine, as one.
func (t *celTail) release() {
	if t.held.text.Len() > 0 {
		t.quarantine(t.held.at, t.held.text.String(), t.held.why)
		t.held = heldLines{}
	}
}

func (t *celTail) quarantine(at celPosition, text, why string) {
	t.bad = append(t.bad, leads.Touch{
		ExternalID: fmt.Sprintf("journal:%s:%d", at.File, at.Offset), Channel: leads.ChannelCall, Direction: leads.In,
		At: t.reader.at.Row, Raw: text, Suspect: why,
	})
}
