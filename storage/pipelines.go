package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/storage/batch"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// pipelineStart is where the leads of new or repeat customers begin.
type pipelineStart struct {
	PipelineID, StageID   string
	Currency              string
	TakesNew, TakesRepeat bool
}

var pipelineStarts = batch.NewSelect[pipelineStart]("reading where leads begin",
	"SELECT p.id, p.first_stage, p.currency, p.takes_new, p.takes_repeat FROM pipelines p WHERE (p.takes_new OR p.takes_repeat) AND NOT p.retired")

// startOf returns where a new lead begins.
func (b *book) startOf(repeat bool) leads.Deal {
	for _, s := range b.starts {
		if repeat && s.TakesRepeat || !repeat && s.TakesNew {
			return leads.Deal{PipelineID: s.PipelineID, StageID: s.StageID}
		}
	}
	return leads.Deal{PipelineID: "main", StageID: "new"} // both are always taken, see leads/pipeline
}

func dealOf(r db.LeadRow) leads.Deal {
	d := leads.Deal{
		PipelineID: r.PipelineID, StageID: r.StageID, Staged: fromMicros(r.Staged), Amount: r.Amount, Currency: r.Currency,
		Expected: r.Expected, Product: r.Product, RefusalID: r.RefusalID,
	}
	if r.Probability >= 0 {
		d.Probability = &r.Probability
	}
	return d
}

// storedProbability is the column probability of a lead.
func storedProbability(d leads.Deal) int64 {
	if d.Probability == nil {
		return -1
	}
	return *d.Probability
}

// stays returns the stages in which a lead stood, newest first.
func (s *Store) stays(ctx context.Context, l leads.Lead) ([]leads.Stay, error) {
	rows, err := s.read.LeadStays(ctx, db.LeadStaysParams{LeadID: l.ID, Most: historyMost})
	if err != nil {
		return nil, fmt.Errorf("reading the stages of lead %q: %w", l.ID, err)
	}
	all := []leads.Stay{{StageID: l.StageID, Entered: l.Staged}}
	for _, r := range rows {
		all = append(all, leads.Stay{StageID: r.StageID, Entered: fromMicros(r.Entered), Left: fromMicros(r.LeftAt), By: person(r.UserID, r.UserName)})
	}
	return all, nil
}

// Pipelines returns all pipelines with their stages, in their order, retired ones too.
func (s *Store) Pipelines(ctx context.Context) ([]leads.Pipeline, error) {
	return pipelines(ctx, s.read)
}

// Pipelines is [Store.Pipelines] within the transaction.
func (t *Tx) Pipelines(ctx context.Context) ([]leads.Pipeline, error) { return pipelines(ctx, t.q) }

func pipelines(ctx context.Context, q *db.Queries) ([]leads.Pipeline, error) {
	rows, err := q.ListPipelines(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing pipelines: %w", err)
	}
	stages, err := q.ListStages(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing stages: %w", err)
	}
	of := map[string][]leads.Stage{}
	for _, r := range stages {
		s := leads.Stage{
			ID: r.ID, Names: leads.Names{EN: r.NameEn, RU: r.NameRu}, Kind: leads.StageKind(r.Kind), Probability: r.Probability,
			Required: []leads.StageField{}, Retired: r.Retired,
		}
		for f := range strings.SplitSeq(r.Required, ",") {
			if f != "" {
				s.Required = append(s.Required, leads.StageField(f))
			}
		}
		of[r.PipelineID] = append(of[r.PipelineID], s)
	}
	return mapRows(rows, func(r db.Pipeline) leads.Pipeline {
		return leads.Pipeline{
			ID: r.ID, Names: leads.Names{EN: r.NameEn, RU: r.NameRu}, Position: r.Position, Currency: r.Currency,
			TakesNew: r.TakesNew, TakesRepeat: r.TakesRepeat, Retired: r.Retired, Stages: of[r.ID], Version: r.Version,
		}
	}), nil
}

// Board returns the leads of a pipeline that the viewer may see and that fit a filter, by stage,
// newest first unless told.
func (s *Store) Board(ctx context.Context, v leads.Viewer, f leads.LeadFilter, order leads.Order) (leads.Board, error) {
	all, err := s.Pipelines(ctx)
	if err != nil {
		return leads.Board{}, err
	}
	n := slices.IndexFunc(all, func(p leads.Pipeline) bool { return p.ID == f.PipelineID })
	if n < 0 {
		return leads.Board{}, leads.Invalid("pipeline_id", "It is not the id of a pipeline.")
	}
	columns, err := s.lists.Board(ctx, v, f, order)
	if err != nil {
		return leads.Board{}, fmt.Errorf("reading a board: %w", err)
	}
	b := leads.Board{PipelineID: f.PipelineID, Columns: []leads.Column{}}
	var cards []leads.Lead
	for _, stage := range all[n].Stages {
		c := columns[stage.ID]
		if c == nil {
			if stage.Retired {
				continue
			}
			c = &read.BoardColumn{}
		}
		b.Columns = append(b.Columns, leads.Column{StageID: stage.ID, Count: c.Count, Sums: append([]leads.Sum{}, c.Sums...), Next: c.Next, Leads: []leads.Lead{}})
		cards = append(cards, mapRows(c.Rows, leadOf)...)
	}
	if err := s.addNextTasks(ctx, cards); err != nil {
		return leads.Board{}, err
	}
	list, err := redactList(ctx, s, v, leads.List[leads.Lead]{Items: cards}, nil)
	for _, l := range list.Items {
		n := slices.IndexFunc(b.Columns, func(c leads.Column) bool { return c.StageID == l.StageID })
		b.Columns[n].Leads = append(b.Columns[n].Leads, l)
	}
	return b, err
}

// SavePipeline stores a pipeline and its stages; one with version 0 is new. It conflicts if
// another writer changed it since it was read. What it takes, no other one takes.
func (t *Tx) SavePipeline(ctx context.Context, p leads.Pipeline) (err error) {
	first, _ := p.First(leads.StageOpen, 0)
	if p.Version == 0 {
		err = t.q.InsertPipeline(ctx, db.InsertPipelineParams{
			ID: p.ID, NameEn: p.Names.EN, NameRu: p.Names.RU, Position: p.Position, Currency: p.Currency, FirstStage: first.ID,
			TakesNew: p.TakesNew, TakesRepeat: p.TakesRepeat,
		})
	} else {
		err = requireRow(t.q.UpdatePipeline(ctx, db.UpdatePipelineParams{
			ID: p.ID, NameEn: p.Names.EN, NameRu: p.Names.RU, Position: p.Position, Currency: p.Currency, FirstStage: first.ID,
			TakesNew: p.TakesNew, TakesRepeat: p.TakesRepeat, Retired: p.Retired, Version: p.Version,
		}))
	}
	if err == nil && p.TakesNew {
		err = t.q.LeaveNewTo(ctx, p.ID)
	}
	if err == nil && p.TakesRepeat {
		err = t.q.LeaveRepeatTo(ctx, p.ID)
	}
	for i, s := range p.Stages {
		if err != nil {
			break
		}
		required := make([]string, len(s.Required))
		for i, f := range s.Required {
			required[i] = string(f)
		}
		err = t.q.PutStage(ctx, db.PutStageParams{
			ID: s.ID, PipelineID: p.ID, NameEn: s.Names.EN, NameRu: s.Names.RU, Kind: string(s.Kind), Position: int64(i + 1), Probability: s.Probability,
			Required: strings.Join(required, ","), Retired: s.Retired,
		})
	}
	return err
}

// CountIn counts the open leads in a stage.
func (t *Tx) CountIn(ctx context.Context, stageID string) (int64, error) {
	rows, err := t.q.OpenLeadsIn(ctx, stageID)
	return int64(len(rows)), err
}

// CountInTheWay counts the open leads in a stage whose contacts have another one in a pipeline.
func (t *Tx) CountInTheWay(ctx context.Context, stageID, pipelineID string) (int64, error) {
	return t.q.CountInTheWay(ctx, db.CountInTheWayParams{StageID: stageID, PipelineID: pipelineID})
}

// MoveStage moves the open leads of a stage to another one, with their history and an event of each.
func (t *Tx) MoveStage(ctx context.Context, m pipeline.StageMove) error {
	rows, err := t.q.OpenLeadsIn(ctx, m.From.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		tables.leadStages.Insert(t, leftStage(r.ID, m.From.ID, r.Staged, pipeline.Change{UserID: m.By.UserID, At: m.At}))
		tables.changes.Insert(t, t.changeOf(leads.Record{Object: leads.ObjectLead, ID: r.ID}.One(m.By, leads.HistoryEntry{
			Field: leads.FieldStage, Before: m.From.Names.EN, After: m.To.Names.EN, At: m.At,
		})))
	}
	if err := t.Flush(ctx); err != nil {
		return err
	}
	err = t.q.MoveStage(ctx, db.MoveStageParams{
		PipelineID: m.Pipeline.ID, StageID: m.To.ID, Status: string(m.Pipeline.StatusIn(m.To)), Staged: micros(m.At), OldStageID: m.From.ID,
	})
	if err != nil {
		return err
	}
	return recordLeads(ctx, t, leads.EventLeadUpdated, mapRows(rows, func(r db.OpenLeadsInRow) string { return r.ID }))
}

// SetStatusIn gives the open leads of a stage a status.
func (t *Tx) SetStatusIn(ctx context.Context, stageID string, status leads.LeadStatus) error {
	return t.q.SetStatusIn(ctx, db.SetStatusInParams{StageID: stageID, Status: string(status)})
}

// RecordPipeline records what a pipeline is now, for everybody.
func (t *Tx) RecordPipeline(ctx context.Context, p leads.Pipeline) error {
	users, err := t.q.ActiveUsers(ctx)
	if err != nil {
		return err
	}
	return t.record(ctx, leads.EventBody{Type: leads.EventPipeline, Pipeline: &p}, users...)
}

// NewID returns an id for a new record.
func (t *Tx) NewID() string { return newID() }

// ContactOf returns the contact of a lead, and whether a person wrote the nature of one of the
// lead's interactions.
func (t *Tx) ContactOf(ctx context.Context, l leads.Lead) (leads.Contact, bool, error) {
	row, err := t.q.GetContact(ctx, l.ContactID)
	if err != nil {
		return leads.Contact{}, false, orNotFound(err)
	}
	nature, err := t.q.HasNature(ctx, orNull(l.ID))
	return contactOf(row), nature, err
}
