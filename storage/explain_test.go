package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"ctihub/storage/read"
)

// ErrExplained is what a list returns of which only the plan is asked.
var ErrExplained = errors.New("explained")

// Plan is how a database finds a page.
type Plan struct {
	Text    string
	Indexes []string
	Whole   []string // tables, or their aliases, that are read whole without an index
	Sorts   bool     // the page is sorted rather than read in the order of an index
}

// Explain lets lists end with ErrExplained and leave their plans.
func Explain(s *Store) (plan func() Plan, end func()) {
	e := &explaining{Querier: s.lists.On, sqlite: s.writing != nil}
	s.lists.On = e
	return func() Plan { return e.plan }, func() { s.lists.On = e.Querier }
}

type explaining struct {
	read.Querier
	sqlite bool
	plan   Plan
}

// QueryContext implements read.Querier. How much begins at somebody is read.
func (e *explaining) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if strings.HasPrefix(query, "SELECT COUNT") || strings.HasPrefix(query, "SELECT (SELECT COUNT") {
		return e.Querier.QueryContext(ctx, query, args...)
	}
	prefix := "EXPLAIN (FORMAT JSON) "
	if e.sqlite {
		prefix = "EXPLAIN QUERY PLAN "
	}
	rows, err := e.Querier.QueryContext(ctx, prefix+query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		into := []any{&line}
		if e.sqlite {
			into = []any{new(int), new(int), new(int), &line}
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	e.plan = Plan{Text: strings.Join(lines, "\n")}
	if e.sqlite {
		e.plan.ofSQLite(lines)
		return nil, errors.Join(ErrExplained, rows.Err())
	}
	var plans []struct{ Plan pgNode }
	if err := json.Unmarshal([]byte(e.plan.Text), &plans); err != nil {
		return nil, err
	}
	e.plan.ofPostgres(plans[0].Plan, true)
	return nil, errors.Join(ErrExplained, rows.Err())
}

var sqliteStep = regexp.MustCompile(`^(SCAN|SEARCH|MATERIALIZE|CO-ROUTINE) (\S+)(?: .*INDEX (\S+))?`)

func (p *Plan) ofSQLite(lines []string) {
	made := []string{"CONSTANT"} // what the query itself makes, in memory
	for _, l := range lines {
		if m := sqliteStep.FindStringSubmatch(l); m != nil && (m[1] == "MATERIALIZE" || m[1] == "CO-ROUTINE") {
			made = append(made, m[2])
		}
	}
	for _, l := range lines {
		p.Sorts = p.Sorts || strings.HasPrefix(l, "USE TEMP B-TREE FOR") && strings.HasSuffix(l, "ORDER BY")
		m := sqliteStep.FindStringSubmatch(l)
		switch {
		case m == nil:
		case m[3] != "":
			p.Indexes = append(p.Indexes, m[3])
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
	Plans        []pgNode `json:"Plans"`
}

func (p *Plan) ofPostgres(n pgNode, ofPage bool) {
	ofPage = ofPage && n.Relationship != "SubPlan" && n.Relationship != "InitPlan"
	if n.Index != "" {
		p.Indexes = append(p.Indexes, n.Index)
	}
	if n.NodeType == "Seq Scan" {
		p.Whole = append(p.Whole, n.Relation)
	}
	p.Sorts = p.Sorts || ofPage && n.NodeType == "Sort"
	for _, below := range n.Plans {
		p.ofPostgres(below, ofPage)
	}
}
