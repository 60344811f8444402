package recordings

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// Folder stores files below one folder of this machine. A key cannot reach outside of it.
type Folder struct {
	root *os.Root
	made sync.Map // folders below that this process has made sure of, by path
}

// OpenFolder makes the folder if there is none.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	d := &Folder{root: root}
	d.clear()
	return d, nil
}

const (
	// Parts is the folder of what is being written, below that of the files.
	Parts      = ".parts"
	partsAfter = 24 * time.Hour // a part that is older was left by a hub that was killed
)

// clear deletes old partial files.
func (d *Folder) clear() {
	left, _ := fs.ReadDir(d.root.FS(), Parts)
	for _, e := range left {
		if i, err := e.Info(); err == nil && time.Since(i.ModTime()) > partsAfter {
			_ = d.root.Remove(path.Join(Parts, e.Name()))
		}
	}
}

// Write implements [Files]: it writes a partial file and renames it. When it returns, the
// content and the name are synced to the disk.
func (d *Folder) Write(_ context.Context, key, _ string, content io.Reader, _ int64) error {
	if err := errors.Join(d.makeDir(Parts), d.makeDir(path.Dir(key))); err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	part := path.Join(Parts, rand.Text())
	f, err := d.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.root.Rename(part, key)
	}
	if err != nil {
		_ = d.root.Remove(part)
		return fmt.Errorf("writing a file: %w", err)
	}
	if err := d.sync(path.Dir(key)); err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	return nil
}

// makeDir creates a folder and syncs its parents, once per process.
func (d *Folder) makeDir(dir string) error {
	if _, is := d.made.Load(dir); is {
		return nil
	}
	if err := d.root.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for above := dir; above != "."; {
		above = path.Dir(above)
		if err := d.sync(above); err != nil {
			return err
		}
	}
	d.made.Store(dir, true)
	return nil
}

// sync syncs the names in a folder to the disk.
func (d *Folder) sync(dir string) error {
	f, err := d.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open implements [Files].
func (d *Folder) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	f, err := d.root.Open(key)
	if err != nil {
		return nil, fmt.Errorf("opening a file: %w", err)
	}
	return f, nil
}

// Remove implements [Files].
func (d *Folder) Remove(_ context.Context, key string) error {
	if err := d.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing a file: %w", err)
	}
	return nil
}
