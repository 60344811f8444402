package recordings

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ctihub/storage/storagetest"
)

// brokenReader ends with an error after some bytes.
type brokenReader struct{ left int }

var errCut = errors.New("the exchange went away")

func (b *brokenReader) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errCut
	}
	n := min(len(p), b.left)
	b.left -= n
	return n, nil
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(filepath.Join(dir, "recordings"))
	if err != nil {
		t.Fatal(err)
	}
	testFiles(t, f)
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "recordings", "link.wav")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"../secret", "/etc/passwd", "2026/../../secret", "link.wav"} {
		if o, err := f.Open(t.Context(), key); err == nil {
			_ = o.Close()
			t.Errorf("%s can be opened", key)
		}
	}
}

func TestRealBucket(t *testing.T) {
	s := storagetest.S3(t)
	b, err := OpenBucket(S3{Endpoint: s.Endpoint, Bucket: s.Bucket, AccessKey: s.AccessKey, SecretKey: s.SecretKey}, nil)
	if err != nil {
		t.Fatal(err)
	}
	testFiles(t, b)
	wrong, err := OpenBucket(S3{Endpoint: s.Endpoint, Bucket: s.Bucket, AccessKey: s.AccessKey, SecretKey: "guessed"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = wrong.Write(t.Context(), "2026/11/a.wav", "audio/wav", strings.NewReader("x"), 1)
	if err == nil || strings.Contains(err.Error(), "a.wav") || !strings.Contains(err.Error(), "403") {
		t.Errorf("a wrong secret: %v", err)
	}
}

// testFiles is what every place of recordings must do.
func testFiles(t *testing.T, f Files) {
	t.Helper()
	ctx := context.Background()
	const key, content = "2026/11/a.wav", "RIFF and so on, and so forth"
	if err := f.Write(ctx, key, "audio/wav", &brokenReader{10}, 1000); !errors.Is(err, errCut) {
		t.Errorf("half a recording: %v", err)
	}
	if _, err := f.Open(ctx, key); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a recording can be opened: %v", err)
	}
	for range 2 { // fetched twice, it takes the same place
		if err := f.Write(ctx, key, "audio/wav", strings.NewReader(content), int64(len(content))); err != nil {
			t.Fatal(err)
		}
	}
	o, err := f.Open(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Seek(-5, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	end, err := io.ReadAll(o)
	if err != nil || string(end) != "forth" {
		t.Errorf("the end is %q, %v", end, err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	for range 2 { // what is gone may be removed
		if err := f.Remove(ctx, key); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Open(ctx, key); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
}
