package storage

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// The table facts_due has the interactions that are over and lack a required fact. This file
// keeps it: when an interaction becomes over, when its facts change, when its lead gets another
// manager, and when less is required. Touches for which nothing is required write nothing.

// Parts of statements on interactions d that are over and lack a required fact.
const (
	factsOwed = `, d AS (SELECT DISTINCT o.id, o.at, o.lead_id FROM v CROSS JOIN facts_required q CROSS JOIN facts_over o WHERE q.id = v.id AND q.lacking AND o.id = v.id)`

	insertDue = `
INSERT INTO facts_due (holder, at, id)`

	holdersOfDue = `
SELECT l.manager_id, d.at, d.id FROM d CROSS JOIN leads l WHERE l.id = d.lead_id AND l.manager_id IS NOT NULL
UNION SELECT c.operator_id, d.at, d.id FROM d CROSS JOIN calls c WHERE c.id = d.id AND c.operator_id IS NOT NULL
UNION SELECT g.user_id, d.at, d.id FROM d CROSS JOIN legs g WHERE g.call_id = d.id AND g.user_id IS NOT NULL AND g.answered <> 0
UNION SELECT f.author_id, d.at, d.id FROM d CROSS JOIN facts f WHERE f.interaction_id = d.id AND f.author_id IS NOT NULL`

	dueOfLead = ` SELECT t.holder, t.at, t.id FROM v CROSS JOIN interactions i CROSS JOIN facts_due t WHERE i.lead_id = v.id AND t.id = i.id`
)

var (
	addFactsDue = batch.NewUpdate[oneID]("adding interactions without required facts", batch.AnyRows,
		factsOwed+insertDue+" SELECT '', d.at, d.id FROM d UNION"+holdersOfDue+onConflict, "id")

	dropFactsDue = batch.NewUpdate[oneID]("removing interactions without required facts", batch.AnyRows,
		"\nDELETE FROM facts_due WHERE id IN (SELECT v.id FROM v)", "id")

	// moveFactsDue is for the interactions of a lead that got another manager.
	dropHoldersDue = batch.NewUpdate[oneID]("removing who has interactions without required facts", batch.AnyRows,
		"\nDELETE FROM facts_due WHERE holder <> '' AND (holder, at, id) IN ("+dueOfLead+")", "id")
	addHoldersDue = batch.NewUpdate[oneID]("adding who has interactions without required facts", batch.AnyRows,
		", d AS (SELECT t.id, t.at, i.lead_id FROM v CROSS JOIN interactions i CROSS JOIN facts_due t WHERE i.lead_id = v.id AND t.id = i.id AND t.holder = '')"+
			insertDue+holdersOfDue+onConflict, "id")

	requiredFacts = batch.NewSelect[db.RequiredFact]("reading which facts are required", "SELECT r.scope, r.name, r.fact FROM required_facts r")
)

// settleFacts queues whether an interaction lacks a required fact.
func (tx *Tx) settleFacts(interactionID string) {
	dropFactsDue.Queue(tx, oneID{interactionID})
	addFactsDue.Queue(tx, oneID{interactionID})
}

// moveFactsDue queues who has the interactions of a lead that lack facts.
func (tx *Tx) moveFactsDue(leadID string) {
	dropHoldersDue.Queue(tx, oneID{leadID})
	addHoldersDue.Queue(tx, oneID{leadID})
}

// mayOweFacts reports whether the interaction of a touch may be over.
func (w *touchWriter) mayOweFacts() bool {
	t := w.t
	if t.Call == nil {
		return t.Direction == leads.In && t.Automatic == ""
	}
	return t.Call.State == leads.CallEnded
}

// writeFactsDue queues whether the interaction of a touch lacks a required fact: a step of
// writeWave after those of which it reads.
func (w *touchWriter) writeFactsDue(context.Context) error {
	required := w.book.required
	if len(required) == 0 || !w.mayOweFacts() || w.t.Call == nil && !w.out.NewInteraction {
		return nil
	}
	if !w.out.NewInteraction && w.storedCall().State == leads.CallEnded { // corrected
		w.tx.settleFacts(w.stored.InteractionID)
		return nil
	}
	if slices.ContainsFunc(required, func(r db.RequiredFact) bool {
		return r.Scope == "source" && r.Name == w.t.Source || r.Scope == "team" && w.lead != nil && r.Name == w.lead.Team
	}) {
		addFactsDue.Queue(w.tx, oneID{w.stored.InteractionID})
	}
	return nil
}

// RequiredFacts returns what facts are required.
func (s *Store) RequiredFacts(ctx context.Context) (leads.RequiredFacts, error) {
	return requiredOf(ctx, s.read)
}

// RequiredFacts is [Store.RequiredFacts] within the transaction.
func (t *Tx) RequiredFacts(ctx context.Context) (leads.RequiredFacts, error) {
	return requiredOf(ctx, t.q)
}

func requiredOf(ctx context.Context, q *db.Queries) (leads.RequiredFacts, error) {
	all := leads.RequiredFacts{Sources: []leads.Required{}, Teams: []leads.Required{}}
	rows, err := q.ListRequired(ctx)
	for _, r := range rows {
		list := &all.Sources
		if r.Scope == "team" {
			list = &all.Teams
		}
		if n := len(*list); n == 0 || (*list)[n-1].Name != r.Name {
			*list = append(*list, leads.Required{Name: r.Name})
		}
		last := &(*list)[len(*list)-1]
		last.Facts = append(last.Facts, leads.Fact(r.Fact))
	}
	return all, err
}

// SetRequiredFacts replaces what facts are required.
func (t *Tx) SetRequiredFacts(ctx context.Context, all leads.RequiredFacts) error {
	if err := t.q.DropRequired(ctx); err != nil {
		return err
	}
	for scope, list := range map[string][]leads.Required{"source": all.Sources, "team": all.Teams} {
		for _, r := range list {
			for _, f := range r.Facts {
				if err := t.q.InsertRequired(ctx, db.InsertRequiredParams{Scope: scope, Name: cleanText(r.Name), Fact: string(f)}); err != nil {
					return err
				}
			}
		}
	}
	return t.q.DropNotRequired(ctx)
}
