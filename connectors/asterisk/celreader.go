package asterisk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// celPosition is a place in the journal that survives restarts and rotations.
type celPosition struct {
	File   string    `json:"file,omitempty"` // see celFile.id; empty: before the first file
	Offset int64     `json:"offset"`         // bytes, decompressed
	Row    time.Time `json:"row,omitzero"`   // of the newest row before it
	Since  time.Time `json:"since,omitzero"` // of the newest row from before the hub; zero: the journal began after it
}

// celLine is one line of the journal, without its end.
type celLine struct {
	text string
	at   celPosition // of its first byte
	long bool        // it was longer than celLongest, and text is its beginning
}

// celReader reads the lines of a journal in their order, over all its files,
// from a position on. It keeps at most one file open, and only until it is read.
type celReader struct {
	path string
	at   celPosition // of the next byte to read
	sent bool        // the files are copies that grow from their beginning, see shipped
	lost bool        // the file that at names is gone: rows may be missing

	file    plainFile
	open    celFile
	turning bool // a successor exists: whatever is still written here is written now
}

// errNoJournal says that the exchange wrote no journal yet.
var errNoJournal = errors.New("no call journal yet")

// read returns up to most lines. More: there may be further ones at once.
// errNoJournal: there is none yet.
func (r *celReader) read(most int) (lines []celLine, more bool, err error) {
	if r.file.file != nil && !r.same() {
		r.close()
	}
	if r.file.file == nil {
		if found, err := r.find(); !found {
			return nil, false, err
		}
	}
	lines, err = r.lines(most)
	if err != nil || len(lines) > 0 {
		r.turning = r.turning && len(lines) == 0
		return lines, err == nil, err
	}
	return r.turn()
}

// same reports whether the open file still is what it was: not cut, and not
// cut and grown again.
func (r *celReader) same() bool {
	info, err := r.file.file.Stat()
	if err != nil || info.Size() < r.at.Offset && !r.open.compressed() {
		return false
	}
	if r.open.compressed() || info.Size() == r.at.Offset {
		return true
	}
	id, _, err := beginning(bufio.NewReaderSize(io.NewSectionReader(r.file.file, 0, celLongest), celLongest))
	return err == nil && id == r.open.id
}

// find opens the file of the position, or what comes after it.
func (r *celReader) find() (found bool, err error) {
	files, err := celFiles(r.path)
	i := slices.IndexFunc(files, func(f celFile) bool { return f.id == r.at.File })
	if i < 0 {
		if err != nil {
			return false, err // the one that is missing may be among those that cannot be read
		}
		if i = r.after(files); i < 0 {
			return false, r.missing()
		}
		r.lost = r.lost || r.at.File != ""
		r.at.File, r.at.Offset = files[i].id, 0
	}
	file, err := openPlain(files[i].path)
	if err != nil {
		return false, err
	}
	if r.sent && files[i].size < r.at.Offset {
		return false, nil // it is being sent anew
	}
	if !files[i].compressed() && files[i].size < r.at.Offset { // its end was cut off: what is read twice changes nothing
		r.lost, r.at.Offset = true, 0
	}
	if _, err := io.CopyN(io.Discard, file, r.at.Offset); err != nil {
		_ = file.Close()
		return false, fmt.Errorf("reading the call journal up to where it was read before: %w", err)
	}
	r.file, r.open, r.turning = file, files[i], false
	return true, nil
}

// after returns the index of the file to go on with when that of the position
// is not there; -1: none.
func (r *celReader) after(files []celFile) int {
	i := slices.IndexFunc(files, func(f celFile) bool { return f.first.After(r.at.Row) })
	if i < 0 && r.at.File != "" && len(files) > 0 && files[len(files)-1].path == r.path {
		return len(files) - 1 // the exchange's clock was set back
	}
	return i
}

// missing says that there is no journal at all, if so: a file without a line is one.
func (r *celReader) missing() error {
	_, err := os.Stat(r.path)
	if errors.Is(err, fs.ErrNotExist) && r.at.File == "" {
		return errNoJournal
	}
	return nil
}

// lines reads whole lines from the open file.
func (r *celReader) lines(most int) (lines []celLine, err error) {
	in := bufio.NewReaderSize(r.file, celLongest)
	for len(lines) < most {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			begin := string(text[:1000])
			n, err := skipLine(in)
			if err != nil {
				break
			}
			lines = append(lines, celLine{text: begin, at: r.at, long: true})
			r.at.Offset += int64(len(text)) + n
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return lines, fmt.Errorf("reading the call journal: %w", err)
		}
		if err != nil && (!r.open.compressed() || len(text) == 0) { // half a line, for now
			break
		}
		lines = append(lines, celLine{text: strings.TrimRight(string(text), "\r\n"), at: r.at})
		r.at.Offset += int64(len(text))
	}
	if r.open.compressed() {
		r.file.Reader = in // with what it read ahead
		return lines, nil
	}
	_, err = r.file.file.Seek(r.at.Offset, io.SeekStart)
	return lines, err
}

func skipLine(in *bufio.Reader) (n int64, err error) {
	for {
		text, err := in.ReadSlice('\n')
		n += int64(len(text))
		if !errors.Is(err, bufio.ErrBufferFull) {
			return n, err
		}
	}
}

// turn is what to do at the end of a file: wait for more, or go on with its
// successor.
func (r *celReader) turn() (lines []celLine, more bool, err error) {
	if r.grows() {
		return nil, false, nil
	}
	files, err := celFiles(r.path)
	next := r.successor(files)
	switch {
	case next < 0:
		return nil, false, err
	case !r.turning:
		r.turning = true // read once more: a row may have been on its way
		return nil, true, nil
	}
	if rest, _ := io.ReadAll(io.LimitReader(r.file, celLongest)); len(rest) > 0 {
		lines = []celLine{{text: strings.TrimRight(string(rest), "\r\n"), at: r.at}} // the last line has no end
	}
	r.close()
	r.at.File, r.at.Offset = files[next].id, 0
	return lines, true, nil
}

// successor returns the index of the file after the open one; -1: none.
func (r *celReader) successor(files []celFile) int {
	if i := slices.IndexFunc(files, func(f celFile) bool { return f.id == r.open.id }); i >= 0 {
		if i+1 < len(files) {
			return i + 1
		}
		return -1
	}
	return r.after(files)
}

// grows reports whether the open file is the one that the exchange writes.
func (r *celReader) grows() bool {
	here, err := r.file.file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(r.path)
	return err == nil && os.SameFile(here, there)
}

func (r *celReader) close() {
	if r.file.file != nil {
		_ = r.file.Close()
		r.file = plainFile{}
	}
}
