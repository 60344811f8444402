package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/storage"
)

// commandLimit bounds a command that reads or changes the database.
const commandLimit = time.Minute

// withStore opens the configured database, beside a running hub if there is
// one, and closes it after f.
func withStore(s settings, f func(ctx context.Context, st *storage.Store) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	c, err := s.database()
	if err != nil {
		return err
	}
	c.Shared = true
	st, err := storage.Open(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, st), st.Close())
}

// database says where the configured database is. Without a configuration
// file it must exist: a forgotten --config shall not make a second one.
func (s settings) database() (storage.Config, error) {
	_, where, err := s.whereData()
	return where, err
}

type migrateCmd struct{}

// Run brings the database up to date.
func (migrateCmd) Run(t terminal, s settings) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	c, err := s.database()
	if err != nil {
		return err
	}
	m, err := storage.Migrate(ctx, c)
	if err != nil {
		return err
	}
	words := "was up to date"
	if m.Applied > 0 {
		words = "was brought up to date by " + plural(m.Applied, "step")
	}
	if m.Copy != "" {
		words += ", and as it was lies in " + m.Copy
	}
	_, err = fmt.Fprintf(t.out, "the database %s: version %d\n", words, m.Version)
	return err
}
