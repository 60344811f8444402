package read

import (
	"context"
	"database/sql"
	"sync"
)

// preparedMost is how many statements are kept. Lists have one for each set of
// filters, and few sets are in use.
const preparedMost = 200

// Prepared runs statements on a database that does not prepare them by itself.
// The first so many texts stay prepared until Close; others are prepared each
// time. It is safe for concurrent use.
type Prepared struct {
	On   *sql.DB
	mu   sync.Mutex
	kept map[string]*sql.Stmt
}

// QueryContext implements Querier.
func (p *Prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.On.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

// statement is nil for one that is not kept.
func (p *Prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.kept[query]
	if s != nil || len(p.kept) == preparedMost {
		return s, nil
	}
	s, err := p.On.PrepareContext(ctx, query) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return nil, err
	}
	if p.kept == nil {
		p.kept = map[string]*sql.Stmt{}
	}
	p.kept[query] = s
	return s, nil
}

// Close gives the statements back. No statement may be run any more.
func (p *Prepared) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.kept {
		_ = s.Close()
	}
	clear(p.kept)
	return nil
}
