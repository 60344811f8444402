package vendors

import (
	"os"
	"path/filepath"
	"testing"
)

// A file is replaced as a whole: a failed write leaves the old content.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "token")
	read := func() string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, want := range []string{"first", "2"} {
		if err := ReplaceFile(path, []byte(want)); err != nil || read() != want {
			t.Fatalf("%q, %v", read(), err)
		}
	}
	if err := os.Mkdir(path+".new", 0o700); err != nil { // in its way
		t.Fatal(err)
	}
	if err := ReplaceFile(path, []byte("third")); err == nil || read() != "2" {
		t.Errorf("%q, %v", read(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
