package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"ctihub/leads"
	"ctihub/leads/search"
)

// Store is what the web server needs from storage, by topic. Changes of records go through the
// services of leads/….
type Store struct {
	Records
	Accounts
	SessionStore
	EventLog
	Uploaded
	QuarantineStore
	Journals
	DeliveryStore
	Database
}

// Records are the lists and records of the workplace. Every method returns only
// what the viewer may see; a record outside of it is leads.ErrNotFound.
type Records interface {
	Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (leads.List[leads.Contact], error)
	Merges(ctx context.Context, v leads.Viewer, contactID string) ([]leads.Merge, error)
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	Companies(ctx context.Context, f leads.CompanyFilter, p leads.Page) (leads.List[leads.Company], error)
	Company(ctx context.Context, v leads.Viewer, id string) (leads.Company, error)
	Consents(ctx context.Context, v leads.Viewer, contactID string) ([]leads.ConsentRecord, error)
	Files(ctx context.Context, v leads.Viewer, contactID string, p leads.Page) (leads.List[leads.ContactFile], error)
	Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (leads.List[leads.Lead], error)
	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	History(ctx context.Context, v leads.Viewer, f leads.HistoryFilter, p leads.Page) (leads.List[leads.HistoryEntry], error)
	// RecordHistory returns the newest changes of one record.
	RecordHistory(ctx context.Context, v leads.Viewer, o leads.HistoryObject, id string) ([]leads.HistoryEntry, error)
	// Board returns the leads of a pipeline that fit a filter by stage, newest first unless told.
	Board(ctx context.Context, v leads.Viewer, f leads.LeadFilter, order leads.Order) (leads.Board, error)
	Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (leads.List[leads.Interaction], error)
	Interaction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error)
	// HTML returns an interaction with its HTML as it was received: never to be
	// shown as it is.
	HTML(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, string, error)
	Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (leads.List[leads.CallRecord], error)
	Call(ctx context.Context, v leads.Viewer, id string) (leads.CallRecord, error)
	Recording(ctx context.Context, v leads.Viewer, id string) (leads.StoredRecording, error)
	// DuplicatesOf and Duplicates list contacts that are perhaps one person; CountDuplicates counts the pairs to
	// decide, 1000 at most.
	DuplicatesOf(ctx context.Context, v leads.Viewer, contactID string, state leads.DuplicateState) ([]leads.Duplicate, error)
	Duplicates(ctx context.Context, v leads.Viewer, f leads.DuplicateFilter, p leads.Page) (leads.List[leads.DuplicatePair], error)
	CountDuplicates(ctx context.Context, v leads.Viewer) (int, error)
	// Choices returns the values that filters of lists offer.
	Choices(ctx context.Context, v leads.Viewer) (leads.Choices, error)
	// Search returns at most limit records that fit the query, of one kind unless that is
	// empty.
	Search(ctx context.Context, v leads.Viewer, q search.Query, kind search.Kind, limit int) ([]search.Hit, error)
}

// Accounts are the users, their passwords and their API tokens.
type Accounts interface {
	// Users lists colleagues by name, with what access.Colleague hides.
	Users(ctx context.Context, p leads.Page) (leads.List[leads.User], error)
	User(ctx context.Context, id string) (leads.User, error)
	UserByLogin(ctx context.Context, login string) (leads.User, error)
	UserByToken(ctx context.Context, tokenHash string) (leads.User, error)
	// ChangePassword replaces the password hash that was checked, which ends the sessions
	// begun with it; leads.ErrConflict when the stored hash is another one.
	ChangePassword(ctx context.Context, userID, was, hash string, revokeTokens bool) error
	TokensOf(ctx context.Context, userID string) ([]leads.Token, error)
	// RightsVersion grows whenever a user, a token or a session changes in a
	// way that may take a right away.
	RightsVersion(ctx context.Context) (int64, error)
}

// SessionStore keeps sessions.
type SessionStore interface {
	scs.Store
	scs.CtxStore
}

// EventLog is where streams read the events that they missed.
type EventLog interface {
	// EventHorizon is the number up to which events may have been deleted.
	EventHorizon(ctx context.Context) (int64, error)
	// EventsAfter returns at most limit events after seq that the viewer may see
	// now, oldest first, and the seq to continue from. Seq -1 asks for none and
	// returns the newest seq.
	EventsAfter(ctx context.Context, v leads.Viewer, seq int64, limit int) (events []leads.Event, last int64, err error)
}

// Uploaded lists the files that users uploaded and that no reply has.
type Uploaded interface {
	NoteUpload(ctx context.Context, userID string, a leads.Attachment) error
	UploadsWaiting(ctx context.Context, userID string, since time.Time) (count int, bytes int64, err error)
}

// QuarantineStore keeps quarantined touches.
type QuarantineStore interface {
	// Quarantine lists them without Raw.
	Quarantine(ctx context.Context, f leads.QuarantineFilter, p leads.Page) (leads.List[leads.QuarantinedTouch], error)
	// QuarantineWaiting counts quarantined touches that wait for a decision, up to most.
	QuarantineWaiting(ctx context.Context, most int) (int, error)
	QuarantinedTouch(ctx context.Context, id string) (leads.QuarantinedTouch, error)
}

// Journals has the statistics, gaps and reconciliations of sources.
type Journals interface {
	// SourceStats returns the count, up to leads.CountMost, and the time of the
	// last interaction of each of these sources.
	SourceStats(ctx context.Context, names ...string) (map[string]leads.SourceState, error)
	// Gaps lists the newest gaps of a source; an empty source does not restrict.
	Gaps(ctx context.Context, source string, most int) ([]leads.Gap, error)
	// Reconciliations lists the newest days; an empty source or day does not restrict.
	Reconciliations(ctx context.Context, source, day string, most int) ([]leads.Reconciliation, error)
	Reconciliation(ctx context.Context, source, day string) (leads.Reconciliation, error)
	// AskReconciliation asks the hub that runs the source to compare a day.
	AskReconciliation(ctx context.Context, source, day string) error
}

// DeliveryStore keeps the events on their way to sinks.
type DeliveryStore interface {
	Deliveries(ctx context.Context, f leads.DeliveryFilter, p leads.Page) (leads.List[leads.Delivery], error)
	// Delivery returns one delivery with the event that it carries.
	Delivery(ctx context.Context, id string) (leads.Delivery, error)
	// ReplayDelivery lets a dead delivery be tried again; leads.ErrConflict
	// when it is not dead.
	ReplayDelivery(ctx context.Context, id string) (leads.Delivery, error)
	// SinkStats returns the counts of each sink that has deliveries.
	SinkStats(ctx context.Context) (map[string]leads.SinkState, error)
}

// Database checks the database.
type Database interface {
	// Ping reports whether it answers.
	Ping(ctx context.Context) error
	// ProbeWrite stores that this hub could write.
	ProbeWrite(ctx context.Context, hub string) error
}

// Feed is the live feed (router.Feed).
type Feed interface {
	// Subscribe returns the events published from now on that the viewer may
	// see. The channel is closed when ctx ends or when the reader falls behind
	// by more than the feed's buffer; the reader then starts anew by Seq.
	Subscribe(ctx context.Context, v leads.Viewer) <-chan *leads.Event
}

// Sources is the connectors' supervisor as the web server sees it.
type Sources interface {
	States() []leads.SourceState
	// Receiver returns the handler of /in/<name>, nil if there is none.
	Receiver(name string) http.Handler
	// Route returns the handler of /route/<name>, nil if there is none.
	Route(name string) http.Handler
	// Embed returns the handler of /embed/<name>.js, nil if there is none.
	Embed(name string) http.Handler
	// Diallers names the sources that can place calls.
	Diallers() []string
	// DIDs returns the numbers by which customers reach the company.
	DIDs() []leads.DID
	// PausesQueues reports whether queues offer no calls to those who are away.
	PausesQueues() bool
}

// Sounds stores the content of recordings.
type Sounds interface {
	// Open opens a recording; fs.ErrNotExist if it is gone.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
}

// Attachments stores the content of files that came with messages.
type Attachments interface {
	// Open opens a file by its id; fs.ErrNotExist if it is gone.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
}

// Intake decides what becomes of quarantined touches (intake.Service).
type Intake interface {
	// Retry ingests a touch again; nil means that its record has the result,
	// leads.ErrConflict that it was decided before.
	Retry(ctx context.Context, q leads.QuarantinedTouch, by string) error
	// Discard ends a quarantine for the reason in note, with the same leads.ErrConflict.
	Discard(ctx context.Context, id, by, note string) error
}
