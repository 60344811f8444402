package leads

import "time"

// States of an exchange's journal as a source reads it.
const (
	JournalNone     = "live_only" // none is configured: calls are as seen live
	JournalAwaited  = "awaited"   // the exchange wrote none yet
	JournalFollowed = "followed"
	JournalFailed   = "failed" // it cannot be read; see JournalState.Error
)

// JournalState is the state of reading an exchange's own journal.
type JournalState struct {
	State string    `json:"state"`
	Row   time.Time `json:"row,omitzero"`    // of the newest row read, by the exchange's clock
	Error string    `json:"error,omitempty"` // in words, with the remedy
	// Fault is why the newest line cannot be parsed, as a code that the workplace
	// translates; empty: it was parsed, or the journal cannot be read at all.
	Fault   string `json:"fault,omitempty"`
	Refused int64  `json:"refused,omitempty"` // unreadable lines since the source was started; they are in quarantine
	Silent  bool   `json:"-"`                 // calls pass and no row comes: [WarnJournalSilent]
}

// Faults of a journal whose newest line is no row.
const (
	JournalTimes   = "times"   // its time can mean several moments, or none
	JournalColumns = "columns" // its fields are others
	JournalLines   = "lines"   // it is no CSV, or cut off
)

// Causes of a [Gap].
const (
	GapConnection = "connection" // the connection to the exchange was lost
	GapExchange   = "exchange"   // the exchange was started anew
	GapHub        = "hub"        // no hub ran the source
	GapJournal    = "journal"    // a file of the journal vanished before it was read
)

// Gap is a time in which a source received no events of its exchange. A gap that the
// exchange's journal filled lost no call; one that stays open may have lost some.
type Gap struct {
	Source string    `json:"source"`
	Cause  string    `json:"cause"`
	From   time.Time `json:"from"`            // when the source last heard from the exchange
	Until  time.Time `json:"until"`           // when the source received events again
	Filled time.Time `json:"filled,omitzero"` // when the journal was read up to Until; zero: not yet, or there is none
	Calls  int64     `json:"calls"`           // in the journal, of that time
}
