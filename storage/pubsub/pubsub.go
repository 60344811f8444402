// Package pubsub notifies the hubs that share a database of new events, over Redis Pub/Sub.
// Hubs also poll the database every second, so a lost notification delays an event and never
// loses it.
package pubsub

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// channelPrefix begins the name of the Pub/Sub channel. Channels are shared by all databases
// of a Redis, so the name ends with the database's number: installations that share a Redis
// do not wake each other.
const channelPrefix = "ctihub:events:"

// minInterval is the least time between two notifications sent.
const minInterval = 5 * time.Millisecond

// retryAfter is the pause after a notification that could not be sent.
const retryAfter = 500 * time.Millisecond

// Notifier exchanges notifications with the other hubs.
type Notifier struct {
	client   *redis.Client
	channel  string
	name     string
	pending  chan struct{} // Notify was called
	notified chan struct{} // another hub sent a notification
}

// New returns the notifier of the hub with this name. It ignores its own notifications.
func New(client *redis.Client, name string) *Notifier {
	return &Notifier{client: client, channel: channelPrefix + strconv.Itoa(client.Options().DB), name: name, pending: make(chan struct{}, 1), notified: make(chan struct{}, 1)}
}

// Notify tells the other hubs that there are new events. It never blocks. Errors are
// ignored, because hubs also poll.
func (n *Notifier) Notify() { signal(n.pending) }

// Notified delivers at least one value after another hub called Notify.
func (n *Notifier) Notified() <-chan struct{} { return n.notified }

// Run sends and receives until ctx ends, also while Redis fails.
func (n *Notifier) Run(ctx context.Context) error {
	sub := n.client.Subscribe(ctx, n.channel)
	defer func() { _ = sub.Close() }()
	in := sub.Channel()
	pending := n.pending
	var resume <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, ok := <-in:
			if !ok {
				return nil
			}
			if m.Payload != n.name {
				signal(n.notified)
			}
		case <-pending:
			// While Redis is down the other hubs poll. Each attempt may cost a
			// time-out, so attempts are spaced by retryAfter.
			pause := minInterval
			if n.client.Publish(ctx, n.channel, n.name).Err() != nil {
				pause = retryAfter
			}
			pending, resume = nil, time.After(pause)
		case <-resume:
			pending, resume = n.pending, nil
		}
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
