package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"ctihub/config"
	"ctihub/storage/backup"
)

type backupCmd struct {
	To string `arg:"" name:"file" help:"File to write, which must not exist yet; - for standard output."`
}

// Help is shown by backup --help.
func (backupCmd) Help() string {
	return `Writes the database and the files of the data folder (attachments, recordings, the state of sources and sinks) into one archive. The hub may run: the database is read in one snapshot. The archive holds customers' messages and password hashes: keep it where others cannot read it. It is a gzipped tar, with a checksum of each entry in SHA256SUMS.

Not in the archive: the configuration and its secret files, and the objects of a bucket (recordings: s3).

Examples:

    ctihub backup /backup/ctihub-$(date +%F).tar.gz
    ctihub backup - | ssh backup 'cat > ctihub.tar.gz'
    docker compose exec -T hub /ctihub backup - > ctihub.tar.gz

Progress goes to standard error. Exit codes: 0 the archive is complete, 1 failed and no file is left, 2 wrong command line or configuration.`
}

// Run writes the archive.
func (c backupCmd) Run(t terminal, s settings) error {
	cfg, where, err := s.database()
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

// write writes to the file, or to standard output.
func (c backupCmd) write(ctx context.Context, t terminal, o backup.Options) (backup.Manifest, error) {
	if c.To == "-" {
		return backup.Write(ctx, t.out, o)
	}
	return backup.WriteFile(ctx, c.To, o)
}
