package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"ctihub/cmd/ctihub/app"
	"ctihub/config"
	"ctihub/storage"
)

// settings loads the configuration that the command line names.
type settings struct{ file string }

// load reads the configuration, and reports whether it came from a file. Without
// one it is the default.
func (s settings) load() (cfg config.Config, fromFile bool, err error) {
	file := s.file
	if file == "" {
		if _, err := os.Stat("ctihub.yaml"); errors.Is(err, os.ErrNotExist) {
			return config.Default(), false, nil
		}
		file = "ctihub.yaml"
	}
	cfg, err = config.Load(file)
	return cfg, true, err
}

// loadChecked is load with the settings of each source and sink checked. The error
// has every mistake, as [config.Errors].
func (s settings) loadChecked() (config.Config, bool, error) {
	cfg, fromFile, err := s.load()
	if err != nil && cfg.Path == "" { // nothing could be read
		return cfg, fromFile, err
	}
	var found config.Errors
	if err != nil && !errors.As(err, &found) {
		return cfg, fromFile, err
	}
	return cfg, fromFile, app.Check(cfg, found)
}

// commandLimit bounds a command that reads or changes the database.
const commandLimit = time.Minute

// withStore opens the configured database, beside a running hub if there is
// one, and closes it after f.
func withStore(s settings, f func(ctx context.Context, st *storage.Store) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	_, c, err := s.database()
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

// database returns the configuration and where its database is. Without a
// configuration file the data folder must exist, so that a forgotten --config
// does not create a second database.
func (s settings) database() (config.Config, storage.Config, error) {
	cfg, fromFile, err := s.load()
	if err != nil {
		return cfg, storage.Config{}, err
	}
	if !fromFile {
		if _, err := os.Stat(cfg.Data); err != nil {
			return cfg, storage.Config{}, usageError{fmt.Errorf("there is neither a ctihub.yaml nor a folder %s here; give --config FILE", cfg.Data)}
		}
	}
	return cfg, storage.Config{Database: cfg.Database, DataDir: cfg.Data}, nil
}
