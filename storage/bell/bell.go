// Package bell tells the hubs that share a database when there is something
// new in it, over Redis Pub/Sub. It is a hint: a lost ring costs a second,
// never an event.
package bell

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// channel begins the name of the Pub/Sub channel. Redis's channels know no
// databases, so the number of the hubs' database ends it: installations that
// share a Redis do not wake each other.
const channel = "ctihub:events:"

// quiet is how long rings are gathered before one is sent.
const quiet = 5 * time.Millisecond

// retryAfter is how long rings are gathered after one could not be sent.
const retryAfter = 500 * time.Millisecond

// Bell rings in every hub.
type Bell struct {
	client  *redis.Client
	channel string
	name    string
	rung    chan struct{}
	heard   chan struct{}
}

// New returns the bell of the hub called name, which does not hear itself.
func New(client *redis.Client, name string) *Bell {
	return &Bell{client: client, channel: channel + strconv.Itoa(client.Options().DB), name: name, rung: make(chan struct{}, 1), heard: make(chan struct{}, 1)}
}

// Ring wakes the other hubs. It never blocks, and never fails in a way that
// the caller could do something about.
func (b *Bell) Ring() { signal(b.rung) }

// Heard delivers at least one value after another hub rang.
func (b *Bell) Heard() <-chan struct{} { return b.heard }

// Run sends and receives until ctx ends. It outlives a broken Redis.
func (b *Bell) Run(ctx context.Context) error {
	sub := b.client.Subscribe(ctx, b.channel)
	defer func() { _ = sub.Close() }()
	in := sub.Channel()
	rung := b.rung
	var rested <-chan time.Time
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
		case <-rung:
			// Without Redis the other hubs poll. It is not asked at every ring,
			// since each time may cost a time-out.
			rest := quiet
			if b.client.Publish(ctx, b.channel, b.name).Err() != nil {
				rest = retryAfter
			}
			rung, rested = nil, time.After(rest)
		case <-rested:
			rung, rested = b.rung, nil
		}
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
