package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// ReasonStageNeeds is the code of a problem of a move to a stage that requires what the lead
// lacks; its value is all that is lacking, with commas between.
const ReasonStageNeeds = "stage_needs"

// amountMost is the greatest amount, in hundredths.
const amountMost = 100_000_000_000_000

// Change is a lead as it will be.
type Change struct {
	To     leads.Lead
	Custom []leads.CustomChange
	UserID string // who changes it
	At     time.Time
}

// Edit is what a person changes of a lead. What is nil or empty stays as it is.
type Edit struct {
	StageID     string           // the stage to which it is moved, of any pipeline
	Status      leads.LeadStatus // instead of StageID: the first stage of this kind in its pipeline
	RefusalID   string           // goes with a lost stage: an entry of the dictionary refusal …
	Refusal     string           // … and more, or the reason in other words
	Amount      *int64           // in hundredths; 0: not known
	Currency    *string
	Probability leads.OptionalNumber // nil: that of the stage
	Expected    *string
	Product     *string
	Fields      leads.CustomValues // of its custom fields
}

// Empty reports whether nothing is to change.
func (e Edit) Empty() bool {
	return !e.moves() && e.RefusalID == "" && e.Refusal == "" && e.Amount == nil && e.Currency == nil && !e.Probability.Given && e.Expected == nil &&
		e.Product == nil && len(e.Fields) == 0
}

// moves reports whether the lead is to stand somewhere else.
func (e Edit) moves() bool { return e.StageID != "" || e.Status != "" }

// Move moves a lead to a later status, see [Service.Change].
func (s *Service) Move(ctx context.Context, v leads.Viewer, id string, to leads.LeadStatus, refusal string, checks ...func(leads.Lead) error) (leads.Lead, error) {
	return s.Change(ctx, v, id, Edit{Status: to, Refusal: refusal}, checks...)
}

// Change changes what a lead is worth and moves it to a stage. A stage may require fields, of
// which those of the same edit count. Only a lost stage has a reason, and needs it. A
// closed lead is not moved: it is reopened first. The checks run on the stored lead in the same
// transaction; their error is returned and nothing is changed.
func (s *Service) Change(ctx context.Context, v leads.Viewer, id string, e Edit, checks ...func(leads.Lead) error) (lead leads.Lead, err error) {
	if e, err = e.cleaned(); err != nil {
		return lead, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		before, err := s.changeable(ctx, tx, v, id, checks)
		if err != nil {
			return err
		}
		all, err := tx.Pipelines(ctx)
		if err != nil {
			return err
		}
		after := e.worth(before, all)
		now := s.Now()
		fields, custom, err := s.custom(ctx, tx, &after, e)
		if err != nil {
			return err
		}
		if e.moves() {
			if err := s.moved(ctx, tx, v, before, &after, all, e, now); err != nil {
				return err
			}
		}
		if err := fit(custom, after); err != nil {
			return err
		}
		if err := s.meets(ctx, tx, before, after, all, fields); err != nil {
			return err
		}
		if err := changeLead(ctx, tx, v, before, Change{To: after, UserID: v.UserID, At: now, Custom: custom}, all); err != nil {
			return err
		}
		lead, err = tx.RecordLead(ctx, leads.EventLeadUpdated, id, v.UserID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("changing lead %q: %w", id, err)
	}
	return lead, nil
}

// cleaned returns the edit as it is stored, or what is wrong with it.
func (e Edit) cleaned() (Edit, error) {
	var err error
	if e.Refusal, err = leads.Line("refusal", e.Refusal); err != nil {
		return e, err
	}
	e.Refusal = leads.OneSpace(e.Refusal)
	refuses := e.Refusal != "" || e.RefusalID != ""
	switch {
	case e.Status == leads.LeadRefused && !refuses:
		return e, leads.Invalid("refusal", "Say why the lead is refused.")
	case refuses && e.StageID == "" && e.Status != leads.LeadRefused:
		return e, leads.Invalid("refusal", "It goes with status refused or a lost stage only.")
	case e.Amount != nil && (*e.Amount < 0 || *e.Amount > amountMost):
		return e, leads.Invalid("amount", "From 0 to 100000000000000 hundredths of the currency; 0 is not known.")
	case e.Currency != nil && !isCurrency(*e.Currency):
		return e, leads.Invalid("currency", "Three capital letters of ISO 4217, such as RUB.")
	case e.Probability.Number != nil && (*e.Probability.Number < 0 || *e.Probability.Number > 100):
		return e, leads.Invalid("probability", "From 0 to 100 percent, or null for that of the stage.")
	}
	if e.Expected != nil && *e.Expected != "" {
		if day, err := time.Parse(time.DateOnly, *e.Expected); err != nil || day.Year() < 2000 {
			return e, leads.Invalid("expected", "A day such as 2027-01-31, or empty for none.")
		}
	}
	if e.Product != nil {
		product, err := leads.Line("product", *e.Product)
		if err != nil {
			return e, err
		}
		product = leads.OneSpace(product)
		e.Product = &product
	}
	return e, nil
}

// isCurrency reports whether s can be a code of ISO 4217.
func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// worth returns a lead with what the edit says that it is worth.
func (e Edit) worth(l leads.Lead, all []leads.Pipeline) leads.Lead {
	if e.Amount != nil {
		l.Amount = *e.Amount
	}
	if e.Currency != nil {
		l.Currency = *e.Currency
	}
	switch {
	case l.Amount == 0:
		l.Currency = ""
	case l.Currency == "":
		l.Currency = pipelineIn(all, l.PipelineID).Currency
	}
	if e.Probability.Given {
		l.Probability = e.Probability.Number
	}
	if e.Expected != nil {
		l.Expected = *e.Expected
	}
	if e.Product != nil {
		l.Product = *e.Product
	}
	return l
}

// noStage says that a pipeline has no stage for a status.
var noStage = leads.Invalid("status", "The pipeline of the lead has no stage for it. Give a stage_id.")

// target returns where an edit moves a lead.
func (e Edit) target(l leads.Lead, all []leads.Pipeline) (p leads.Pipeline, to leads.Stage, err error) {
	if e.StageID == "" {
		if !l.Status.CanBecome(e.Status) {
			return p, to, fmt.Errorf("%w: a lead cannot go from %s to %q", leads.ErrInvalid, l.Status, e.Status)
		}
		p = pipelineIn(all, l.PipelineID)
		if to, ok := p.StageOf(e.Status); ok && p.StatusIn(to) == e.Status {
			return p, to, nil
		}
		return p, to, noStage
	}
	for _, p := range all {
		to, ok := p.Stage(e.StageID)
		switch {
		case !ok:
			continue
		case to.Retired || p.Retired:
			return p, to, leads.Invalid("stage_id", "The stage is retired. Choose another one.")
		case !l.Status.Open() && to.ID != l.StageID:
			return p, to, leads.Invalid("stage_id", "The lead is closed. Reopen it first.")
		}
		return p, to, nil
	}
	return p, to, leads.Invalid("stage_id", "It is not the id of a stage.")
}

// moved puts the lead into the stage that the edit names, or says what is against it.
func (s *Service) moved(ctx context.Context, tx Tx, v leads.Viewer, before leads.Lead, l *leads.Lead, all []leads.Pipeline, e Edit, now time.Time) error {
	p, to, err := e.target(before, all)
	if err != nil || to.ID == before.StageID {
		return err
	}
	if to.Kind == leads.StageLost {
		if l.RefusalID, l.Refusal, err = reason(ctx, tx, e); err != nil {
			return err
		}
	} else if e.Refusal != "" || e.RefusalID != "" {
		return leads.Invalid("refusal", "It goes with status refused or a lost stage only.")
	}
	if p.ID != before.PipelineID && to.Kind == leads.StageOpen {
		if err := noOpenLead(ctx, tx, v, before.ContactID, p.ID); err != nil {
			return err
		}
	}
	stand(l, p, to, now)
	return nil
}

// stand puts a lead into a stage.
func stand(l *leads.Lead, p leads.Pipeline, to leads.Stage, now time.Time) {
	l.PipelineID, l.StageID, l.Staged, l.Status = p.ID, to.ID, now, p.StatusIn(to)
	if !l.Status.Open() {
		l.Closed = now
	}
}

// reason returns why a lead is refused: the id of an entry, empty for none, and the words.
func reason(ctx context.Context, tx Tx, e Edit) (id, words string, err error) {
	if e.RefusalID == "" && e.Refusal == "" {
		return "", "", leads.Invalid("refusal", "Say why the lead is refused.")
	}
	entries, err := tx.Entries(ctx, leads.DictionaryRefusal)
	if err != nil {
		return "", "", err
	}
	for _, entry := range entries {
		switch {
		case entry.Retired:
		case entry.ID == e.RefusalID && e.Refusal == "":
			return entry.ID, entry.Names.EN, nil
		case entry.ID == e.RefusalID, e.RefusalID == "" && (e.Refusal == entry.Names.EN || e.Refusal == entry.Names.RU):
			return entry.ID, e.Refusal, nil
		}
	}
	if e.RefusalID != "" {
		return "", "", leads.Invalid("refusal_id", "It is not the id of an entry of the dictionary of refusals that is in use.")
	}
	return "", e.Refusal, nil
}

// meets returns a problem that names what the stage to which a lead was moved requires and the lead
// lacks.
func (s *Service) meets(ctx context.Context, tx Tx, before, l leads.Lead, all []leads.Pipeline, fields []leads.CustomField) error {
	if before.StageID == l.StageID {
		return nil
	}
	p := pipelineIn(all, l.PipelineID)
	to, _ := p.Stage(l.StageID)
	fields = RequiredIn(fields, p, to.ID)
	if len(to.Required)+len(fields) == 0 {
		return nil
	}
	c, nature, err := tx.ContactOf(ctx, l)
	if err != nil {
		return err
	}
	lacks := Lacks(to, l, c, nature)
	custom, err := lackingFields(ctx, tx, fields, l, c)
	if err != nil {
		return err
	}
	if lacks = append(lacks, custom...); len(lacks) == 0 {
		return nil
	}
	return needs(to, lacks)
}

// needs is the problem of a lead that lacks what a stage requires.
func needs(to leads.Stage, lacks []string) error {
	return &leads.Problem{
		Kind: leads.ErrInvalid, Field: lacks[0], Title: "The stage needs more", Reason: ReasonStageNeeds, Value: strings.Join(lacks, ","),
		Detail: "A lead stands in \"" + to.Names.EN + "\" with these filled in: " + strings.Join(lacks, ", ") + ". Fill them in and move it again.",
	}
}

// Lacks returns what a stage requires of a lead and its contact, and is not filled in; nature
// says whether a person wrote the nature of one of its interactions.
func Lacks(s leads.Stage, l leads.Lead, c leads.Contact, nature bool) (lacks []string) {
	has := func(kind leads.IdentityKind) bool {
		return slices.ContainsFunc(c.Identities, func(id leads.Identity) bool { return id.Kind == kind })
	}
	filled := map[leads.StageField]bool{
		leads.NeedsAmount: l.Amount > 0, leads.NeedsProduct: l.Product != "", leads.NeedsExpected: l.Expected != "", leads.NeedsProbability: l.Probability != nil,
		leads.NeedsName: c.Name != "", leads.NeedsCompany: c.Company != "", leads.NeedsPhone: has(leads.KindPhone), leads.NeedsEmail: has(leads.KindEmail),
		leads.NeedsNature: nature,
	}
	for _, f := range s.Required {
		if !filled[f] {
			lacks = append(lacks, string(f))
		}
	}
	return lacks
}

// pipelineIn returns a pipeline by its id; a pipeline without stages if there is none.
func pipelineIn(all []leads.Pipeline, id string) leads.Pipeline {
	for _, p := range all {
		if p.ID == id {
			return p
		}
	}
	return leads.Pipeline{}
}
