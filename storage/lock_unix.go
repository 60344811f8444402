//go:build unix

package storage

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// errHeld says that another hub has the lock of the SQLite file.
var errHeld = errors.New("another ctihub works on this data folder")

// lockFile takes the lock that keeps a second hub off the SQLite file. The
// kernel frees it when the process ends, however it ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the database: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is held: %w; stop it, or give this one another folder with the key \"data\", or let both use PostgreSQL with the key \"database\"", path, errHeld)
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return f.Close, nil
}
