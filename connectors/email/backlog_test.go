package email

import (
	"context"
	"sync"
	"testing"

	"ctihub/leads"
)

// counting is an inbox that remembers keys only.
type counting struct {
	mu     sync.Mutex
	cursor string
	seen   map[string]int
	puts   int // touches
	at     int // of different keys, at which enough is closed
	enough chan struct{}
}

func (c *counting) Cursor(context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cursor, nil
}

func (c *counting) Put(_ context.Context, cursor string, touches ...leads.Touch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.seen)
	for _, t := range touches {
		c.seen[t.ExternalID]++
		c.puts++
	}
	c.cursor = cursor
	if before < c.at && len(c.seen) >= c.at {
		close(c.enough)
	}
	return nil
}

// run runs a source into the inbox until the returned function is called.
func (c *counting) run(t *testing.T, s *subject) (stop func()) {
	t.Helper()
	source, err := newConnector(s.env, s.times)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- source.Run(ctx, c) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}
