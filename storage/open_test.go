package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// TestOneHubPerFile: a second hub is told what to do; a command works beside
// the running hub; the lock ends with the store.
func TestOneHubPerFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := storage.Open(t.Context(), storage.Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	_, err = storage.Open(t.Context(), storage.Config{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "stop") || !strings.Contains(err.Error(), `"data"`) {
		t.Errorf("a second hub: %v", err)
	}
	beside := open(t, storage.Config{DataDir: dir, Shared: true})
	if _, err := beside.CreateUser(t.Context(), leads.User{Login: "anna", Name: "Anna", Role: leads.RoleAdmin}); err != nil {
		t.Error(err)
	}
	if _, err := first.UserByLogin(t.Context(), "anna"); err != nil {
		t.Errorf("the hub does not see what the command did: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, storage.Config{DataDir: dir})
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]storage.Config{
		"a file for a folder":  {DataDir: file},
		"not an address":       {Database: "postgres://user:secret@host:port/x"},
		"nobody listens there": {Database: "postgres://user:secret@127.0.0.1:1/x"},
	} {
		if s, err := storage.Open(t.Context(), c); err == nil {
			_ = s.Close()
			t.Errorf("%s: opened", name)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the password: %v", name, err)
		}
	}
	garbage := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbage, "hub.db"), []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), storage.Config{DataDir: garbage}); err == nil || !strings.Contains(err.Error(), "hub.db") {
		t.Errorf("garbage: %v", err)
	}
}

// TestMigrate: the first time makes the tables, the second finds them.
func TestMigrate(t *testing.T) {
	t.Parallel()
	migrateTwice(t, storage.Config{DataDir: t.TempDir()})
}

func TestPostgresMigrate(t *testing.T) {
	t.Parallel()
	c := storage.Config{Database: storagetest.Postgres(t)}
	migrateTwice(t, c)
}

func migrateTwice(t *testing.T, c storage.Config) {
	first, err := storage.Migrate(t.Context(), c)
	if err != nil || first.Applied == 0 || first.Version == 0 {
		t.Errorf("first %+v, %v", first, err)
	}
	again, err := storage.Migrate(t.Context(), c)
	if err != nil || again.Applied != 0 || again.Version != first.Version {
		t.Errorf("again %+v, %v", again, err)
	}
}

// TestPostgresHubsStartTogether: several hubs find an empty database at once.
func TestPostgresHubsStartTogether(t *testing.T) {
	t.Parallel()
	c := storage.Config{Database: storagetest.Postgres(t)}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 5 {
		wg.Go(func() {
			<-start
			s, err := storage.Open(t.Context(), c)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.ListUsers(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
}

// TestSQLiteReadsWhileWriting: readers see what was committed and wait for no
// writer; writers queue and none fails.
func TestSQLiteReadsWhileWriting(t *testing.T) {
	t.Parallel()
	o := office{t, open(t, storage.Config{DataDir: t.TempDir()})}
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for w := range 4 {
		writers.Go(func() {
			for n := range 25 {
				if _, err := o.Ingest(t.Context(), intake.Batch{Source: "site", Touches: []leads.Touch{form(string(rune('a'+w))+time.Duration(n).String(), phone(100*w+n))}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 4 {
		readers.Go(func() {
			for seen := 0; ; {
				list, err := o.Interactions(t.Context(), admin, leads.InteractionFilter{}, whole)
				if err != nil || len(list.Items) < seen {
					t.Errorf("%d interactions after %d: %v", len(list.Items), seen, err)
					return
				}
				seen = len(list.Items)
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if n := len(o.interactions(admin, leads.InteractionFilter{})); n != 100 {
		t.Errorf("%d interactions, want 100", n)
	}
	if err := errors.Join(o.Ping(t.Context())); err != nil {
		t.Error(err)
	}
}
