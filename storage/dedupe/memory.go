package dedupe

import (
	"context"
	"sync"
	"time"

	"ctihub/leads"
)

// generation is half of how many identities a [Memory] remembers.
const generation = 50_000

// Memory is the deduplication of a single hub. It remembers at least the 50,000 identities
// last seen, and at most twice as many.
type Memory struct {
	patience time.Duration
	limit    int

	mu       sync.Mutex
	claims   map[leads.Identity]uint64 // the number of the call that holds it
	calls    uint64
	released chan struct{} // closed and replaced whenever claims are released
	// Known identities are in one of two generations. When the young one is full it
	// replaces the old one.
	young, old map[leads.Identity]struct{}
}

// NewMemory returns a Memory that knows and claims nothing.
func NewMemory() *Memory {
	return &Memory{
		patience: claimPatience, limit: generation,
		claims: map[leads.Identity]uint64{}, released: make(chan struct{}),
		young: map[leads.Identity]struct{}{},
	}
}

// Claim is described by [intake.Dedupe]. It takes all unknown identities or none.
func (m *Memory) Claim(ctx context.Context, ids []leads.Identity) (release func()) {
	nothing := func() {}
	var patience <-chan time.Time
	for {
		call, wait := m.take(ids)
		switch {
		case wait == nil && call == 0:
			return nothing
		case wait == nil:
			free := func() { m.release(ids, call) }
			expire := time.AfterFunc(claimLife, free)
			return func() {
				if expire.Stop() {
					free()
				}
			}
		case patience == nil:
			patience = time.After(m.patience)
		}
		select {
		case <-wait:
		case <-patience:
			return nothing
		case <-ctx.Done():
			return nothing
		}
	}
}

// take claims the unknown identities and returns the number of the call, 0 if all are
// known. If another call holds one, it returns the channel to wait on.
func (m *Memory) take(ids []leads.Identity) (call uint64, wait <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var unknown []leads.Identity
	for _, id := range ids {
		if m.knows(id) {
			continue
		}
		if m.claims[id] != 0 {
			return 0, m.released
		}
		unknown = append(unknown, id)
	}
	if len(unknown) == 0 {
		return 0, nil
	}
	m.calls++
	for _, id := range unknown {
		m.claims[id] = m.calls
	}
	return m.calls, nil
}

// release frees the claims that the call still holds.
func (m *Memory) release(ids []leads.Identity, call uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if m.claims[id] == call {
			delete(m.claims, id)
		}
	}
	close(m.released)
	m.released = make(chan struct{})
}

// Remember is described by [intake.Dedupe].
func (m *Memory) Remember(_ context.Context, ids []leads.Identity, _ string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		m.keep(id)
	}
}

// knows reports whether an identity is known, and moves it to the young generation.
func (m *Memory) knows(id leads.Identity) bool {
	if _, ok := m.young[id]; ok {
		return true
	}
	_, ok := m.old[id]
	if ok {
		m.keep(id)
	}
	return ok
}

func (m *Memory) keep(id leads.Identity) {
	if len(m.young) >= m.limit {
		m.old, m.young = m.young, make(map[leads.Identity]struct{}, m.limit)
	}
	m.young[id] = struct{}{}
}
