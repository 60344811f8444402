package recordings_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/recordings"
	"ctihub/storage/storagetest"
)

// exchanges is an exchange in memory.
type exchanges struct {
	mu    sync.Mutex
	files map[string][]byte
	asked map[string]int
}

func (e *exchanges) Recorders() []string { return []string{"pbx"} }

func (e *exchanges) Recording(_ context.Context, source, file string) (io.ReadCloser, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked[file]++
	if content, ok := e.files[file]; ok && source == "pbx" {
		return io.NopCloser(bytes.NewReader(content)), nil
	}
	return nil, &fs.PathError{Op: "open", Path: file, Err: fs.ErrNotExist}
}

// events collects what is published of recordings.
type events chan leads.Event

func (e events) add(all ...leads.Event) {
	for _, one := range all {
		if one.Type == leads.EventCallRecorded {
			e <- one
		}
	}
}

var boss = leads.Viewer{UserID: "boss", Role: leads.RoleSupervisor}

// silence is a whole WAV file of so many samples.
func silence(samples int) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, uint32(16))
	for _, v := range []any{uint16(1), uint16(1), uint32(8000), uint32(16000), uint16(2), uint16(16)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(2*samples))
	b.Write(make([]byte, 2*samples))
	return b.Bytes()
}

func onBoth(t *testing.T, test func(t *testing.T, s *storage.Store, told events)) {
	for name, config := range map[string]func(t *testing.T) storage.Config{
		"SQLite":   func(t *testing.T) storage.Config { return storage.Config{DataDir: dataDir(t)} },
		"Postgres": func(t *testing.T) storage.Config { return storage.Config{Database: storagetest.Postgres(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			told, c := make(events, 10), config(t)
			c.Publish = told.add
			s, err := storage.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			test(t, s, told)
		})
	}
}

// call stores a call that is recorded in the file.
// dataDir is a folder with the tables of an embedded database.
var dataDir = storagetest.DataDirs(func(dir string) error {
	_, err := storage.Migrate(context.Background(), storage.Config{DataDir: dir})
	return err
})

func call(t *testing.T, s *storage.Store, linkedid, file string, started time.Time, over bool) {
	t.Helper()
	c := &leads.Call{
		Linkedid: linkedid, Direction: leads.In, State: leads.CallTalking, From: "+79161234567", To: "600", Started: started, Answered: started,
		Legs:     []leads.Leg{{Channel: linkedid + ".1", Extension: "100", State: leads.LegTalking, Rang: started, Answered: started}},
		Recorded: []leads.RecordedFile{{File: file, Channel: linkedid + ".1"}},
	}
	if over {
		c.State, c.Disposition, c.Ended = leads.CallEnded, leads.Answered, started.Add(time.Second)
		c.Legs[0].State, c.Legs[0].Ended = leads.LegEnded, c.Ended
	}
	touch := leads.Touch{
		Source: "pbx", ExternalID: linkedid, Channel: leads.ChannelCall, Direction: leads.In, At: started, Call: c,
		From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234567"}},
	}
	if _, err := s.Ingest(t.Context(), intake.Batch{Source: "pbx", Touches: []leads.Touch{touch}}); err != nil {
		t.Fatal(err)
	}
}

// recording reads the only recording of a call.
func recording(t *testing.T, s *storage.Store, linkedid string) leads.Recording {
	t.Helper()
	list, err := s.Calls(t.Context(), boss, leads.CallFilter{Linkedid: linkedid}, leads.Page{Limit: 10})
	if err != nil || len(list.Items) != 1 || len(list.Items[0].Recordings) != 1 {
		t.Fatalf("calls %+v, %v", list.Items, err)
	}
	return list.Items[0].Recordings[0]
}

func start(t *testing.T, k *recordings.Keeper) {
	t.Helper()
	k.Log, k.Every, k.Spool = slog.New(slog.DiscardHandler), 20*time.Millisecond, t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := k.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); done.Wait() })
}

func next(t *testing.T, e events) leads.Event {
	t.Helper()
	select {
	case one := <-e:
		return one
	case <-time.After(3 * time.Minute):
		t.Fatal("no event")
	}
	panic("not reached")
}

// A recording is fetched when its call is over, not before, once; one that the
// exchange has lost is given up after a day, in words.
func TestKeeperPostgres(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store, told events) {
		files, err := recordings.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		pbx := &exchanges{asked: map[string]int{}, files: map[string][]byte{"a": silence(8000), "b": silence(4000)}}
		now := time.Now().Truncate(time.Microsecond)
		call(t, s, "going.1", "a", now, false)
		call(t, s, "over.1", "b", now, false)
		call(t, s, "over.1", "b", now, true)
		call(t, s, "lost.1", "c", now.Add(-25*time.Hour), true)
		start(t, &recordings.Keeper{Table: s, Files: files, Exchanges: pbx})
		for range 2 {
			if e := next(t, told); e.Type != leads.EventCallRecorded {
				t.Errorf("event %s", e.Type)
			}
		}
		if r := recording(t, s, "over.1"); r.State != leads.RecordingStored || r.Seconds != 0.5 || r.Channels != 1 || r.Leg != "100" {
			t.Errorf("the call that is over: %+v", r)
		}
		if r := recording(t, s, "lost.1"); r.State != leads.RecordingMissing || r.Error != "the exchange has no such file" {
			t.Errorf("the lost one: %+v", r)
		}
		if r := recording(t, s, "going.1"); r.State != leads.RecordingWaiting || pbx.asked["a"] != 0 {
			t.Errorf("the call that goes on: %+v, asked for %d times", r, pbx.asked["a"])
		}
		call(t, s, "going.1", "a", now, true)
		next(t, told)
		if r := recording(t, s, "going.1"); r.State != leads.RecordingStored || r.Seconds != 1 {
			t.Errorf("after its end: %+v", r)
		}
		if pbx.asked["b"] != 1 {
			t.Errorf("b was fetched %d times", pbx.asked["b"])
		}
	})
}

// What is older than it may be is deleted: the sound, not the call.
func TestKeeperForgets(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store, told events) {
		files, err := recordings.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		pbx := &exchanges{asked: map[string]int{}, files: map[string][]byte{"old": silence(1), "young": silence(1)}}
		call(t, s, "old.1", "old", time.Now().Add(-48*time.Hour), true)
		call(t, s, "young.1", "young", time.Now().Add(-2*time.Hour), true)
		k := &recordings.Keeper{Table: s, Files: files, Exchanges: pbx}
		t.Run("fetch", func(t *testing.T) {
			start(t, k)
			next(t, told)
			next(t, told)
		})
		key := map[string]string{}
		for _, id := range []string{"old.1", "young.1"} {
			r, err := s.Recording(t.Context(), boss, recording(t, s, id).ID)
			if err != nil {
				t.Fatal(err)
			}
			key[id] = r.Key
		}
		k.Keep = 24 * time.Hour
		start(t, k)
		for limit := time.Now().Add(3 * time.Minute); recording(t, s, "old.1").State == leads.RecordingStored && time.Now().Before(limit); {
			time.Sleep(5 * time.Millisecond) // expiry tells nobody
		}
		if r := recording(t, s, "old.1"); r.State != leads.RecordingExpired {
			t.Errorf("the old one is %+v", r)
		}
		if _, err := files.Open(t.Context(), key["old.1"]); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the old one's sound: %v", err)
		}
		f, err := files.Open(t.Context(), key["young.1"])
		if err != nil || recording(t, s, "young.1").State != leads.RecordingStored {
			t.Fatalf("the young one: %v", err)
		}
		_ = f.Close()
	})
}

// A disk that is full keeps the call, serves nothing by halves, and says so;
// with room again the recording comes.
func TestRealDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatalf("the test mounts a small file system and so must run as root: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	told := make(events, 10)
	s, err := storage.Open(t.Context(), storage.Config{DataDir: dataDir(t), Publish: told.add})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	files, err := recordings.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/ballast", make([]byte, 56<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	pbx := &exchanges{asked: map[string]int{}, files: map[string][]byte{"a": silence(8000)}}
	call(t, s, "full.1", "a", time.Now(), true)
	start(t, &recordings.Keeper{Table: s, Files: files, Exchanges: pbx})
	for limit := time.Now().Add(3 * time.Minute); ; time.Sleep(10 * time.Millisecond) { // a failed try tells nobody
		if r := recording(t, s, "full.1"); r.Error != "" {
			if r.State != leads.RecordingWaiting || r.Error != "the disk is full" {
				t.Fatalf("%+v", r)
			}
			break
		}
		if time.Now().After(limit) {
			t.Fatal("nothing was noted")
		}
	}
	left, err := fs.Glob(os.DirFS(dir), "*/*/*")
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.Remove(dir + "/ballast"); err != nil {
		t.Fatal(err)
	}
	next(t, told)
	r, err := s.Recording(t.Context(), boss, recording(t, s, "full.1").ID)
	if err != nil || r.State != leads.RecordingStored || r.Size != int64(len(silence(8000))) {
		t.Errorf("%+v, %v", r, err)
	}
	if !strings.HasSuffix(r.Key, ".wav") || strings.Contains(fmt.Sprint(r), "79161234567") {
		t.Errorf("key %q", r.Key)
	}
}
