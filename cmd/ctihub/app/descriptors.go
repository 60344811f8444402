package app

import (
	"context"
	"log/slog"
	"os"
	"syscall"
	"time"
)

const (
	descriptorsInterval = 3 * time.Second
	descriptorsHigh     = 0.8 // share of the limit from which the log warns
	descriptorsLow      = 0.7 // share of the limit below which the log says that there are enough again
)

// watchDescriptors logs when the open files and connections of this process come
// near their limit, and when there are enough again. The metrics process_open_fds
// and process_max_fds have the same numbers. It returns when ctx ends, and at once
// on systems without /proc.
func watchDescriptors(ctx context.Context, log *slog.Logger) error {
	dir, err := os.Open("/proc/self/fd") // kept open: later there may be no free descriptor
	if err != nil {
		return nil //nolint:nilerr // another system: nothing to count
	}
	defer dir.Close()
	tick := time.NewTicker(descriptorsInterval)
	defer tick.Stop()
	short := false
	for {
		open, limit, err := countDescriptors(dir)
		switch share := float64(open) / float64(limit); {
		case err != nil:
			log.Debug("open descriptors cannot be counted", "err", err)
		case !short && share >= descriptorsHigh:
			short = true
			log.Warn("descriptors run short: new connections will be refused at the limit; raise LimitNOFILE of the unit, or nofile of the container, and look for who opens so many connections",
				"open", open, "limit", limit)
		case short && share < descriptorsLow:
			short = false
			log.Info("there are enough descriptors again", "open", open, "limit", limit)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// countDescriptors counts the entries of /proc/self/fd and reads the limit.
func countDescriptors(dir *os.File) (open int, limit uint64, err error) {
	if _, err := dir.Seek(0, 0); err != nil {
		return 0, 0, err
	}
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return 0, 0, err
	}
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 0, 0, err
	}
	return len(names), l.Cur, nil
}
