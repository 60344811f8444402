package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

var (
	// factsOf selects the facts of interactions. The author of a reply wrote the interaction.
	factsOf = batch.NewQuery[string, factsRow]("reading facts", `
SELECT i.id, COALESCE(f.version, 0), COALESCE(f.nature_id, ''), COALESCE(n.name_en, ''), COALESCE(n.name_ru, ''), COALESCE(f.subject, ''), COALESCE(f.summary, ''),
    COALESCE(f.outcome_id, ''), COALESCE(o.name_en, ''), COALESCE(o.name_ru, ''), COALESCE(f.decision, ''), COALESCE(u.id, ''), COALESCE(u.name, ''),
    CAST(CASE WHEN EXISTS (SELECT 1 FROM facts_due d WHERE d.id = i.id) THEN 1 ELSE 0 END AS BIGINT)
FROM interactions i LEFT JOIN facts f ON f.interaction_id = i.id LEFT JOIN replies p ON p.id = i.id LEFT JOIN users u ON u.id = COALESCE(f.author_id, p.user_id)
    LEFT JOIN dictionary_entries n ON n.id = f.nature_id LEFT JOIN dictionary_entries o ON o.id = f.outcome_id
WHERE`, "i.id")

	// factMarks selects the last change of each fact.
	factMarks = batch.NewQuery[string, factMark]("reading who wrote facts", `
SELECT c.object_id, c.field, c.user_id, u.name, c.at FROM changes c JOIN users u ON u.id = c.user_id
WHERE c.object = 'interaction' AND c.field <> 'field' AND NOT EXISTS (SELECT 1 FROM changes n
    WHERE n.object = 'interaction' AND n.object_id = c.object_id AND n.field = c.field AND (n.at, n.id) > (c.at, c.id)) AND`, "c.object_id")

	factsLacking = batch.NewQuery[string, lackingFact]("reading which facts are missing",
		"SELECT DISTINCT q.id, q.fact FROM facts_required q WHERE q.lacking AND", "q.id")
)

type factsRow struct {
	ID                             string
	Version                        int64
	Nature, NatureEN, NatureRU     string
	Subject, Summary               string
	Outcome, OutcomeEN, OutcomeRU  string
	Decision, AuthorID, AuthorName string
	Due                            int64 // 1: it is over and lacks a required fact
}

type factMark struct {
	InteractionID, Fact, UserID, UserName string
	At                                    int64
}

type lackingFact struct{ ID, Fact string }

func namesOf(id, en, ru string) *leads.Names {
	if id == "" {
		return nil
	}
	return &leads.Names{EN: en, RU: ru}
}

// addFacts fills in the facts of interactions.
func addFacts(ctx context.Context, on batch.Reader, list []leads.Interaction) error {
	if len(list) == 0 {
		return nil
	}
	at := make(map[string]*leads.Interaction, len(list))
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
		at[list[i].ID] = &list[i]
		list[i].Facts = &leads.Facts{Missing: []leads.Fact{}}
	}
	rows, marks, lacking := factsOf.Ask(ids...), factMarks.Ask(ids...), factsLacking.Ask(ids...)
	if err := on.Read(ctx, rows, marks, lacking); err != nil {
		return err
	}
	due := map[string]bool{}
	for _, r := range rows.Rows {
		due[r.ID] = r.Due == 1
		*at[r.ID].Facts = leads.Facts{
			Nature: r.Nature, NatureName: namesOf(r.Nature, r.NatureEN, r.NatureRU), Subject: r.Subject, Summary: r.Summary,
			Outcome: r.Outcome, OutcomeName: namesOf(r.Outcome, r.OutcomeEN, r.OutcomeRU), Decision: r.Decision,
			Author: person(r.AuthorID, r.AuthorName), Version: r.Version, Missing: []leads.Fact{},
		}
	}
	for _, m := range marks.Rows {
		f := at[m.InteractionID].Facts
		if f.By == nil {
			f.By = map[leads.Fact]leads.FactMark{}
		}
		f.By[leads.Fact(m.Fact)] = leads.FactMark{User: leads.Person{ID: m.UserID, Name: m.UserName}, At: fromMicros(m.At)}
	}
	for _, l := range lacking.Rows {
		if i := at[l.ID]; due[l.ID] || i.Call != nil && i.Call.State != leads.CallEnded && i.Call.Direction != leads.Internal && i.Call.PartOf == "" {
			i.Facts.Missing = append(i.Facts.Missing, leads.Fact(l.Fact))
		}
	}
	for _, i := range at {
		slices.SortFunc(i.Facts.Missing, func(a, b leads.Fact) int { return slices.Index(leads.FactNames, a) - slices.Index(leads.FactNames, b) })
	}
	return nil
}

// FactChanges returns the values that the facts of an interaction had, newest first.
func (s *Store) FactChanges(ctx context.Context, interactionID string) ([]leads.FactChange, error) {
	rows, err := s.read.ListFactChanges(ctx, db.ListFactChangesParams{InteractionID: interactionID, Most: historyMost})
	if err != nil {
		return nil, fmt.Errorf("listing what was written of an interaction: %w", err)
	}
	return mapRows(rows, func(r db.ListFactChangesRow) leads.FactChange {
		return leads.FactChange{
			Fact: leads.Fact(r.Field), Value: r.NewValue, Name: namesOf(r.EntryID, r.NameEn, r.NameRu),
			By: leads.Person{ID: r.UserID, Name: r.UserName}, Way: leads.Way(r.Way), At: fromMicros(r.At),
		}
	}), nil
}

// CountLackingFacts counts the interactions that a list of those without a required fact
// shows the viewer, up to most.
func (s *Store) CountLackingFacts(ctx context.Context, v leads.Viewer, most int) (int, error) {
	p := db.CountFactsDueParams{Holder: v.UserID, Most: int32(most)}
	if v.Role.SeesAll() {
		p.Holder = ""
	}
	n, err := s.read.CountFactsDue(ctx, p)
	return int(n), err
}

// SeeInteraction returns an interaction that the viewer may see, with its facts and all
// that it refers to.
func (t *Tx) SeeInteraction(ctx context.Context, v leads.Viewer, id string) (leads.Interaction, error) {
	row, err := t.q.SeeInteraction(ctx, db.SeeInteractionParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Interaction{}, fmt.Errorf("interaction %q: %w", id, orNotFound(err))
	}
	one := []leads.Interaction{interactionOf(row)}
	return one[0], addFacts(ctx, t, one)
}

// ShowInteraction leaves out of an interaction what the viewer may not see.
func (t *Tx) ShowInteraction(ctx context.Context, v leads.Viewer, i leads.Interaction) (leads.Interaction, error) {
	return redactOneFor(ctx, t, v, i)
}

// SaveFacts stores the facts of an interaction if any changed, and whether it lacks a required one now. It
// conflicts if they changed since they were read.
func (t *Tx) SaveFacts(ctx context.Context, interactionID string, f leads.Facts, changed bool) error {
	p := db.UpdateFactsParams{
		InteractionID: interactionID, Version: f.Version, NatureID: orNull(f.Nature), Subject: cleanText(f.Subject), Summary: cleanText(f.Summary),
		OutcomeID: orNull(f.Outcome), Decision: cleanText(f.Decision),
	}
	write := t.q.UpdateFacts
	if f.Version == 0 {
		write = func(ctx context.Context, p db.UpdateFactsParams) (int64, error) {
			return t.q.InsertFacts(ctx, db.InsertFactsParams{
				InteractionID: p.InteractionID, NatureID: p.NatureID, Subject: p.Subject, Summary: p.Summary, OutcomeID: p.OutcomeID, Decision: p.Decision,
			})
		}
	}
	if changed {
		if err := requireRow(write(ctx, p)); err != nil {
			return err
		}
	}
	t.settleFacts(interactionID)
	return t.Flush(ctx)
}

// FactsComplete reports whether facts are required of an interaction and all are there.
func (t *Tx) FactsComplete(ctx context.Context, interactionID string) (bool, error) {
	n, err := t.q.CountRequired(ctx, interactionID)
	return n.Required > 0 && n.Lacking == 0, err
}

// EndWrapUp makes a user available whose wrap-up began at a moment.
func (t *Tx) EndWrapUp(ctx context.Context, userID string, began time.Time) (ended bool, err error) {
	n, err := t.q.EndWrapUp(ctx, db.EndWrapUpParams{ID: userID, Since: micros(began), Now: micros(t.s.now())})
	return n > 0, err
}

// RecordFacts records that a person wrote facts of an interaction, for those who see it.
func (t *Tx) RecordFacts(ctx context.Context, interactionID string) error {
	return t.recordInteraction(ctx, leads.EventFacts, interactionID)
}

// RecordInteraction records a new interaction that a user registered, for those who see it.
func (t *Tx) RecordInteraction(ctx context.Context, interactionID string) error {
	return t.recordInteraction(ctx, leads.EventInteraction, interactionID)
}

func (t *Tx) recordInteraction(ctx context.Context, kind leads.EventType, id string) error {
	i, err := t.SeeInteraction(ctx, leads.Viewer{Role: leads.RoleSupervisor}, id)
	if err != nil {
		return err
	}
	return t.recordOf(ctx, leads.EventBody{Type: kind, Interaction: &i}, i)
}

// recordOf records an event of an interaction with its contact and lead, for those who see it and the
// users in also.
func (t *Tx) recordOf(ctx context.Context, body leads.EventBody, i leads.Interaction, also ...string) error {
	audience := slices.Clone(also)
	if i.LeadID != "" {
		row, err := t.q.GetLead(ctx, i.LeadID)
		if err != nil {
			return orNotFound(err)
		}
		lead := leadOf(row)
		body.Lead = &lead
	}
	if i.ContactID != "" {
		row, err := t.q.GetContact(ctx, i.ContactID)
		if err != nil {
			return orNotFound(err)
		}
		contact := contactOf(row)
		body.Contact = &contact
	}
	now, err := t.viewersOf(ctx, i)
	if err != nil {
		return err
	}
	audience = append(audience, now...)
	return t.record(ctx, body, audience...)
}
