package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// ErrExplained is what a list returns of which only the plan is asked.
var ErrExplained = errors.New("explained")

// Plan is how a database finds a page.
type Plan struct {
	Text    string
	Indexes []string
	Whole   []string // tables, or their aliases, that are read whole without an index
	Sorts   bool     // a stream is sorted rather than read in the order of an index
	Scans   []string // tables, or their aliases, of which not a range of an index is read
	Read    float64  // rows that PostgreSQL read; SQLite does not tell
}

// Explain lets lists end with ErrExplained and leave their plans.
func Explain(s *Store) (plan func() Plan, end func()) {
	e := &explaining{Querier: s.lists.On, sqlite: s.writing != nil}
	s.lists.On = e
	return func() Plan { return e.plan }, func() { s.lists.On = e.Querier }
}

// ExplainChoices lets choices of filters leave their plan and be read all the same.
func ExplainChoices(s *Store) (plan func() Plan, end func()) {
	e := &explaining{Querier: s.lists.On, sqlite: s.writing != nil, choices: true}
	s.lists.On = e
	return func() Plan { return e.plan }, func() { s.lists.On = e.Querier }
}

type explaining struct {
	read.Querier
	sqlite bool
	plan   Plan

	choices bool // explains these, not lists
	sorted  bool // the plan is of what a list sorts
}

// QueryContext implements read.Querier. What a page is asked for is explained; what decides
// how it is asked is read. What a list sorts is both, and has one plan with its page.
func (e *explaining) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	choices, sorts, page := strings.HasPrefix(query, "WITH RECURSIVE "), strings.HasPrefix(query, "SELECT f.id, (SELECT"), strings.HasPrefix(query, "SELECT r.")
	if choices != e.choices || !choices && !sorts && !page {
		return e.Querier.QueryContext(ctx, query, args...)
	}
	p, err := planOf(ctx, e.Querier, e.sqlite, choices, query, args...)
	switch {
	case err != nil:
		return nil, err
	case choices || sorts:
		e.plan, e.sorted = p, sorts
		return e.Querier.QueryContext(ctx, query, args...)
	case e.sorted:
		p.Text, p.Sorts = e.plan.Text+"\n"+p.Text, e.plan.Sorts
		p.Indexes, p.Whole = append(p.Indexes, e.plan.Indexes...), append(p.Whole, e.plan.Whole...)
	}
	e.plan, e.sorted = p, false
	return nil, ErrExplained
}

// SearchPlan is how the documents of a word are found.
func SearchPlan(ctx context.Context, s *Store, word string) (Plan, error) {
	text := fittingPostgres
	if s.writing != nil {
		text = fittingSQLite
	}
	return planOf(ctx, s.batch, s.writing != nil, false, text, word, 10)
}

// keptText keeps the text of the last query instead of running it.
type keptText struct {
	db.DBTX
	text string
	args []any
}

// QueryContext implements db.DBTX.
func (k *keptText) QueryContext(_ context.Context, text string, args ...any) (*sql.Rows, error) {
	k.text, k.args = text, args
	return nil, ErrExplained
}

// DuplicatePlans are how the ranked suggestions and those of a contact are found, and what is compared next.
func DuplicatePlans(ctx context.Context, s *Store) (plans map[string]Plan, err error) {
	plans = map[string]Plan{}
	k := &keptText{}
	q := db.New(k)
	for name, ask := range map[string]func() error{
		"ranked": func() error {
			_, err := q.RankedSuggestions(ctx, db.RankedSuggestionsParams{State: "open", Score: 70, ContactID: "c", OtherID: "d", Most: 20})
			return err
		},
		"of a contact": func() error {
			_, err := q.SuggestionsOf(ctx, db.SuggestionsOfParams{ContactID: "c", State: "open", Most: 20})
			return err
		},
		"queued": func() error {
			_, err := q.QueuedDuplicates(ctx, 20)
			return err
		},
	} {
		if err := ask(); !errors.Is(err, ErrExplained) {
			return nil, err
		}
		if plans[name], err = planOf(ctx, s.batch, s.writing != nil, false, k.text, k.args...); err != nil {
			return nil, err
		}
	}
	return plans, nil
}

// VisiblePlan is how records are looked up of which a viewer sees some.
func VisiblePlan(ctx context.Context, s *Store, v leads.Viewer, refs read.References) (Plan, error) {
	last := &recording{Querier: s.lists.On}
	lists := s.lists
	lists.On = last
	if _, err := lists.Visible(ctx, v, refs); err != nil {
		return Plan{}, err
	}
	return planOf(ctx, s.lists.On, s.writing != nil, false, last.query, last.args...)
}

// BoardPlan is how the leads of a board are found: the statements that count them and that find the
// first of each stage.
func BoardPlan(ctx context.Context, s *Store, v leads.Viewer, f leads.LeadFilter) (all Plan, err error) {
	last := &recording{Querier: s.lists.On}
	lists := s.lists
	lists.On = last
	if _, err := lists.Board(ctx, v, f, ""); err != nil {
		return Plan{}, err
	}
	for i, query := range last.all {
		if !strings.Contains(query, "stage_id") {
			continue // what the viewer sees at all
		}
		p, err := planOf(ctx, s.lists.On, s.writing != nil, false, query, last.allArgs[i]...)
		if err != nil {
			return all, err
		}
		all.Text += p.Text + "\n"
		all.Indexes, all.Whole = append(all.Indexes, p.Indexes...), append(all.Whole, p.Whole...)
	}
	return all, nil
}

// recording keeps statements.
type recording struct {
	read.Querier
	query   string // the last
	args    []any
	all     []string
	allArgs [][]any
}

// QueryContext implements read.Querier.
func (r *recording) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.query, r.args = query, args
	r.all, r.allArgs = append(r.all, query), append(r.allArgs, args)
	return r.Querier.QueryContext(ctx, query, args...)
}

// planOf returns the plan of a statement; measured: PostgreSQL runs it and counts its rows.
func planOf(ctx context.Context, on read.Querier, sqlite, measured bool, query string, args ...any) (p Plan, err error) {
	prefix := "EXPLAIN (FORMAT JSON) "
	switch {
	case sqlite:
		prefix = "EXPLAIN QUERY PLAN "
	case measured:
		prefix = "EXPLAIN (ANALYZE, FORMAT JSON) "
	}
	rows, err := on.QueryContext(ctx, prefix+query, args...)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	var lines []string
	var steps []sqliteStep
	for rows.Next() {
		var line string
		var step sqliteStep
		into := []any{&line}
		if sqlite {
			into = []any{&step.id, &step.parent, new(int), &line}
		}
		if err := rows.Scan(into...); err != nil {
			return p, err
		}
		step.text = line
		lines, steps = append(lines, line), append(steps, step)
	}
	p.Text = strings.Join(lines, "\n")
	if sqlite {
		p.ofSQLite(steps)
		return p, rows.Err()
	}
	var plans []struct{ Plan pgNode }
	if err := json.Unmarshal([]byte(p.Text), &plans); err != nil {
		return p, err
	}
	p.ofPostgres(plans[0].Plan, !strings.Contains(p.Text, `"Append"`), false)
	return p, rows.Err()
}

type sqliteStep struct {
	id, parent int
	text       string
}

var (
	sqliteTable  = regexp.MustCompile(`^(SCAN|SEARCH) (\S+)(?: .*INDEX (\S+)| USING (PRIMARY KEY))?`)
	sqliteMade   = regexp.MustCompile(`^(?:MATERIALIZE|CO-ROUTINE) (\S+)`)
	sqliteStream = regexp.MustCompile(`^(?:MATERIALIZE|CO-ROUTINE) s\d+`)
)

func (p *Plan) ofSQLite(steps []sqliteStep) {
	made := []string{"CONSTANT"} // what the query itself makes, in memory
	byID := map[int]sqliteStep{}
	several := false
	for _, s := range steps {
		byID[s.id] = s
		several = several || sqliteStream.MatchString(s.text)
		if m := sqliteMade.FindStringSubmatch(s.text); m != nil {
			made = append(made, m[1])
		}
	}
	inStream := func(s sqliteStep) bool {
		for ; s.id != 0; s = byID[s.parent] {
			if sqliteStream.MatchString(s.text) || !several && sqliteMade.MatchString(s.text) {
				return true
			}
		}
		return false
	}
	for _, s := range steps {
		p.Sorts = p.Sorts || strings.HasPrefix(s.text, "USE TEMP B-TREE FOR") && strings.HasSuffix(s.text, "ORDER BY") && inStream(s)
		m := sqliteTable.FindStringSubmatch(s.text)
		if m != nil && m[1] == "SCAN" && !slices.Contains(made, m[2]) {
			p.Scans = append(p.Scans, m[2])
		}
		switch {
		case m == nil:
		case m[3] != "":
			p.Indexes = append(p.Indexes, m[3])
		case m[4] != "":
			p.Indexes = append(p.Indexes, m[2]+" by key")
		case m[1] == "SCAN" && !slices.Contains(made, m[2]):
			p.Whole = append(p.Whole, m[2])
		}
	}
}

type pgNode struct {
	NodeType     string   `json:"Node Type"`
	Relation     string   `json:"Relation Name"`
	Index        string   `json:"Index Name"`
	Relationship string   `json:"Parent Relationship"`
	Rows         float64  `json:"Plan Rows"`
	Condition    string   `json:"Index Cond"`
	Read         float64  `json:"Actual Rows"`
	Left         float64  `json:"Rows Removed by Filter"`
	Loops        float64  `json:"Actual Loops"`
	Plans        []pgNode `json:"Plans"`
}

// fewRows are so few by PostgreSQL's estimate that it sorts them instead of reading them in order.
const fewRows = 100

// ofPostgres reads a node. inStreams: it is below the node that puts streams together, if
// there are several; inStream: it is below the limit of one.
func (p *Plan) ofPostgres(n pgNode, inStreams, inStream bool) {
	if n.Relationship == "SubPlan" || n.Relationship == "InitPlan" {
		inStreams, inStream = false, false
	}
	if n.Index != "" {
		p.Indexes = append(p.Indexes, n.Index)
	}
	if n.Relation != "" {
		p.Read += (n.Read + n.Left) * n.Loops
		if n.Condition == "" {
			p.Scans = append(p.Scans, n.Relation)
		}
	}
	if n.NodeType == "Seq Scan" {
		p.Whole = append(p.Whole, n.Relation)
	}
	p.Sorts = p.Sorts || inStream && n.Rows > fewRows && (n.NodeType == "Sort" || n.NodeType == "Incremental Sort")
	inStream = inStream || inStreams && n.NodeType == "Limit"
	inStreams = inStreams || n.NodeType == "Append"
	for _, below := range n.Plans {
		p.ofPostgres(below, inStreams, inStream)
	}
}
