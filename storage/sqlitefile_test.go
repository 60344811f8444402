package storage_test

import (
	"os"
	"path/filepath"
	"testing"

	"ctihub/leads"
	"ctihub/storage"
)

// Nobody else on the machine reads the database: neither one that is made under
// a loose umask, nor one that was made with wider rights.
func TestDatabaseIsClosedToOthers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hub.db", "hub.db-wal", "hub.db-shm"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	o := office{t, open(t, storage.Config{DataDir: dir})}
	o.hire("anna", leads.RoleAdmin, "")
	for name, want := range map[string]os.FileMode{"": 0o700, "hub.db": 0o600, "hub.db-wal": 0o600, "hub.db-shm": 0o600, "hub.db.lock": 0o600} {
		st, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Mode().Perm(); got != want {
			t.Errorf("%q has the mode %o, want %o", name, got, want)
		}
	}
}

// Before tables are changed the database is copied; the copy opens by itself and
// holds what was there. Two copies stay.
func TestCopyBeforeMigration(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	path := filepath.Join(dir, "hub.db")
	for _, version := range []int64{16, 17, 18} {
		o := office{t, must(storage.Open(t.Context(), storage.Config{DataDir: dir}))(t)}
		o.hire(string(rune('a'+version))+"nna", leads.RoleAdmin, "")
		if err := storage.MigrateTo(t.Context(), o.Store, version); err != nil {
			t.Fatal(err)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		s := must(storage.Open(t.Context(), storage.Config{DataDir: dir}))(t)
		m := s.Migrated()
		if m.From != version || m.Applied == 0 || m.Copy != path+".v"+string('1')+string(rune('0'+version-10)) {
			t.Errorf("from version %d: %+v", version, m)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	copies, err := filepath.Glob(path + ".*")
	if err != nil || len(copies) != 3 || copies[0] != path+".lock" || copies[1] != path+".v17" || copies[2] != path+".v18" {
		t.Errorf("beside the database lie %q, %v", copies, err)
	}
	if st, err := os.Stat(path + ".v18"); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v %v", st, err)
	}
	other := t.TempDir()
	if err := os.Rename(path+".v18", filepath.Join(other, "hub.db")); err != nil {
		t.Fatal(err)
	}
	if users := must(open(t, storage.Config{DataDir: other}).ListUsers(t.Context()))(t); len(users) != 3 {
		t.Errorf("the copy has %d users, want 3", len(users))
	}
}
