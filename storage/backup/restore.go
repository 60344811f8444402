package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"ctihub/storage"
)

// ErrDamaged says that an archive differs from what Write wrote.
var ErrDamaged = errors.New("the archive is damaged or was cut off")

// ErrFiles says that there are files already.
var ErrFiles = errors.New("the data folder holds files")

// Target of a restore.
type Target struct {
	Database storage.Config
	Data     string // folder of the files, and of SQLite
	Replace  bool   // what is there
	Progress func(words string)
}

// Restore reads the whole archive into a staging folder and tables, verifies every
// checksum, and only then replaces the old data: everything or nothing.
func Restore(ctx context.Context, from io.Reader, t Target) (m Manifest, err error) {
	if err := os.MkdirAll(t.Data, 0o700); err != nil {
		return m, fmt.Errorf("making the data folder: %w", err)
	}
	if !t.Replace {
		if err := noFiles(t.Data); err != nil {
			return m, err
		}
	}
	beside, err := os.MkdirTemp(t.Data, ".restoring-")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(beside)) }()
	r := &reader{Target: t, staging: beside, rows: map[string]int{}}
	if r.root, err = os.OpenRoot(beside); err != nil {
		return m, err
	}
	defer r.root.Close()
	defer func() {
		if r.tables != nil {
			r.tables.Close()
		}
	}()
	if m, err = r.read(ctx, from); err != nil {
		return m, err
	}
	t.Progress("everything was read and its sums are right")
	if err := r.tables.Finish(ctx, m.Counters); err != nil {
		return m, err
	}
	if err := r.install(ctx); err != nil {
		return m, err
	}
	left, err := filepath.Glob(filepath.Join(t.Data, ".restoring-*")) // also of restores that were killed
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return m, err
}

func noFiles(data string) error {
	for _, dir := range Folders {
		err := filepath.WalkDir(filepath.Join(data, dir), func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				return fmt.Errorf("%w: %s", ErrFiles, name)
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type reader struct {
	Target
	staging string
	root    *os.Root // of beside
	header  Header
	tables  *storage.Restore
	rows    map[string]int
	files   int
	sums    strings.Builder // as they are read
}

func (r *reader) read(ctx context.Context, from io.Reader) (m Manifest, err error) {
	zipped, err := gzip.NewReader(bufio.NewReaderSize(from, 1<<20))
	if err != nil {
		return m, asDamaged(err)
	}
	t := tar.NewReader(zipped)
	listed := ""
	for ended := false; ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			if !ended {
				return m, fmt.Errorf("%w: its last entry, %s, is missing", ErrDamaged, manifestName)
			}
			_, err := io.Copy(io.Discard, zipped) //nolint:gosec // nothing is kept of it; its own sum stands at the end
			return m, asDamaged(err)
		}
		if err != nil {
			return m, asDamaged(err)
		}
		if ctx.Err() != nil {
			return m, ctx.Err()
		}
		switch {
		case ended:
			return m, fmt.Errorf("%w: something follows %s", ErrDamaged, manifestName)
		case h.Name == manifestName:
			if err := json.NewDecoder(t).Decode(&m); err != nil {
				return m, asDamaged(err)
			}
			if err := r.check(m, listed); err != nil {
				return m, err
			}
			ended = true
		case h.Name == sumsName:
			b, err := io.ReadAll(t)
			if err != nil {
				return m, asDamaged(err)
			}
			listed = string(b)
		default:
			sum := sha256.New()
			if err := r.entry(ctx, h, io.TeeReader(t, sum)); err != nil {
				return m, err
			}
			if _, err := io.Copy(sum, t); err != nil { //nolint:gosec // only summed up
				return m, asDamaged(err)
			}
			fmt.Fprintf(&r.sums, "%x  %s\n", sum.Sum(nil), h.Name)
		}
	}
}

// check compares the entries read with the checksums and the manifest.
func (r *reader) check(m Manifest, listed string) error {
	hash := sha256.Sum256([]byte(listed))
	if m.Sums != hex.EncodeToString(hash[:]) {
		return fmt.Errorf("%w: %s is not as it was written", ErrDamaged, sumsName)
	}
	if read := r.sums.String(); read != listed {
		for i, line := range strings.Split(read, "\n") {
			if want := strings.Split(listed, "\n"); i >= len(want) || want[i] != line {
				_, name, _ := strings.Cut(line, "  ")
				return fmt.Errorf("%w: %s is not as it was written", ErrDamaged, name)
			}
		}
		return fmt.Errorf("%w: entries are missing", ErrDamaged)
	}
	for table, n := range m.Rows {
		if r.rows[table] != n {
			return fmt.Errorf("%w: table %s has %d rows, %d were written", ErrDamaged, table, r.rows[table], n)
		}
	}
	if r.files != m.Files || r.tables == nil {
		return fmt.Errorf("%w: %d files, %d were written", ErrDamaged, r.files, m.Files)
	}
	return nil
}

func (r *reader) entry(ctx context.Context, h *tar.Header, content io.Reader) error {
	switch {
	case h.Name == headerName:
		b, err := readVerified(h, content)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b, &r.header); err != nil {
			return asDamaged(err)
		}
		if r.header.Format > format {
			return fmt.Errorf("the archive was written by ctihub %s: %w", r.header.Version, storage.ErrTooNew)
		}
		r.tables, err = storage.OpenRestore(ctx, r.Database, r.header.Tables, r.staging, r.Replace)
		return err
	case r.tables == nil:
		return fmt.Errorf("%w: it does not begin with %s; is it a backup of ctihub?", ErrDamaged, headerName)
	case strings.HasPrefix(h.Name, tableDir):
		return r.fill(ctx, h, content)
	case strings.HasPrefix(h.Name, fileDir) && h.Typeflag == tar.TypeReg:
		r.files++
		return r.extract(strings.TrimPrefix(h.Name, fileDir), content)
	}
	return fmt.Errorf("%w: entry %q is not known", ErrDamaged, h.Name)
}

// readVerified reads an entry and verifies its own checksum.
func readVerified(h *tar.Header, content io.Reader) ([]byte, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return nil, asDamaged(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != h.PAXRecords[sumRecord] {
		return nil, fmt.Errorf("%w: %s is not as it was written", ErrDamaged, h.Name)
	}
	return b, nil
}

// fill adds the rows of one entry.
func (r *reader) fill(ctx context.Context, h *tar.Header, content io.Reader) error {
	table := path.Base(path.Dir(h.Name))
	b, err := readVerified(h, content)
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
	var columns []string
	if err := json.Unmarshal(lines[0], &columns); err != nil {
		return asDamaged(err)
	}
	if err := r.tables.Insert(ctx, table, columns, lines[1:]); err != nil {
		return err
	}
	r.rows[table] += len(lines) - 1
	r.Progress(fmt.Sprintf("table %s: %d rows", table, r.rows[table]))
	return nil
}

// extract writes a file to the staging folder. The root refuses a path outside of it.
func (r *reader) extract(name string, content io.Reader) error {
	top, _, below := strings.Cut(name, "/")
	known := false
	for _, dir := range Folders {
		known = known || dir == top
	}
	if !known || !below {
		return fmt.Errorf("%w: file %q belongs into none of the folders", ErrDamaged, name)
	}
	if err := r.root.MkdirAll(path.Dir(name), 0o750); err != nil {
		return err
	}
	f, err := r.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err != nil {
		err = asDamaged(err)
	} else {
		err = f.Sync()
	}
	if r.files%progressEvery == 0 {
		r.Progress(fmt.Sprintf("%d files so far", r.files))
	}
	return errors.Join(err, f.Close())
}

// install moves the folders and then the tables into place. After an error, all is moved
// back.
func (r *reader) install(ctx context.Context) (err error) {
	old := filepath.Join(r.staging, "replaced")
	if err := os.Mkdir(old, 0o700); err != nil {
		return err
	}
	var back []func() error
	defer func() {
		if err == nil {
			return
		}
		for i := range back {
			err = errors.Join(err, back[len(back)-1-i]())
		}
	}()
	move := func(from, to string) error {
		err := os.Rename(from, to)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			back = append(back, func() error { return os.Rename(to, from) })
		}
		return err
	}
	for _, dir := range Folders {
		if err := move(filepath.Join(r.Data, dir), filepath.Join(old, dir)); err != nil {
			return err
		}
		if err := move(filepath.Join(r.staging, dir), filepath.Join(r.Data, dir)); err != nil {
			return err
		}
	}
	return r.tables.Swap(ctx)
}

// asDamaged turns errors of tar, gzip and JSON into ErrDamaged.
func asDamaged(err error) error {
	var flawed flate.CorruptInputError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends too early", ErrDamaged)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, tar.ErrHeader), errors.As(err, &flawed), errors.As(err, &syntax):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}
