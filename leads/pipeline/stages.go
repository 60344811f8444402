package pipeline

import (
	"slices"

	"ctihub/leads"
)

// apply returns a pipeline with an edit, or what is wrong with it.
func (e Setup) apply(tx Tx, was leads.Pipeline) (leads.Pipeline, error) {
	p, err := was, error(nil)
	if e.Name == nil && p.Names.EN == "" {
		return p, leads.Invalid("name", "Give the pipeline a name.")
	}
	if e.Name != nil {
		if p.Names, err = named(p.Names, "name", *e.Name); err != nil {
			return p, err
		}
	}
	if e.Currency != nil {
		p.Currency = *e.Currency
	}
	if e.Position != nil {
		p.Position = *e.Position
	}
	for _, flag := range []struct {
		to  *bool
		get *bool
	}{{e.TakesNew, &p.TakesNew}, {e.TakesRepeat, &p.TakesRepeat}, {e.Retired, &p.Retired}} {
		if flag.to != nil {
			*flag.get = *flag.to
		}
	}
	switch {
	case !isCurrency(p.Currency):
		return p, leads.Invalid("currency", "Three capital letters of ISO 4217, such as RUB.")
	case p.Position < 0 || p.Position > 1_000_000:
		return p, leads.Invalid("position", "From 0 to 1000000.")
	case was.TakesNew && (!p.TakesNew || p.Retired):
		return p, leads.Invalid("takes_new", "New customers need a pipeline. Let another one take them, which ends it here.")
	case was.TakesRepeat && (!p.TakesRepeat || p.Retired):
		return p, leads.Invalid("takes_repeat", "Repeat customers need a pipeline. Let another one take them, which ends it here.")
	case p.Retired && (p.TakesNew || p.TakesRepeat):
		return p, leads.Invalid("retired", "A retired pipeline takes no customers.")
	}
	if e.Stages != nil {
		if p.Stages, err = staged(tx, was.Stages, e.Stages); err != nil {
			return p, err
		}
	}
	for kind, rule := range map[leads.StageKind]string{
		leads.StageOpen: "A pipeline needs an open stage.", leads.StageWon: "A pipeline needs a won stage.", leads.StageLost: "A pipeline needs a lost stage.",
	} {
		if _, ok := p.First(kind, 0); !ok {
			return p, leads.Invalid("stages", rule)
		}
	}
	return p, nil
}

// named returns names with a name that a person typed: in both languages, unless it is one of
// those that a built-in record has.
func named(was leads.Names, field, name string) (leads.Names, error) {
	name, err := leads.Line(field, name)
	if err != nil {
		return was, err
	}
	switch name = leads.OneSpace(name); name {
	case "":
		return was, leads.Invalid(field, "Give it a name.")
	case was.EN, was.RU:
		return was, nil
	}
	return leads.Names{EN: name, RU: name}, nil
}

// staged returns the stages of a pipeline after an edit: those that the edit names, and then the
// retired ones.
func staged(tx Tx, was []leads.Stage, edits []StageEdit) (stages []leads.Stage, err error) {
	if len(edits) > stagesMost {
		return nil, leads.Invalid("stages", "A pipeline has at most 30 stages.")
	}
	for _, e := range edits {
		s := leads.Stage{Kind: e.Kind}
		if e.ID == "" {
			s.ID = tx.NewID()
		} else {
			n := slices.IndexFunc(was, func(s leads.Stage) bool { return s.ID == e.ID })
			if n < 0 {
				return nil, leads.Invalid("stages", "The pipeline has no stage of this id: "+e.ID+".")
			}
			s = was[n]
		}
		if s.Names, err = named(s.Names, "stages", e.Name); err != nil {
			return nil, err
		}
		s.Retired, s.Probability, s.Required = false, e.Probability, []leads.StageField{}
		for _, f := range leads.StageFields {
			if slices.Contains(e.Required, f) {
				s.Required = append(s.Required, f)
			}
		}
		switch {
		case e.Kind != leads.StageOpen && e.Kind != leads.StageWon && e.Kind != leads.StageLost:
			return nil, leads.Invalid("stages", "The kind of a stage is one of open won lost.")
		case e.Kind != s.Kind:
			return nil, leads.Invalid("stages", "The kind of a stage stays. Retire it and make another one.")
		case e.Probability < 0 || e.Probability > 100:
			return nil, leads.Invalid("stages", "The probability of a stage is from 0 to 100 percent.")
		case slices.ContainsFunc(e.Required, func(f leads.StageField) bool { return !slices.Contains(leads.StageFields, f) }):
			return nil, leads.Invalid("stages", "A stage requires of amount product expected probability name company phone email nature.")
		case slices.ContainsFunc(stages, func(o leads.Stage) bool { return o.ID == s.ID }):
			return nil, leads.Invalid("stages", "A stage is there twice.")
		case slices.ContainsFunc(stages, func(o leads.Stage) bool { return o.Names.EN == s.Names.EN || o.Names.RU == s.Names.RU }):
			return nil, leads.Invalid("stages", "Two stages have the name "+e.Name+".")
		}
		stages = append(stages, s)
	}
	rank := map[leads.StageKind]int{leads.StageOpen: 0, leads.StageWon: 1, leads.StageLost: 2}
	slices.SortStableFunc(stages, func(a, b leads.Stage) int { return rank[a.Kind] - rank[b.Kind] })
	for _, s := range was {
		if !slices.ContainsFunc(stages, func(o leads.Stage) bool { return o.ID == s.ID }) {
			s.Retired = true
			stages = append(stages, s)
		}
	}
	return stages, nil
}
