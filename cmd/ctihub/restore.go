package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"ctihub/storage"
	"ctihub/storage/backup"
)

type restoreCmd struct {
	From    string `arg:"" name:"file" help:"Archive of ctihub backup; - for standard input."`
	Replace bool   `help:"Replace the existing database and files. They are lost."`
}

// Help is shown by restore --help.
func (restoreCmd) Help() string {
	return `Puts the content of an archive into the database and the data folder that the configuration names. The whole archive is read and its checksums are verified before anything is changed: everything is restored, or nothing. The hub must not run. A database with people or customers is refused without --replace.

The same archive works for SQLite and PostgreSQL: to change the database, back up, set "database" in the configuration, restore. An archive of an older version is migrated. All users have to sign in again.

Examples:

    sudo systemctl stop ctihub && sudo -u ctihub ctihub restore /backup/ctihub-2026-11-28.tar.gz
    ctihub restore --config elsewhere.yaml ctihub.tar.gz        try it in another place
    docker compose stop hub && docker compose run --rm -T hub restore --replace - < ctihub.tar.gz

Progress goes to standard error. Exit codes: 0 restored, 1 refused or failed and nothing is changed, 2 wrong command line or configuration.`
}

// Run restores.
func (c restoreCmd) Run(t terminal, s settings) error {
	cfg, where, err := s.database()
	if err != nil {
		return err
	}
	if err := notAsRoot(cfg.Data); err != nil {
		return err
	}
	from := io.Reader(t.in)
	if c.From != "-" {
		f, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	m, err := backup.Restore(ctx, from, backup.Target{Database: where, Data: cfg.Data, Replace: c.Replace, Progress: t.progress})
	switch {
	case errors.Is(err, storage.ErrNotEmpty), errors.Is(err, backup.ErrFiles):
		return fmt.Errorf("%w; name another place in the configuration, or replace what is there with --replace", err)
	case err != nil:
		return fmt.Errorf("nothing was restored: %w", err)
	}
	for _, words := range m.LeftOut {
		t.progress("was not in it: " + words)
	}
	t.progress(fmt.Sprintf("restored: %s, %s, as of %s", plural(sum(m.Rows), "row"), plural(m.Files, "file"), m.Created.Format(time.RFC3339)))
	return nil
}

// notAsRoot refuses to write files as root into the data folder of another user.
func notAsRoot(data string) error {
	st, err := os.Stat(data)
	if err != nil || os.Getuid() != 0 {
		return nil //nolint:nilerr // there is no folder yet
	}
	if own, ok := st.Sys().(*syscall.Stat_t); ok && own.Uid != 0 {
		return usageError{fmt.Errorf("%s belongs to another user; restore as that user: sudo -u ctihub ctihub restore", data)}
	}
	return nil
}
