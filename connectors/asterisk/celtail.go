package asterisk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"time"

	"ctihub/leads"
)

// celPosition is a place in the journal's file that survives a restart.
type celPosition struct {
	Inode  uint64 `json:"inode"`
	Offset int64  `json:"offset"`
}

// celTail follows the journal's file: what is appended is folded, and complete
// calls are put together with the position from which nothing would be missed.
type celTail struct {
	path  string
	plan  *plan
	in    leads.Inbox
	log   *slog.Logger
	open  *journal       // whose cursor holds the position
	boots chan time.Time // when the exchange started, as told by it

	fold  *fold
	file  *os.File
	at    celPosition // of the next byte to read
	start int64       // place of the file's first byte: places grow over files
	half  string      // a line without its end
	saved celPosition
}

// celPoll is how often the file is looked at for more: a file tells nobody.
const celPoll = 250 * time.Millisecond

// celBatch is the most rows that are folded before the calls are put.
const celBatch = 10_000

func newCelTail(path string, p *plan, in leads.Inbox, log *slog.Logger, open *journal) *celTail {
	return &celTail{path: path, plan: p, in: in, log: log, open: open, boots: make(chan time.Time, 1), fold: newFold(p)}
}

// booted tells when the exchange started: calls that the journal left open
// before are interrupted. It never blocks.
func (t *celTail) booted(at time.Time) {
	if t == nil {
		return
	}
	select {
	case <-t.boots:
	default:
	}
	select {
	case t.boots <- at:
	default:
	}
}

// run follows the file until ctx ends.
func (t *celTail) run(ctx context.Context) {
	defer t.close()
	complaint := ""
	var boot time.Time
	for ctx.Err() == nil {
		more, err := t.read()
		if err != nil {
			if words := err.Error(); words != complaint {
				complaint = words
				t.log.Warn("the call journal cannot be read", "err", err)
			}
		} else {
			complaint = ""
		}
		news := t.fold.news()
		select {
		case boot = <-t.boots:
		default:
		}
		if !more && err == nil && !boot.IsZero() {
			news = append(news, t.fold.interrupt(boot)...)
			boot = time.Time{}
		}
		t.put(ctx, news)
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(celPoll):
		}
	}
}

// read takes what is new in the file, celBatch rows at the most. More: there may
// be further rows at once.
func (t *celTail) read() (more bool, err error) {
	if t.file == nil {
		if err := t.begin(); err != nil {
			return false, err
		}
	}
	lines := bufio.NewReader(t.file)
	for range celBatch {
		part, err := lines.ReadString('\n')
		t.half += part
		if errors.Is(err, io.EOF) {
			return t.turn()
		}
		if err != nil {
			return false, fmt.Errorf("reading the call journal: %w", err)
		}
		t.row(strings.TrimRight(t.half, "\r\n"), t.start+t.at.Offset)
		t.at.Offset += int64(len(t.half))
		t.half = ""
	}
	_, err = t.file.Seek(t.at.Offset, io.SeekStart)
	return true, err
}

func (t *celTail) row(line string, place int64) {
	r, err := parseRow(line)
	if err != nil {
		t.log.Warn("a line of the call journal is skipped", "err", err, "place", place)
		return
	}
	r.place = place
	t.fold.take(r)
}

// begin opens the file where the last run stood. A file never seen before is
// followed from its end: what happened before the hub is history.
func (t *celTail) begin() error {
	if err := t.openFile(); err != nil {
		return err
	}
	was, known := t.open.position()
	switch {
	case !known:
		end, err := t.file.Seek(0, io.SeekEnd)
		if err != nil {
			return fmt.Errorf("reading the call journal: %w", err)
		}
		t.at.Offset = end
	case was.Inode == t.at.Inode:
		t.at.Offset = was.Offset
	}
	t.saved = was
	return t.seek()
}

func (t *celTail) openFile() error {
	f, err := os.Open(t.path)
	if err != nil {
		return fmt.Errorf("opening the call journal: %w", err)
	}
	t.file, t.at, t.half = f, celPosition{Inode: inode(f)}, ""
	return nil
}

func (t *celTail) seek() error {
	if _, err := t.file.Seek(t.at.Offset, io.SeekStart); err != nil {
		return fmt.Errorf("reading the call journal: %w", err)
	}
	return nil
}

// turn is what to do at the end of the file: go on with its successor, or from
// the beginning if it was cut.
func (t *celTail) turn() (more bool, err error) {
	info, err := t.file.Stat()
	if err == nil && info.Size() < t.at.Offset {
		t.log.Warn("the call journal was cut, reading it from the beginning")
		t.start += t.at.Offset
		t.at.Offset, t.half = 0, ""
		return true, t.seek()
	}
	next, err := os.Stat(t.path)
	if err != nil || next.Sys().(*syscall.Stat_t).Ino == t.at.Inode {
		return false, nil //nolint:nilerr // the same file, or for a moment none
	}
	t.start += t.at.Offset
	t.close()
	return true, t.openFile()
}

func (t *celTail) close() {
	if t.file != nil {
		_ = t.file.Close()
		t.file = nil
	}
}

func inode(f *os.File) uint64 {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Sys().(*syscall.Stat_t).Ino
}

// put stores the calls and the position, again and again until it succeeds or
// ctx ends; what is not stored is read again at the next start.
func (t *celTail) put(ctx context.Context, news []snapshot) {
	at := t.at
	if place, open := t.fold.resume(); open {
		at.Offset = max(0, place-t.start) // of a call that began in an earlier file: its beginning is gone
	}
	if len(news) == 0 && (at == t.saved || at.Offset-t.saved.Offset < 1<<16 && at.Inode == t.saved.Inode && t.saved.Offset > 0) {
		return
	}
	touches := make([]leads.Touch, len(news))
	for i, s := range news {
		touches[i] = t.plan.touch(s)
	}
	for retry := firstRetry; ctx.Err() == nil; retry = min(2*retry, longestRetry) {
		cursor, stored := t.open.cursorAt(at)
		err := t.in.Put(ctx, cursor, touches...)
		stored(err == nil)
		if err == nil {
			t.saved = at
			for _, s := range news {
				t.open.forget(s.Linkedid)
			}
			return
		}
		t.log.Warn("calls of the journal not stored, trying again", "err", err, "after", retry)
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
}
