package asterisk

import (
	"context"
	"slices"
	"time"

	"ctihub/leads"
)

const (
	// celPuts limits the calls of one transaction.
	celPuts = 25
	// celEvery is how many bytes may be read without a call before the position
	// is stored.
	celEvery = 64 << 10
	// celSpan is more than the bytes of any one file.
	celSpan = 1 << 40
)

// celPart is one file's stretch of places.
type celPart struct {
	file string
	base int64 // place of the file's first byte: places grow over files
}

// position converts a celRow.place into a position.
func (t *celTail) position(place int64) celPosition {
	i, _ := slices.BinarySearchFunc(t.parts, place, func(p celPart, place int64) int {
		if p.base <= place {
			return -1
		}
		return 1
	})
	p := t.parts[max(0, i-1)]
	t.parts = t.parts[max(0, i-1):]
	at := t.reader.at
	at.File, at.Offset = p.file, place-p.base
	return at
}

// storeCalls stores the calls and the position and retries until it succeeds (true)
// or ctx ends; rows that are not stored are read again at the next start.
func (t *celTail) storeCalls(ctx context.Context, calls []snapshot) (stored bool) {
	at := t.reader.at
	at.Clock = t.clock.last
	place, clock, open := t.assembler.resume()
	if holds := t.held.text.Len() > 0; holds && (!open || t.held.place < place) {
		place, open = t.held.place, true
	}
	if open {
		at = t.position(place)
		at.Clock = clock
	}
	moved := at.File != t.saved.File || at.Offset-t.saved.Offset >= celEvery || t.saved.Offset < 0
	if len(calls) == 0 && len(t.quarantined) == 0 && !moved {
		return ctx.Err() == nil
	}
	touches := make([]leads.Touch, len(calls), len(calls)+len(t.quarantined))
	for i, s := range calls {
		touches[i] = t.plan.touch(s)
	}
	touches = append(touches, t.quarantined...)
	for len(touches) > celPuts {
		if !t.store(ctx, celPosition{Offset: -1}, touches[:celPuts]) {
			return false
		}
		touches = touches[celPuts:]
	}
	if !t.store(ctx, at, touches) {
		return false
	}
	t.saved, t.quarantined = at, nil
	for _, s := range calls {
		t.open.forget(s.Linkedid)
	}
	return true
}

// store stores touches, with the position unless its offset is negative.
func (t *celTail) store(ctx context.Context, at celPosition, touches []leads.Touch) bool {
	for retry := firstRetry; ctx.Err() == nil; retry = min(2*retry, longestRetry) {
		cursor, stored := "", func(bool) {}
		if at.Offset >= 0 {
			cursor, stored = t.open.cursorAt(&at)
		}
		err := t.in.Put(ctx, cursor, touches...)
		stored(err == nil)
		if err == nil {
			return true
		}
		t.log.Warn("calls of the journal not stored, trying again", "err", err, "after", retry)
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
	return false
}
