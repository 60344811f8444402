package main

import (
	"path/filepath"
	"time"

	"ctihub/config"
	"ctihub/storage/recordings"
)

// soundEvery is how often the hub looks for recordings that can be fetched.
const soundEvery = 3 * time.Second

// openSounds makes the keeper of recordings.
func (a *app) openSounds(cfg config.Config) error {
	k := &recordings.Keeper{
		Table: a.store, Exchanges: a.sources, Feed: a.feed, Log: a.log, Every: soundEvery,
		Spool: filepath.Join(cfg.Data, "spool"), Keep: time.Duration(cfg.Recordings.KeepDays) * 24 * time.Hour,
	}
	var err error
	if cfg.Recordings.S3 == (config.S3{}) {
		k.Files, err = recordings.OpenFolder(filepath.Join(cfg.Data, "recordings"))
	} else {
		k.Files, err = recordings.OpenBucket(recordings.S3(cfg.Recordings.S3))
	}
	a.sounds = k
	return err
}
