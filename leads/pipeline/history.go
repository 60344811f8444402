package pipeline

import (
	"context"
	"fmt"
	"strconv"

	"ctihub/leads"
)

// changeLead changes a lead for a viewer, and writes down what was changed. A move to another
// status is written with it, any other move with the names of the stages.
func changeLead(ctx context.Context, tx Tx, v leads.Viewer, was leads.Lead, c Change, all []leads.Pipeline) error {
	if err := tx.ChangeLead(ctx, was, c); err != nil {
		return err
	}
	h := leads.History{Of: recordOf(was), By: v}
	if was.Status != c.To.Status {
		h.Add(leads.HistoryEntry{Field: leads.FieldStatus, Before: string(was.Status), After: string(c.To.Status), Note: c.To.Refusal, At: c.At})
	} else {
		h.Field(leads.FieldStage, stageName(all, was), stageName(all, c.To))
	}
	h.Field(leads.FieldAmount, money(was), money(c.To))
	h.Field(leads.FieldProbability, percent(was), percent(c.To))
	h.Field(leads.FieldExpected, was.Expected, c.To.Expected)
	h.Field(leads.FieldProduct, was.Product, c.To.Product)
	h.Custom(c.Custom)
	return tx.AddHistory(ctx, h.Entries...)
}

// stageName returns the name of the stage in which a lead stands.
func stageName(all []leads.Pipeline, l leads.Lead) string {
	s, _ := pipelineIn(all, l.PipelineID).Stage(l.StageID)
	return s.Names.EN
}

// money is the amount of a lead in the history, empty for none.
func money(l leads.Lead) string {
	if l.Amount == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%02d %s", l.Amount/100, l.Amount%100, l.Currency)
}

// percent is the probability of a lead in the history, empty for that of its stage.
func percent(l leads.Lead) string {
	if l.Probability == nil {
		return ""
	}
	return strconv.FormatInt(*l.Probability, 10) + " %"
}
