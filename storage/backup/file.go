package backup

import (
	"context"
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
	m, err = Write(ctx, f, o)
	return m, storage.FinishFile(f, name, err)
}
