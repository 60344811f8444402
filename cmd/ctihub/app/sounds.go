package app

import (
	"path/filepath"
	"time"

	"ctihub/config"
	"ctihub/storage/attachments"
	"ctihub/storage/recordings"
)

// soundEvery is how often the hub looks for recordings that can be fetched.
const soundEvery = 3 * time.Second

// openFiles makes the keepers of recordings and of attachments: in folders of
// their own, or together in the bucket.
func (a *Hub) openFiles(cfg config.Config, now func() time.Time) error {
	spool := filepath.Join(cfg.Data, "spool")
	a.sounds = &recordings.Keeper{
		Table: a.store, Exchanges: a.sources, Feed: a.feed, Log: a.log, Every: soundEvery,
		Spool: spool, Keep: time.Duration(cfg.Recordings.KeepDays) * 24 * time.Hour,
	}
	a.files = &attachments.Store{Ledger: a.store, Log: a.log, Spool: spool, Now: now}
	if cfg.Recordings.S3 != (config.S3{}) {
		bucket, err := recordings.OpenBucket(recordings.S3(cfg.Recordings.S3), cfg.Roots)
		a.sounds.Files, a.files.Content = bucket, bucket
		return err
	}
	sounds, err := recordings.OpenFolder(filepath.Join(cfg.Data, "recordings"))
	if err != nil {
		return err
	}
	files, err := recordings.OpenFolder(cfg.Data) // below it, each key begins with "attachments"
	a.sounds.Files, a.files.Content = sounds, files
	return err
}
