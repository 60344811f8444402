package asterisk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// memory is an inbox that keeps calls as storage does: forward only.
type memory struct {
	mu      sync.Mutex
	calls   map[string]leads.Call
	touches []leads.Touch // every one that was put
	cursor  string
	suspect map[string]string // raw, of what went to quarantine
	changed chan struct{}     // closed and replaced on each Put
	refuse  func(leads.Touch) error
	batch   func(n int) // how many touches came at once
}

func newMemory() *memory {
	return &memory{calls: map[string]leads.Call{}, suspect: map[string]string{}, changed: make(chan struct{})}
}

func (m *memory) Cursor(context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursor, nil
}

func (m *memory) Put(ctx context.Context, cursor string, touches ...leads.Touch) error {
	m.mu.Lock()
	refuse := m.refuse
	m.mu.Unlock()
	for _, t := range touches {
		if refuse != nil {
			if err := refuse(t); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.batch != nil {
		m.batch(len(touches))
	}
	if cursor != "" {
		m.cursor = cursor
	}
	for _, t := range touches {
		t.Source = "pbx"
		if err := t.Validate(); errors.Is(err, leads.ErrSuspect) {
			m.suspect[t.ExternalID] = t.Raw
			continue
		} else if err != nil {
			return fmt.Errorf("touch %q: %w", t.ExternalID, err)
		}
		m.touches = append(m.touches, t)
		if old, ok := m.calls[t.ExternalID]; !ok || leads.Advances(old, *t.Call) {
			m.calls[t.ExternalID] = *t.Call
		}
	}
	close(m.changed)
	m.changed = make(chan struct{})
	return nil
}

// until waits for a condition on the stored calls.
func (m *memory) until(t *testing.T, what string, ok func([]leads.Call) bool) {
	t.Helper()
	timeout := time.After(asterisktest.Patience)
	for {
		m.mu.Lock()
		changed := m.changed
		calls := make([]leads.Call, 0, len(m.calls))
		for _, c := range m.calls {
			calls = append(calls, c)
		}
		m.mu.Unlock()
		if ok(calls) {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("waited in vain for %s; stored:\n%s", what, strings.Join(m.lines(), "\n"))
		}
	}
}

// untilCall waits until some call looks like that; see line.
func (m *memory) untilCall(t *testing.T, part string) {
	t.Helper()
	m.until(t, part, func(calls []leads.Call) bool {
		return slices.ContainsFunc(calls, func(c leads.Call) bool { return strings.Contains(line(c), part) })
	})
}

func (m *memory) untilAllEnded(t *testing.T, n int) {
	t.Helper()
	m.until(t, "the end of all calls", func(calls []leads.Call) bool {
		return len(calls) >= n && !slices.ContainsFunc(calls, func(c leads.Call) bool { return c.State != leads.CallEnded })
	})
}

func (m *memory) lines() (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.calls {
		out = append(out, line(c))
	}
	slices.Sort(out)
	return out
}

// line is what a test compares of a call: everything but times, ids and the
// order of legs, which is the exchange's whim.
func line(c leads.Call) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", c.Direction, c.State)
	for _, f := range [][2]string{
		{"", string(c.Disposition)}, {"from=", c.From}, {"to=", c.To}, {"did=", c.DID}, {"queue=", c.Queue},
		{"operator=", c.Operator}, {"hangup=", c.HangupBy},
	} {
		if f[1] != "" {
			b.WriteString(" " + f[0] + f[1])
		}
	}
	for _, l := range slices.SortedFunc(slices.Values(c.Legs), func(a, b leads.Leg) int { return strings.Compare(a.Extension, b.Extension) }) {
		fmt.Fprintf(&b, " %s:%s", l.Extension, l.State)
	}
	return b.String()
}
