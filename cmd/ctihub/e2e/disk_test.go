package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/storage/storagetest"
)

// disk is a small file system of its own.
type disk struct {
	t   *testing.T
	dir string
}

// newDisk mounts a disk, as root.
func newDisk(t *testing.T, megabytes int) disk {
	t.Helper()
	dir, err := os.MkdirTemp("", "ctihub-disk-") //nolint:usetesting // PostgreSQL, which runs as another user, may enter it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(dir) })
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=0755", megabytes)); err != nil {
		t.Fatalf("mounting a small disk, which takes root (as in CI) or: unshare -Urm make test: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk{t, dir}
}

// fill takes all free space; free releases it.
func (d disk) fill() {
	d.t.Helper()
	f, err := os.Create(d.ballast())
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); ; {
		_, err := f.Write(block)
		switch {
		case errors.Is(err, syscall.ENOSPC) && len(block) == 1:
			return
		case errors.Is(err, syscall.ENOSPC):
			block = block[:len(block)/2]
		case err != nil:
			d.t.Fatal(err)
		}
	}
}

func (d disk) free() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) ballast() string { return filepath.Join(d.dir, "ballast") }

// The disk of SQLite is full, and free again.
func TestTortureDiskFullSQLite(t *testing.T) {
	t.Parallel()
	d := newDisk(t, 64)
	w := startTraffic(t, hubtest.Start(t, func(c *config.Config) { c.Data, c.MinFreeMB = d.dir, 2 }, site(t)))
	d.fill()
	w.awaitRefusing("the disk was full")
	d.free()
	w.awaitAccepting("the disk was free again")
	w.end()
}

// The disk of PostgreSQL is full, and free again. Without room for the write-ahead log
// the server exits; its service manager starts it again when there is room.
func TestTortureDiskFullPostgres(t *testing.T) {
	t.Parallel()
	d := newDisk(t, 192)
	pg := storagetest.StartPostgresIn(t, d.dir)
	w := startTraffic(t, hubtest.Start(t, func(c *config.Config) { c.Database = pg.DSN() }, site(t)))
	d.fill()
	w.awaitRefusing("the disk was full")
	d.free()
	pg.Revive()
	w.awaitAccepting("the disk was free again")
	w.end()
}

// Another process locks SQLite's file.
func TestTortureSQLiteLocked(t *testing.T) {
	t.Parallel()
	var file string
	w := startTraffic(t, hubtest.Start(t, func(c *config.Config) { file = filepath.Join(c.Data, "hub.db") }, site(t)))
	unlock := lockFile(t, file)
	w.awaitRefusing("the file was locked")
	w.awaitReadyz(http.StatusServiceUnavailable, "the file was locked: nothing can be stored")
	unlock()
	w.awaitAccepting("the lock was released")
	w.end()
}
