package asterisk

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ctihub/connectors/vendors"
)

// Shipper sends an exchange's journal to a hub on another machine.
type Shipper struct {
	File  string // of the journal
	To    string // the source's address at the hub: https://hub.example/in/pbx
	Token string // the source's cel_token
	State string // path of a small file that keeps how far the journal is sent
	Once  bool   // send what there is, and end
	HTTP  *http.Client
	Log   *slog.Logger

	turning string // id of a file that has a successor and was sent to its end
}

// errRotated says that a file was rotated since it was listed.
var errRotated = errors.New("rotated meanwhile")

// shipState is the content of the state file. The offset in the hub's answer
// overrides Sent.
type shipState struct {
	Since time.Time `json:"since"`  // of the newest row at the first start: rows up to it are skipped
	File  string    `json:"file"`   // see celFile.id
	Sent  int64     `json:"offset"` // bytes of it that the hub has stored
}

// Times of shipping.
const (
	shipPoll     = 250 * time.Millisecond
	shipLongest  = 30 * time.Second // between two tries
	shipGetGoing = 500 * time.Millisecond
)

// Run ships until ctx ends, or with Once until all is sent. Without Once it retries
// for ever.
func (s *Shipper) Run(ctx context.Context) error {
	state, err := s.load()
	if err != nil {
		return err
	}
	for wait := shipGetGoing; ctx.Err() == nil; {
		sent, err := s.ship(ctx, &state)
		switch {
		case err == nil && !sent && s.Once:
			return nil
		case err == nil && sent:
			wait = shipGetGoing
			continue
		case err == nil:
			wait = shipGetGoing
			pause(ctx, shipPoll)
			continue
		case s.Once:
			return err
		case ctx.Err() == nil:
			s.Log.Warn("the call journal is not sent, trying again", "err", err, "after", wait)
			pause(ctx, wait/2+rand.N(wait/2))
			wait = min(2*wait, shipLongest)
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// load reads the state. The first time, what the journal holds already is history.
func (s *Shipper) load() (state shipState, err error) {
	text, err := os.ReadFile(s.State)
	if err == nil {
		if err := json.Unmarshal(text, &state); err != nil {
			return state, fmt.Errorf("the state file %s is damaged; remove it: the hub knows what it has (%w)", s.State, err)
		}
		return state, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return state, fmt.Errorf("reading the state: %w", err)
	}
	end, _, err := celEnd(s.File, time.Local)
	if err != nil {
		return state, err
	}
	state = shipState{Since: end.Row, File: end.File}
	return state, s.save(state)
}

// save replaces the state file.
func (s *Shipper) save(state shipState) error {
	text, err := json.Marshal(state)
	if err == nil {
		err = vendors.ReplaceFile(s.State, text)
	}
	if err != nil {
		return fmt.Errorf("remembering what is sent: %w", err)
	}
	return nil
}

// ship sends the next piece, if there is one.
func (s *Shipper) ship(ctx context.Context, state *shipState) (sent bool, err error) {
	files, err := celFiles(s.File, time.Local)
	i := slices.IndexFunc(files, func(f celFile) bool { return f.id == state.File })
	switch {
	case len(files) == 0:
		return false, err
	case i < 0 && err != nil:
		return false, err
	case i < 0: // never seen, or gone: the hub answers how much it has of the others
		i = 0
		for i+1 < len(files) && !files[i+1].first.After(state.Since) {
			i++
		}
		state.File, state.Sent = files[i].id, 0
	}
	piece, err := s.piece(files[i], state.Sent, i+1 < len(files))
	if errors.Is(err, errRotated) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if len(piece) == 0 {
		if i+1 == len(files) {
			return false, nil
		}
		if s.turning != state.File { // read once more: a row may have been written meanwhile
			s.turning = state.File
			pause(ctx, shipPoll)
			return true, nil
		}
		state.File, state.Sent = files[i+1].id, 0
		return true, s.save(*state)
	}
	state.Sent, err = s.post(ctx, *state, piece)
	if err != nil {
		return false, err
	}
	return true, s.save(*state)
}

// piece reads whole lines; of a file that has a successor also a last line
// without an end.
func (s *Shipper) piece(f celFile, from int64, last bool) ([]byte, error) {
	in, err := openPlain(f.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	if !f.compressed() { // it may have been rotated since it was listed
		id, _, err := beginning(bufio.NewReaderSize(io.NewSectionReader(in.file, 0, celLongest), celLongest), time.Local)
		if err != nil || id != f.id {
			return nil, errRotated
		}
	}
	if n, err := io.CopyN(io.Discard, in, from); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s has %d bytes, the hub has %d of it already: was its end cut off?", filepath.Base(f.path), n, from)
		}
		return nil, fmt.Errorf("reading the call journal: %w", err)
	}
	piece, err := io.ReadAll(io.LimitReader(in, shipMost))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading the call journal: %w", err)
	}
	if whole := bytes.LastIndexByte(piece, '\n') + 1; !last || whole > 0 {
		piece = piece[:whole]
	}
	return piece, nil
}

// post sends a piece and returns how much of the file the hub has.
func (s *Shipper) post(ctx context.Context, state shipState, piece []byte) (int64, error) {
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	if _, err := z.Write(piece); err != nil {
		return state.Sent, err
	}
	if err := z.Close(); err != nil {
		return state.Sent, err
	}
	q := url.Values{"file": {state.File}, "offset": {fmt.Sprint(state.Sent)}, "since": {state.Since.Format(time.RFC3339Nano)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(s.To, "/")+"/cel?"+q.Encode(), &body)
	if err != nil {
		return state.Sent, err
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	req.Header.Set("Content-Encoding", "gzip")
	req.Header.Set("Content-Type", "text/csv")
	res, err := s.HTTP.Do(req)
	if err != nil {
		return state.Sent, fmt.Errorf("the hub does not answer: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return state.Sent, fmt.Errorf("the hub's answer broke off: %w", err)
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusConflict {
		var p struct{ Detail string }
		_ = json.Unmarshal(answer, &p)
		return state.Sent, fmt.Errorf("the hub answers %s: %s", res.Status, p.Detail)
	}
	has := received{Offset: -1}
	if err := json.Unmarshal(answer, &has); err != nil || has.Offset < 0 {
		return state.Sent, errors.New("what answers at the address is no hub")
	}
	return has.Offset, nil
}
