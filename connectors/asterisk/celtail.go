package asterisk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync/atomic"
	"time"

	"ctihub/leads"
)

// celTail follows the journal: it assembles new rows into calls and puts complete
// calls together with the position from which to resume.
type celTail struct {
	reader     *celReader
	plan       *plan
	in         leads.Inbox
	log        *slog.Logger
	open       *checkpoint               // whose cursor holds the position
	boot       atomic.Pointer[time.Time] // the newest value of boots
	boots      chan time.Time            // start times of the exchange, as read over ARI
	report     func(leads.JournalState)
	onCaughtUp func(began time.Time) // all rows that the journal held at that time are stored
	onGap      func(leads.Gap)       // rows are missing: the file that was being read is gone
	now        func() time.Time
	since      func() time.Time // of a shipped journal: rows that are not newer are skipped; nil: none are

	assembler   *celAssembler
	parts       []celPart   // files of the rows being assembled, the oldest first
	caughtUp    atomic.Bool // this run has read the journal to its end
	quarantined []leads.Touch
	held        heldLines    // of a flood of lines that are no rows
	badInRow    int          // lines in a row that are none
	fault       error        // why the newest line is no row; nil: it is one
	refused     int64        // lines that were no rows, in this run
	lines       int          // that the last reading brought
	endedLive   atomic.Int64 // calls that ended live since the newest line
	silent      bool         // so many that the journal stands still
	clock       celClock
	saved       celPosition
}

const (
	// celPoll is how often the file is read for new rows.
	celPoll = 250 * time.Millisecond
	// celBatch limits the rows that are assembled before the calls are put: about
	// twenty calls, so that a backlog does not delay cards for long.
	celBatch = 1000
	// celSilent is how many calls may end live without a new line before the journal
	// is reported as silent. Each call is several lines, the first at its ring.
	celSilent = 3
)

func newCelTail(path string, p *plan, in leads.Inbox, log *slog.Logger, open *checkpoint) *celTail {
	return &celTail{
		reader: &celReader{path: path, zone: p.zone}, clock: celClock{zone: p.zone}, plan: p, in: in, log: log, open: open, boots: make(chan time.Time, 1),
		report: func(leads.JournalState) {}, onCaughtUp: func(time.Time) {}, onGap: func(leads.Gap) {}, now: time.Now, assembler: newCELAssembler(p),
	}
}

// exchangeBooted sets when the exchange started: calls that were open before are
// interrupted. It never blocks.
func (t *celTail) exchangeBooted(at time.Time) {
	if t == nil {
		return
	}
	t.boot.Store(&at)
	select {
	case <-t.boots:
	default:
	}
	select {
	case t.boots <- at:
	default:
	}
}

// noteCallEnded counts a call that ended live. It never blocks.
func (t *celTail) noteCallEnded() {
	if t != nil {
		t.endedLive.Add(1)
	}
}

// detectSilence warns when calls end live and the journal does not grow. ended is
// the count of such calls before the last read.
func (t *celTail) detectSilence(ended int64, end bool) {
	switch {
	case t.lines > 0:
		t.endedLive.Store(0)
		t.silent = false
	case end && ended >= celSilent && !t.silent:
		t.silent = true
		t.log.Warn("calls pass, and no row comes to the call journal: is the mapping in /etc/asterisk/cel_custom.conf, the module cel_custom.so loaded, and this the file?", "calls", ended, "path", t.reader.path)
	}
}

// run follows the journal until ctx ends.
func (t *celTail) run(ctx context.Context) {
	defer t.reader.close()
	for began := false; ctx.Err() == nil && !began; {
		err := t.begin(ctx)
		t.reportState(err)
		if began = err == nil; !began {
			t.wait(ctx)
		}
	}
	var boot time.Time
	for ctx.Err() == nil {
		began, ended := t.now(), t.endedLive.Load()
		more, err := t.read()
		t.detectSilence(ended, !more && (err == nil || errors.Is(err, errNoJournal)))
		t.reportState(err)
		calls := t.assembler.completedCalls()
		select {
		case boot = <-t.boots:
		default:
		}
		if !more && err == nil && !boot.IsZero() {
			calls = append(calls, t.assembler.interruptBefore(boot)...)
			boot = time.Time{}
		}
		if t.storeCalls(ctx, calls) && !more && err == nil {
			t.caughtUp.Store(true)
			t.onCaughtUp(began)
		}
		if !more {
			t.wait(ctx)
		}
	}
}

func (t *celTail) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(celPoll):
	}
}

// reportState reports the state of reading the journal.
func (t *celTail) reportState(err error) {
	path := t.reader.path
	s := leads.JournalState{State: leads.JournalFollowed, Row: t.reader.at.Row, Refused: t.refused, Silent: t.silent}
	switch {
	case err == nil && errors.Is(t.fault, errCelTime):
		s.State, s.Fault = leads.JournalFailed, leads.JournalTimes
		s.Error = fmt.Sprintf("the times in the call journal %s cannot be read, calls are as seen live meanwhile: remove the line dateformat from [general] of cel.conf at the exchange, and a format behind eventtime from cel_custom.conf, then run core reload", path)
	case err == nil && errors.Is(t.fault, errCelColumns):
		s.State, s.Fault = leads.JournalFailed, leads.JournalColumns
		s.Error = fmt.Sprintf("the rows of the call journal %s have other fields than the hub knows, calls are as seen live meanwhile: copy the line ctihub.csv => … of [mappings] from deploy/asterisk/cel_custom.conf into that of the exchange, then run module reload cel_custom.so", path)
	case err == nil && t.fault != nil:
		s.State, s.Fault = leads.JournalFailed, leads.JournalLines
		s.Error = fmt.Sprintf("the newest line of the call journal %s is no row (see Quarantine), calls are as seen live until the next row that can be read: is each field of the line in cel_custom.conf within ${CSV_QUOTE(…)}, as in deploy/asterisk, and does nothing else write to the file?", path)
	case err == nil:
	case errors.Is(err, errNoJournal):
		s.State = leads.JournalAwaited
	case errors.Is(err, fs.ErrPermission):
		s.State = leads.JournalFailed
		s.Error = fmt.Sprintf("the call journal %s may not be read by this program, calls are as seen live meanwhile: give its group read permission for the file, the rotated ones and the folder (%v)", path, err)
	default:
		s.State = leads.JournalFailed
		s.Error = fmt.Sprintf("the call journal %s cannot be read, calls are as seen live meanwhile (%v)", path, err)
	}
	t.report(s)
}

// begin resumes at the stored position. A journal without one is followed from its
// end: earlier calls are not imported.
func (t *celTail) begin(ctx context.Context) error {
	at, known := t.open.position()
	if !known {
		end, fault, err := celEnd(t.reader.path, t.reader.zone)
		if err != nil {
			return err
		}
		t.fault = fault
		at, t.saved = end, celPosition{Offset: -1}
	} else {
		t.saved = at
	}
	t.reader.at, t.clock.last = at, at.Clock
	t.parts = []celPart{{file: at.File}}
	if !known {
		t.storeCalls(ctx, nil)
	}
	return nil
}

// celEnd returns the position behind the last row of a journal. Fault says why its
// last line is malformed.
func celEnd(path string, zone *time.Location) (at celPosition, fault, err error) {
	files, err := celFiles(path, zone)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) == 0 {
		return celPosition{}, nil, nil // whatever comes is new
	}
	if err != nil {
		return celPosition{}, nil, err
	}
	last := files[len(files)-1]
	clock := celClock{zone: zone}
	r := &celReader{path: path, zone: zone, at: celPosition{File: last.id, Row: last.first}}
	defer r.close()
	for {
		lines, more, err := r.read(celBatch)
		if err != nil || !more {
			r.at.Since, r.at.Clock = r.at.Row, clock.last
			return r.at, fault, err
		}
		for _, l := range lines {
			var row celRow
			if row, fault = parseRow(l.text, &clock); fault == nil && row.at.After(r.at.Row) {
				r.at.Row = row.at
			}
		}
	}
}

// read assembles up to celBatch new rows of the journal. More: further rows may be
// available at once.
func (t *celTail) read() (more bool, err error) {
	lines, more, err := t.reader.read(celBatch)
	t.lines = len(lines)
	if t.reader.lost {
		t.reader.lost = false
		t.log.Warn("the file of the call journal that was being read is gone or was cut, going on with the next one", "since", t.reader.at.Row)
		t.onGap(leads.Gap{Cause: leads.GapJournal, From: t.reader.at.Row, Until: t.now()})
	}
	for _, l := range lines {
		t.handleLine(l)
	}
	if len(lines) == 0 && err == nil && !more {
		t.assembler.noteIdleRead()
	}
	return more, err
}

func (t *celTail) handleLine(l celLine) {
	last := &t.parts[len(t.parts)-1]
	if last.file != l.at.File {
		t.parts = append(t.parts, celPart{l.at.File, last.base + celSpan})
		last = &t.parts[len(t.parts)-1]
		if t.since != nil && t.reader.at.Since.IsZero() {
			t.reader.at.Since = t.since()
		}
	}
	r, err := parseRow(l.text, &t.clock)
	if l.long {
		err = fmt.Errorf("%w: it is longer than %d bytes", errRow, celLongest)
	}
	if t.fault = err; err != nil {
		t.rejectLine(l, last.base+l.at.Offset, err)
		return
	}
	t.badInRow = 0
	t.flushHeld()
	if r.at.After(t.reader.at.Row) {
		t.reader.at.Row = r.at
	}
	r.place = last.base + l.at.Offset
	if t.since == nil || r.at.After(t.reader.at.Since) {
		t.assembler.addRow(r)
	}
}
