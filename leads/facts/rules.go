package facts

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
)

// cleaned returns the change as it is stored, or what is wrong with it.
func cleaned(c leads.FactsChange) (leads.FactsChange, error) {
	line, err := leads.Line("subject", c.Subject.Text)
	summary, wrong := leads.Prose("summary", c.Summary.Text, proseMost)
	decision, bad := leads.Prose("decision", c.Decision.Text, proseMost)
	c.Subject.Text, c.Summary.Text, c.Decision.Text = leads.OneSpace(line), summary, decision
	return c, errors.Join(err, wrong, bad)
}

// apply returns the facts of an interaction with a change, and what it changes.
func apply(ctx context.Context, tx Tx, i leads.Interaction, c leads.FactsChange) (f leads.Facts, changed []leads.Fact, err error) {
	f = *i.Facts
	for _, e := range []struct {
		fact leads.Fact
		of   leads.Dictionary
		to   leads.OptionalText
	}{{leads.FactNature, leads.DictionaryNature, c.Nature}, {leads.FactOutcome, leads.DictionaryOutcome, c.Outcome}} {
		if !e.to.Given || e.to.Text == "" || e.to.Text == f.Value(e.fact) {
			continue
		}
		entries, err := tx.Entries(ctx, e.of)
		if err != nil {
			return f, nil, err
		}
		if err := choose(string(e.fact), e.to.Text, entries, i.Channel, i.Direction); err != nil {
			return f, nil, err
		}
	}
	for _, x := range []struct {
		fact leads.Fact
		to   leads.OptionalText
		now  *string
	}{
		{leads.FactNature, c.Nature, &f.Nature}, {leads.FactSubject, c.Subject, &f.Subject}, {leads.FactSummary, c.Summary, &f.Summary},
		{leads.FactOutcome, c.Outcome, &f.Outcome}, {leads.FactDecision, c.Decision, &f.Decision},
	} {
		if x.to.Given && x.to.Text != *x.now {
			*x.now = x.to.Text
			changed = append(changed, x.fact)
		}
	}
	return f, changed, nil
}

// choose returns nil if an entry may be chosen for an interaction of a channel and direction.
func choose(field, id string, entries []leads.Entry, c leads.Channel, d leads.Direction) error {
	n := slices.IndexFunc(entries, func(e leads.Entry) bool { return e.ID == id })
	switch {
	case n < 0:
		return leads.Invalid(field, "It is not the id of an entry of this dictionary; GET /api/v1/dictionaries/"+field+" lists them.")
	case entries[n].Retired:
		return leads.Invalid(field, "This entry is retired; choose another one.")
	case !entries[n].Fits(c, d):
		return leads.Invalid(field, "This entry is for another channel or direction; choose another one.")
	}
	return nil
}
