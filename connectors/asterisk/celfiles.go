package asterisk

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// celFile is one file of the journal: the one being written, or a rotated one.
type celFile struct {
	path  string
	id    string    // of its first line: it stays when the file is renamed, copied or compressed
	first time.Time // of its first row
	size  int64     // bytes on disk
}

// celLongest limits the bytes of a row of the journal; a longer one is malformed.
const celLongest = 64 << 10

// celFiles lists the files of the journal that hold a whole line, the oldest
// first: the one at path and the rotated ones in its folder, also compressed. Of
// two files with the same id (a copy before the original is truncated, or one being
// compressed) it lists the better one. Files that cannot be read are in the error;
// the others are listed nevertheless.
func celFiles(path string, zone *time.Location) ([]celFile, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("looking for the call journal: %w", err)
	}
	var files []celFile
	var errs []error
	name := filepath.Base(path)
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), name)
		if !ok || rest != "" && rest[0] != '.' && rest[0] != '-' || e.IsDir() {
			continue
		}
		f, err := describe(filepath.Join(filepath.Dir(path), e.Name()), zone)
		switch {
		case err == nil:
			files = append(files, f)
		case !errors.Is(err, errNoLine) && !errors.Is(err, fs.ErrNotExist):
			errs = append(errs, err)
		}
	}
	slices.SortFunc(files, func(a, b celFile) int { return better(path, a, b) })
	known := map[string]bool{}
	files = slices.DeleteFunc(files, func(f celFile) bool {
		again := known[f.id]
		known[f.id] = true
		return again
	})
	slices.SortStableFunc(files, func(a, b celFile) int {
		if (a.path == path) != (b.path == path) { // the one being written is the newest, whatever its first row says
			if b.path == path {
				return -1
			}
			return 1
		}
		return a.first.Compare(b.first)
	})
	return files, errors.Join(errs...)
}

// better orders files with the same id: plain before compressed, then the longer,
// then the one being written.
func better(path string, a, b celFile) int {
	for _, choice := range [][2]bool{
		{!a.compressed(), !b.compressed()}, {a.size > b.size, b.size > a.size}, {a.path == path, b.path == path},
	} {
		if choice[0] != choice[1] {
			if choice[0] {
				return -1
			}
			return 1
		}
	}
	return strings.Compare(a.path, b.path)
}

func (f celFile) compressed() bool { return strings.HasSuffix(f.path, ".gz") }

// errNoLine says that a file holds no whole line yet.
var errNoLine = errors.New("no line yet")

// describe reads a file's id and the time of its first row.
func describe(path string, zone *time.Location) (celFile, error) {
	f := celFile{path: path}
	in, err := openPlain(path)
	if err != nil {
		return f, err
	}
	defer func() { _ = in.Close() }()
	info, err := os.Stat(path)
	if err != nil {
		return f, fmt.Errorf("looking at the call journal: %w", err)
	}
	f.size = info.Size()
	lines := bufio.NewReaderSize(in, celLongest)
	if f.id, f.first, err = beginning(lines, zone); err != nil {
		return f, err
	}
	if f.first.IsZero() {
		f.first = info.ModTime() // it has no row
	}
	return f, nil
}

// beginning returns the id of a file, and the time of the first row among its first
// 100 lines.
func beginning(lines *bufio.Reader, zone *time.Location) (id string, first time.Time, err error) {
	clock := &celClock{zone: zone}
	for n := range 100 {
		line, err := lines.ReadSlice('\n')
		switch {
		case n == 0 && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
			return "", first, errNoLine
		case n == 0:
			sum := sha256.Sum256(line)
			id = hex.EncodeToString(sum[:8])
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		if r, err := parseRow(strings.TrimRight(string(line), "\r\n"), clock); err == nil {
			return id, r.at, nil
		}
	}
	return id, first, nil
}

// plainFile is a file of the journal, decompressed on the way if need be.
type plainFile struct {
	io.Reader
	file *os.File
}

func (f plainFile) Close() error { return f.file.Close() }

func openPlain(path string) (plainFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return plainFile{}, fmt.Errorf("opening the call journal: %w", err)
	}
	if !strings.HasSuffix(path, ".gz") {
		return plainFile{file, file}, nil
	}
	z, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		_ = file.Close()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return plainFile{}, errNoLine // it is being written
		}
		return plainFile{}, fmt.Errorf("opening %s: %w", filepath.Base(path), err)
	}
	return plainFile{z, file}, nil
}
