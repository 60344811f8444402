package asterisk

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sourceOf makes a connector with these settings beside the usual ones.
func sourceOf(t *testing.T, address string, more map[string]any) *connector {
	t.Helper()
	s := map[string]any{"url": address, "username": "hub", "password": "secret", "trunks": []string{"trunk"}}
	for k, v := range more {
		s[k] = v
	}
	c, err := newConnector(env(s, func(error) {}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRecordingsOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	monitor := filepath.Join(dir, "monitor")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(monitor, "2026"), 0o700),
		os.WriteFile(filepath.Join(monitor, "2026", "a.wav"), []byte("sound"), 0o600),
		os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o600),
		os.Symlink(filepath.Join(dir, "secret"), filepath.Join(monitor, "link.wav")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := sourceOf(t, "http://127.0.0.1:1", map[string]any{"recordings": monitor, "recordings_there": "/var/spool/asterisk/monitor"})
	for _, name := range []string{"/var/spool/asterisk/monitor/2026/a.wav", "2026/a.wav", "./2026/../2026/a.wav"} {
		f, err := c.Recording(t.Context(), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if b, err := io.ReadAll(f); err != nil || string(b) != "sound" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		_ = f.Close()
	}
	if _, err := c.Recording(t.Context(), "2026/b.wav"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	for _, name := range []string{"../secret", "/etc/passwd", "2026/../../secret", "link.wav", "2026", "", "."} {
		if f, err := c.Recording(t.Context(), name); err == nil {
			_ = f.Close()
			t.Errorf("%q can be opened", name)
		}
	}
	if err := os.Rename(monitor, monitor+"-away"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Recording(t.Context(), "2026/a.wav"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not mounted looks like a missing file: %v", err)
	}
}

func TestRecordingsOverARI(t *testing.T) {
	asked := make(chan string, 10)
	ari := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.EscapedPath()
		if user, secret, _ := r.BasicAuth(); user != "hub" || secret != "secret" {
			http.Error(w, "", http.StatusUnauthorized)
		} else if !strings.HasSuffix(r.URL.EscapedPath(), "/2026%2Fa/file") {
			http.NotFound(w, r)
		} else {
			_, _ = io.WriteString(w, "sound")
		}
	}))
	defer ari.Close()
	c := sourceOf(t, ari.URL, map[string]any{"recordings": "ari", "recordings_there": "/var/spool/asterisk/monitor"})
	f, err := c.Recording(t.Context(), "/var/spool/asterisk/monitor/2026/a.wav")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(f); err != nil || string(b) != "sound" {
		t.Errorf("%q, %v", b, err)
	}
	_ = f.Close()
	if got := <-asked; got != "/ari/recordings/stored/2026%2Fa/file" {
		t.Errorf("asked for %s", got)
	}
	if _, err := c.Recording(t.Context(), "b.wav"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}

func TestRecordingsSettings(t *testing.T) {
	for _, wrong := range []map[string]any{
		{"recordings": "monitor"}, {"recordings_there": "/spool"}, {"recordings": "/here", "recordings_there": "there"},
	} {
		s := map[string]any{"url": "http://127.0.0.1:1", "username": "hub", "password": "secret", "trunks": []string{"trunk"}}
		for k, v := range wrong {
			s[k] = v
		}
		if _, err := Kind().In(env(s, func(error) {})); err == nil || !strings.Contains(err.Error(), "recordings") {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if sourceOf(t, "http://127.0.0.1:1", nil).records() {
		t.Error("a source without the setting records")
	}
}
