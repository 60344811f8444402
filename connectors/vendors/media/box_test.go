package media

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/connectors/vendors/media/mediatest"
)

func boxed(t *testing.T, h http.HandlerFunc) *Box {
	t.Helper()
	return &Box{Vendor: servers(t, h), Files: &mediatest.Files{}, Insist: 1, Now: time.Now}
}

func TestLimits(t *testing.T) {
	size, declared := 0, true
	b := boxed(t, func(w http.ResponseWriter, _ *http.Request) {
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

// A message that is delivered again during the download of its file waits for the
// same download, which continues when no request waits for it.
func TestOneFetching(t *testing.T) {
	b := boxed(t, nil)
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
	b := boxed(t, nil)
	for i := range maxDownloads + 500 {
		if kept, _, err := b.Keep(t.Context(), fmt.Sprint(i), "a", func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("content")), nil
		}); kept == nil || err != nil {
			t.Fatal(err)
		}
	}
	if len(b.downloads) > maxDownloads || len(b.order) != len(b.downloads) {
		t.Errorf("%d works, %d keys", len(b.downloads), len(b.order))
	}
}

func TestPanicOfAReaderIsANote(t *testing.T) {
	b := boxed(t, nil)
	kept, note, err := b.Keep(t.Context(), "a", "a", func(context.Context) (io.ReadCloser, error) { panic("of a parser") })
	if kept != nil || note == "" || err != nil {
		t.Errorf("%v %q %v", kept, note, err)
	}
}
