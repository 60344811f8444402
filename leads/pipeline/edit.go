package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Codes of problems of editing. Their values are numbers of leads.
const (
	ReasonLeadsStand = "leads_stand" // open leads stand in a stage that is retired
	ReasonInTheWay   = "in_the_way"  // their contacts have open leads in the other pipeline
)

// Bounds of what can be made.
const (
	pipelinesMost = 20
	stagesMost    = 30
)

// EditTx is what editing needs of a transaction.
type EditTx interface {
	// Pipelines returns all pipelines with their stages, in their order, retired ones too.
	Pipelines(ctx context.Context) ([]leads.Pipeline, error)
	// SavePipeline stores a pipeline and its stages; one with version 0 is new. It conflicts if
	// another writer changed it since it was read. What it takes, no other one takes.
	SavePipeline(ctx context.Context, p leads.Pipeline) error
	// CountIn counts the open leads in a stage.
	CountIn(ctx context.Context, stageID string) (int64, error)
	// CountInTheWay counts the open leads in a stage whose contacts have another one in a pipeline.
	CountInTheWay(ctx context.Context, stageID, pipelineID string) (int64, error)
	// MoveStage moves the open leads of a stage to another one, with their history and events.
	MoveStage(ctx context.Context, m StageMove) error
	// SetStatusIn gives the open leads of a stage a status.
	SetStatusIn(ctx context.Context, stageID string, status leads.LeadStatus) error
	// RecordPipeline records what a pipeline is now.
	RecordPipeline(ctx context.Context, p leads.Pipeline) error
	// NewID returns an id for a new record.
	NewID() string
}

// StageMove is where the leads of a stage are moved, by whom and when.
type StageMove struct {
	Pipeline leads.Pipeline
	To       leads.Stage
	From     leads.Stage
	By       leads.Viewer
	At       time.Time
}

// Setup is what a person changes of a pipeline. What is nil stays as it is.
type Setup struct {
	Name, Currency                 *string
	Position                       *int64
	TakesNew, TakesRepeat, Retired *bool
	Stages                         []StageEdit       // all stages in their order; those left out are retired
	Moves                          map[string]string // by the id of a stage that is retired: where its leads go
}

// StageEdit is a stage as it will be.
type StageEdit struct {
	ID          string // empty: a new one
	Name        string
	Kind        leads.StageKind
	Probability int64
	Required    []leads.StageField
}

// Pipelines returns all pipelines with their stages, in their order, retired ones too.
func (s *Service) Pipelines(ctx context.Context) ([]leads.Pipeline, error) {
	return s.Store.Pipelines(ctx)
}

// Pipeline returns one of them.
func (s *Service) Pipeline(ctx context.Context, id string) (leads.Pipeline, error) {
	all, err := s.Store.Pipelines(ctx)
	if err != nil {
		return leads.Pipeline{}, err
	}
	if p := pipelineIn(all, id); p.ID != "" {
		return p, nil
	}
	return leads.Pipeline{}, fmt.Errorf("pipeline %q: %w", id, leads.ErrNotFound)
}

// AddPipeline makes a pipeline, after the others unless the edit names its position.
func (s *Service) AddPipeline(ctx context.Context, v leads.Viewer, e Setup) (leads.Pipeline, error) {
	return s.edit(ctx, v, "", e)
}

// ChangePipeline changes a pipeline and its stages. Open leads in a stage that is retired are moved
// to the stage that the edit names for them; without one it is refused with their number. Closed
// leads keep the stage. The checks run on the stored pipeline in the same transaction.
func (s *Service) ChangePipeline(ctx context.Context, v leads.Viewer, id string, e Setup, checks ...func(leads.Pipeline) error) (leads.Pipeline, error) {
	if e.Stages == nil && e.Moves == nil && e.Name == nil && e.Currency == nil && e.Position == nil && e.TakesNew == nil && e.TakesRepeat == nil && e.Retired == nil {
		return leads.Pipeline{}, leads.Invalid("name", "Give a name, a currency, a position, takes_new, takes_repeat, retired or stages.")
	}
	return s.edit(ctx, v, id, e, checks...)
}

// RetirePipeline retires a pipeline: all its open leads are moved to a stage of another one.
func (s *Service) RetirePipeline(ctx context.Context, v leads.Viewer, id, moveTo string) error {
	if err := access.Can(v, access.EditPipelines); err != nil {
		return err
	}
	p, err := s.Pipeline(ctx, id)
	if err != nil {
		return err
	}
	retired, moves := true, map[string]string{}
	for _, stage := range p.Stages {
		if moveTo != "" {
			moves[stage.ID] = moveTo
		}
	}
	_, err = s.edit(ctx, v, id, Setup{Retired: &retired, Moves: moves})
	return err
}

func (s *Service) edit(ctx context.Context, v leads.Viewer, id string, e Setup, checks ...func(leads.Pipeline) error) (p leads.Pipeline, err error) {
	if err := access.Can(v, access.EditPipelines); err != nil {
		return p, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		all, err := tx.Pipelines(ctx)
		if err != nil {
			return err
		}
		was := pipelineIn(all, id)
		if id == "" {
			if was, err = blank(tx, all); err != nil {
				return err
			}
		} else if was.ID == "" {
			return leads.ErrNotFound
		}
		if err := leads.CheckAll(was, checks); err != nil {
			return err
		}
		if p, err = e.apply(tx, was); err != nil {
			return err
		}
		if err := tx.SavePipeline(ctx, p); err != nil {
			return err
		}
		if err := s.settle(ctx, tx, v, all, p, e.Moves); err != nil {
			return err
		}
		p.Version = was.Version + 1
		return tx.RecordPipeline(ctx, p)
	})
	if err != nil {
		return leads.Pipeline{}, fmt.Errorf("changing pipeline %q: %w", id, err)
	}
	return p, nil
}

// blank returns a new pipeline without stages.
func blank(tx Tx, all []leads.Pipeline) (leads.Pipeline, error) {
	if len(all) >= pipelinesMost {
		return leads.Pipeline{}, leads.Invalid("name", "There are at most 20 pipelines; use a retired one again.")
	}
	p := leads.Pipeline{ID: tx.NewID(), Currency: all[0].Currency, Position: 1}
	for _, other := range all {
		p.Position = max(p.Position, other.Position+1)
	}
	return p, nil
}

// settle moves the open leads of retired stages, and gives the others the status that the order of
// the stages says.
func (s *Service) settle(ctx context.Context, tx Tx, v leads.Viewer, all []leads.Pipeline, p leads.Pipeline, moves map[string]string) error {
	others := slices.DeleteFunc(slices.Clone(all), func(o leads.Pipeline) bool { return o.ID == p.ID })
	others = append(others, p)
	standing := int64(0)
	for _, stage := range p.Stages {
		if stage.Kind != leads.StageOpen {
			continue
		}
		if !stage.Retired && !p.Retired {
			if err := tx.SetStatusIn(ctx, stage.ID, p.StatusIn(stage)); err != nil {
				return err
			}
			continue
		}
		n, err := tx.CountIn(ctx, stage.ID)
		switch {
		case err != nil:
			return err
		case n == 0:
			continue
		case moves[stage.ID] == "":
			standing += n
			continue
		}
		to, in, err := openStage(others, moves[stage.ID])
		if err != nil {
			return err
		}
		if in.ID != p.ID {
			if n, err := tx.CountInTheWay(ctx, stage.ID, in.ID); err != nil {
				return err
			} else if n > 0 {
				return &leads.Problem{Kind: leads.ErrConflict, Field: "moves", Title: "Contacts have an open lead there", Reason: ReasonInTheWay, Value: strconv.FormatInt(n, 10),
					Detail: strconv.FormatInt(n, 10) + " leads cannot be moved: their contacts have an open lead in that pipeline. Close one of the two, or choose another pipeline."}
			}
		}
		if err := tx.MoveStage(ctx, StageMove{Pipeline: in, To: to, From: stage, By: v, At: s.Now()}); err != nil {
			return err
		}
	}
	if standing > 0 {
		return &leads.Problem{Kind: leads.ErrConflict, Field: "moves", Title: "Leads stand in the stage", Reason: ReasonLeadsStand, Value: strconv.FormatInt(standing, 10),
			Detail: strconv.FormatInt(standing, 10) + " open leads stand in what is retired. Say to which stage they are moved."}
	}
	return nil
}

// openStage returns a stage to which leads can be moved.
func openStage(all []leads.Pipeline, id string) (leads.Stage, leads.Pipeline, error) {
	for _, p := range all {
		if s, ok := p.Stage(id); ok && s.Kind == leads.StageOpen && !s.Retired && !p.Retired {
			return s, p, nil
		}
	}
	return leads.Stage{}, leads.Pipeline{}, leads.Invalid("moves", "Leads are moved to an open stage that is in use.")
}
