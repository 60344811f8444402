package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/connectors/media/mediatest"
)

// servers is one machine under many names, with a certificate for
// example.com and its subdomains.
func servers(t *testing.T, h http.HandlerFunc) *Box {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	client := s.Client()
	transport := client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
	}
	return &Box{Files: &mediatest.Files{}, HTTP: client, Hosts: []string{"example.com"}, Most: 1000, Insist: 1, Now: time.Now}
}

func TestGetKeepsToTheServers(t *testing.T) {
	var asked []string
	b := servers(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host+r.URL.Path)
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		fmt.Fprint(w, "content")
	})
	b.API, _ = url.Parse("http://gateway.internal:8080")
	for address, ok := range map[string]bool{
		"https://example.com/a":                                     true,
		"https://dl.example.com/a":                                  true,
		"https://DL.Example.Com./a":                                 true,
		"http://dl.example.com/a":                                   true, // asked over https
		"https://dl.example.com:443/a":                              true,
		"https://dl.example.com/a?to=https://x.example.com/b":       true,
		"https://dl.example.com/a?to=http://x.example.com/b":        true,
		"https://dl.example.com/a?to=https://evil.test/b":           false,
		"https://dl.example.com/a?to=http://127.0.0.1/b":            false,
		"https://dl.example.com/a?to=http://169.254.169.254/latest": false,
		"https://badexample.com/a":                                  false,
		"https://example.com.evil.test/a":                           false,
		"https://u:p@example.com/a":                                 false,
		"https://example.com:8443/a":                                false,
		"http://example.com:8080/a":                                 false,
		"https://gateway.internal:8080/a":                           false, // not in the gateway's scheme
		"http://gateway.internal/a":                                 false,
		"ftp://example.com/a":                                       false,
		"file:///etc/passwd":                                        false,
		"https://[::1]/a":                                           false,
		"//example.com/a":                                           false,
		"":                                                          false,
	} {
		body, err := b.Get(t.Context(), address, http.Header{"Authorization": {"Bearer x"}})
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err == nil {
			body.Close()
		} else if !errors.As(err, new(errNever)) {
			t.Errorf("%q: %v may be tried again", address, err)
		}
	}
	for _, a := range asked {
		if !strings.Contains(strings.ToLower(a), "example.com") || strings.Contains(a, "evil") {
			t.Errorf("asked %s", a)
		}
	}
	loop := 0
	b = servers(t, func(w http.ResponseWriter, r *http.Request) {
		loop++
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	if _, err := b.Get(t.Context(), "https://example.com/", nil); err == nil || loop > redirects+1 {
		t.Errorf("a loop: %v after %d", err, loop)
	}
}

func TestGetAnswers(t *testing.T) {
	for status, never := range map[int]bool{403: true, 404: true, 410: true, 204: true, 408: false, 429: false, 500: false, 503: false} {
		b := servers(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		_, err := b.Get(t.Context(), "https://example.com/secret-key", nil)
		if err == nil || errors.As(err, new(errNever)) != never || strings.Contains(err.Error(), "secret-key") {
			t.Errorf("%d: %v", status, err)
		}
	}
	b := servers(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := b.Get(t.Context(), "https://example.com/secret-key", nil); err == nil || errors.As(err, new(errNever)) || strings.Contains(err.Error(), "secret-key") {
		t.Errorf("broken off: %v", err)
	}
}

func TestLimits(t *testing.T) {
	size, declared := 0, true
	b := servers(t, func(w http.ResponseWriter, _ *http.Request) {
		if !declared {
			w.(http.Flusher).Flush()
		}
		_, _ = w.Write(make([]byte, size))
	})
	n := 0
	for _, declared = range []bool{true, false} {
		for _, size = range []int{0, 1000, 1001, 100_000} {
			n++
			kept, note, err := b.Keep(t.Context(), fmt.Sprint(n), "a", func(ctx context.Context) (io.ReadCloser, error) {
				return b.Get(ctx, "https://example.com/a", nil)
			})
			if err != nil || (kept != nil) != (size <= 1000) || (kept == nil) != strings.Contains(note, "larger than") {
				t.Errorf("%d bytes, declared %v: %v %q %v", size, declared, kept, note, err)
			}
		}
	}
}

// A message that is delivered again while its file is fetched waits for the
// same fetching, which goes on when everybody has left.
func TestOneFetching(t *testing.T) {
	b := servers(t, nil)
	var opened atomic.Int32
	begun, release := make(chan struct{}), make(chan struct{})
	open := func(context.Context) (io.ReadCloser, error) {
		if opened.Add(1) == 1 {
			close(begun)
		}
		<-release
		return io.NopCloser(strings.NewReader("content")), nil
	}
	leaving, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, _, err := b.Keep(leaving, "a", "a", open)
		left <- err
	}()
	<-begun
	leave()
	if err := <-left; err == nil {
		t.Fatal("there was no file yet")
	}
	var wait sync.WaitGroup
	for range 5 {
		wait.Go(func() {
			if kept, note, err := b.Keep(t.Context(), "a", "a", open); kept == nil || err != nil {
				t.Error(note, err)
			}
		})
	}
	close(release)
	wait.Wait()
	if opened.Load() != 1 {
		t.Errorf("fetched %d times", opened.Load())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	b := servers(t, nil)
	for i := range remembered + 500 {
		if kept, _, err := b.Keep(t.Context(), fmt.Sprint(i), "a", func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("content")), nil
		}); kept == nil || err != nil {
			t.Fatal(err)
		}
	}
	if len(b.works) > remembered || len(b.order) != len(b.works) {
		t.Errorf("%d works, %d keys", len(b.works), len(b.order))
	}
}

func TestPanicOfAReaderIsANote(t *testing.T) {
	b := servers(t, nil)
	kept, note, err := b.Keep(t.Context(), "a", "a", func(context.Context) (io.ReadCloser, error) { panic("of a parser") })
	if kept != nil || note == "" || err != nil {
		t.Errorf("%v %q %v", kept, note, err)
	}
}
