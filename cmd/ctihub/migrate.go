package main

import (
	"context"
	"fmt"
	"time"

	"ctihub/storage"
)

type migrateCmd struct{}

// Run brings the database up to date.
func (migrateCmd) Run(t terminal, s settings) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	_, c, err := s.database()
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
		words += "; a copy from before is " + m.Copy
	}
	_, err = fmt.Fprintf(t.out, "the database %s: version %d\n", words, m.Version)
	return err
}
