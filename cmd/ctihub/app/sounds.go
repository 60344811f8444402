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
func (h *Hub) openFiles() error {
	cfg := h.cfg
	spool := filepath.Join(cfg.Data, "spool")
	h.sounds = &recordings.Keeper{
		Table: h.store, Exchanges: h.sources, Feed: h.feed, Log: h.log, Every: soundEvery,
		Spool: spool, Keep: time.Duration(cfg.Recordings.KeepDays) * 24 * time.Hour,
	}
	h.files = &attachments.Store{Ledger: h.store, Log: h.log, Spool: spool, Now: h.now}
	if cfg.Recordings.S3 != (config.S3{}) {
		bucket, err := recordings.OpenBucket(recordings.S3(cfg.Recordings.S3), cfg.Roots)
		h.sounds.Files, h.files.Content = bucket, bucket
		return err
	}
	sounds, err := recordings.OpenFolder(filepath.Join(cfg.Data, "recordings"))
	if err != nil {
		return err
	}
	files, err := recordings.OpenFolder(cfg.Data) // below it, each key begins with "attachments"
	h.sounds.Files, h.files.Content = sounds, files
	return err
}
