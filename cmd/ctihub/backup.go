package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"ctihub/config"
	"ctihub/connectors/vendors"
	"ctihub/storage"
	"ctihub/storage/backup"
)

type backupCmd struct {
	To string `arg:"" name:"file" help:"File to write, which must not exist yet; - for standard output."`
}

// Help is shown by backup --help.
func (backupCmd) Help() string {
	return `Writes the database and the files of the data folder (attachments, recordings, what sources and sinks remember) into one archive. The hub may run: the database is read as it is at one moment. The archive holds what customers wrote and hashes of passwords: keep it where others cannot read it. It is a tar compressed by gzip, with the sum of each entry in SHA256SUMS.

Not in it: the configuration and its secret files, and what lies in a bucket (recordings: s3).

Examples:

    ctihub backup /backup/ctihub-$(date +%F).tar.gz
    ctihub backup - | ssh backup 'cat > ctihub.tar.gz'
    docker compose exec -T hub /ctihub backup - > ctihub.tar.gz

What is done is told on standard error. Exit codes: 0 the archive is whole, 1 failed and there is no file, 2 wrong command line or configuration.`
}

// Run writes the archive.
func (c backupCmd) Run(t terminal, s settings) error {
	cfg, where, err := s.whereData()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	o := backup.Options{
		Database: where, Files: os.DirFS(cfg.Data), Version: buildVersion(), Progress: t.progress, Now: time.Now,
		LeftOut: []string{"the configuration and its secret files"},
	}
	if cfg.Recordings.S3 != (config.S3{}) {
		o.LeftOut = append(o.LeftOut, "recordings and attachments in the bucket "+cfg.Recordings.S3.Bucket)
	}
	m, err := c.write(ctx, t, o)
	if err != nil {
		return err
	}
	for _, words := range m.LeftOut {
		t.progress("not in it: " + words)
	}
	t.progress(fmt.Sprintf("done: %s, %s, tables of version %d", plural(sum(m.Rows), "row"), plural(m.Files, "file"), m.Tables))
	return nil
}

// write lets the file appear as a whole, for its owner only.
func (c backupCmd) write(ctx context.Context, t terminal, o backup.Options) (m backup.Manifest, err error) {
	if c.To == "-" {
		return backup.Write(ctx, t.out, o)
	}
	if _, err := os.Lstat(c.To); err == nil {
		return m, fmt.Errorf("%s exists; name a file that does not", c.To)
	}
	f, err := os.CreateTemp(filepath.Dir(c.To), "."+filepath.Base(c.To)+".part-*") // 0600
	if err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	m, err = backup.Write(ctx, f, o)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return m, err
	}
	if err = os.Rename(f.Name(), c.To); err == nil {
		err = vendors.SyncFolder(filepath.Dir(c.To))
	}
	return m, err
}

type restoreCmd struct {
	From    string `arg:"" name:"file" help:"Archive of ctihub backup; - for standard input."`
	Replace bool   `help:"Replace the database and the files that are there. They are gone then."`
}

// Help is shown by restore --help.
func (restoreCmd) Help() string {
	return `Puts the content of an archive into the database and the data folder that the configuration names. The whole archive is read and its sums are checked before anything is put in place: everything is restored, or nothing. The hub must not run. Where people or customers are already, it is refused without --replace.

The archive fits both databases: to go from SQLite to PostgreSQL, back up, set "database" in the configuration, restore. An archive of an older version is brought up to date. Everybody has to sign in again.

Examples:

    sudo systemctl stop ctihub && sudo -u ctihub ctihub restore /backup/ctihub-2026-11-28.tar.gz
    ctihub restore --config elsewhere.yaml ctihub.tar.gz        try it in another place
    docker compose stop hub && docker compose run --rm -T hub restore --replace - < ctihub.tar.gz

What is done is told on standard error. Exit codes: 0 restored, 1 refused or failed and nothing is changed, 2 wrong command line or configuration.`
}

// Run restores.
func (c restoreCmd) Run(t terminal, s settings) error {
	cfg, where, err := s.whereData()
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

// notAsRoot keeps files of root out of the data folder of another user.
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

// whereData is where the configured hub keeps everything.
func (s settings) whereData() (config.Config, storage.Config, error) {
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

func (t terminal) progress(words string) { fmt.Fprintln(t.err, words) }

func sum(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
