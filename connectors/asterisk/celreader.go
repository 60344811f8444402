package asterisk

import (
	"bufio"
	"bytes"
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
	Clock  time.Time `json:"clock,omitzero"` // celClock.last at it, for times in the hour that is repeated in autumn
	Since  time.Time `json:"since,omitzero"` // of the newest row from before the hub followed the journal; zero: there was none
}

// celLine is one row of the journal, without its line end: one line, or several
// where a quoted field holds line breaks.
type celLine struct {
	text string
	at   celPosition // of its first byte
	long bool        // it was longer than celLongest, and text is its beginning
}

// celReader reads the rows of a journal in order, over all its files, from a
// position on. It keeps at most one file open.
type celReader struct {
	path    string
	zone    *time.Location // of times in the journal that name none
	at      celPosition    // of the next byte to read
	shipped bool           // the files are copies that are being received, see shippedJournal
	lost    bool           // the file that at names is gone: rows may be missing

	file         plainFile
	open         celFile
	hasSuccessor bool // the open file has a successor and is read once more
}

// errNoJournal: the exchange has not written a journal yet.
var errNoJournal = errors.New("no call journal yet")

// read returns up to most rows. More: further ones may be available at once. The
// error is errNoJournal before the exchange has written one.
func (r *celReader) read(most int) (lines []celLine, more bool, err error) {
	if r.file.file != nil && !r.same() {
		r.close()
	}
	if r.file.file == nil {
		if found, err := r.find(); !found {
			return nil, false, err
		}
	}
	lines, err = r.lines(most, r.open.compressed())
	if err != nil || len(lines) > 0 {
		r.hasSuccessor = r.hasSuccessor && len(lines) == 0
		return lines, err == nil, err
	}
	return r.atEOF()
}

// same reports whether the open file was neither truncated nor rewritten.
func (r *celReader) same() bool {
	info, err := r.file.file.Stat()
	if err != nil || info.Size() < r.at.Offset && !r.open.compressed() {
		return false
	}
	if r.open.compressed() || info.Size() == r.at.Offset {
		return true
	}
	id, _, err := beginning(bufio.NewReaderSize(io.NewSectionReader(r.file.file, 0, celLongest), celLongest), r.zone)
	return err == nil && id == r.open.id
}

// find opens the file of the position or, when that is gone, the next one.
func (r *celReader) find() (found bool, err error) {
	files, err := celFiles(r.path, r.zone)
	i := slices.IndexFunc(files, func(f celFile) bool { return f.id == r.at.File })
	if i < 0 {
		if err != nil {
			return false, err // the missing file may be among those that cannot be read
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
	if r.shipped && files[i].size < r.at.Offset {
		return false, nil // it is being received again
	}
	if !files[i].compressed() && files[i].size < r.at.Offset { // it was truncated: rows that are read twice change nothing
		r.lost, r.at.Offset = true, 0
	}
	if _, err := io.CopyN(io.Discard, file, r.at.Offset); err != nil {
		_ = file.Close()
		return false, fmt.Errorf("reading the call journal up to where it was read before: %w", err)
	}
	r.file, r.open, r.hasSuccessor = file, files[i], false
	return true, nil
}

// after returns the index of the file to continue with when that of the position
// is gone; -1: none.
func (r *celReader) after(files []celFile) int {
	i := slices.IndexFunc(files, func(f celFile) bool { return f.first.After(r.at.Row) })
	if i < 0 && r.at.File != "" && len(files) > 0 && files[len(files)-1].path == r.path {
		return len(files) - 1 // the exchange's clock was set back
	}
	return i
}

// missing returns errNoJournal if there is no file, not even an empty one.
func (r *celReader) missing() error {
	_, err := os.Stat(r.path)
	if errors.Is(err, fs.ErrNotExist) && r.at.File == "" {
		return errNoJournal
	}
	return nil
}

// lines reads rows from the open file. Last: the file is finished, so its last row
// needs no line end.
func (r *celReader) lines(most int, last bool) (lines []celLine, err error) {
	in := bufio.NewReaderSize(r.file, celLongest)
	for len(lines) < most {
		l, n, err := readCel(in, last)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return lines, fmt.Errorf("reading the call journal: %w", err)
		}
		l.at = r.at
		lines = append(lines, l)
		r.at.Offset += n
	}
	if r.open.compressed() {
		r.file.Reader = in // with what it read ahead
		return lines, nil
	}
	_, err = r.file.file.Seek(r.at.Offset, io.SeekStart)
	return lines, err
}

// celMostLines limits the lines of one row.
const celMostLines = 100

// readCel reads one row and returns its length in bytes. A row continues over a
// line end while a quotation mark is open. An unbalanced mark spoils only its own
// row: that ends before a line that begins like a row, or after celMostLines lines
// or celLongest bytes. io.EOF: there is no complete row.
func readCel(in *bufio.Reader, last bool) (l celLine, n int64, err error) {
	var text []byte
	for lines := 0; ; lines++ {
		if lines > 0 {
			next, _ := in.Peek(120)
			if beginsRow(next) || lines == celMostLines {
				break
			}
		}
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			text = append(text, line...)
			rest, err := skipLine(in)
			if last && errors.Is(err, io.EOF) {
				err = nil
			}
			return celLine{text: string(text[:1000]), long: true}, int64(len(text)) + rest, err
		case err != nil && (!last || len(text)+len(line) == 0):
			return l, 0, err
		}
		text = append(text, line...)
		if err != nil || bytes.Count(text, quotationMark)%2 == 0 || len(text) > celLongest {
			break
		}
	}
	if len(text) > celLongest {
		return celLine{text: string(text[:1000]), long: true}, int64(len(text)), nil
	}
	return celLine{text: strings.TrimRight(string(text), "\r\n")}, int64(len(text)), nil
}

var quotationMark = []byte{'"'}

func skipLine(in *bufio.Reader) (n int64, err error) {
	for {
		text, err := in.ReadSlice('\n')
		n += int64(len(text))
		if !errors.Is(err, bufio.ErrBufferFull) {
			return n, err
		}
	}
}

// atEOF waits for more rows at the end of a file, or continues with its successor.
func (r *celReader) atEOF() (lines []celLine, more bool, err error) {
	if r.isCurrent() {
		return nil, false, nil
	}
	files, err := celFiles(r.path, r.zone)
	next := r.successor(files)
	switch {
	case next < 0:
		return nil, false, err
	case !r.hasSuccessor:
		r.hasSuccessor = true // read once more: a row may have been written meanwhile
		return nil, true, nil
	}
	lines, err = r.lines(1, true) // the last row has no end
	if err != nil || len(lines) > 0 {
		return lines, true, err
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

// isCurrent reports whether the open file is the one that the exchange writes to.
func (r *celReader) isCurrent() bool {
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
