package storage

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Snapshot reads all tables in one transaction, while the hub runs, in a form from which both
// databases can be filled.
type Snapshot struct {
	Version int64 // of the tables

	conn    *sql.DB
	tx      *sql.Tx
	sqlite  bool
	catalog catalog
}

// ErrNoDatabase says that there is no database.
var ErrNoDatabase = errors.New("there is no database yet")

// OpenSnapshot begins the transaction. It does not migrate old tables.
func OpenSnapshot(ctx context.Context, c Config) (_ *Snapshot, err error) {
	s := &Snapshot{sqlite: c.Database == ""}
	options := sql.TxOptions{}
	if s.sqlite {
		path := filepath.Join(c.DataDir, sqliteFile)
		if st, err := os.Stat(path); err != nil || st.Size() == 0 {
			return nil, fmt.Errorf("%w: %s", ErrNoDatabase, path)
		}
		s.conn, err = openPlain(path, "query_only(1)")
	} else {
		s.conn, err = connectPlain(c.Database, "ctihub-backup", "")
		options = sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if s.tx, err = s.conn.BeginTx(ctx, &options); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	if s.Version, err = versionOf(ctx, s.tx); err != nil {
		return nil, err
	}
	s.catalog, err = catalogOf(ctx, s.Version)
	return s, err
}

// openPlain opens a SQLite file to read or fill it as a whole.
func openPlain(path string, pragmas ...string) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	options := url.Values{"_pragma": append([]string{"busy_timeout(5000)"}, pragmas...)}
	conn, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return conn, nil
}

// connectPlain connects to PostgreSQL without the limits of pgLimits, to the schema if one is
// given.
func connectPlain(address, program, schema string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, addressError(err)
	}
	c.RuntimeParams["application_name"] = program
	if schema != "" {
		c.RuntimeParams["search_path"] = schema
	}
	return stdlib.OpenDB(*c), nil
}

// querier is a connection or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// versionOf reads the version of the tables.
func versionOf(ctx context.Context, on querier) (version int64, err error) {
	err = on.QueryRowContext(ctx, "SELECT CAST(COALESCE(MAX(version_id), 0) AS BIGINT) FROM goose_db_version").Scan(&version)
	if err == nil && version > 0 {
		return version, nil
	}
	if err == nil || strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "42P01") {
		return 0, fmt.Errorf("%w: it has no tables", ErrNoDatabase)
	}
	return 0, fmt.Errorf("reading the version of the tables: %w", err)
}

// Tables returns the tables of a backup, parents before their children, without sessions.
func (s *Snapshot) Tables() []Table {
	var kept []Table
	for _, t := range s.catalog.tables {
		if t.Name != sessionsTable {
			kept = append(kept, t)
		}
	}
	return kept
}

// Rows calls each with every row of a table as a JSON array.
func (s *Snapshot) Rows(ctx context.Context, t Table, each func(row []byte) error) error {
	query := "SELECT " + t.columns() + " FROM " + t.Name //nolint:gosec // names of the migrations
	if len(t.keys) > 0 {
		query += " ORDER BY " + strings.Join(t.keys, ", ")
	}
	rows, err := s.tx.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("reading table %s: %w", t.Name, err)
	}
	defer rows.Close()
	values, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("reading table %s: %w", t.Name, err)
		}
		for i, c := range t.Columns {
			if values[i], err = encodeValue(c.Kind, values[i]); err != nil {
				return fmt.Errorf("reading %s.%s: %w", t.Name, c.Name, err)
			}
		}
		line, err := json.Marshal(values)
		if err != nil {
			return err
		}
		if err := each(line); err != nil {
			return err
		}
	}
	return rows.Err()
}

// nonUTF8Text is a text that JSON cannot hold.
type nonUTF8Text struct {
	Base64 string `json:"base64"`
}

// encodeValue converts a value of the driver to one for JSON.
func encodeValue(kind string, v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case int64:
		if kind == "BOOLEAN" {
			return v != 0, nil
		}
		return v, nil
	case []byte:
		if kind == "BYTEA" {
			return base64.StdEncoding.EncodeToString(v), nil
		}
		return encodeValue(kind, string(v))
	case string:
		if !utf8.ValidString(v) {
			return nonUTF8Text{base64.StdEncoding.EncodeToString([]byte(v))}, nil
		}
		return v, nil
	}
	return nil, fmt.Errorf("a value of type %T is not known", v)
}

// Counters returns the last numbers of auto-increment columns, by table; their rows may be
// deleted.
func (s *Snapshot) Counters(ctx context.Context) (map[string]int64, error) {
	counters := map[string]int64{}
	for _, t := range s.catalog.tables {
		if t.counter == "" {
			continue
		}
		query := "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = '" + t.Name + "'"
		if !s.sqlite {
			query = fmt.Sprintf("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM %s_%s_seq", t.Name, t.counter)
		}
		var n int64
		if err := s.tx.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return nil, fmt.Errorf("reading the counter of %s: %w", t.Name, err)
		}
		counters[t.Name] = n
	}
	return counters, nil
}

// Close ends the transaction.
func (s *Snapshot) Close() error {
	var err error
	if s.tx != nil {
		err = s.tx.Rollback()
	}
	return errors.Join(err, s.conn.Close())
}
