package facts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/access"
)

// sameName reports whether two entries have a name in common, in any case.
func sameName(a, b leads.Names) bool {
	return strings.EqualFold(a.EN, b.EN) || strings.EqualFold(a.RU, b.RU) || strings.EqualFold(a.EN, b.RU) || strings.EqualFold(a.RU, b.EN)
}

// Required returns what facts are required.
func (s *Service) Required(ctx context.Context, v leads.Viewer) (leads.RequiredFacts, error) {
	if err := access.Can(v, access.EditDictionaries); err != nil {
		return leads.RequiredFacts{}, err
	}
	return s.Store.RequiredFacts(ctx)
}

// Require replaces what facts are required. It counts for contacts that end from now on;
// contacts of which nothing that they lack is required any more owe nothing. The checks run
// on what is stored, in the same transaction.
func (s *Service) Require(ctx context.Context, v leads.Viewer, r leads.RequiredFacts, checks ...func(leads.RequiredFacts) error) (leads.RequiredFacts, error) {
	if err := access.Can(v, access.EditDictionaries); err != nil {
		return r, err
	}
	var err error
	if r.Sources, err = requirements("sources", r.Sources); err != nil {
		return r, err
	}
	if r.Teams, err = requirements("teams", r.Teams); err != nil {
		return r, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		now, err := tx.RequiredFacts(ctx)
		if err != nil {
			return err
		}
		if err := leads.CheckAll(now, checks); err != nil {
			return err
		}
		if err := tx.SetRequiredFacts(ctx, r); err != nil {
			return err
		}
		return tx.AddHistory(ctx, slices.Concat(requiredChanges(v, "source", now.Sources, r.Sources), requiredChanges(v, "team", now.Teams, r.Teams))...)
	})
	return r, err
}

// requiredChanges is the history of the requirements of sources or teams that a viewer replaces.
func requiredChanges(v leads.Viewer, scope string, was, is []leads.Required) (all []leads.HistoryEntry) {
	factsOf := func(list []leads.Required, name string) string {
		for _, r := range list {
			if r.Name == name {
				texts := make([]string, len(r.Facts))
				for i, f := range r.Facts {
					texts[i] = string(f)
				}
				return strings.Join(texts, ", ")
			}
		}
		return ""
	}
	done := map[string]bool{}
	for _, r := range slices.Concat(was, is) {
		if !done[r.Name] {
			done[r.Name] = true
			h := leads.History{Of: leads.Record{Object: leads.ObjectRequired, ID: scope + " " + r.Name, Name: r.Name}, By: v}
			h.Field(leads.FieldFacts, factsOf(was, r.Name), factsOf(is, r.Name))
			all = append(all, h.Entries...)
		}
	}
	return all
}

// requirements returns requirements as they are stored: by name, without empty ones.
func requirements(field string, all []leads.Required) ([]leads.Required, error) {
	out := []leads.Required{}
	for i, r := range all {
		at := fmt.Sprintf("%s[%d]", field, i)
		name, err := leads.Line(at+".name", r.Name)
		if err != nil {
			return nil, err
		}
		if name == "" || slices.ContainsFunc(all[:i], func(o leads.Required) bool { return strings.TrimSpace(o.Name) == name }) {
			return nil, leads.Invalid(at+".name", "Give each name once.")
		}
		facts := []leads.Fact{}
		for _, f := range leads.RequirableFacts {
			if slices.Contains(r.Facts, f) {
				facts = append(facts, f)
			}
		}
		for _, f := range r.Facts {
			if !slices.Contains(leads.RequirableFacts, f) {
				return nil, leads.Invalid(at+".facts", "Any of nature subject summary outcome; the decision is a supervisor's and cannot be required.")
			}
		}
		if len(facts) > 0 {
			out = append(out, leads.Required{Name: name, Facts: facts})
		}
	}
	slices.SortFunc(out, func(a, b leads.Required) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
