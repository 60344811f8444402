package dedupe

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"ctihub/leads"
)

//go:embed claim.lua
var claimText string

var claimScript = redis.NewScript(claimText)

// Redis is the deduplication of several hubs. While Redis is down it knows nobody, at the
// price of one time-out per second.
type Redis struct {
	client  *redis.Client
	hub     string        // a name of this process
	inHand  time.Duration // see the constant
	timeout time.Duration // of one command
	pause   func(context.Context, time.Duration)
	breaker breaker
}

// NewRedis returns a Redis over a client made by [Dial].
func NewRedis(client *redis.Client, log *slog.Logger) *Redis {
	return &Redis{client: client, hub: rand.Text(), inHand: inHand, timeout: answerTimeout, pause: pause, breaker: breaker{log: log, now: time.Now}}
}

// Probe pings Redis, so that an error of its setup is in the log at the start. The hub
// works without Redis all the same.
func (r *Redis) Probe(ctx context.Context) {
	_ = r.use(ctx, func(ctx context.Context) error { return r.client.Ping(ctx).Err() })
}

// Claim is described by [intake.Dedupe]. It asks Redis once.
func (r *Redis) Claim(ctx context.Context, ids []leads.Identity) {
	if len(ids) == 0 {
		return
	}
	var wait int64
	err := r.use(ctx, func(ctx context.Context) (err error) {
		wait, err = claimScript.Run(ctx, r.client, keysOf(ids), r.hub, r.inHand.Milliseconds(), int64(knownLife.Seconds())).Int64()
		return err
	})
	if err != nil || wait == 0 {
		return
	}
	r.pause(ctx, time.Duration(wait)*time.Millisecond)
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// errDown says that Redis was not used, because the breaker is open.
var errDown = errors.New("redis is down")

// use runs a command on Redis, within the time-out.
func (r *Redis) use(ctx context.Context, ask func(context.Context) error) error {
	if !r.breaker.closed() {
		return errDown
	}
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	err := ask(limited)
	if err != nil && ctx.Err() != nil {
		return err // the caller left: no fault of Redis
	}
	r.breaker.report(err)
	return err
}

const personKey = "ctihub:person:" // of an identity: the hub that named it first, and when

// keysOf hashes the identities, so that no phone or address is readable in Redis, in its
// dumps and in its slow log. A guessed phone can still be checked.
func keysOf(ids []leads.Identity) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		sum := sha256.Sum256([]byte(string(id.Kind) + "\x00" + id.Value))
		keys[i] = personKey + base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	return keys
}
