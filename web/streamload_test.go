package web

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// A client that takes nothing is cut when the connection's buffers are full,
// and the others do not feel it.
func TestStreamCutsTheSlow(t *testing.T) {
	h := newStreamHub(t, func(s *Server) { s.stream.write = 200 * time.Millisecond })
	slow := rawStream(t, h)
	if _, err := io.ReadFull(slow, make([]byte, 15)); err != nil {
		t.Fatal(err)
	}
	quick := h.open(t, bossToken, "", "")
	quick.started()
	big := testEvent(1, leads.EventInteraction)
	big.Data = []byte(`{"id":"` + strings.Repeat("x", 200<<10) + `"}`)
	for seq := 1; ; seq++ {
		big.Seq = int64(seq)
		h.publish(big)
		if _, err := quick.next(); err != nil {
			t.Fatalf("the quick reader was cut: %v", err)
		}
		select {
		case <-h.ends: // the slow one's stream is over
			return
		default:
		}
	}
}

// rawStream opens a stream over a bare connection with little memory of its own.
func rawStream(t *testing.T, h *streamHub) net.Conn {
	t.Helper()
	addr := strings.TrimPrefix(h.url, "http://")
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	fmt.Fprintf(c, "GET /api/v1/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", addr, bossToken)
	return c
}

func TestStreamCostsLittle(t *testing.T) {
	const clients = 200
	h := newStreamHub(t)
	buf := make([]byte, 15)
	inUse := func() uint64 {
		var m runtime.MemStats
		for range 4 { // each collection halves a stack that is mostly empty
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	for range 20 { // what is made once is not counted
		if _, err := io.ReadFull(rawStream(t, h), buf); err != nil {
			t.Fatal(err)
		}
	}
	before := inUse()
	for range clients {
		if _, err := io.ReadFull(rawStream(t, h), buf); err != nil {
			t.Fatal(err)
		}
	}
	each := (inUse() - before) / clients
	t.Logf("an idle stream costs %d bytes, both ends of the connection counted", each)
	if each > streamMost {
		t.Errorf("an idle stream costs %d bytes, want %d at most", each, streamMost)
	}
}
