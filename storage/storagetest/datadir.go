package storagetest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// DataDirs returns what gives each test a folder with a SQLite file whose
// tables are up to date. migrate makes the first one; the others are copies,
// because making tables takes seconds under the race detector.
func DataDirs(migrate func(dir string) error) func(testing.TB) string {
	const file = "hub.db"
	first := sync.OnceValues(func() ([]byte, error) {
		dir, err := os.MkdirTemp("", "ctihub-tables")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if err := migrate(dir); err != nil {
			return nil, err
		}
		return os.ReadFile(filepath.Join(dir, file))
	})
	return func(t testing.TB) string {
		t.Helper()
		tables, err := first()
		if err != nil {
			t.Fatalf("making the tables: %v", err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, file), tables, 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
}
