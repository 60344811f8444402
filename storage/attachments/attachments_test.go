package attachments_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
	"ctihub/storage/attachments"
	"ctihub/storage/recordings"
	"ctihub/storage/storagetest"
)

var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")

func office(t *testing.T, content attachments.Content) (*storage.Store, *attachments.Store, string) {
	t.Helper()
	table, err := storage.Open(t.Context(), storage.Config{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = table.Close() })
	spool := filepath.Join(t.TempDir(), "spool")
	return table, &attachments.Store{Content: content, Ledger: table, Log: slog.New(slog.DiscardHandler), Spool: spool, Now: time.Now}, spool
}

func folder(t *testing.T, dir string) *recordings.Folder {
	t.Helper()
	f, err := recordings.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func read(t *testing.T, f connectors.Files, id string) string {
	t.Helper()
	r, err := f.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFolder(t *testing.T) { testKeep(t, folder(t, t.TempDir())) }

func TestRealBucket(t *testing.T) {
	s := storagetest.S3(t)
	b, err := recordings.OpenBucket(recordings.S3{Endpoint: s.Endpoint, Bucket: s.Bucket, AccessKey: s.AccessKey, SecretKey: s.SecretKey}, nil)
	if err != nil {
		t.Fatal(err)
	}
	testKeep(t, b)
}

func testKeep(t *testing.T, content attachments.Content) {
	_, store, spool := office(t, content)
	var mail, sales connectors.Files = store.Of("mail"), store.Of("sales")
	keep := func(f connectors.Files, key string, n int, name string, b []byte) leads.Attachment {
		t.Helper()
		a, err := f.Keep(t.Context(), key, n, name, bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := keep(mail, "1", 0, "план.html", png)
	if a.Name != "план.html" || a.Type != "image/png" || a.Size != int64(len(png)) || strings.Contains(a.ID, "mail") {
		t.Errorf("kept %+v", a)
	}
	if again := keep(mail, "1", 0, "план.html", png); again != a {
		t.Errorf("kept again as %+v", again)
	}
	if other := keep(mail, "1", 0, "план.html", []byte("other content under the key")); other.ID == a.ID || read(t, mail, a.ID) != string(png) {
		t.Errorf("other content took the place of the first: %+v", other)
	}
	ids := map[string]bool{a.ID: true}
	for _, other := range []leads.Attachment{keep(mail, "1", 1, "b", []byte("b")), keep(mail, "11", 0, "c", nil), keep(sales, "1", 0, "d", []byte("d"))} {
		if ids[other.ID] {
			t.Errorf("%s was given twice", other.ID)
		}
		ids[other.ID] = true
	}
	if got := read(t, sales, a.ID); got != string(png) {
		t.Errorf("read %q", got)
	}
	seek, err := store.Open(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer seek.Close()
	if _, err := seek.Seek(1, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(seek); err != nil || string(b) != string(png[1:]) {
		t.Errorf("from the second byte %q, %v", b, err)
	}
	for _, id := range []string{"", "x", "../../etc/passwd", strings.Repeat("0", 32), strings.ToUpper(a.ID) + "/"} {
		if _, err := store.Open(t.Context(), id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("opening %q: %v", id, err)
		}
	}
	broken := io.MultiReader(strings.NewReader("half"), errReader{})
	if _, err := mail.Keep(t.Context(), "2", 0, "x", broken); !errors.Is(err, errCut) {
		t.Errorf("a broken download: %v", err)
	}
	if left, _ := os.ReadDir(spool); len(left) != 0 {
		t.Errorf("left in the spool: %v", left)
	}
}

var errCut = errors.New("cut")

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errCut }

// TestRealDiskFull: no partial file, and the words say what is the matter.
func TestRealDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatalf("the test mounts a small file system and so must run as root: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	for _, spoolToo := range []bool{false, true} {
		_, store, _ := office(t, folder(t, dir))
		if spoolToo {
			store.Spool = filepath.Join(dir, "spool")
		}
		_, err := store.Of("mail").Keep(t.Context(), "1", 0, "big", bytes.NewReader(make([]byte, 200<<10)))
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("error %v", err)
		}
		_ = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				t.Errorf("left behind: %s", path)
			}
			return err
		})
	}
}

// TestSweep: files go whose touch never came; those of touches stay.
func TestSweep(t *testing.T) {
	table, store, _ := office(t, folder(t, t.TempDir()))
	files := store.Of("mail")
	var ids []string
	for _, key := range []string{"stored", "lost"} {
		a, err := files.Keep(t.Context(), key, 0, key, strings.NewReader(key))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
	}
	_, err := table.Ingest(t.Context(), intake.Batch{Source: "mail", Touches: []leads.Touch{
		{Source: "mail", ExternalID: "stored", Attachments: []leads.Attachment{{ID: ids[0], Name: "stored"}}, Channel: leads.ChannelMail, Direction: leads.In, At: time.Now()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Sweep(t.Context(), time.Time{}, time.Now().Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := read(t, files, ids[1]); got != "lost" {
		t.Errorf("a young file says %q", got)
	}
	if err := store.Sweep(t.Context(), time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := read(t, files, ids[0]); got != "stored" {
		t.Errorf("the stored touch's file says %q", got)
	}
	if _, err := files.Open(t.Context(), ids[1]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the lost touch's file: %v", err)
	}
}

// counted counts writes.
type counted struct {
	attachments.Content
	writes int
}

func (c *counted) Write(ctx context.Context, key, mediaType string, content io.Reader, size int64) error {
	c.writes++
	return c.Content.Write(ctx, key, mediaType, content, size)
}

// TestWrittenOnce: a file that is there is not written again.
func TestWrittenOnce(t *testing.T) {
	content := &counted{Content: folder(t, t.TempDir())}
	_, store, _ := office(t, content)
	for range 3 {
		if _, err := store.Of("mail").Keep(t.Context(), "1", 0, "a", strings.NewReader("a")); err != nil {
			t.Fatal(err)
		}
	}
	if content.writes != 1 {
		t.Errorf("written %d times", content.writes)
	}
}

// keeper holds a write until it is let go.
type keeper struct {
	attachments.Content
	writes, release chan struct{}
}

func (k keeper) Write(ctx context.Context, key, mediaType string, content io.Reader, size int64) error {
	k.writes <- struct{}{}
	<-k.release
	return k.Content.Write(ctx, key, mediaType, content, size)
}

// TestSweepSparesWhatIsReceived: a file that comes again just then stays.
func TestSweepSparesWhatIsReceived(t *testing.T) {
	k := keeper{folder(t, t.TempDir()), make(chan struct{}), make(chan struct{})}
	_, store, _ := office(t, k)
	files, done := store.Of("mail"), make(chan error)
	go func() {
		_, err := files.Keep(context.WithoutCancel(t.Context()), "1", 0, "a", strings.NewReader("a"))
		done <- err
	}()
	<-k.writes
	if err := store.Sweep(t.Context(), time.Time{}, time.Now().Add(time.Hour)); err == nil {
		t.Error("it was swept while it was received")
	}
	close(k.release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestTypeOf(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"photo.png", string(png), "image/png"},
		{"photo.png", "<html><script>alert(1)</script>", "text/html"},
		{"photo.png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"},
		{"photo.svg", "<?xml version='1.0'?><svg/>", "text/xml"},
		{"voice.oga", "OggS\x00\x02" + strings.Repeat("\x00", 22) + "OpusHead", "audio/ogg"},
		{"voice.ogg", "OggS\x00\x02" + strings.Repeat("\x00", 22) + "\x80theora", "application/ogg"},
		{"song.mp3", "\xFF\xFB\x90\x00", "audio/mpeg"},
		{"song.mp3", "ID3\x03", "audio/mpeg"},
		{"text.txt", "\xFF\xFEa\x00", "text/plain"},
		{"voice.m4a", "\x00\x00\x00\x20ftypM4A \x00", "audio/mp4"},
		{"offer.docx", "PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"offer.docx", "MZ\x00\x00", "application/octet-stream"},
		{"offer.zip", "PK\x03\x04", "application/zip"},
		{"offer.pdf", "%PDF-1.7", "application/pdf"},
		{"sound.wav", "RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"},
		{"", "", "text/plain"},
	} {
		if got := attachments.TypeOf([]byte(c.head), c.name); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.name, c.head, got, c.want)
		}
	}
	for _, t2 := range []string{"text/html", "image/svg+xml", "text/xml", "application/pdf", "text/plain", "video/mp4"} {
		if (leads.Attachment{Type: t2}).Shown() {
			t.Errorf("%s is shown", t2)
		}
	}
}
