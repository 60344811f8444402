package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"ctihub/leads/tasks"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

const (
	sqliteFile  = "hub.db"
	sqliteConns = 8 // one writes, the others read
	pgConns     = 16

	connectWithin = 3 * time.Second
)

// pgLimits are the settings of connections. They bound how long a locked table or a stalled
// server can block a request. The address may override them.
var pgLimits = map[string]string{
	"application_name":                    "ctihub",
	"jit":                                 "off", // statements are short,
	"max_parallel_workers_per_gather":     "0",   // and done before workers have started
	"random_page_cost":                    "1.1", // keys are used from a few hundred rows on
	"lock_timeout":                        "4000",
	"statement_timeout":                   "4500",
	"idle_in_transaction_session_timeout": "5000", // less than a lease: a frozen owner's write does not keep its source from others
}

// ingestLimits are the settings of the connections that store touches. Their statements find
// rows by keys: plans that are made once, for any parameters, without reading whole tables,
// neither depend on how full the tables were when they were made nor grow with them.
var ingestLimits = map[string]string{
	"plan_cache_mode":  "force_generic_plan",
	"enable_seqscan":   "off",
	"enable_hashjoin":  "off",
	"enable_mergejoin": "off",
}

// Open connects to the database and brings its tables up to date. A SQLite
// file that another hub has open is an error.
func Open(ctx context.Context, c Config) (s *Store, err error) {
	if c.Database == "" {
		s, err = openSQLite(ctx, c.DataDir, c.Shared)
	} else {
		s, err = openPostgres(ctx, c.Database)
	}
	if err != nil {
		return nil, err
	}
	s.atStep, s.published = c.AtStep, c.Publish
	if s.hubClock = c.Now; s.hubClock == nil {
		s.hubClock = time.Now
	}
	s.sinks = slices.Clone(c.Sinks)
	s.callbackWithin = cmp.Or(c.CallbackWithin, tasks.CallbackWithin)
	s.dedupe, s.pick, s.pickLimit = c.Dedupe, c.Pick, cmp.Or(c.PickWithin, PickLimit)
	if len(s.sinks) > 0 {
		last, err := s.LastEvent(ctx)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.sawSeq(last)
	}
	return s, nil
}

func openSQLite(ctx context.Context, dir string, shared bool) (_ *Store, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, sqliteFile))
	if err != nil {
		return nil, err
	}
	unlock, err := lockFile(path + ".lock")
	beside := shared && errors.Is(err, errHeld) // a hub works on it
	if beside {
		unlock = func() error { return nil }
	} else if err != nil {
		return nil, err
	}
	s := &Store{writing: make(chan struct{}, 1), close: []func() error{unlock}}
	if err := protect(dir, path); err != nil {
		return nil, errors.Join(err, unlock())
	}
	s.start(1)
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	options := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"journal_mode(WAL)", "busy_timeout(5000)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)"},
	}
	s.conn, err = sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	s.close = []func() error{s.conn.Close, unlock}
	s.conn.SetMaxOpenConns(sqliteConns)
	s.conn.SetMaxIdleConns(sqliteConns)
	before := func(version int64) (string, error) { return copyBefore(ctx, s.conn, path, version) }
	if s.migrated, err = migrate(ctx, s.conn, sqliteDialect, !beside, before); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	prepared, err := db.Prepare(ctx, s.conn)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	s.close = []func() error{prepared.Close, s.conn.Close, unlock}
	if shared && !beside { // a hub may start meanwhile
		s.close = []func() error{prepared.Close, s.conn.Close}
		if err := unlock(); err != nil {
			return nil, err
		}
	}
	s.read, s.batch = prepared, batch.SQLite(s.conn)
	s.lists.On = s.batch
	s.ingesting = s.batch
	s.queries = func(on *batch.Tx) *db.Queries { return prepared.WithTx(on.SQL()) }
	return s, nil
}

func openPostgres(ctx context.Context, address string) (*Store, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, addressError(err)
	}
	if !strings.Contains(address, "pool_max_conns") {
		config.MaxConns = pgConns
	}
	config.ConnConfig.ConnectTimeout = cmp.Or(config.ConnConfig.ConnectTimeout, connectWithin)
	migrated, err := migratePostgres(ctx, config.ConnConfig.Copy())
	if err != nil {
		return nil, err
	}
	for name, value := range pgLimits {
		if _, set := config.ConnConfig.RuntimeParams[name]; !set {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	s := &Store{migrated: migrated}
	if s.conn, err = s.connect(ctx, config); err != nil {
		return nil, err
	}
	config = config.Copy()
	config.MaxConns = 1 + pgLanes
	maps.Copy(config.ConnConfig.RuntimeParams, ingestLimits)
	ingesting, err := s.connect(ctx, config)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.start(1 + pgLanes)
	// pgx prepares and keeps statements per connection by itself.
	s.queries = func(on *batch.Tx) *db.Queries { return db.New(on) }
	s.read, s.batch, s.ingesting = db.New(cleanArgs{s.conn}), batch.Postgres(s.conn), batch.Postgres(ingesting)
	s.lists.On = s.batch
	return s, nil
}

// connect opens connections that end with the store.
func (s *Store) connect(ctx context.Context, c *pgxpool.Config) (*sql.DB, error) {
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, addressError(err)
	}
	conn := stdlib.OpenDBFromPool(pool)
	s.close = append(s.close, conn.Close, func() error { pool.Close(); return nil })
	return conn, nil
}

// CheckAddress checks the syntax of a PostgreSQL address, without connecting to it.
func CheckAddress(address string) error {
	if _, err := pgxpool.ParseConfig(address); err != nil {
		return addressError(err)
	}
	return nil
}

// addressError adds the remedy to an error of pgx, which has redacted the password.
func addressError(err error) error {
	return errors.Join(errors.New("the database address cannot be used; write postgres://user:password@host:5432/database"), err)
}
