package asterisktest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Wire is a TCP connection between hub and exchange that can be cut.
type Wire struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
	isCut    bool
	work     sync.WaitGroup
}

// NewWire returns a proxy to the exchange and its address.
func NewWire(tb testing.TB, to string) (*Wire, string) {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	w := &Wire{listener: listener}
	w.work.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", strings.TrimPrefix(to, "http://"))
			if err != nil || !w.keep(near, far) {
				_ = near.Close()
				continue
			}
			w.work.Go(func() { copyBytes(near, far) })
			w.work.Go(func() { copyBytes(far, near) })
		}
	})
	tb.Cleanup(func() {
		w.Cut()
		_ = listener.Close()
		w.work.Wait()
	})
	return w, "http://" + listener.Addr().String()
}

func copyBytes(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	_, _ = from.Close(), to.Close()
}

func (w *Wire) keep(pair ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isCut {
		for _, c := range pair {
			_ = c.Close()
		}
		return false
	}
	w.open = append(w.open, pair...)
	return true
}

// Cut breaks all open connections and refuses new ones.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = true
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// Mend accepts connections again.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = false
}
