package asterisk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// soundFiles says where the exchange's recordings can be read.
type soundFiles struct {
	folder string // as seen here; empty: over ARI, or not at all
	there  string // path of the same folder at the exchange
	ari    bool   // fetch over ARI
}

// overARI is the value of "recordings" that means Asterisk's own interface.
const overARI = "ari"

func newSoundFiles(s settings) (soundFiles, error) {
	f := soundFiles{folder: s.Recordings, there: s.RecordingsThere}
	if f.folder == overARI {
		f.folder, f.ari = "", true
	}
	if f.there == "" {
		f.there = f.folder
	}
	if f.there != "" && f.folder == "" && !f.ari {
		return f, errors.New("recordings_there: say with recordings where this machine sees that folder")
	}
	if f.folder != "" && !filepath.IsAbs(f.folder) || f.there != "" && !path.IsAbs(f.there) {
		return f, errors.New("recordings, recordings_there: give the whole path, from /")
	}
	return f, nil
}

// records reports whether the source is set up for recordings.
func (c *connector) records() bool { return c.files.folder != "" || c.files.ari || c.plan.record }

// Recording opens a recording, see [connectors.Source].
func (c *connector) Recording(ctx context.Context, file string) (io.ReadCloser, error) {
	if name, own := strings.CutPrefix(file, snoopPrefix); own {
		return c.rest.stored(ctx, name+".wav")
	}
	rel := path.Clean(file)
	if c.files.there != "" {
		rel = strings.TrimPrefix(rel, path.Clean(c.files.there)+"/")
	}
	if c.files.folder == "" {
		return c.rest.stored(ctx, strings.TrimPrefix(rel, "/"))
	}
	if !filepath.IsLocal(rel) {
		return nil, errors.New("the file lies outside the folder of recordings; look at recordings and recordings_there")
	}
	root, err := os.OpenRoot(c.files.folder)
	if err != nil {
		return nil, fmt.Errorf("folder of recordings: %w", notMissing(err))
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(rel)
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, errors.Join(errors.New("recording: not a file"), err)
	}
	return f, nil
}

// notMissing replaces fs.ErrNotExist of the folder: a missing folder may be mounted
// again, so it does not mean that the recording is gone.
func notMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("it is not there; is it mounted?")
	}
	return err
}

// stored opens a recording of Asterisk's spool/recording. In ARI its name has no
// format, and %2F for a slash.
func (r *rest) stored(ctx context.Context, name string) (io.ReadCloser, error) {
	u := r.base.JoinPath("recordings/stored", url.PathEscape(strings.TrimSuffix(name, path.Ext(name))), "file")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("fetching a recording: %w", err)
	}
	req.SetBasicAuth(r.user, r.password)
	endless := http.Client{Transport: r.http.Transport} // ctx bounds it, not the time-out of a short answer
	res, err := endless.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetching a recording: %w", err)
	}
	switch res.StatusCode {
	case http.StatusOK:
		return res.Body, nil
	case http.StatusNotFound:
		err = fs.ErrNotExist
	default:
		err = statusError(res.StatusCode)
	}
	_ = res.Body.Close()
	return nil, fmt.Errorf("fetching a recording: %w", err)
}
