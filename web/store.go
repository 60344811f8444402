package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"ctihub/leads"
)

// Store is what the web server reads and changes. Every method that takes a
// viewer returns only what that viewer may see; a record outside of it is
// leads.ErrNotFound.
type Store interface {
	Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (leads.List[leads.Contact], error)
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	Consents(ctx context.Context, v leads.Viewer, contactID string) ([]leads.ConsentRecord, error)
	// ChangeContact reads and changes a contact in one transaction, in which the
	// checks see it as it was; so do the checks of the other changes.
	ChangeContact(ctx context.Context, v leads.Viewer, id string, c leads.ContactChange, checks ...func(leads.Contact) error) (leads.Contact, error)

	Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (leads.List[leads.Lead], error)
	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	// SetLeadStatus moves a lead forward ([leads.LeadStatus.CanBecome]);
	// leads.ErrInvalid otherwise.
	SetLeadStatus(ctx context.Context, v leads.Viewer, id string, s leads.LeadStatus, refusal string, checks ...func(leads.Lead) error) (leads.Lead, error)
	// Reassign gives a lead to a manager by hand, whoever has it now.
	// leads.ErrInvalid when the user does not take leads.
	Reassign(ctx context.Context, v leads.Viewer, id, managerID, reason string, checks ...func(leads.Lead) error) (leads.Lead, error)

	Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (leads.List[leads.Interaction], error)
	Interaction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error)
	// HTML returns an interaction with its HTML as it was received: never to be
	// shown as it is.
	HTML(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, string, error)
	// DecideOffer adds an offered identity to a contact, or dismisses it;
	// leads.ErrExists when another contact holds it.
	DecideOffer(ctx context.Context, v leads.Viewer, contactID, offerID string, add bool, corrected leads.Identity) (leads.Contact, error)
	Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (leads.List[leads.CallRecord], error)
	Call(ctx context.Context, v leads.Viewer, id string) (leads.CallRecord, error)

	Recording(ctx context.Context, v leads.Viewer, id string) (leads.StoredRecording, error)
	// Tasks lists tasks: open ones by their due time, done ones newest first.
	Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (leads.List[leads.Task], error)
	Task(ctx context.Context, v leads.Viewer, id string) (leads.Task, error)
	// GiveTask makes the viewer or a colleague the owner of an open task, and
	// FinishTask ends one; leads.ErrConflict when it is done.
	GiveTask(ctx context.Context, v leads.Viewer, id, ownerID string) (leads.Task, error)
	FinishTask(ctx context.Context, v leads.Viewer, id string, o leads.TaskOutcome, comment string) (leads.Task, error)
	// TaskCounts counts the open tasks of an owner, or of all without one.
	TaskCounts(ctx context.Context, ownerID string, at time.Time) (leads.TaskCounts, error)
	// MissedReport counts the missed calls that began in [from, to).
	MissedReport(ctx context.Context, from, to, now time.Time) (leads.MissedReport, error)
	// AskDial stores a dial, once per key of a user; leads.ErrConflict when the
	// key was given to another number or the telephone is being called already.
	AskDial(ctx context.Context, d leads.Dial) (leads.Dial, error)
	CancelDial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error)
	// DialsOf returns a user's newest dials.
	DialsOf(ctx context.Context, userID string) ([]leads.Dial, error)
	Dial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error)

	NoteUpload(ctx context.Context, userID string, a leads.Attachment) error
	UploadsWaiting(ctx context.Context, userID string, since time.Time) (count int, bytes int64, err error)

	// Users lists colleagues by name, with what leads.User.SeenBy hides.
	Users(ctx context.Context, p leads.Page) (leads.List[leads.User], error)
	User(ctx context.Context, id string) (leads.User, error)
	UserByLogin(ctx context.Context, login string) (leads.User, error)
	UserByToken(ctx context.Context, tokenHash string) (leads.User, error)
	// ChangePassword replaces the password hash that was checked, which ends the
	// sessions begun with it; leads.ErrConflict when it is another one by now.
	ChangePassword(ctx context.Context, userID, was, hash string, revokeTokens bool) error
	TokensOf(ctx context.Context, userID string) ([]leads.Token, error)
	// RightsVersion grows whenever a user, a token or a session changes in a
	// way that may take a right away.
	RightsVersion(ctx context.Context) (int64, error)
	SetPresence(ctx context.Context, userID string, p leads.PresenceState) (leads.User, error)
	// Seats returns the presence of everybody for supervisors, of the viewer's
	// team for others. The zone of now decides who is on shift.
	Seats(ctx context.Context, v leads.Viewer, now time.Time) ([]leads.Seat, error)

	// EventHorizon is the number up to which events may have been deleted.
	EventHorizon(ctx context.Context) (int64, error)
	// EventsAfter returns at most limit events after seq that the viewer may see
	// now, oldest first, and the seq to go on from. Seq -1 asks for none and
	// returns the newest seq.
	EventsAfter(ctx context.Context, v leads.Viewer, seq int64, limit int) (events []leads.Event, last int64, err error)
	// SourceStats returns the count, up to leads.CountMost, and the time of the
	// last interaction of each of these sources.
	SourceStats(ctx context.Context, names ...string) (map[string]leads.SourceState, error)

	// Quarantine lists what could not become an interaction, without Raw.
	Quarantine(ctx context.Context, f leads.QuarantineFilter, p leads.Page) (leads.List[leads.QuarantinedTouch], error)
	// QuarantineWaiting counts those that wait for a decision, up to most.
	QuarantineWaiting(ctx context.Context, most int) (int, error)
	QuarantinedTouch(ctx context.Context, id string) (leads.QuarantinedTouch, error)
	// Discard ends a quarantine; leads.ErrConflict when it was ended before.
	Discard(ctx context.Context, id, userID, note string) error
	// Gaps lists the newest times in which a source saw nothing; an empty source
	// does not restrict.
	Gaps(ctx context.Context, source string, most int) ([]leads.Gap, error)
	// Reconciliations lists the newest days; an empty source or day does not restrict.
	Reconciliations(ctx context.Context, source, day string, most int) ([]leads.Reconciliation, error)
	Reconciliation(ctx context.Context, source, day string) (leads.Reconciliation, error)
	// AskReconciliation asks the hub that runs the source to compare a day.
	AskReconciliation(ctx context.Context, source, day string) error
	Deliveries(ctx context.Context, f leads.DeliveryFilter, p leads.Page) (leads.List[leads.Delivery], error)
	// Delivery returns one delivery with the event that it carries.
	Delivery(ctx context.Context, id string) (leads.Delivery, error)
	// ReplayDelivery lets a dead delivery be tried again; leads.ErrConflict
	// when it is not dead.
	ReplayDelivery(ctx context.Context, id string) (leads.Delivery, error)
	// SinkStats returns the counts of each sink that has deliveries.
	SinkStats(ctx context.Context) (map[string]leads.SinkState, error)

	// NewLinkCode makes a code by which a user can link an address of a channel,
	// LinksOf returns since when they have one, by channel.
	NewLinkCode(ctx context.Context, userID, via string) (code string, expires time.Time, err error)
	LinksOf(ctx context.Context, userID string) (map[string]time.Time, error)
	UnlinkUser(ctx context.Context, userID, via string) error

	// Ping reports whether the database answers.
	Ping(ctx context.Context) error
	// ProbeWrite stores that this hub could write.
	ProbeWrite(ctx context.Context, hub string) error

	// FindCtx, CommitCtx and DeleteCtx keep sessions (scs.CtxStore).
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
	Find(token string) (b []byte, found bool, err error)
	Commit(token string, b []byte, expiry time.Time) error
	Delete(token string) error
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
	// Dialler returns one of them, nil if there is none of that name.
	Dialler(name string) Dialler
	// FollowsCall reports whether a source still sees a call and tells of its end.
	FollowsCall(source, linkedid string) bool
	// PausesQueues reports whether queues offer no calls to those who are away.
	PausesQueues() bool
}

// Dialler is a source that can place calls (connectors.Dialler).
type Dialler interface {
	CheckNumber(number string) (string, error)
	KickDials()
	Hangup(ctx context.Context, channel string) error
}

// Link is a sink that tells users at an address of their own
// (connectors.Inviter).
type Link struct {
	Name, Kind string
	Inviter    interface {
		Via() string
		Invite(ctx context.Context, code string) (url string, err error)
	}
}

// Sounds is where the content of recordings lies.
type Sounds interface {
	// Open opens a recording; fs.ErrNotExist if it is gone.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
}

// Attachments is where the content of files lies that came with messages.
type Attachments interface {
	// Open opens a file by its id; fs.ErrNotExist if it is gone.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
}

// Intake takes in what was quarantined (leads.Intake).
type Intake interface {
	// Retry tries a touch again; nil means that its record tells what came of
	// it, leads.ErrConflict that it was decided before.
	Retry(ctx context.Context, q leads.QuarantinedTouch, by string) error
}
