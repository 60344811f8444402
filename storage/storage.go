package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/batch"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

//go:generate go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1 generate -f ../sqlc.yaml

// Config says where the data is stored, and configures the store.
type Config struct {
	Database string // postgres://… ; empty: SQLite in DataDir
	DataDir  string // folder of hub.db and its lock, made if missing; unused with PostgreSQL
	// Shared opens a SQLite file beside the hub that works on it, for commands
	// that read or change a little. The tables must then be up to date.
	Shared bool
	// Publish, if set, is called with the events of each transaction after its commit,
	// once and in their order. It must not block.
	Publish func(...leads.Event)
	// AtStep, if set, is called at each [Step]. Tests end the process there.
	AtStep func(Step)
	// Sinks get a delivery of each event that they want, written in the event's
	// transaction. Hubs on one database must have the same sinks.
	Sinks []leads.SinkRule
	// Now is the hub's clock, time.Now if nil. Leases between hubs use the database's
	// clock.
	Now func() time.Time
	// CallbackWithin is how soon after a missed call the customer is to be
	// called back; 0: tasks.CallbackWithin.
	CallbackWithin time.Duration
	// Dedupe, if set, is told of the people whose touches are about to be stored.
	Dedupe intake.Dedupe
	// Pick, if set, picks the managers of new leads in the transaction that stores their
	// touches. A lead that it leaves, or for which it panics or takes longer than
	// PickWithin (0: PickLimit), is for the router.
	Pick       Pick
	PickWithin time.Duration
}

// Step is a point at which a crash must neither lose nor double anything.
type Step string

// Steps, in their order.
const (
	StepReceived Step = "received" // nothing is stored yet
	StepCursor   Step = "cursor"   // in the transaction, the touches are written and their cursor is not
	StepWritten  Step = "written"  // in the transaction, before its commit
	StepStored   Step = "stored"   // committed, not acknowledged
	StepRouting  Step = "routing"  // acknowledged, the lead has no manager
	StepAssigned Step = "assigned" // the manager is written, the event not published
	StepClaimed  Step = "claimed"  // the attempt to deliver an event is stored, nothing is sent
	StepSent     Step = "sent"     // the sink has answered, that is not recorded

	StepReplyAsked   Step = "reply asked"   // a reply is stored, its event not published
	StepReplySending Step = "reply sending" // its state sending is committed, the channel has not got it
	StepReplySent    Step = "reply sent"    // the channel has answered, that is not recorded
)

// Store is the database of the hub. It is safe for concurrent use. Errors that
// callers tell apart are leads.ErrNotFound, ErrConflict, ErrExists, ErrInvalid.
type Store struct {
	conn       *sql.DB
	queries    func(*batch.Tx) *db.Queries // statements in a transaction
	read       *db.Queries                 // statements outside of transactions
	lists      read.Lists
	writing    chan struct{} // SQLite: semaphore of the one writer; nil: PostgreSQL
	batch      *batch.DB
	ingesting  *batch.DB           // connections for touches; on SQLite, batch
	groups     *batch.Groups[*job] // of touches that share a transaction
	growth     growth              // of the tables, PostgreSQL
	vocabulary vocabulary          // of the search
	close      []func() error
	migrated   Migrated
	atStep     func(Step) // may be nil

	published func(...leads.Event) // the live feed; may be nil
	hubClock  func() time.Time     // this hub's clock
	sinks     []leads.SinkRule
	lastSeq   atomic.Int64 // of the events that this hub knows of; later ones are greater

	dedupe    intake.Dedupe // may be nil
	pick      Pick          // may be nil
	pickLimit time.Duration

	callbackWithin time.Duration
}

// Close closes all connections. It waits for transactions of Ingest; others must be over.
func (s *Store) Close() error {
	s.groups.Wait() // a caller may have left
	s.growth.analyses.Wait()
	var errs []error
	if s.batch != nil {
		errs = append(errs, s.batch.Close())
	}
	for _, f := range s.close {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// step calls atStep.
func (s *Store) step(p Step) {
	if s.atStep != nil {
		s.atStep(p)
	}
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.conn.PingContext(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	return nil
}

// start prepares Ingest with this many writers.
func (s *Store) start(lanes int) {
	s.groups = batch.NewGroups(batch.Limits{Lanes: lanes, Group: groupMost, Queue: queueMost}, s.storeGroup)
}

// newID returns a UUIDv7: ids sort by the time of making.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// now is the time of this hub as it is stored, in UTC and whole microseconds.
func (s *Store) now() time.Time { return s.hubClock().UTC().Truncate(time.Microsecond) }

// micros is the stored form of a time, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// orNull is the stored form of an id that may be empty.
func orNull(id string) sql.NullString { return sql.NullString{String: id, Valid: id != ""} }

// orNotFound turns sql.ErrNoRows into leads.ErrNotFound.
func orNotFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return leads.ErrNotFound
	}
	return err
}
