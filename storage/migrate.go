package storage

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// dialect holds the differences of a migration between the databases.
type dialect struct {
	goose    goose.Dialect
	sequence string // type of an auto-increment column
	byKey    string // ends a table whose rows lie in the order of its key, if the database can
}

var (
	sqliteDialect   = dialect{goose.DialectSQLite3, "INTEGER PRIMARY KEY AUTOINCREMENT", "WITHOUT ROWID"}
	postgresDialect = dialect{goose.DialectPostgres, pgSequence, pgByKey}
)

// What is written in the migrations and replaced for SQLite.
const (
	pgSequence = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
	pgByKey    = "/* WITHOUT ROWID */"
)

// onlyPart is a part of a migration that differs as a whole: statements for PostgreSQL, and
// then those for SQLite as comments, so that both are one text to sqlc.
//
//	-- only postgres:
//	CREATE INDEX …;
//	-- only sqlite:
//	-- CREATE VIRTUAL TABLE …;
//	-- only end
var (
	onlyPart    = regexp.MustCompile(`(?s)-- only postgres:\n.*?-- only sqlite:\n(.*?)-- only end\n`)
	commentMark = regexp.MustCompile(`(?m)^-- `)
)

// Migrated is what [Migrate] found and did.
type Migrated struct {
	Version int64  // of the tables now
	Applied int    // steps taken just now, 0 when they were up to date
	From    int64  // version before, 0 for an empty database
	Copy    string // file with the database as it was before; empty: there is none
}

// Migrated returns what opening the database did to its tables.
func (s *Store) Migrated() Migrated { return s.migrated }

// Migrate brings the tables up to date, as Open does, and returns what it did.
func Migrate(ctx context.Context, c Config) (Migrated, error) {
	s, err := Open(ctx, c)
	if err != nil {
		return Migrated{}, err
	}
	defer s.Close()
	return s.migrated, nil
}

// migrate brings the tables up to date; without mayChange, old tables are an error. For
// tables that are not empty it first calls before, if set, which copies the database and
// returns the file.
func migrate(ctx context.Context, conn *sql.DB, d dialect, mayChange bool, before func(version int64) (string, error)) (m Migrated, err error) {
	p, err := d.provider(conn)
	if err != nil {
		return Migrated{}, err
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return Migrated{}, fmt.Errorf("reading the version of the tables: %w", err)
	}
	if current > target {
		return Migrated{}, fmt.Errorf("the tables are of version %d, this ctihub knows %d: a newer one has used them; start that one", current, target)
	}
	if current == target {
		return Migrated{Version: current}, nil
	}
	if !mayChange {
		return Migrated{}, fmt.Errorf("the tables are of version %d, this ctihub needs %d, and an older one works on them; stop that one first", current, target)
	}
	m = Migrated{Version: target, From: current}
	if current > 0 && before != nil {
		if m.Copy, err = before(current); err != nil {
			return Migrated{}, err
		}
	}
	done, err := p.Up(ctx)
	if err != nil && m.Copy != "" {
		return Migrated{}, fmt.Errorf("bringing the tables from version %d to %d: %w; as they were they lie in %s", current, target, err, m.Copy)
	} else if err != nil {
		return Migrated{}, fmt.Errorf("bringing the tables from version %d to %d: %w", current, target, err)
	}
	m.Applied = len(done)
	return m, nil
}

// provider runs the migrations on a database.
func (d dialect) provider(conn *sql.DB) (*goose.Provider, error) {
	texts, err := d.texts()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.goose == goose.DialectPostgres { // several hubs may start at once
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(d.goose, conn, texts, options...)
}

// migratePostgres works on one connection of its own, without the time limits
// of daily work.
func migratePostgres(ctx context.Context, c *pgx.ConnConfig) (Migrated, error) {
	conn := stdlib.OpenDB(*c)
	defer conn.Close()
	m, err := migrate(ctx, conn, postgresDialect, true, nil)
	if pe := (*pgconn.ParseConfigError)(nil); errors.As(err, &pe) {
		return m, addressError(err)
	}
	return m, err
}

// texts returns the migrations in this dialect.
func (d dialect) texts() (fs.FS, error) {
	dir, err := fs.Sub(migrations, "migrations")
	return dialectFS{dir, d}, err
}

type dialectFS struct {
	fs.FS
	dialect
}

// Open opens a migration in the dialect.
func (d dialectFS) Open(name string) (fs.File, error) {
	f, err := d.FS.Open(name)
	if err != nil || path.Ext(name) != ".sql" {
		return f, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if d.goose == goose.DialectSQLite3 {
		text = onlyPart.ReplaceAllFunc(text, func(part []byte) []byte {
			return commentMark.ReplaceAll(onlyPart.FindSubmatch(part)[1], nil)
		})
	}
	text = bytes.ReplaceAll(text, []byte(pgSequence), []byte(d.sequence))
	return dialectFile{f, bytes.NewReader(bytes.ReplaceAll(text, []byte(pgByKey), []byte(d.byKey)))}, nil
}

type dialectFile struct {
	fs.File
	text *bytes.Reader
}

func (f dialectFile) Read(p []byte) (int, error) { return f.text.Read(p) }
