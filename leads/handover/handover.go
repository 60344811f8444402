// Package handover gives what a user has to colleagues: open leads, contacts and open tasks, all
// or a part, in one step. When a user leaves, nothing stays behind.
package handover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	User(ctx context.Context, id string) (leads.User, error)
	// Owned returns what a user has and a filter selects, leads first, each by age.
	Owned(ctx context.Context, userID string, f Filter) ([]Item, error)
	// ClosedLeads counts the closed leads that a user had.
	ClosedLeads(ctx context.Context, userID string) (int, error)
	// Substitutions lists those that are not over, by their beginning.
	Substitutions(ctx context.Context) ([]Substitution, error)
	// Lent returns what a substitute has of the user who is away, without what is to stay there.
	Lent(ctx context.Context, w Substitution) ([]Item, error)
}

// Tx is a transaction of the service.
type Tx interface {
	// Give gives to their new owners what the user still has, with the history and the
	// events, and returns it.
	Give(ctx context.Context, v leads.Viewer, from leads.Person, items []Given, reason string) ([]Given, error)
	// Owned is [Store.Owned] within the transaction.
	Owned(ctx context.Context, userID string, f Filter) ([]Item, error)
	// AddSubstitution stores a substitution; leads.ErrExists when the user has one.
	AddSubstitution(ctx context.Context, v leads.Viewer, w Substitution) (id string, err error)
	SetSubstitution(ctx context.Context, id string, to State) error
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
	// Dismiss disables a user, ends their substitutions and takes from them tokens, telephones and messengers. New
	// work is given to them no more until the transaction ends.
	Dismiss(ctx context.Context, v leads.Viewer, userID string) error
	// HandedOverAs returns the answer to a request with a key of a user, and the digest of
	// what was asked for; leads.ErrNotFound for none.
	HandedOverAs(ctx context.Context, userID, key string) (digest string, r Result, err error)
	NoteHandOver(ctx context.Context, userID, key, digest string, r Result) error
}

// What is a kind of record that is handed over.
type What string

// Kinds of records.
const (
	Leads    What = "leads" // open ones; the call-backs of their customers follow
	Contacts What = "contacts"
	Tasks    What = "tasks" // open ones that the user took, was given or planned for themselves
	// Companies go along with contacts, unless a filter selects some of these.
	Companies What = "companies"
)

// Whats are those that a request may name.
var Whats = []What{Leads, Contacts, Tasks}

// Filter selects a part of what a user has. Empty fields do not restrict.
type Filter struct {
	What   []What `json:"what,omitempty"`
	Source string `json:"source,omitempty"` // of the lead; contacts have none
	Team   string `json:"team,omitempty"`   // likewise
	Tag    string `json:"tag,omitempty"`    // of the contact
}

// Item is a record that a user has.
type Item struct {
	What      What
	ID        string
	ContactID string // that it is or is about, or a company's line; may be empty
}

// Given is a record with its new owner.
type Given struct {
	Item
	To leads.Person
}

// Wanted is a hand-over as a supervisor asks for it.
type Wanted struct {
	Key     string // by which a repetition is recognised; empty: none is
	From    string
	To      []string // in turn, all of one customer to the same
	DryRun  bool
	Dismiss bool // the user leaves
	Filter
}

// Counts are numbers of records.
type Counts struct {
	Leads    int `json:"leads"`
	Contacts int `json:"contacts"`
	Tasks    int `json:"tasks"`

	Companies int `json:"companies"`
}

// Share is what one user gets.
type Share struct {
	User leads.Person `json:"user"`
	Counts
}

// Left are records that stay, and why.
type Left struct {
	What   What   `json:"what"`
	Reason string `json:"reason"` // closed: they stay in the name of whoever had them
	Count  int    `json:"count"`
}

// Result is what was handed over, or would be.
type Result struct {
	DryRun    bool         `json:"dry_run"`
	From      leads.Person `json:"from"`
	Dismissed bool         `json:"dismissed"`
	Counts
	To   []Share `json:"to"`
	Left []Left  `json:"left"`
}

// ErrKeyUsed says that a key was used before for another hand-over.
var ErrKeyUsed = &leads.Problem{Kind: leads.ErrConflict, Title: "The key was used for another hand-over",
	Detail: "A key goes with one hand-over: use a new one for each that you mean.", Field: "key"}

const (
	groupMost = 200 // records of one transaction: others write in between
	roundMost = 5   // how often what came in meanwhile is handed over before a user is dismissed
	toMost    = 50
)

// Service hands over what users have, for supervisors and administrators.
type Service struct {
	Store Store
	Now   func() time.Time
}

// HandOver hands over, or tells what would be. Large hand-overs take several transactions; after an
// error the same request goes on where it ended.
func (s *Service) HandOver(ctx context.Context, u leads.User, w Wanted) (r Result, err error) {
	v := u.Viewer()
	from, to, err := s.check(ctx, v, w)
	if err != nil {
		return r, err
	}
	if r, done, err := s.repeated(ctx, v, w); done || err != nil {
		return r, err
	}
	r = Result{DryRun: w.DryRun, From: leads.Person{ID: from.ID, Name: from.Name}, To: []Share{}, Left: []Left{}}
	for _, p := range to {
		r.To = append(r.To, Share{User: p})
	}
	closed, err := s.Store.ClosedLeads(ctx, from.ID)
	if err != nil {
		return r, err
	}
	if closed > 0 && w.Takes(Leads) {
		r.Left = append(r.Left, Left{What: Leads, Reason: "closed", Count: closed})
	}
	turn := &turns{to: to, of: map[string]leads.Person{}}
	for range roundMost {
		items, err := s.Store.Owned(ctx, from.ID, w.Filter)
		if err != nil {
			return r, err
		}
		if len(items) > 0 && len(to) == 0 && !w.DryRun {
			return r, leads.Invalid("to", from.Name+" has open leads, contacts, companies or tasks: name who gets them.")
		}
		if w.DryRun {
			r.count(turn.give(items))
			return r, nil
		}
		for group := range slices.Chunk(turn.give(items), groupMost) {
			var given []Given
			err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
				given, err = tx.Give(ctx, v, r.From, group, leads.ReasonByHand+":"+u.Name)
				return err
			})
			if err != nil {
				return r, fmt.Errorf("handing over: %w", err)
			}
			r.count(given)
		}
		if finished, err := s.finish(ctx, v, w, &r); finished || err != nil {
			return r, err
		}
	}
	return r, leads.ErrConflict
}

// errMore says that something came in meanwhile.
var errMore = errors.New("more came in")

// finish ends a hand-over: the user leaves, and the answer is kept for repetitions. Not finished: to a
// user who is to leave something came in meanwhile.
func (s *Service) finish(ctx context.Context, v leads.Viewer, w Wanted, r *Result) (finished bool, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		r.Dismissed = false
		if w.Dismiss {
			if err := tx.Dismiss(ctx, v, w.From); err != nil {
				return err
			}
			more, err := tx.Owned(ctx, w.From, Filter{})
			if err != nil {
				return err
			}
			if len(more) > 0 {
				return errMore
			}
			r.Dismissed = true
		}
		if w.Key == "" {
			return nil
		}
		return tx.NoteHandOver(ctx, v.UserID, w.Key, leads.RequestDigest(w), *r)
	})
	if errors.Is(err, errMore) {
		return false, nil
	}
	return err == nil, err
}

// repeated returns the answer to a request that was carried out before.
func (s *Service) repeated(ctx context.Context, v leads.Viewer, w Wanted) (r Result, done bool, err error) {
	if w.Key == "" || w.DryRun {
		return r, false, nil
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		digest, stored, err := tx.HandedOverAs(ctx, v.UserID, w.Key)
		switch {
		case errors.Is(err, leads.ErrNotFound):
			return nil
		case err == nil && digest != leads.RequestDigest(w):
			return ErrKeyUsed
		}
		r, done = stored, err == nil
		return err
	})
	return r, done, err
}

// check returns the users of a hand-over, or what is wrong with it.
func (s *Service) check(ctx context.Context, v leads.Viewer, w Wanted) (from leads.User, to []leads.Person, err error) {
	if err := access.Can(v, access.HandOver); err != nil {
		return from, nil, err
	}
	for _, k := range w.What {
		if !slices.Contains(Whats, k) {
			return from, nil, leads.Invalid("what", "Any of leads contacts tasks.")
		}
	}
	switch {
	case (w.Source != "" || w.Team != "") && slices.Contains(w.What, Contacts):
		return from, nil, leads.Invalid("what", "Contacts have no source and no team: leave them out, or hand them over by a tag.")
	case w.Dismiss && !w.whole():
		return from, nil, leads.Invalid("dismiss", "Whoever leaves hands over everything: leave out what, source, team and tag.")
	case w.Dismiss && w.From == v.UserID:
		return from, nil, leads.Invalid("from", "You cannot dismiss yourself; ask a colleague.")
	case len(w.To) == 0 && !w.Dismiss && !w.DryRun:
		return from, nil, leads.Invalid("to", "Name who gets it: one user or several, in turn.")
	case len(w.To) > toMost:
		return from, nil, leads.Invalid("to", "At most "+leads.OutOf(toMost, toMost)+" users.")
	}
	if from, err = s.user(ctx, "from", w.From); err != nil {
		return from, nil, err
	}
	if w.Dismiss && from.Role.SeesAll() {
		if err := access.Can(v, access.Administer); err != nil {
			return from, nil, &leads.Problem{Kind: leads.ErrForbidden, Field: "from", Title: "An administrator dismisses supervisors", Detail: "Ask an administrator."}
		}
	}
	for i, id := range w.To {
		u, err := s.user(ctx, "to", id)
		switch {
		case err != nil:
			return from, nil, err
		case !u.TakesLeads() || u.ID == from.ID || slices.Contains(w.To[:i], id):
			return from, nil, leads.Invalid("to", "Give managers or operators who are not disabled, each once, and not "+from.Name+".")
		}
		to = append(to, leads.Person{ID: u.ID, Name: u.Name})
	}
	return from, to, nil
}

func (s *Service) user(ctx context.Context, field, id string) (leads.User, error) {
	if err := leads.CheckUserID(field, id); err != nil {
		return leads.User{}, err
	}
	u, err := s.Store.User(ctx, id)
	if errors.Is(err, leads.ErrNotFound) {
		err = leads.Invalid(field, "There is no such user.")
	}
	return u, err
}

func (f Filter) whole() bool {
	return len(f.What) == 0 && f.Source == "" && f.Team == "" && f.Tag == ""
}

// Takes reports whether the filter lets a kind through.
func (f Filter) Takes(k What) bool { return len(f.What) == 0 || slices.Contains(f.What, k) }
