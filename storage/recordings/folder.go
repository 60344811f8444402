package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// Folder keeps files below one folder of this machine. Nothing outside of it
// can be reached, whatever a key says.
type Folder struct{ root *os.Root }

// OpenFolder makes the folder if there is none.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	return &Folder{root}, nil
}

// Write implements [Files]: into a file beside it, which then takes the name.
func (d *Folder) Write(_ context.Context, key, _ string, content io.Reader, _ int64) error {
	if err := d.root.MkdirAll(path.Dir(key), 0o750); err != nil {
		return fmt.Errorf("writing a file: %w", err)
	}
	part := key + ".part"
	f, err := d.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
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
	return nil
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
