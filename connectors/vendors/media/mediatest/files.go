// Package mediatest has a store of attachments in memory for connectors under
// test.
package mediatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"sync"

	"ctihub/leads"
)

// Files implements connectors.Files in memory.
type Files struct {
	mu      sync.Mutex
	content map[string][]byte
	kept    int
	fail    int
}

// ErrFull is the error of a failing store.
var ErrFull = errors.New("the disk is full (as the test wants it)")

// Fail makes the next n calls of Keep fail.
func (f *Files) Fail(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = n
}

// Kept returns how many times a file was kept.
func (f *Files) Kept() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kept
}

// Add stores a file as if a user had uploaded it.
func (f *Files) Add(id, name string, content []byte) leads.Attachment {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.content == nil {
		f.content = map[string][]byte{}
	}
	f.content[id] = content
	return leads.Attachment{ID: id, Name: name, Type: http.DetectContentType(content), Size: int64(len(content))}
}

// Content returns the content of the file with an id.
func (f *Files) Content(id string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.content[id]
}

// Keep implements connectors.Files.
func (f *Files) Keep(_ context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return leads.Attachment{}, fmt.Errorf("reading: %s", err.Error()) //nolint:errorlint // a store need not wrap it
	}
	f.mu.Lock()
	if f.fail > 0 {
		f.fail--
		f.mu.Unlock()
		return leads.Attachment{}, ErrFull
	}
	f.kept++
	f.mu.Unlock()
	return f.Add(fmt.Sprintf("%s/%d", externalID, n), name, b), nil
}

// Open implements connectors.Files.
func (f *Files) Open(_ context.Context, id string) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.content[id]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}
