// Package backup writes the database and the files of a hub into one archive,
// while the hub runs, and restores from it. The archive is a gzipped tar with every row
// as JSON. It does not depend on the database: a backup of SQLite can be restored to
// PostgreSQL, and the other way round.
//
//	header.json               format, versions, time
//	tables/<table>/000001.jsonl  names of columns, then one row a line
//	files/<folder>/…          recordings, attachments, what sources and sinks remember
//	SHA256SUMS                of all of these, as sha256sum -c reads them
//	manifest.json             the header again, with counts; its presence shows that the archive is complete
//
// Rows are read in one transaction; files are read after them, so that every file that a
// row names exists. A restore creates tables of the archive's version, fills them and
// migrates them, see "Tables of other versions" in package storage.
package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"ctihub/storage"
	"ctihub/storage/recordings"
)

// Names of entries.
const (
	headerName   = "header.json"
	sumsName     = "SHA256SUMS"
	manifestName = "manifest.json"
	tableDir     = "tables/"
	fileDir      = "files/"
)

// format of the archive; a reader refuses a greater one.
const format = 1

// chunk is about how many bytes of rows lie in one entry.
const chunk = 4 << 20

// Folders of the data folder that belong to a backup.
var Folders = []string{"attachments", "recordings", "sources", "sinks"}

// Header says what an archive holds.
type Header struct {
	Format  int       `json:"format"`
	Version string    `json:"version"` // of the hub that wrote it
	Tables  int64     `json:"tables"`  // version of the tables
	Created time.Time `json:"created"`
}

// Manifest closes an archive.
type Manifest struct {
	Header
	Rows     map[string]int   `json:"rows"`     // by table
	Counters map[string]int64 `json:"counters"` // last numbers given out, by table
	Files    int              `json:"files"`
	Bytes    int64            `json:"bytes"`    // of the files
	Sums     string           `json:"sums"`     // SHA-256 of SHA256SUMS
	LeftOut  []string         `json:"left_out"` // what the backup does not contain
}

// Options of a backup.
type Options struct {
	Database storage.Config
	Files    fs.FS    // the data folder
	Version  string   // of this program
	LeftOut  []string // for the manifest: what the backup does not contain
	Progress func(words string)
	Now      func() time.Time
}

// Write writes an archive. Rows are those of one moment; files are read after
// them, so that each file that a row names is there.
func Write(ctx context.Context, to io.Writer, o Options) (Manifest, error) {
	s, err := storage.OpenSnapshot(ctx, o.Database)
	if err != nil {
		return Manifest{}, err
	}
	defer s.Close()
	zipped, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, err
	}
	w := &writer{Options: o, tar: tar.NewWriter(zipped)}
	w.m = Manifest{
		Header: Header{Format: format, Version: o.Version, Tables: s.Version, Created: o.Now().UTC().Truncate(time.Second)},
		Rows:   map[string]int{}, LeftOut: append([]string{}, o.LeftOut...),
	}
	if err := w.document(headerName, w.m.Header); err != nil {
		return Manifest{}, err
	}
	for _, t := range s.Tables() {
		if err := w.table(ctx, s, t); err != nil {
			return Manifest{}, err
		}
	}
	if w.m.Counters, err = s.Counters(ctx); err != nil {
		return Manifest{}, err
	}
	for _, dir := range Folders {
		if err := w.folder(ctx, dir); err != nil {
			return Manifest{}, err
		}
	}
	sums := []byte(w.sums.String())
	hash := sha256.Sum256(sums)
	w.m.Sums = hex.EncodeToString(hash[:])
	if err := errors.Join(w.entry(sumsName, sums), w.document(manifestName, w.m)); err != nil {
		return Manifest{}, err
	}
	return w.m, errors.Join(w.tar.Close(), zipped.Close())
}

type writer struct {
	Options
	tar  *tar.Writer
	sums strings.Builder
	m    Manifest
}

func (w *writer) document(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return w.entry(name, append(b, '\n'))
}

// sumRecord is the PAX record of an entry's header with its SHA-256, so that rows are
// verified before they are stored.
const sumRecord = "CTIHUB.sha256"

func (w *writer) entry(name string, content []byte) error {
	sum := sha256.Sum256(content)
	return w.stream(name, int64(len(content)), bytes.NewReader(content), map[string]string{sumRecord: hex.EncodeToString(sum[:])})
}

// stream writes an entry of a known size and notes its sum.
func (w *writer) stream(name string, size int64, content io.Reader, records map[string]string) error {
	h := tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: w.m.Created, Format: tar.FormatPAX, PAXRecords: records}
	if err := w.tar.WriteHeader(&h); err != nil {
		return fmt.Errorf("writing the archive: %w", err)
	}
	sum := sha256.New()
	if n, err := io.Copy(io.MultiWriter(w.tar, sum), io.LimitReader(content, size)); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	} else if n != size {
		return fmt.Errorf("%s became shorter while it was read; begin again", name)
	}
	fmt.Fprintf(&w.sums, "%x  %s\n", sum.Sum(nil), name)
	return nil
}

func (w *writer) table(ctx context.Context, s *storage.Snapshot, t storage.Table) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	head, err := json.Marshal(names)
	if err != nil {
		return err
	}
	var rows bytes.Buffer
	part := 0
	flush := func() error {
		if rows.Len() == 0 {
			return nil
		}
		part++
		name := fmt.Sprintf("%s%s/%06d.jsonl", tableDir, t.Name, part)
		err := w.entry(name, rows.Bytes())
		rows.Reset()
		return err
	}
	err = s.Rows(ctx, t, func(row []byte) error {
		if rows.Len() == 0 {
			rows.Write(head)
			rows.WriteByte('\n')
		}
		rows.Write(row)
		rows.WriteByte('\n')
		w.m.Rows[t.Name]++
		if rows.Len() < chunk {
			return nil
		}
		w.Progress(fmt.Sprintf("table %s: %d rows so far", t.Name, w.m.Rows[t.Name]))
		return flush()
	})
	if err == nil {
		err = flush()
	}
	w.Progress(fmt.Sprintf("table %s: %d rows", t.Name, w.m.Rows[t.Name]))
	return err
}

// progressEvery is after how many files progress is reported.
const progressEvery = 1000

// folder adds the files of a folder. Files that disappear meanwhile were deleted; partial
// files belong to no record yet.
func (w *writer) folder(ctx context.Context, dir string) error {
	n := 0
	err := fs.WalkDir(w.Files, dir, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.IsDir() && e.Name() == recordings.Parts {
			return fs.SkipDir
		}
		if !e.Type().IsRegular() || path.Ext(name) == ".part" {
			return nil
		}
		if n++; n%progressEvery == 0 {
			w.Progress(fmt.Sprintf("folder %s: %d files so far", dir, n))
		}
		return w.file(name)
	})
	if err == nil && n > 0 {
		w.Progress(fmt.Sprintf("folder %s: %d files", dir, n))
	}
	return err
}

// smallFile is the size up to which a file is read into memory before its header is
// written: sources and sinks may rewrite their files meanwhile.
const smallFile = 1 << 20

func (w *writer) file(name string) error {
	f, err := w.Files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	size := st.Size()
	if size > smallFile {
		err = w.stream(fileDir+name, size, f, nil)
	} else {
		var content []byte
		if content, err = io.ReadAll(f); err == nil {
			size, err = int64(len(content)), w.entry(fileDir+name, content)
		}
	}
	w.m.Files++
	w.m.Bytes += size
	return err
}
