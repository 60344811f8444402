package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// foreignServer is a remote server that records the requests to it.
type foreignServer struct {
	mu    sync.Mutex
	asked []string
}

func (s *foreignServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.URL.Path)
	w.Header().Set("Content-Type", "image/gif")
	_, _ = w.Write([]byte(onePixel))
}

// connected records connections without a request too.
func (s *foreignServer) connected(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, "")
	}
}

func (s *foreignServer) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

const onePixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// mailbox is an inbox of a source without a connector.
func mailbox(h *hubtest.Hub) leads.Inbox {
	return h.Inbox("mail")
}

func receive(h *hubtest.Hub, touches ...leads.Touch) {
	h.T.Helper()
	if err := mailbox(h).Put(h.T.Context(), "", touches...); err != nil {
		h.T.Fatal(err)
	}
}

// No script of a letter runs, and opening it contacts no remote server until the
// reader requests remote pictures.
func TestBrowserHostileLetters(t *testing.T) {
	spy := &foreignServer{}
	plain, secure := httptest.NewUnstartedServer(spy), httptest.NewUnstartedServer(spy)
	plain.Config.ConnState, secure.Config.ConnState = spy.connected, spy.connected
	plain.Start()
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	corpus, err := os.ReadFile("../../../web/formatted/testdata/attacks.html")
	if err != nil {
		t.Fatal(err)
	}
	h := hubtest.Start(t)
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	var touches []leads.Touch
	for n, attack := range strings.Split(strings.TrimSpace(string(corpus)), "\n") {
		for i, remote := range []string{plain.URL, secure.URL} {
			attack := strings.ReplaceAll(attack, "REMOTE", remote)
			if i == 1 && !strings.Contains(attack, remote) {
				continue
			}
			key := fmt.Sprintf("%d.%d", n, i)
			name := attack
			if len(name) > 120 {
				name = name[:120]
			}
			file, err := h.Env("mail").Files.Keep(t.Context(), key, 0, name, strings.NewReader(attack))
			if err != nil {
				t.Fatal(err)
			}
			touches = append(touches, leads.Touch{
				ExternalID: key, Channel: leads.ChannelMail, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindEmail, Value: "mallory@example.com"}},
				Name: attack, To: attack, Subject: attack, Text: attack, Whole: attack + "\n> " + attack, HTML: "<p>letter " + key + "</p>" + attack, Attachments: []leads.Attachment{file},
				UTM: map[string]string{"utm_source": attack, "page": attack},
			})
		}
	}
	receive(h, touches...)
	all := hubtest.List[leads.Lead](h, anna, "/api/v1/leads", nil)
	if len(all) != 1 {
		t.Fatalf("%d leads", len(all))
	}
	b := hubtest.NewBrowser(t)
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + all[0].ID, "insecure": true, "cards": false})
	b.Do("wait", "anna", map[string]any{"selector": ".timeline"})
	b.Do("clickAll", "anna", map[string]any{"selector": ".message-views button:has-text('Show whole message')"})
	if n := b.Do("count", "anna", map[string]any{"selector": ".message-views button:has-text('Only what is new')"}); n != float64(len(touches)) {
		t.Errorf("%v of %d letters are shown whole", n, len(touches))
	}
	// A window has room for a hundred frames at once and a test for all of them.
	b.Do("clickAll", "anna", map[string]any{"selector": ".message-views button:has-text('Show as formatted')"})
	b.Do("wait", "anna", map[string]any{"selector": fmt.Sprintf(":nth-match(iframe.message-frame, %d)", len(touches))})
	var frames []struct{ URL, Title, Text string }
	if err := json.Unmarshal([]byte(b.Do("frames", "anna", nil).(string)), &frames); err != nil {
		t.Fatal(err)
	}
	letters := 0
	for _, f := range frames {
		if f.Title == "RAN" {
			t.Errorf("something ran in %s", f.URL)
		}
		if strings.Contains(f.URL, "/html") {
			if letters++; !strings.Contains(f.Text, "letter ") {
				t.Errorf("%s shows %q", f.URL, f.Text)
			}
		}
	}
	if letters != len(touches) || len(frames) != letters+1 {
		t.Errorf("%d letters in %d frames, want %d in one more", letters, len(frames), len(touches))
	}
	if asked := spy.heard(); len(asked) != 0 {
		t.Errorf("other servers were asked for %v", asked)
	}
	b.Do("click", "anna", map[string]any{"selector": ".message-remote button"})
	waitFor(t, "the picture that was asked for", func() bool {
		return slices.ContainsFunc(spy.heard(), func(path string) bool { return path != "" })
	})
	for _, path := range spy.heard() {
		if path != "" && !strings.HasSuffix(path, ".png") {
			t.Errorf("asking for pictures loaded %s", path)
		}
	}
}
