// Package attachments keeps the content of files that come with messages, in a folder or a
// bucket. Name, type and size of a file are stored with the message.
//
// A connector stores a file before the touch, so that a stored touch always has its
// files. The id of a file is a hash of source, external id, number within the message and
// content. A repetition finds its file and writes nothing; other content under the same
// key is another file, so that none is ever overwritten.
//
// The table files has the key of each file's touch. A file that neither an interaction
// nor quarantine refers to a day later is deleted. A reply must have the external id under
// which its files were stored.
package attachments

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"syscall"
	"time"

	"ctihub/leads"
)

// Content stores files by key. A missing file is fs.ErrNotExist.
type Content interface {
	// Write stores a file of this size in bytes atomically.
	Write(ctx context.Context, key, mediaType string, content io.Reader, size int64) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Remove deletes a file; a missing one is no error.
	Remove(ctx context.Context, key string) error
}

// Ledger is the list of files, with the touch or reply of each.
type Ledger interface {
	NoteFile(ctx context.Context, id, source, externalID string) error
	// OrphanFiles names the oldest files last kept in [since, before) whose touch was never stored.
	OrphanFiles(ctx context.Context, since, before time.Time, most int) ([]string, error)
	// DropFile forgets a file that was last kept before a time, and reports whether it did.
	DropFile(ctx context.Context, id string, before time.Time) (bool, error)
}

// Store keeps the files of all sources. All fields are required.
type Store struct {
	Content Content
	Ledger  Ledger
	Log     *slog.Logger
	Spool   string // folder for what is being received
	Now     func() time.Time

	mu      sync.Mutex     // also held while one file is swept
	keeping map[string]int // how many calls keep a file now, by id
}

// Of returns the files of one source.
func (s *Store) Of(source string) *Files { return &Files{s, source} }

// Open opens a file, for reading any part of it; fs.ErrNotExist: there is none
// of that id.
func (s *Store) Open(ctx context.Context, id string) (io.ReadSeekCloser, error) {
	return s.Content.Open(ctx, key(id))
}

// Files keeps the files of one source (connectors.Files).
type Files struct {
	store  *Store
	source string
}

// Open implements connectors.Files.
func (f *Files) Open(ctx context.Context, id string) (io.ReadCloser, error) {
	return f.store.Open(ctx, id)
}

// Keep implements connectors.Files. The caller bounds the size: a reader that fails
// leaves no file.
func (f *Files) Keep(ctx context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error) {
	s := f.store
	got, err := s.receive(content)
	if err != nil {
		return leads.Attachment{}, fmt.Errorf("keeping an attachment: %w", explainFullDisk(err))
	}
	defer func() { _ = got.file.Close() }()
	id := idOf(f.source, externalID, n, got.sum)
	a := leads.Attachment{ID: id, Name: name, Type: TypeOf(got.head, name), Size: got.size}
	s.beginKeep(id)
	defer s.endKeep(id)
	if err = s.Ledger.NoteFile(ctx, id, f.source, clip(externalID)); err == nil {
		err = s.write(ctx, a, got.file)
	}
	if err != nil {
		return leads.Attachment{}, fmt.Errorf("keeping an attachment: %w", explainFullDisk(err))
	}
	return a, nil
}

// write stores the content of a file unless it is there already.
func (s *Store) write(ctx context.Context, a leads.Attachment, content io.Reader) error {
	there, err := s.Content.Open(ctx, key(a.ID))
	if err == nil {
		size, err := there.Seek(0, io.SeekEnd)
		if err = errors.Join(err, there.Close()); err != nil || size == a.Size {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.Content.Write(ctx, key(a.ID), a.Type, content, a.Size)
}

// received is the content of a file before it has a name.
type received struct {
	file *os.File // at its beginning; deleted when it is closed
	head []byte   // at most headLength bytes
	size int64    // in bytes
	sum  []byte   // SHA-256
}

// receive spools content to the disk.
func (s *Store) receive(content io.Reader) (got received, err error) {
	if err := os.MkdirAll(s.Spool, 0o750); err != nil {
		return got, err
	}
	if got.file, err = os.CreateTemp(s.Spool, "attachment-*"); err != nil {
		return got, err
	}
	defer func() {
		if err != nil {
			_ = got.file.Close()
		}
	}()
	if err = os.Remove(got.file.Name()); err != nil {
		return got, err
	}
	sum := sha256.New()
	if got.size, err = io.Copy(io.MultiWriter(got.file, sum), content); err != nil {
		return got, err
	}
	got.sum, got.head = sum.Sum(nil), make([]byte, min(got.size, headLength))
	if _, err = got.file.ReadAt(got.head, 0); err != nil && !errors.Is(err, io.EOF) {
		return got, err
	}
	_, err = got.file.Seek(0, io.SeekStart)
	return got, err
}

func (s *Store) beginKeep(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keeping == nil {
		s.keeping = map[string]int{}
	}
	s.keeping[id]++
}

func (s *Store) endKeep(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keeping[id]--; s.keeping[id] == 0 {
		delete(s.keeping, id)
	}
}

// idOf returns the id of the n-th file of a touch: the same for a repetition, another one
// for other content under the same key.
func idOf(source, externalID string, n int, content []byte) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%x", source, externalID, n, content))
	return hex.EncodeToString(sum[:])
}

// key returns the storage key of a file. A malformed id gets a key without a file. Ids of
// 16 bytes are older than ids made from the content.
func key(id string) string {
	if b, err := hex.DecodeString(id); err != nil || len(b) != sha256.Size && len(b) != 16 {
		id = "none"
	}
	return "attachments/" + id[:2] + "/" + id
}

// clip cuts an external id as quarantine does, at a rune.
func clip(id string) string {
	const most = 500
	if len(id) <= most {
		return id
	}
	n := most
	for n > 0 && id[n]&0xC0 == 0x80 {
		n--
	}
	return id[:n]
}

func explainFullDisk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("the disk is full: %w", err)
	}
	return err
}
