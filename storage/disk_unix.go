//go:build unix

package storage

import (
	"fmt"
	"syscall"
)

// FreeDisk returns the bytes that are free for us on the disk of a folder.
func FreeDisk(dir string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("looking at the disk of %s: %w", dir, err)
	}
	return st.Bavail * uint64(st.Bsize), nil
}
