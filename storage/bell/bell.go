// Package bell tells the hubs that share a database when there is something
// new in it, over Redis Pub/Sub. It is a hint: a lost ring costs a second,
// never an event.
package bell

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// channel is the Pub/Sub channel of all hubs of one Redis database number.
const channel = "ctihub:events"

// quiet is how long rings are gathered before one is sent.
const quiet = 5 * time.Millisecond

// Bell rings in every hub.
type Bell struct {
	client *redis.Client
	name   string
	rung   chan struct{}
	heard  chan struct{}
}

// New returns the bell of the hub called name, which does not hear itself.
func New(client *redis.Client, name string) *Bell {
	return &Bell{client: client, name: name, rung: make(chan struct{}, 1), heard: make(chan struct{}, 1)}
}

// Ring wakes the other hubs. It never blocks, and never fails in a way that
// the caller could do something about.
func (b *Bell) Ring() { signal(b.rung) }

// Heard delivers at least one value after another hub rang.
func (b *Bell) Heard() <-chan struct{} { return b.heard }

// Run sends and receives until ctx ends. It outlives a broken Redis.
func (b *Bell) Run(ctx context.Context) error {
	sub := b.client.Subscribe(ctx, channel)
	defer sub.Close()
	in := sub.Channel()
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, ok := <-in:
			if !ok {
				return nil
			}
			if m.Payload != b.name {
				signal(b.heard)
			}
		case <-b.rung:
			// A dead Redis answers with an error at once or after the client's
			// time-out; the other hubs then poll.
			_ = b.client.Publish(ctx, channel, b.name).Err()
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(quiet):
			}
		}
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
