package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

// ReasonLeadOpen is the code of a problem whose value is the id of the contact's open lead;
// empty where the user may not see that lead.
const ReasonLeadOpen = "lead_open"

// Reopen makes a closed lead one that is worked on, with the manager that it has. A problem of
// kind ErrExists names the open lead of its contact, if there is another. The checks are as in
// [Service.Change].
func (s *Service) Reopen(ctx context.Context, v leads.Viewer, id string, checks ...func(leads.Lead) error) (lead leads.Lead, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		before, err := s.changeable(ctx, tx, v, id, checks)
		if err != nil {
			return err
		}
		if before.Status.Open() {
			return leads.Invalid("reopen", "The lead is open already.")
		}
		if err := noOpenLead(ctx, tx, v, before.ContactID, before.PipelineID); err != nil {
			return err
		}
		all, err := tx.Pipelines(ctx)
		if err != nil {
			return err
		}
		now := s.Now()
		after := before
		after.Refusal, after.RefusalID, after.Closed = "", "", time.Time{}
		to, ok := pipelineIn(all, before.PipelineID).StageOf(leads.LeadWorking)
		if !ok {
			return noStage
		}
		stand(&after, pipelineIn(all, before.PipelineID), to, now)
		if err := changeLead(ctx, tx, v, before, Change{To: after, UserID: v.UserID, At: now}, all); err != nil {
			return err
		}
		lead, err = tx.RecordLead(ctx, leads.EventLeadUpdated, id, v.UserID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("reopening lead %q: %w", id, err)
	}
	return lead, nil
}

// noOpenLead returns a problem that names the open lead of a contact in a pipeline, nil without
// one; in any, if the pipeline is empty.
func noOpenLead(ctx context.Context, tx Tx, v leads.Viewer, contactID, pipelineID string) error {
	other, err := tx.OpenLeadIn(ctx, contactID, pipelineID)
	if errors.Is(err, leads.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	open := &leads.Problem{Kind: leads.ErrExists, Title: "The contact has an open lead", Reason: ReasonLeadOpen,
		Detail: "A contact has one open lead at a time in a pipeline. Go on with that one, or close it first."}
	other, err = tx.SeeLead(ctx, v, other.ID)
	switch {
	case errors.Is(err, leads.ErrNotFound):
		open.Detail = "A contact has one open lead at a time in a pipeline, and a colleague has it. Ask a supervisor."
	case err != nil:
		return err
	default:
		open.Value = other.ID
	}
	return open
}
