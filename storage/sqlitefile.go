package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// copiesKept is how many copies from before migrations stay beside the file.
const copiesKept = 2

// protect restricts the database to the user of the hub, whatever the umask is: the folder to
// 0700, the files in it to 0600.
func protect(dir, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // SQLite gives its other files the mode of this one
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := restrictMode(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keeping the database from other users: %w; let it belong to the user of the hub", err)
		}
	}
	// A folder of another user may keep its mode: the files are protected.
	if err := restrictMode(dir, 0o700); err != nil && !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("keeping the data folder from other users: %w", err)
	}
	return nil
}

func restrictMode(name string, mode os.FileMode) error {
	st, err := os.Stat(name)
	if err != nil || st.Mode().Perm()&^mode == 0 {
		return err
	}
	return os.Chmod(name, mode)
}

// copyBefore copies the database as it is before a migration to the file
// "hub.db.v19", for 19 the version of its tables, and removes older copies
// except for the newest of them.
func copyBefore(ctx context.Context, conn *sql.DB, path string, version int64) (string, error) {
	to := fmt.Sprintf("%s.v%d", path, version)
	if err := vacuumInto(ctx, conn, to); err != nil {
		return "", fmt.Errorf("copying the database to %s before it is changed: %w; is there room for a copy?", to, err)
	}
	found, err := filepath.Glob(path + ".v*")
	if err != nil {
		return "", err
	}
	versions := map[string]int{}
	found = slices.DeleteFunc(found, func(name string) bool {
		n, err := strconv.Atoi(strings.TrimPrefix(name, path+".v"))
		versions[name] = n
		return err != nil
	})
	slices.SortFunc(found, func(a, b string) int { return versions[b] - versions[a] })
	for _, old := range found[min(copiesKept, len(found)):] {
		if err := os.Remove(old); err != nil {
			return "", fmt.Errorf("removing an old copy of the database: %w", err)
		}
	}
	return to, nil
}

// vacuumInto writes a complete and synced copy, or none.
func vacuumInto(ctx context.Context, conn *sql.DB, to string) error {
	part := to + ".part"
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", part) // SQLite does not sync it
	return FinishFile(f, to, err)
}

// FinishFile syncs a file that was written beside its place, closes it, and moves it
// there. If writing it failed with err, or any step does, the file is removed and the
// error returned.
func FinishFile(f *os.File, to string, err error) error {
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// syncFolder syncs the names in a folder to the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
