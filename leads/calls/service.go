package calls

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ctihub/leads"
)

// Problems of dialling and hanging up; each says what to do.
var (
	ErrNoDialler = &leads.Problem{Kind: leads.ErrConflict, Title: "No exchange is set up to dial",
		Detail: "Dial on the telephone, or let an administrator add \"dial\" to the exchange in the configuration."}
	ErrNoExtension = &leads.Problem{Kind: leads.ErrConflict, Title: "You have no telephone",
		Detail: "An administrator can give you an extension."}
	ErrDialPending = &leads.Problem{Kind: leads.ErrConflict, Title: "Your telephone is being called already",
		Detail: "Wait until that call is answered or cancel it; a key goes with one number only."}
	ErrNotLive = &leads.Problem{Kind: leads.ErrConflict, Title: "There is nothing to hang up",
		Detail: "The call is over, or you have no part in it any more."}
	ErrOnlyListens = &leads.Problem{Kind: leads.ErrConflict, Title: "The hub only listens to this exchange",
		Detail: "Hang up on the telephone, or let an administrator add \"dial\" to the exchange in the configuration."}
)

// Store is what the service needs from storage. Each read for a viewer returns
// only what they may see; another record is leads.ErrNotFound.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error

	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	Call(ctx context.Context, v leads.Viewer, id string) (leads.CallRecord, error)
	Dial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error)
	// DialsOf returns a user's newest dials.
	DialsOf(ctx context.Context, userID string) ([]leads.Dial, error)
	// OpenDials returns the dials at an exchange that are not over, the oldest first.
	OpenDials(ctx context.Context, exchange string) ([]leads.Dial, error)
	// Callee returns the user who serves the customer with this phone (E.164), and their
	// telephones at an exchange; nil for none.
	Callee(ctx context.Context, exchange, phone string) (*leads.Callee, error)
	// ClaimWish returns the wish of a touch's key; the first caller alone gets Mine and
	// carries it out. leads.ErrNotFound: there is none. WishDialled notes that a
	// telephone is rung for it.
	ClaimWish(ctx context.Context, key leads.Key) (Wish, error)
	WishDialled(ctx context.Context, interactionID string) error
}

// Tx is a transaction of the service.
type Tx interface {
	// DialAskedAs returns the dial that a user's key was given to.
	DialAskedAs(ctx context.Context, userID, key string) (leads.Dial, error)
	// PendingDial returns the dial for which a telephone is being called.
	PendingDial(ctx context.Context, exchange, extension string) (leads.Dial, error)
	// IsColleague reports whether a user has the extension that a number is.
	IsColleague(ctx context.Context, exchange, number string) (bool, error)
	// CountDial counts a dial of a day, unless the limit is reached.
	// DropDialCounts deletes the counts of other days.
	CountDial(ctx context.Context, day string, c Count) (counted bool, err error)
	DropDialCounts(ctx context.Context, day string) error
	AddDial(ctx context.Context, d leads.Dial) (id string, err error)
	Dial(ctx context.Context, id string) (leads.Dial, error)
	SeeDial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error)
	// MoveDial changes the state of a dial as it was read, and MarkCancelled notes
	// that its user gave it up, unless another writer changed it.
	MoveDial(ctx context.Context, d leads.Dial, to leads.DialState, reason leads.DialReason) error
	MarkCancelled(ctx context.Context, d leads.Dial) error
	// RecordDial records what a dial is now, for its user, and returns it.
	RecordDial(ctx context.Context, id string) (leads.Dial, error)
}

// Exchanges are the sources that can place calls.
type Exchanges interface {
	// Diallers names them, in the order of the configuration.
	Diallers() []string
	// Dialler returns one of them, nil if there is none of that name.
	Dialler(name string) Dialler
	// FollowsCall reports whether a source still sees a call and will report its end.
	FollowsCall(source, linkedid string) bool
}

// Dialler is a source that can place calls.
type Dialler interface {
	// CheckNumber returns a number as it will be stored (E.164, or an extension),
	// or leads.ErrInvalid with the rule that it breaks.
	CheckNumber(number string) (string, error)
	// KickDials wakes the source after a dial was stored or cancelled. It never blocks.
	KickDials()
	// Hangup ends a channel of a call in progress; leads.ErrNotFound when there is
	// none (any more).
	Hangup(ctx context.Context, channel string) error
}

// Service dials and hangs up for users, by their rights.
type Service struct {
	Store     Store
	Exchanges Exchanges
	Policy    Policy
	// Inbox returns the inbox of a source, which may not be configured any more.
	Inbox func(source string) leads.Inbox
	Log   *slog.Logger
	Now   func() time.Time // in the zone of the office: its days are counted
}

// Wanted is a user's request to place a call.
type Wanted struct {
	Key       string // idempotency key
	Number    string // to dial; empty: a phone of the contact
	ContactID string // empty: no contact in particular
	Extension string // to ring first; empty: the first of the user's
	Source    string // the exchange; empty: the first that dials
	Address   string // of the client
}

// Dial stores a dial for a user and wakes the exchange's connector. A repeated key of
// the same user returns the dial that has it.
func (s *Service) Dial(ctx context.Context, v leads.Viewer, me leads.User, w Wanted) (leads.Dial, error) {
	if len(me.Extensions) == 0 {
		return leads.Dial{}, ErrNoExtension
	}
	d := leads.Dial{User: leads.Person{ID: me.ID, Name: me.Name}, Key: w.Key, Extension: w.Extension, Source: w.Source, Address: w.Address}
	if d.Extension == "" {
		d.Extension = me.Extensions[0]
	}
	if !slices.Contains(me.Extensions, d.Extension) {
		return leads.Dial{}, leads.Invalid("extension", "It is none of your telephones.")
	}
	diallers := s.Exchanges.Diallers()
	if len(diallers) == 0 {
		return leads.Dial{}, ErrNoDialler
	}
	if d.Source == "" {
		d.Source = diallers[0]
	}
	if !slices.Contains(diallers, d.Source) {
		return leads.Dial{}, leads.Invalid("source", "It is no exchange that dials.")
	}
	dialler := s.Exchanges.Dialler(d.Source)
	number, err := s.numberOf(ctx, v, w.Number, w.ContactID)
	if err != nil {
		return leads.Dial{}, err
	}
	if d.Number, err = dialler.CheckNumber(number); err != nil {
		return leads.Dial{}, err
	}
	if d, err = s.Add(ctx, d); err != nil {
		return leads.Dial{}, err
	}
	dialler.KickDials()
	return d, nil
}

// numberOf returns the number to dial: the given one, which must be the contact's if a
// contact is given, or the contact's first phone.
func (s *Service) numberOf(ctx context.Context, v leads.Viewer, number, contactID string) (string, error) {
	if number != "" && leads.CheckDialable(number) != nil {
		return "", leads.Invalid("number", "2 to 15 digits, with a + before them or without.")
	}
	if contactID == "" {
		if number == "" {
			return "", leads.Invalid("number", "Give a number or a contact_id.")
		}
		return number, nil
	}
	c, err := s.Store.Contact(ctx, v, contactID)
	if err != nil {
		return "", err
	}
	for _, i := range c.Identities {
		if i.Kind == leads.KindPhone && (number == "" || i.Value == number) {
			return i.Value, nil
		}
	}
	return "", leads.Invalid("contact_id", "The contact has no such phone.")
}

// List returns a user's newest dials.
func (s *Service) List(ctx context.Context, userID string) ([]leads.Dial, error) {
	return s.Store.DialsOf(ctx, userID)
}

// Get returns one dial, of anybody for supervisors, of the viewer for others.
func (s *Service) Get(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error) {
	return s.Store.Dial(ctx, v, id)
}

// Cancel cancels a dial that the viewer may see. A dial that the exchange has not got
// is over at once, another one when the exchange has hung up.
func (s *Service) Cancel(ctx context.Context, v leads.Viewer, id string) (dial leads.Dial, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if dial, err = tx.SeeDial(ctx, v, id); err != nil {
			return err
		}
		switch {
		case dial.State.Over() || dial.Cancelled:
			return nil
		case dial.State == leads.DialAsked:
			dial, err = move(ctx, tx, dial, leads.DialFailed, leads.DialCancelled)
			return err
		}
		dial.Cancelled = true
		return tx.MarkCancelled(ctx, dial)
	})
	if err != nil {
		return leads.Dial{}, fmt.Errorf("cancelling a dial: %w", err)
	}
	if dialler := s.Exchanges.Dialler(dial.Source); dialler != nil {
		dialler.KickDials()
	}
	return dial, nil
}
