// Package bell notifies the hubs that share a database of new events, over Redis Pub/Sub.
// It is a hint: hubs also poll every second, so a lost ring delays an event and never loses
// it.
package bell

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// channel is the prefix of the Pub/Sub channel's name. Channels are shared by all databases
// of a Redis, so the name ends with the database's number: installations that share a Redis
// do not wake each other.
const channel = "ctihub:events:"

// quiet is the least time between two rings sent.
const quiet = 5 * time.Millisecond

// retryAfter is the pause after a ring that could not be sent.
const retryAfter = 500 * time.Millisecond

// Bell rings in every hub.
type Bell struct {
	client  *redis.Client
	channel string
	name    string
	rung    chan struct{}
	heard   chan struct{}
}

// New returns the bell of the hub with this name, which ignores its own rings.
func New(client *redis.Client, name string) *Bell {
	return &Bell{client: client, channel: channel + strconv.Itoa(client.Options().DB), name: name, rung: make(chan struct{}, 1), heard: make(chan struct{}, 1)}
}

// Ring wakes the other hubs. It never blocks. Errors are ignored, because hubs also poll.
func (b *Bell) Ring() { signal(b.rung) }

// Heard delivers at least one value after another hub rang.
func (b *Bell) Heard() <-chan struct{} { return b.heard }

// Run sends and receives until ctx ends, also while Redis fails.
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
