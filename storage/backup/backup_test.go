package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/backup"
	"ctihub/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, storagetest.IgnoreServers()) }

// place is where a hub keeps everything.
type place struct {
	storage.Config
	data string
}

// places are databases with a row in every table, and files.
func places(t *testing.T) map[string]place {
	t.Helper()
	all := map[string]place{}
	for name, d := range storagetest.Released(t, "../testdata/released/0.1.0") {
		p := place{storage.Config{Database: d.DSN, DataDir: d.DataDir}, d.DataDir}
		if p.data == "" {
			p.data = t.TempDir()
		}
		for name, size := range map[string]int{"attachments/ab/abcd": 10, "recordings/2026/11/x.wav": 3 << 20, "sources/pbx/journal/1": 100, "sinks/crm/token": 5, "recordings/y.wav.part": 7, "recordings/.parts/Z": 9, "spool/z": 1} {
			file := filepath.Join(p.data, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, bytes.Repeat([]byte{byte(size), 'x', '\n'}, size), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		all[name] = p
	}
	return all
}

// free are places with nothing in them.
func free(t *testing.T) map[string]place {
	t.Helper()
	lite, post := t.TempDir(), t.TempDir()
	return map[string]place{"sqlite": {storage.Config{DataDir: lite}, lite}, "postgres": {storage.Config{Database: storagetest.Postgres(t)}, post}}
}

func (p place) open(t *testing.T) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), p.Config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (p place) backup(t *testing.T) ([]byte, backup.Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := backup.Write(t.Context(), &b, backup.Options{
		Database: p.Config, Files: os.DirFS(p.data), Version: "0.1.0", LeftOut: []string{"the configuration"}, Progress: func(string) {}, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), m
}

func (p place) restore(archive []byte, replace bool) error {
	_, err := backup.Restore(context.Background(), bytes.NewReader(archive), backup.Target{Database: p.Config, Data: p.data, Replace: replace, Progress: func(string) {}})
	return err
}

// entries reads the tables and files of an archive.
func entries(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(h.Name, "/") {
			found[h.Name] = string(b)
		}
	}
}

func writeOne(ctx context.Context, s *storage.Store, n int) error {
	t := leads.Touch{
		Source: "site", ExternalID: fmt.Sprintf("while %d", n), Channel: leads.ChannelForm, Direction: leads.In, At: time.Now(), Text: "x",
		From: []leads.Identity{{Kind: leads.KindPhone, Value: fmt.Sprintf("+7916%07d", n)}},
	}
	_, err := s.Ingest(ctx, intake.Batch{Source: "site", Touches: []leads.Touch{t}})
	return err
}

// A hub writes while it is backed up. What is restored, into a database of
// either kind, is the archive row by row and file by file; it holds all that was
// stored before the backup began, and a hub works on it.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for from, p := range places(t) {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			s := p.open(t)
			const before = 20
			for n := range before {
				if err := writeOne(t.Context(), s, n); err != nil {
					t.Fatal(err)
				}
			}
			stop, more := make(chan struct{}), make(chan struct{}, 1)
			var writer sync.WaitGroup
			writer.Go(func() {
				for n := before; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					if err := writeOne(context.Background(), s, n); err != nil {
						t.Error(err)
						return
					}
					select {
					case more <- struct{}{}:
					default:
					}
				}
			})
			<-more // it is at work
			archive, m := p.backup(t)
			<-more // and still is
			close(stop)
			writer.Wait()
			last, err := s.LastEvent(t.Context())
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			want := entries(t, archive)
			if m.Files != 4 || m.Rows["users"] != 3 || m.Rows["interactions"] < before+5 || len(m.LeftOut) != 1 {
				t.Errorf("%+v", m)
			}
			for _, name := range []string{"tables/sessions/000001.jsonl", "files/recordings/y.wav.part", "files/recordings/.parts/Z", "files/spool/z"} {
				if _, there := want[name]; there {
					t.Errorf("%s is in the archive", name)
				}
			}
			for to, target := range free(t) {
				if err := target.restore(archive, false); err != nil {
					t.Fatalf("from %s to %s: %v", from, to, err)
				}
				again, _ := target.backup(t)
				if got := entries(t, again); !maps.Equal(got, want) {
					t.Errorf("from %s to %s: restored is %v, not %v", from, to, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
				}
				hub := target.open(t)
				if n, err := hub.LastEvent(t.Context()); err != nil || n > last || n == 0 {
					t.Errorf("the newest event is %d, and was %d: %v", n, last, err)
				}
				if err := writeOne(t.Context(), hub, 1_000_000); err != nil {
					t.Error(err)
				}
				if err := hub.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// An archive that was cut off, or of which a byte was changed, restores nothing.
func TestDamagedArchive(t *testing.T) {
	t.Parallel()
	archive, _ := places(t)["sqlite"].backup(t)
	refused := func(t *testing.T, p place, what string, damaged []byte) {
		t.Helper()
		if err := p.restore(damaged, false); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		left, err := os.ReadDir(p.data)
		if err != nil || len(left) > 1 || len(left) == 1 && left[0].Name() != "hub.db.lock" {
			t.Errorf("%s: left behind %v %v", what, left, err)
		}
	}
	for name, p := range free(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cut, flipped := []int{5, len(archive) / 2, len(archive) - 1}, []int{len(archive) / 2, len(archive) - 5}
			if name == "postgres" { // each makes tables, which takes a while
				cut, flipped = cut[1:2], flipped[:1]
			}
			for _, n := range cut {
				refused(t, p, fmt.Sprintf("cut after %d of %d bytes", n, len(archive)), archive[:n])
			}
			for _, n := range flipped {
				changed := slices.Clone(archive)
				changed[n] ^= 4
				refused(t, p, fmt.Sprintf("byte %d of %d was changed", n, len(archive)), changed)
			}
			changes := map[string]func(*tar.Header, []byte) []byte{
				"a file was changed":    func(h *tar.Header, b []byte) []byte { return changeIf(h, b, "files/recordings/2026/11/x.wav") },
				"a row was changed":     func(h *tar.Header, b []byte) []byte { return changeIf(h, b, "tables/users/000001.jsonl") },
				"the sums were changed": func(h *tar.Header, b []byte) []byte { return changeIf(h, b, "SHA256SUMS") },
				"an entry was added": func(h *tar.Header, b []byte) []byte {
					if h.Name == "files/sinks/crm/token" {
						h.Name = "files/../hub.db"
					}
					return b
				},
			}
			if name == "postgres" {
				changes = map[string]func(*tar.Header, []byte) []byte{"a file was changed": changes["a file was changed"]}
			}
			for what, change := range changes {
				refused(t, p, what, rewrite(t, archive, change))
			}
			if err := p.restore(archive, false); err != nil {
				t.Errorf("the whole archive: %v", err)
			}
		})
	}
}

func changeIf(h *tar.Header, b []byte, name string) []byte {
	if h.Name == name {
		b[len(b)/2] ^= 1
	}
	return b
}

// rewrite makes a valid tar of other entries.
func rewrite(t *testing.T, archive []byte, change func(*tar.Header, []byte) []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := gzip.NewWriter(&out)
	w := tar.NewWriter(zw)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		b = change(h, b)
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The session of a hub on PostgreSQL that has just stopped is awaited.
func TestRestoreAwaitsTheEndOfSessions(t *testing.T) {
	t.Parallel()
	p := places(t)["postgres"]
	archive, _ := p.backup(t)
	sessions := func(application string) *sql.DB {
		db, err := sql.Open("pgx", p.Database+"&application_name="+application)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if err := db.PingContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		return db
	}
	hub, watch := sessions("ctihub"), sessions("watch")
	restored := make(chan error, 1)
	go func() { restored <- p.restore(archive, true) }()
	for n := 0; n == 0 && len(restored) == 0; { // until it has counted the sessions once: no event says so
		err := watch.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
			AND application_name = 'ctihub-restore' AND state = 'idle' AND query LIKE '%application_name IN%'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := hub.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-restored; err != nil {
		t.Error(err)
	}
}

// What is there is replaced on purpose only, and never under a running hub.
func TestRestoreReplacesOnPurpose(t *testing.T) {
	t.Parallel()
	for name, p := range places(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hub := p.open(t)
			archive, _ := p.backup(t)
			if err := writeOne(t.Context(), hub, 1); err != nil {
				t.Fatal(err)
			}
			if err := p.restore(archive, true); !errors.Is(err, storage.ErrHubRuns) {
				t.Errorf("under a running hub: %v", err)
			}
			if err := hub.Close(); err != nil {
				t.Fatal(err)
			}
			late := filepath.Join(p.data, "recordings", "late.wav")
			if err := os.WriteFile(late, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := p.restore(archive, false); !errors.Is(err, backup.ErrFiles) {
				t.Errorf("over files: %v", err)
			}
			for _, dir := range backup.Folders {
				if err := os.Rename(filepath.Join(p.data, dir), filepath.Join(t.TempDir(), dir)); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.restore(archive, false); !errors.Is(err, storage.ErrNotEmpty) {
				t.Errorf("over people and customers: %v", err)
			}
			if err := os.MkdirAll(filepath.Join(p.data, ".restoring-1", "recordings"), 0o700); err != nil { // of one that was killed
				t.Fatal(err)
			}
			if err := p.restore(archive, true); err != nil {
				t.Fatal(err)
			}
			again, m := p.backup(t)
			if !maps.Equal(entries(t, again), entries(t, archive)) || m.Files != 4 {
				t.Error("what is there is not what was restored")
			}
			if _, err := os.Stat(late); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a file of before is there: %v", err)
			}
			left, err := filepath.Glob(filepath.Join(p.data, ".restoring-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}
