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

// celTail follows the journal: what is appended is assembled into calls, and complete calls
// are put together with the position from which nothing would be missed.
type celTail struct {
	reader *celReader
	plan   *plan
	in     leads.Inbox
	log    *slog.Logger
	open   *checkpoint               // whose cursor holds the position
	boot   atomic.Pointer[time.Time] // the newest of boots
	boots  chan time.Time            // when the exchange started, as told by it
	report func(leads.JournalState)
	passed func(began time.Time) // all that was in the journal at that time is stored; nil: nobody asks
	missed func(leads.Gap)       // what the journal itself does not hold any more
	now    func() time.Time
	since  func() time.Time // of a shipped journal: rows that are not newer are history; nil: none

	assembler *celAssembler
	parts     []celPart   // of what is being assembled, the oldest first
	reached   atomic.Bool // its end was reached in this run, or nothing is left but what is being written
	bad       []leads.Touch
	held      heldLines    // of a flood of lines that are no rows
	poison    int          // lines in a row that are none
	fault     error        // why the newest line is no row; nil: it is one
	refused   int64        // lines that were no rows, in this run
	lines     int          // that the last reading brought
	ended     atomic.Int64 // calls that ended live since the newest line
	silent    bool         // so many that the journal stands still
	clock     celClock
	saved     celPosition
}

const (
	// celPoll is how often the file is looked at for more: a file tells nobody.
	celPoll = 250 * time.Millisecond
	// celBatch is the most rows that are assembled before the calls are put: some
	// twenty calls, so that a card never waits for long behind a backlog.
	celBatch = 1000
	// celSilent is how many calls may end live without a line in the journal
	// before it stands still. Each call is several lines, the first at its ring.
	celSilent = 3
)

func newCelTail(path string, p *plan, in leads.Inbox, log *slog.Logger, open *checkpoint) *celTail {
	return &celTail{
		reader: &celReader{path: path, zone: p.zone}, clock: celClock{zone: p.zone}, plan: p, in: in, log: log, open: open, boots: make(chan time.Time, 1),
		report: func(leads.JournalState) {}, passed: func(time.Time) {}, missed: func(leads.Gap) {}, now: time.Now, assembler: newCELAssembler(p),
	}
}

// booted tells when the exchange started: calls that the journal left open
// before are interrupted. It never blocks.
func (t *celTail) booted(at time.Time) {
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

// callEnded tells that a call ended live. It never blocks.
func (t *celTail) callEnded() {
	if t != nil {
		t.ended.Add(1)
	}
}

// listen compares the calls that had ended before a reading with what it brought.
func (t *celTail) listen(ended int64, end bool) {
	switch {
	case t.lines > 0:
		t.ended.Store(0)
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
		t.tell(err)
		if began = err == nil; !began {
			t.wait(ctx)
		}
	}
	var boot time.Time
	for ctx.Err() == nil {
		began, ended := t.now(), t.ended.Load()
		more, err := t.read()
		t.listen(ended, !more && (err == nil || errors.Is(err, errNoJournal)))
		t.tell(err)
		news := t.assembler.news()
		select {
		case boot = <-t.boots:
		default:
		}
		if !more && err == nil && !boot.IsZero() {
			news = append(news, t.assembler.interrupt(boot)...)
			boot = time.Time{}
		}
		if t.put(ctx, news) && !more && err == nil {
			t.reached.Store(true)
			t.passed(began)
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

// tell reports how the reading goes, in words.
func (t *celTail) tell(err error) {
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

// begin finds where the last run stood. A journal never seen before is followed
// from its end: what happened before the hub is history.
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
		t.put(ctx, nil)
	}
	return nil
}

// celEnd is the position after all that a journal holds. Fault tells why the
// last line of it is no row.
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

// read takes what is new in the journal, celBatch rows at the most. More: there
// may be further rows at once.
func (t *celTail) read() (more bool, err error) {
	lines, more, err := t.reader.read(celBatch)
	t.lines = len(lines)
	if t.reader.lost {
		t.reader.lost = false
		t.log.Warn("the file of the call journal that was being read is gone or was cut, going on with the next one", "since", t.reader.at.Row)
		t.missed(leads.Gap{Cause: leads.GapJournal, From: t.reader.at.Row, Until: t.now()})
	}
	for _, l := range lines {
		t.row(l)
	}
	if len(lines) == 0 && err == nil && !more {
		t.assembler.look()
	}
	return more, err
}

func (t *celTail) row(l celLine) {
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
		t.refuse(l, last.base+l.at.Offset, err)
		return
	}
	t.poison = 0
	t.release()
	if r.at.After(t.reader.at.Row) {
		t.reader.at.Row = r.at
	}
	r.place = last.base + l.at.Offset
	if t.since == nil || r.at.After(t.reader.at.Since) {
		t.assembler.take(r)
	}
}
