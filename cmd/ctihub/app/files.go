package app

import (
	"path/filepath"
	"time"

	"ctihub/config"
	"ctihub/storage/attachments"
	"ctihub/storage/recordings"
)

// recordingsEvery is how often the hub looks for recordings that can be fetched.
const recordingsEvery = 3 * time.Second

// openFiles opens the stores of recordings and attachments: in the data folder, or
// both in the configured bucket.
func (h *Hub) openFiles() error {
	cfg := h.cfg
	spool := filepath.Join(cfg.Data, "spool")
	h.recordings = &recordings.Keeper{
		Table: h.store, Exchanges: h.sources, Log: h.log, Every: recordingsEvery,
		Spool: spool, Keep: time.Duration(cfg.Recordings.KeepDays) * 24 * time.Hour,
	}
	h.attachments = &attachments.Store{Ledger: h.store, Log: h.log, Spool: spool, Now: h.now}
	if cfg.Recordings.S3 != (config.S3{}) {
		bucket, err := recordings.OpenBucket(recordings.S3(cfg.Recordings.S3), cfg.Roots)
		h.recordings.Files, h.attachments.Content = bucket, bucket
		return err
	}
	folder, err := recordings.OpenFolder(filepath.Join(cfg.Data, "recordings"))
	if err != nil {
		return err
	}
	files, err := recordings.OpenFolder(cfg.Data) // below it, each key begins with "attachments"
	h.recordings.Files, h.attachments.Content = folder, files
	return err
}
