package pipeline

import (
	"context"
	"slices"

	"ctihub/leads"
)

// custom changes custom fields of a lead, and returns all custom fields if any may matter to the edit.
func (s *Service) custom(ctx context.Context, tx Tx, l *leads.Lead, e Edit) (all []leads.CustomField, changes []leads.CustomChange, err error) {
	if len(e.Fields) == 0 && !e.moves() {
		return nil, nil, nil
	}
	if all, err = tx.CustomFields(ctx); err != nil {
		return nil, nil, err
	}
	l.Fields, changes, err = l.Fields.Change(all, leads.CustomOfLead, e.Fields, leads.CustomRules{Region: s.Region})
	return all, changes, err
}

// fit returns what is wrong with changes of custom fields that leads of the pipeline do not have. A
// lead that was moved keeps what it has, and it can be cleared.
func fit(changes []leads.CustomChange, l leads.Lead) error {
	for _, c := range changes {
		if len(c.After) > 0 && !c.Field.Of(l.PipelineID) {
			return leads.Invalid("fields."+c.Field.ID, "Leads of this pipeline do not have the field.")
		}
	}
	return nil
}

// RequiredIn returns the custom fields that are required in a stage.
func RequiredIn(all []leads.CustomField, p leads.Pipeline, stageID string) (required []leads.CustomField) {
	for _, f := range all {
		if f.RequiredIn(p, stageID) {
			required = append(required, f)
		}
	}
	return required
}

// lackingFields returns which of the fields have no value: of the lead, of its contact, of its
// contact's company, or of none of its interactions.
func lackingFields(ctx context.Context, tx Tx, fields []leads.CustomField, l leads.Lead, c leads.Contact) (lacks []string, err error) {
	for _, f := range fields {
		has := false
		switch f.Object {
		case leads.CustomOfLead:
			has = l.Fields.Has(f.ID)
		case leads.CustomOfContact:
			has = c.Fields.Has(f.ID)
		case leads.CustomOfInteraction:
			if has, err = tx.InteractionHas(ctx, l.ID, f.ID); err != nil {
				return nil, err
			}
		case leads.CustomOfCompany:
			if has, err = tx.RecordHas(ctx, c.CompanyID, f.ID); err != nil {
				return nil, err
			}
		}
		if !has {
			lacks = append(lacks, "fields."+f.ID)
		}
	}
	return lacks, nil
}

// customOfNew gives a new lead custom fields, and says which of them and of its contact the stage
// requires in which it begins. Those of interactions are required when it is moved.
func (s *Service) customOfNew(ctx context.Context, tx Tx, l *leads.Lead, c leads.Contact, all []leads.Pipeline, to leads.CustomValues) ([]leads.CustomChange, error) {
	fields, err := tx.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	var changes []leads.CustomChange
	if l.Fields, changes, err = l.Fields.Change(fields, leads.CustomOfLead, to, leads.CustomRules{Region: s.Region}); err != nil {
		return nil, err
	}
	if err := fit(changes, *l); err != nil {
		return nil, err
	}
	p := pipelineIn(all, l.PipelineID)
	required := slices.DeleteFunc(RequiredIn(fields, p, l.StageID), func(f leads.CustomField) bool { return f.Object == leads.CustomOfInteraction })
	lacks, err := lackingFields(ctx, tx, required, *l, c)
	if err == nil && len(lacks) > 0 {
		stage, _ := p.Stage(l.StageID)
		err = needs(stage, lacks)
	}
	return changes, err
}
