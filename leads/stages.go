package leads

import (
	"encoding/json"
	"time"
)

// Pipeline is an ordered list of stages through which leads go.
type Pipeline struct {
	ID          string  `json:"id"`
	Names       Names   `json:"names"`
	Position    int64   `json:"position"`
	Currency    string  `json:"currency"`     // of amounts unless a lead has another; ISO 4217
	TakesNew    bool    `json:"takes_new"`    // leads of new customers begin here; of exactly one pipeline
	TakesRepeat bool    `json:"takes_repeat"` // likewise of contacts who had a lead before
	Retired     bool    `json:"retired"`      // no lead comes in any more
	Stages      []Stage `json:"stages"`       // in their order; retired ones come last
	Version     int64   `json:"-"`            // grows with each change
}

// Stage is a stage of a pipeline.
type Stage struct {
	ID          string       `json:"id"`
	Names       Names        `json:"names"`
	Kind        StageKind    `json:"kind"`
	Probability int64        `json:"probability"` // of winning a lead that stands there, in percent
	Required    []StageField `json:"required"`    // what a lead needs to stand there, never nil
	Retired     bool         `json:"retired"`     // kept for the leads that stood there
}

// StageKind is what it means to stand in a stage.
type StageKind string

// Kinds of stages. Leads in won and lost ones are closed.
const (
	StageOpen StageKind = "open"
	StageWon  StageKind = "won"
	StageLost StageKind = "lost"
)

// StageField is what a stage may require of a lead.
type StageField string

// Fields that a stage may require: of the lead, of its contact, and a fact of one of its
// interactions.
const (
	NeedsAmount      StageField = "amount"
	NeedsProduct     StageField = "product"
	NeedsExpected    StageField = "expected"
	NeedsProbability StageField = "probability"
	NeedsName        StageField = "name"
	NeedsCompany     StageField = "company"
	NeedsPhone       StageField = "phone"
	NeedsEmail       StageField = "email"
	NeedsNature      StageField = "nature"
)

// StageFields are all of them, in the order in which they are asked for.
var StageFields = []StageField{
	NeedsAmount, NeedsProduct, NeedsExpected, NeedsProbability, NeedsName, NeedsCompany, NeedsPhone, NeedsEmail, NeedsNature,
}

// Takes reports whether new leads of new customers, or of those who had a lead before, begin
// here.
func (p Pipeline) Takes(repeat bool) bool { return repeat && p.TakesRepeat || !repeat && p.TakesNew }

// Stage returns a stage by its id.
func (p Pipeline) Stage(id string) (Stage, bool) {
	for _, s := range p.Stages {
		if s.ID == id {
			return s, true
		}
	}
	return Stage{}, false
}

// First returns the first stage of a kind that is not retired; of open ones, skip of them are
// passed over if there are more.
func (p Pipeline) First(kind StageKind, skip int) (found Stage, ok bool) {
	for _, s := range p.Stages {
		if s.Kind != kind || s.Retired {
			continue
		}
		if found, ok = s, true; skip == 0 {
			break
		}
		skip--
	}
	return found, ok
}

// StatusIn returns the status of a lead that stands in a stage: new in the first open one,
// working in the others.
func (p Pipeline) StatusIn(s Stage) LeadStatus {
	switch s.Kind {
	case StageWon:
		return LeadWon
	case StageLost:
		return LeadRefused
	}
	if first, _ := p.First(StageOpen, 0); first.ID == s.ID {
		return LeadNew
	}
	return LeadWorking
}

// StageOf returns the stage to which a status moves a lead of the pipeline.
func (p Pipeline) StageOf(status LeadStatus) (Stage, bool) {
	switch status {
	case LeadWon:
		return p.First(StageWon, 0)
	case LeadRefused:
		return p.First(StageLost, 0)
	case LeadWorking:
		return p.First(StageOpen, 1)
	}
	return p.First(StageOpen, 0)
}

// Stay is the time that a lead stood in a stage.
type Stay struct {
	StageID string    `json:"stage_id"`
	Entered time.Time `json:"entered"`
	Left    time.Time `json:"left,omitzero"` // zero: it stands there
	By      *Person   `json:"by,omitempty"`  // who moved it out; nil: the hub, or not known
}

// Board is the leads of a pipeline, by stage.
type Board struct {
	PipelineID string   `json:"pipeline_id"`
	Columns    []Column `json:"columns"` // in the order of the stages
}

// Column is the leads of one stage that fit a filter and that the viewer sees.
type Column struct {
	StageID string `json:"stage_id"`
	Count   int64  `json:"count"`
	Sums    []Sum  `json:"sums"`  // by currency, never nil
	Leads   []Lead `json:"leads"` // the first of them, never nil
	Next    string `json:"next"`  // cursor of a list of the stage's leads that goes on after them; empty: there are no more
}

// Sum is what the leads of a column are worth in one currency, in hundredths of it.
type Sum struct {
	Currency string `json:"currency"`
	Amount   int64  `json:"amount"`
	Weighted int64  `json:"weighted"` // by their probabilities
}

// OptionalNumber is a number of a change: left out, or given. Null is nil.
type OptionalNumber struct {
	Given  bool
	Number *int64
}

// UnmarshalJSON reads a whole number or null.
func (o *OptionalNumber) UnmarshalJSON(b []byte) error {
	o.Given, o.Number = true, nil
	return json.Unmarshal(b, &o.Number)
}
