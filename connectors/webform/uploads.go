package webform

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	// maxReceiving bounds how many posts bring files at once, and so the disk
	// that files on their way take.
	maxReceiving = 16
	// maxReceivingOfOne bounds how many of them come from one address.
	maxReceivingOfOne = 4
	// receiveWithin is how long a post with files may take to come in.
	receiveWithin = 10 * time.Minute
	// maxFiles and maxTotalMB bound what the configuration may allow.
	maxFiles   = 20
	maxTotalMB = 500
)

// errNoRoom: too many posts bring files, or the disk has no room.
var errNoRoom = errors.New("files cannot be received")

// fileLimits are what visitors may attach.
type fileLimits struct {
	Count   int      `yaml:"count"` // 0: no files
	EachMB  int      `yaml:"each_mb"`
	TotalMB int      `yaml:"total_mb"`
	Types   []string `yaml:"types"` // media types, or groups of them: image/*
}

func (l fileLimits) check() error {
	var wrong connectors.Mistakes
	wrong.If(l.Count < 0 || l.Count > maxFiles, "files.count: must be 0 to %d", maxFiles)
	wrong.If(l.EachMB < 1 || l.TotalMB < l.EachMB || l.TotalMB > maxTotalMB, "files.total_mb: must be at least each_mb, and %d at most", maxTotalMB)
	wrong.If(l.Count > 0 && len(l.Types) == 0, "files.types: is empty")
	for _, t := range l.Types {
		kind, sub, ok := strings.Cut(t, "/")
		wrong.If(!ok || kind == "" || sub == "" || strings.Contains(kind, "*"), "files.types: %q is not of the form image/png or image/*", t)
	}
	return wrong.Err()
}

func (l fileLimits) allows(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, "/")
	return slices.Contains(l.Types, mediaType) || slices.Contains(l.Types, kind+"/*")
}

// upload is one file that is being received.
type upload struct {
	input, name string
	file        *os.File
	size        int64
	sum         [sha256.Size]byte
	large       bool
	kind        string // media type by content
}

// uploads are the files of one post. Nil accepts none.
type uploads struct {
	form    *form
	from    string // RemoteAddr of the sender
	release func() // of a place in form.receiving, nil while none is taken
	all     []*upload
	total   int64
	many    bool
}

// uploads returns the uploads of a post, nil if the form accepts no files.
func (f *form) uploads(from string) *uploads {
	if f.Files.Count == 0 || f.files == nil {
		return nil
	}
	return &uploads{form: f, from: from}
}

// most is the greatest size of a body in bytes. It leaves room for naming a
// file that is somewhat too large, instead of breaking the connection.
func (u *uploads) most() int64 {
	if u == nil {
		return maxUpload
	}
	return int64(u.form.Files.TotalMB)<<21 + maxUpload
}

// take writes a file to the disk. It returns nil for an empty input; a file beyond the
// limits is skipped and noted.
func (u *uploads) take(content io.Reader, in file) (*upload, error) {
	if u == nil || in.name == "" {
		return nil, nil
	}
	limits := u.form.Files
	if len(u.all) >= limits.Count {
		u.many = true
		return nil, nil
	}
	if u.release == nil {
		release, ok := u.form.receiving.Take(u.from)
		if !ok {
			return nil, fmt.Errorf("%w: %d posts, or %d of this address, bring files already", errNoRoom, maxReceiving, maxReceivingOfOne)
		}
		u.release = release
	}
	if err := os.MkdirAll(u.form.folder, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoRoom, err)
	}
	file, err := os.CreateTemp(u.form.folder, "upload-*")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoRoom, err)
	}
	_ = os.Remove(file.Name()) // it lives as long as it is open
	one := &upload{input: in.input, name: in.name, file: file}
	u.all = append(u.all, one)
	sum, most := sha256.New(), int64(limits.EachMB)<<20
	disk := &diskWriter{to: file}
	one.size, err = io.Copy(io.MultiWriter(disk, sum), io.LimitReader(content, most+1))
	switch {
	case disk.err != nil:
		return nil, fmt.Errorf("%w: %w", errNoRoom, disk.err)
	case err != nil:
		return nil, err
	}
	sum.Sum(one.sum[:0])
	u.total += one.size
	one.large = one.size > most
	head := make([]byte, sniffed)
	n, _ := file.ReadAt(head, 0) // at most what there is
	one.kind = kindOf(head[:n], one.name)
	return one, nil
}

// diskWriter keeps the error of writing, to tell it from one of reading.
type diskWriter struct {
	to  io.Writer
	err error
}

func (f *diskWriter) Write(b []byte) (int, error) {
	n, err := f.to.Write(b)
	if err != nil {
		f.err = err
	}
	return n, err
}

// faults returns what is wrong with the files, and how to correct it.
func (u *uploads) faults(say *texts) []fault {
	if u == nil {
		return nil
	}
	limits := u.form.Files
	var faults []fault
	wrong := func(input, message string) { faults = append(faults, fault{"files", input, message}) }
	for _, f := range u.all {
		switch {
		case f.large:
			wrong(f.input, fmt.Sprintf(say.FileLarge, f.name, limits.EachMB))
		case f.size == 0:
			wrong(f.input, fmt.Sprintf(say.FileEmpty, f.name))
		case !limits.allows(f.kind):
			wrong(f.input, fmt.Sprintf(say.FileKind, f.name, typeNames(limits.Types)))
		}
	}
	if u.many {
		wrong(u.all[0].input, fmt.Sprintf(say.FilesMany, limits.Count))
	}
	if len(faults) == 0 && u.total > int64(limits.TotalMB)<<20 {
		wrong(u.all[0].input, fmt.Sprintf(say.FilesLarge, limits.TotalMB))
	}
	return faults
}

// keep stores the files. Those of a post in quarantine that faults would refuse are
// left out, see omittedNames.
func (u *uploads) keep(ctx context.Context, files connectors.Files, externalID string) ([]leads.Attachment, error) {
	if u == nil {
		return nil, nil
	}
	var kept []leads.Attachment
	for n, f := range u.all {
		if u.isRefused(f) {
			continue
		}
		if _, err := f.file.Seek(0, io.SeekStart); err != nil {
			return nil, fmt.Errorf("reading a file again: %w", err)
		}
		a, err := files.Keep(ctx, externalID, n, f.name, f.file)
		if err != nil {
			return nil, fmt.Errorf("keeping a file: %w", err)
		}
		kept = append(kept, a)
	}
	return kept, nil
}

func (u *uploads) isRefused(f *upload) bool {
	return f.large || f.size == 0 || !u.form.Files.allows(f.kind)
}

// omittedNames returns notes with the names of the files that keep leaves out.
func (u *uploads) omittedNames() (notes []string) {
	if u == nil {
		return nil
	}
	for _, f := range u.all {
		if u.isRefused(f) {
			notes = append(notes, note(f.input, f.name+" [file]"))
		}
	}
	return notes
}

// close removes the files and frees their slot.
func (u *uploads) close() {
	if u == nil {
		return
	}
	for _, f := range u.all {
		_ = f.file.Close()
	}
	if u.release != nil {
		u.release()
	}
}
