package batch

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// errRolledBack: the server ended the transaction without committing it.
var errRolledBack = errors.New("the transaction was rolled back")

// pipeline sends the queued rows and the queries to PostgreSQL in one round trip, with the
// BEGIN of a transaction that has none, and perhaps the COMMIT. The server stops at the first error.
func (t *Tx) pipeline(ctx context.Context, queued []*queue, asked []Asked, commit bool) error {
	all := &pgx.Batch{}
	if !t.begun {
		all.Queue("BEGIN")
	}
	for _, q := range queued {
		if q.n == 1 {
			all.Queue(q.text.one, q.row(nil, 0)...)
		} else {
			all.Queue(q.text.many, q.arrays()...)
		}
	}
	var selections []selection
	var names []string
	for _, a := range asked {
		for _, s := range a.selects(true) {
			all.Queue(s.text, s.args...)
			selections, names = append(selections, s), append(names, a.named())
		}
	}
	if commit {
		all.Queue("COMMIT")
	}
	if all.Len() == 0 || all.Len() == 1 && !t.begun && !commit {
		return nil
	}
	return t.conn.Raw(func(c any) (err error) {
		began := !t.begun
		t.begun = true
		results := c.(*stdlib.Conn).Conn().SendBatch(ctx, all)
		defer func() {
			if e := results.Close(); err == nil {
				err = e
			}
			if err == nil && commit {
				t.begun = false
			}
		}()
		if began {
			if _, err := results.Exec(); err != nil {
				return err
			}
		}
		for _, q := range queued {
			if err := t.written(q, results); err != nil {
				return fmt.Errorf("%s: %w", q.what, asWritten(q, err))
			}
		}
		for i, s := range selections {
			if err := readResult(results, s.row); err != nil {
				return fmt.Errorf("%s: %w", names[i], err)
			}
		}
		if !commit {
			return nil
		}
		tag, err := results.Exec()
		if err == nil && tag.String() != "COMMIT" {
			err = errRolledBack
		}
		return err
	})
}

// asWritten turns PostgreSQL's refusal of a row into ErrConflict.
func asWritten(q *queue, err error) error {
	pe := (*pgconn.PgError)(nil)
	if !q.each || !errors.As(err, &pe) {
		return err
	}
	if pe.Code == "23505" || pe.Code == "22P02" && strings.Contains(pe.Message, anotherWriter) { // unique_violation, see updateText
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

// written reads the result of a queue.
func (t *Tx) written(q *queue, results pgx.BatchResults) error {
	if !q.numbers {
		_, err := results.Exec()
		return err
	}
	return readResult(results, t.takeNumber)
}

func readResult(results pgx.BatchResults, take func(scan func(...any) error) error) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	_, err = eachRow(rows, take)
	return err
}
