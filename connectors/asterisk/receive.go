package asterisk

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// Bounds of a shipped journal.
const (
	shipMost = 1 << 20             // bytes of one request, decompressed
	shipKept = 35 * 24 * time.Hour // how long the hub keeps a file of it
)

// takeJournal receives the journal that "ctihub cel ship" posts to /in/<source>/cel.
// It is stored byte by byte in the source's own folder and read there like a local
// one. A request has a file's id (of its first line) and an offset; the answer says
// how many bytes of that file are stored. A piece that does not begin at that offset
// changes nothing, so that nothing is lost or doubled after a crash of either side.
func (c *connector) takeJournal(leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case !strings.HasSuffix(r.URL.Path, "/cel"):
			refuse(w, http.StatusNotFound, "post the journal to /in/<source>/cel")
		case r.Method != http.MethodPost:
			refuse(w, http.StatusMethodNotAllowed, "the journal is posted")
		case subtle.ConstantTimeCompare([]byte(given), []byte(c.copies.token)) != 1:
			refuse(w, http.StatusUnauthorized, "the token is not the cel_token of the source")
		case c.tail.Load() == nil:
			w.Header().Set("Retry-After", "2")
			refuse(w, http.StatusServiceUnavailable, "this hub does not run the source now")
		default:
			c.copies.take(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
}

// shippedJournal is the hub's copy of a journal that "ctihub cel ship" sends.
type shippedJournal struct {
	dir    string
	token  string
	log    *slog.Logger
	bodies *connectors.Bodies
	mu     sync.Mutex
}

// path is the name of a journal whose files are path+"."+id.
func (c *shippedJournal) path() string { return filepath.Join(c.dir, "cel") }

// received is the answer: how many bytes of the file are stored.
type received struct {
	Offset int64 `json:"offset"`
}

var fileID = regexp.MustCompile(`^[0-9a-f]{16}$`)

func (c *shippedJournal) take(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("file")
	offset, err := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
	since, err2 := time.Parse(time.RFC3339Nano, r.URL.Query().Get("since"))
	if err != nil || err2 != nil || offset < 0 || !fileID.MatchString(id) {
		refuse(w, http.StatusBadRequest, "file, offset and since are needed")
		return
	}
	release, err := c.bodies.Take(r, shipMost)
	defer release()
	if err != nil {
		c.refuseForNow(w, err)
		return
	}
	body, err := unzip(http.MaxBytesReader(w, r.Body, shipMost))
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	size, err := c.append(id, offset, since, body)
	switch {
	case errors.Is(err, errOtherFile):
		refuse(w, http.StatusBadRequest, err.Error())
	case err != nil:
		c.refuseForNow(w, err)
	default:
		w.Header().Set("Content-Type", "application/json")
		if size != offset+int64(len(body)) {
			w.WriteHeader(http.StatusConflict)
		}
		_ = json.NewEncoder(w).Encode(received{size})
	}
}

func (c *shippedJournal) refuseForNow(w http.ResponseWriter, err error) {
	c.log.Error("the shipped journal cannot be kept", "err", err)
	w.Header().Set("Retry-After", "5")
	refuse(w, http.StatusServiceUnavailable, "the hub cannot keep the journal now")
}

func unzip(in io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("the body is not gzip: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(z, shipMost+1))
	if err != nil {
		return nil, fmt.Errorf("the body is damaged: %w", err)
	}
	if len(body) > shipMost {
		return nil, fmt.Errorf("more than %d bytes at once", shipMost)
	}
	return body, nil
}

// errOtherFile says that the first line is not that of the file named.
var errOtherFile = errors.New("the file does not begin with the line that names it")

// append adds a piece to a file if it begins where the file ends, and returns
// the file's length: all of that is on the disk.
func (c *shippedJournal) append(id string, offset int64, since time.Time, piece []byte) (size int64, err error) {
	name := c.path() + "." + id
	info, err := os.Stat(name)
	switch {
	case err == nil && info.Size() > 0:
		if offset != info.Size() || len(piece) == 0 {
			return info.Size(), nil
		}
	case err == nil || errors.Is(err, fs.ErrNotExist):
		if offset != 0 || len(piece) == 0 {
			return 0, nil
		}
		if err := c.begin(id, since, piece); err != nil {
			return 0, err
		}
	default:
		return 0, fmt.Errorf("keeping the journal: %w", err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return 0, fmt.Errorf("keeping the journal: %w", err)
	}
	_, err = f.Write(piece)
	err = errors.Join(err, f.Sync())
	if err == nil && offset == 0 {
		err = vendors.SyncFolder(filepath.Dir(name)) // the file is new
	}
	if err != nil {
		err = errors.Join(err, f.Truncate(offset), f.Close())
		return 0, fmt.Errorf("keeping the journal: %w", err)
	}
	return offset + int64(len(piece)), f.Close()
}

// begin prepares the folder for a new file.
func (c *shippedJournal) begin(id string, since time.Time, piece []byte) error {
	line := piece[:bytes.IndexByte(piece, '\n')+1]
	if sum := sha256.Sum256(line); len(line) == 0 || hex.EncodeToString(sum[:8]) != id {
		return errOtherFile
	}
	if _, err := os.Stat(c.dir + "/since"); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(c.dir+"/since", []byte(since.Format(time.RFC3339Nano)), 0o600); err != nil {
			return fmt.Errorf("keeping the journal: %w", err)
		}
	}
	old, _ := filepath.Glob(c.path() + ".*")
	for _, name := range old {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > shipKept {
			_ = os.Remove(name)
		}
	}
	return nil
}

// since returns the time of the newest row that was written before the journal was
// shipped for the first time; rows up to it are skipped.
func (c *shippedJournal) since() time.Time {
	text, err := os.ReadFile(c.dir + "/since")
	if err != nil {
		return time.Time{}
	}
	at, _ := time.Parse(time.RFC3339Nano, string(text))
	return at
}
