package email

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"

	"ctihub/leads"
)

// position is how far a folder was read. It only says where to continue: a mail that
// was stored already is recognised by its key.
type position struct {
	Validity uint32   `json:"v"`           // UIDVALIDITY; 0: the folder was never seen
	UID      imap.UID `json:"u"`           // everything up to it is stored, but for Refused
	Since    int64    `json:"s"`           // Unix time: earlier mails were there before the hub and are skipped
	Before   imap.UID `json:"b,omitempty"` // Since applies to UIDs up to it: those that were there when the folder was first seen under its UIDVALIDITY
	Refused  []uint32 `json:"o,omitempty"` // UIDs that the server refused to hand out, to be retried
}

// begin returns the position with which a folder of this UIDVALIDITY is read
// from its beginning.
func (p position) begin(validity uint32, next imap.UID) position {
	return position{Validity: validity, Since: p.Since, Before: max(next, 1) - 1}
}

// renumbered reports whether the server gave the folder's mails new UIDs.
func (p position) renumbered(validity uint32, next imap.UID) bool {
	return p.Validity != validity || next != 0 && next <= p.UID
}

// after returns the position behind uid.
func (p position) after(uid imap.UID) position {
	p.UID = max(p.UID, uid)
	if p.UID >= p.Before {
		p.Before = 0
	}
	return p
}

// addRefused adds a mail that the server refused, removeRefused removes it.
func (p position) addRefused(uid imap.UID) position {
	if !slices.Contains(p.Refused, uint32(uid)) {
		p.Refused = append(slices.Clone(p.Refused), uint32(uid))
		slices.Sort(p.Refused)
	}
	return p
}

func (p position) removeRefused(uid imap.UID) position {
	p.Refused = slices.DeleteFunc(slices.Clone(p.Refused), func(o uint32) bool { return o == uint32(uid) })
	return p
}

// cursorStore keeps the positions of all folders, which form one cursor.
type cursorStore struct {
	in leads.Inbox
	mu sync.Mutex
	at map[string]position // by "inbox/folder"
}

func newCursorStore(ctx context.Context, in leads.Inbox) (*cursorStore, error) {
	l := &cursorStore{in: in, at: map[string]position{}}
	text, err := in.Cursor(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the cursor: %w", err)
	}
	if text == "" {
		return l, nil
	}
	if err := json.Unmarshal([]byte(text), &l.at); err != nil {
		return nil, fmt.Errorf("the stored cursor is not of this kind of source; was the source's name used for another one? (%w)", err)
	}
	return l, nil
}

func (l *cursorStore) position(folder string) position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at[folder]
}

// put stores touches together with the position of their folder.
func (l *cursorStore) put(ctx context.Context, folder string, p position, touches ...leads.Touch) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := maps.Clone(l.at)
	next[folder] = p
	cursor, err := json.Marshal(next) // its keys are sorted
	if err != nil {
		return err
	}
	err = l.in.Put(ctx, string(cursor), touches...)
	if err != nil && !errors.Is(err, leads.ErrKeyReused) { // after which everything is stored
		return err
	}
	l.at = next
	return nil
}
