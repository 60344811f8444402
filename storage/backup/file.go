package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ctihub/storage"
)

// WriteFile writes an archive to a file that must not exist. The file has
// mode 0600, and appears when the archive is complete and synced.
func WriteFile(ctx context.Context, name string, o Options) (m Manifest, err error) {
	if _, err := os.Lstat(name); err == nil {
		return m, fmt.Errorf("%s exists; name a file that does not", name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".part-*") // 0600
	if err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	m, err = Write(ctx, f, o)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return m, err
	}
	if err = os.Rename(f.Name(), name); err == nil {
		err = storage.SyncFolder(filepath.Dir(name))
	}
	return m, err
}
