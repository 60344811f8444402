package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ctihub/leads"
)

// ErrStorage is what a failing [Inbox] answers.
var ErrStorage = errors.New("the database is away (as the test wants it)")

// Inbox is a [leads.Inbox] in memory that records what it is given, and fails on
// demand. It also checks that the cursor never passes a touch that was not stored,
// see Err.
type Inbox struct {
	source string

	mu      Observable
	cursor  string
	touches []leads.Touch
	puts    int
	fail    int
	lose    int
	blocked bool
	waiting int      // Puts that are blocked
	missed  []string // keys of failed Puts that were not stored since, in order
	breach  error
}

// NewInbox returns an empty inbox of the named source.
func NewInbox(source string) *Inbox {
	return &Inbox{source: source}
}

// Fail makes the next n Puts fail; nothing of them is stored.
func (b *Inbox) Fail(n int) { b.mu.Change(func() { b.fail = n }) }

// Lose makes the next n Puts store and still answer with an error, as when the
// connection breaks between the commit and its confirmation.
func (b *Inbox) Lose(n int) { b.mu.Change(func() { b.lose = n }) }

// Block makes every further Put wait until its context ends, and then fail.
func (b *Inbox) Block() { b.mu.Change(func() { b.blocked = true }) }

// Touches returns everything that was committed, in order.
func (b *Inbox) Touches() []leads.Touch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.touches)
}

// Keys returns the external ids of what was committed, each once, in order.
func (b *Inbox) Keys() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.keys()
}

func (b *Inbox) keys() []string {
	var keys []string
	for _, t := range b.touches {
		if !slices.Contains(keys, t.ExternalID) {
			keys = append(keys, t.ExternalID)
		}
	}
	return keys
}

// Quarantined returns the committed touches that would not become an
// interaction.
func (b *Inbox) Quarantined() []leads.Touch {
	return slices.DeleteFunc(b.Touches(), func(t leads.Touch) bool { return t.Validate() == nil })
}

// Puts returns how often Put was called.
func (b *Inbox) Puts() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.puts
}

// Err returns the first breach of the contract that the inbox saw.
func (b *Inbox) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.breach
}

// Await waits until n keys are committed.
func (b *Inbox) Await(ctx context.Context, n int) error {
	return b.await(ctx, fmt.Sprintf("%d keys", n), func() bool { return len(b.keys()) >= n })
}

// AwaitTouches waits until n touches are committed, repetitions counted.
func (b *Inbox) AwaitTouches(ctx context.Context, n int) error {
	return b.await(ctx, fmt.Sprintf("%d touches", n), func() bool { return len(b.touches) >= n })
}

// AwaitBlocked waits until a Put is held by Block.
func (b *Inbox) AwaitBlocked(ctx context.Context) error {
	return b.await(ctx, "a Put", func() bool { return b.waiting > 0 })
}

// AwaitPuts waits until Put was called n times.
func (b *Inbox) AwaitPuts(ctx context.Context, n int) error {
	return b.await(ctx, fmt.Sprintf("%d Puts", n), func() bool { return b.puts >= n })
}

func (b *Inbox) await(ctx context.Context, what string, reached func() bool) error {
	if err := b.mu.Await(ctx, reached); err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		return fmt.Errorf("waiting for %s, have %d keys from %d Puts: %w", what, len(b.keys()), b.puts, err)
	}
	return nil
}

// Cursor returns what was committed last.
func (b *Inbox) Cursor(context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cursor, nil
}

// Put records the touches, or fails on demand. Other content under a used key is
// recorded too, with leads.ErrKeyReused as intake returns it.
func (b *Inbox) Put(ctx context.Context, cursor string, touches ...leads.Touch) error {
	var blocked bool
	b.mu.Change(func() {
		b.puts++
		if blocked = b.blocked; blocked {
			b.waiting++
		}
	})
	if blocked {
		<-ctx.Done()
		b.mu.Change(func() { b.waiting-- })
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var err error
	b.mu.Change(func() { err = b.put(cursor, touches) })
	return err
}

func (b *Inbox) put(cursor string, touches []leads.Touch) error {
	if b.fail > 0 {
		b.fail--
		for _, t := range touches {
			// One that was stored before, although Put returned an error, is not missed.
			stored := slices.ContainsFunc(b.touches, func(s leads.Touch) bool { return s.ExternalID == t.ExternalID })
			if !stored && !slices.Contains(b.missed, t.ExternalID) {
				b.missed = append(b.missed, t.ExternalID)
			}
		}
		return ErrStorage
	}
	first := slices.Clone(b.missed[:min(1, len(b.missed))])
	var reused error
	again := len(touches) > 0 // all of them were stored before, although Put returned an error
	for _, t := range touches {
		i := slices.IndexFunc(b.touches, func(s leads.Touch) bool { return s.ExternalID == t.ExternalID })
		if i >= 0 && b.touches[i].Digest != "" && t.Digest != "" && b.touches[i].Digest != t.Digest {
			reused = leads.ErrKeyReused
		}
		again = again && i >= 0
		t.Source = b.source
		b.touches = append(b.touches, t)
		b.missed = slices.DeleteFunc(b.missed, func(id string) bool { return id == t.ExternalID })
	}
	if cursor != "" {
		// A source may put fewer again than failed together, but from the first on.
		// What was stored before may come before the first that failed.
		if !again && len(first) > 0 && slices.Contains(b.missed, first[0]) && b.breach == nil {
			b.breach = fmt.Errorf("the cursor moved on to %q although %d touches before it were not stored", cursor, len(b.missed))
		}
		b.cursor = cursor
	}
	if b.lose > 0 {
		b.lose--
		return fmt.Errorf("connection lost after the commit: %w", ErrStorage)
	}
	return reused
}
