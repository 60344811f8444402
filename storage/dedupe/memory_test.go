package dedupe

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/leads"
)

func TestMemory(t *testing.T) {
	behave(t, func(_ *testing.T, patience time.Duration) office {
		m := NewMemory()
		m.patience = patience
		return office{a: m, b: m, holder: m.holder}
	})
}

func (m *Memory) holder(id leads.Identity) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if call := m.claims[id]; call != 0 {
		return strconv.FormatUint(call, 10)
	}
	return ""
}

// TestMemoryExpiry: a claim that is never released ends by its time, and a
// waiting call goes on after its patience.
func TestMemoryExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, began := NewMemory(), time.Now()
		late := m.Claim(t.Context(), []leads.Identity{anna})
		m.Claim(t.Context(), []leads.Identity{anna})()
		if took := time.Since(began); took != claimPatience {
			t.Errorf("waited for %s, want %s", took, claimPatience)
		}
		m.patience = forever
		release := m.Claim(t.Context(), []leads.Identity{anna})
		if took := time.Since(began); took != claimLife {
			t.Errorf("the claim lasted %s, want %s", took, claimLife)
		}
		late()
		if m.holder(anna) == "" {
			t.Error("a late release freed another's claim")
		}
		release()
	})
}

// TestMemoryIsBounded: it forgets those not seen for longest, and only those.
func TestMemoryIsBounded(t *testing.T) {
	m := NewMemory()
	m.limit = 10
	m.Remember(t.Context(), []leads.Identity{anna, boris}, "contact-1")
	for n := range 1000 {
		m.Remember(t.Context(), []leads.Identity{{Kind: leads.KindEmail, Value: strconv.Itoa(n)}}, "contact-2")
		m.Claim(t.Context(), []leads.Identity{anna})()
		if size := len(m.young) + len(m.old); size > 20 {
			t.Fatalf("%d identities are remembered, want 20 at most", size)
		}
	}
	if !m.knows(anna) || m.knows(boris) {
		t.Errorf("knows the one who is always here: %v, the one not seen any more: %v", m.knows(anna), m.knows(boris))
	}
}
