package facts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// proseMost is the greatest length of a summary, a decision and the text of a contact by
// hand, in characters.
const proseMost = 10_000

// reader reads records that a viewer may see; another record is leads.ErrNotFound.
type reader interface {
	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	User(ctx context.Context, id string) (leads.User, error)
}

// Store is what the service needs from storage.
type Store interface {
	reader
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Interaction returns an interaction with its facts.
	Interaction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error)
	// FactChanges returns the values that the facts of an interaction had, newest first.
	FactChanges(ctx context.Context, interactionID string) ([]leads.FactChange, error)
	// CountLackingFacts counts the interactions that [leads.InteractionFilter.LackingFacts]
	// lists, up to most.
	CountLackingFacts(ctx context.Context, v leads.Viewer, most int) (int, error)
	Entries(ctx context.Context, d leads.Dictionary) ([]leads.Entry, error)
	RequiredFacts(ctx context.Context) (leads.RequiredFacts, error)
}

// Tx is a transaction of the service.
type Tx interface {
	SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	User(ctx context.Context, id string) (leads.User, error)

	// SeeInteraction returns an interaction with its facts and all that it refers to;
	// ShowInteraction leaves out what the viewer may not see.
	SeeInteraction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error)
	ShowInteraction(ctx context.Context, v leads.Viewer, i leads.Interaction) (leads.Interaction, error)
	// SaveFacts stores the facts of an interaction if any changed, unless another writer
	// changed them since they were read (Version), and whether it lacks any now.
	SaveFacts(ctx context.Context, interactionID string, f leads.Facts, changed bool) error
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
	// CustomFields returns all custom fields, retired ones too.
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
	// SaveCustom stores changes of the custom fields of a record that was created then, unless
	// another writer changed one of them since it was read.
	SaveCustom(ctx context.Context, o leads.CustomObject, recordID string, created time.Time, changes []leads.CustomChange) error
	// FactsComplete reports whether facts are required of an interaction and all are there.
	FactsComplete(ctx context.Context, interactionID string) (bool, error)
	// EndWrapUp makes a user available whose wrap-up began at a moment.
	EndWrapUp(ctx context.Context, userID string, began time.Time) (ended bool, err error)
	RecordPresence(ctx context.Context, userID string) (leads.User, error)
	// RecordFacts and RecordInteraction record an event of an interaction for those who
	// see it.
	RecordFacts(ctx context.Context, interactionID string) error
	RecordInteraction(ctx context.Context, interactionID string) error

	Entries(ctx context.Context, d leads.Dictionary) ([]leads.Entry, error)
	// AddEntry and SaveEntry: leads.ErrExists when another has the name. SaveEntry and
	// DropEntry conflict if another writer changed or used the entry since it was read.
	AddEntry(ctx context.Context, e leads.Entry) (leads.Entry, error)
	SaveEntry(ctx context.Context, was, e leads.Entry) error
	DropEntry(ctx context.Context, e leads.Entry) error
	RecordEntry(ctx context.Context, e leads.Entry) error

	RequiredFacts(ctx context.Context) (leads.RequiredFacts, error)
	SetRequiredFacts(ctx context.Context, r leads.RequiredFacts) error

	// Registered returns the id of what a user registered with a key, and the request
	// that it was; leads.ErrNotFound for none.
	Registered(ctx context.Context, userID, key string) (id string, b leads.ByHand, err error)
	// OpenLead returns the open lead of a contact; leads.ErrNotFound for none.
	OpenLead(ctx context.Context, contactID string) (leads.Lead, error)
	// Register stores an interaction of a user with a contact, and makes the user's
	// uploads its files. leads.ErrInvalid when one of them is gone.
	Register(ctx context.Context, b leads.ByHand, userID string) (id string, err error)
	// ReachedByHand ends the open call-back of a contact that was spoken to after the
	// missed call.
	ReachedByHand(ctx context.Context, b leads.ByHand) error
	// RespondToLead notes that the customer of a lead was answered, and reports
	// whether this was the first time. BeginLead notes that its manager works on it.
	RespondToLead(ctx context.Context, leadID string, at time.Time) (first bool, err error)
	BeginLead(ctx context.Context, leadID, managerID string) (begun bool, err error)
	RecordLead(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Lead, error)
}

// Service writes facts, dictionaries and contacts by hand, for users who may.
type Service struct {
	Store  Store
	Region string // ISO 3166-1 alpha-2, for national phone numbers in custom fields
	Now    func() time.Time
	// OnAvailable, if set, is called when a wrap-up ended. It must not block.
	OnAvailable func()
}

// inTx reads within a transaction.
type inTx struct{ Tx }

func (t inTx) Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error) {
	return t.SeeLead(ctx, v, id)
}

func (t inTx) Contact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error) {
	return t.SeeContact(ctx, v, id)
}

// MarkEditable fills in whether a viewer who sees the interaction may write its facts.
func (s *Service) MarkEditable(ctx context.Context, v leads.Viewer, i leads.Interaction) error {
	err := mayWrite(ctx, s.Store, v, i)
	if i.Facts.Editable = err == nil; errors.Is(err, leads.ErrForbidden) {
		return nil
	}
	return err
}

// mayWrite returns nil if a viewer who sees the interaction may write its facts.
func mayWrite(ctx context.Context, r reader, v leads.Viewer, i leads.Interaction) error {
	u, err := r.User(ctx, v.UserID)
	if err != nil {
		return err
	}
	var lead *leads.Lead
	if i.LeadID != "" {
		l, err := r.Lead(ctx, v, i.LeadID)
		if err == nil {
			lead = &l
		} else if !errors.Is(err, leads.ErrNotFound) {
			return err
		}
	}
	owner := ""
	if i.ContactID != "" {
		c, err := r.Contact(ctx, v, i.ContactID)
		if err != nil && !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		owner = leads.IDOf(c.Owner)
	}
	return access.MayWriteFacts(u, i, lead, owner)
}

// History returns the values that the facts of an interaction had, newest first.
func (s *Service) History(ctx context.Context, v leads.Viewer, id string) ([]leads.FactChange, error) {
	if _, err := s.Store.Interaction(ctx, v, id); err != nil {
		return nil, err
	}
	return s.Store.FactChanges(ctx, id)
}

// CountLacking counts the viewer's interactions that lack a required fact, up to most; of
// all, for those who see all.
func (s *Service) CountLacking(ctx context.Context, v leads.Viewer, most int) (int, error) {
	return s.Store.CountLackingFacts(ctx, v, most)
}

// Write changes the facts of an interaction; what the change leaves out stays. The checks
// run on the stored interaction in the same transaction; their error is returned and
// nothing is changed. Equal values change and record nothing.
func (s *Service) Write(ctx context.Context, v leads.Viewer, id string, c leads.FactsChange, checks ...func(leads.Interaction) error) (i leads.Interaction, err error) {
	if c.Empty() {
		return i, leads.Invalid("nature", "Give one of nature, subject, summary, outcome, decision and fields.")
	}
	if c, err = cleaned(c); err != nil {
		return i, err
	}
	free := false
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		free = false
		if i, err = tx.SeeInteraction(ctx, v, id); err != nil {
			return err
		}
		if err := mayWrite(ctx, inTx{tx}, v, i); err != nil {
			return err
		}
		if c.Decision.Given {
			if err := access.Can(v, access.Decide); err != nil {
				return &leads.Problem{Kind: leads.ErrForbidden, Field: "decision", Title: "The decision is a supervisor's", Detail: "Supervisors and administrators write it; leave it out."}
			}
		}
		if err := leads.CheckAll(i, checks); err != nil {
			return err
		}
		if free, err = s.write(ctx, tx, v, &i, c); err != nil {
			return err
		}
		i.Facts.Editable = true
		i, err = tx.ShowInteraction(ctx, v, i)
		return err
	})
	if err != nil {
		return leads.Interaction{}, fmt.Errorf("writing facts: %w", err)
	}
	if free && s.OnAvailable != nil {
		s.OnAvailable()
	}
	return i, nil
}

// write stores a change, records it, and ends the wrap-up of the call's users if it was
// the last required fact. It reads the interaction anew.
func (s *Service) write(ctx context.Context, tx Tx, v leads.Viewer, i *leads.Interaction, c leads.FactsChange) (free bool, err error) {
	f, changed, err := apply(ctx, tx, *i, c)
	if err != nil {
		return false, err
	}
	custom, err := s.custom(ctx, tx, *i, c.Fields)
	if err != nil || len(changed)+len(custom) == 0 {
		return false, err
	}
	if err := saveFacts(ctx, tx, v, *i, f, changed, custom); err != nil {
		return false, err
	}
	if err := tx.RecordFacts(ctx, i.ID); err != nil {
		return false, err
	}
	if i.Call != nil {
		if free, err = endWrapUps(ctx, tx, *i.Call); err != nil {
			return false, err
		}
	}
	*i, err = tx.SeeInteraction(ctx, v, i.ID)
	return free, err
}

// custom returns the changes of custom fields of an interaction.
func (s *Service) custom(ctx context.Context, tx Tx, i leads.Interaction, to leads.CustomValues) (changes []leads.CustomChange, err error) {
	if len(to) == 0 {
		return nil, nil
	}
	all, err := tx.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	_, changes, err = i.Fields.Change(all, leads.CustomOfInteraction, to, leads.CustomRules{Region: s.Region})
	return changes, err
}

// saveFacts stores the facts and custom fields of an interaction and the changed ones among them in
// its history.
func saveFacts(ctx context.Context, tx Tx, v leads.Viewer, i leads.Interaction, f leads.Facts, changed []leads.Fact, custom []leads.CustomChange) error {
	if err := tx.SaveFacts(ctx, i.ID, f, len(changed) > 0); err != nil {
		return err
	}
	if err := tx.SaveCustom(ctx, leads.CustomOfInteraction, i.ID, i.At, custom); err != nil {
		return err
	}
	history := leads.History{Of: leads.Record{Object: leads.ObjectInteraction, ID: i.ID, Name: i.ContactName}, By: v}
	for _, fact := range changed {
		history.Field(leads.HistoryField(fact), i.Facts.Value(fact), f.Value(fact))
	}
	history.Custom(custom)
	return tx.AddHistory(ctx, history.Entries...)
}

// endWrapUps ends the wrap-ups that began with the end of a call which has its facts now.
func endWrapUps(ctx context.Context, tx Tx, c leads.CallRecord) (free bool, err error) {
	if done, err := tx.FactsComplete(ctx, c.ID); err != nil || !done {
		return false, err
	}
	for user, began := range c.HungUp() {
		ended, err := tx.EndWrapUp(ctx, user, began)
		if err != nil {
			return false, err
		}
		if ended {
			free = true
			if _, err := tx.RecordPresence(ctx, user); err != nil {
				return false, err
			}
		}
	}
	return free, nil
}
