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

var (
	//go:embed claim.lua
	claimText string
	//go:embed release.lua
	releaseText string

	claimScript   = redis.NewScript(claimText)
	releaseScript = redis.NewScript(releaseText)
)

// Redis is the deduplication of several hubs. While Redis is down it claims and remembers
// nothing, at the price of one time-out per second.
type Redis struct {
	client   *redis.Client
	patience time.Duration // how long to wait for another claim
	timeout  time.Duration // of one command
	breaker  breaker
}

// NewRedis returns a Redis over a client made by [Dial].
func NewRedis(client *redis.Client, log *slog.Logger) *Redis {
	return &Redis{client: client, patience: claimPatience, timeout: answerTimeout, breaker: breaker{log: log, now: time.Now}}
}

// Probe pings Redis, so that an error of its setup is in the log at the start. The hub
// works without Redis all the same.
func (r *Redis) Probe(ctx context.Context) {
	_ = r.use(ctx, func(ctx context.Context) error { return r.client.Ping(ctx).Err() })
}

// held is what the claim script answers when another owner holds an identity.
const held = -1

// Claim is described by [intake.Dedupe]. It takes all unknown identities or
// none, so that two hubs never wait for each other.
func (r *Redis) Claim(ctx context.Context, ids []leads.Identity) (release func()) {
	nothing := func() {}
	if len(ids) == 0 {
		return nothing
	}
	keys, owner := append(keysOf(knownKey, ids), keysOf(claimKey, ids)...), rand.Text()
	claims := keys[len(ids):]
	limit := time.Now().Add(r.patience)
	for pause := 4 * time.Millisecond; ; pause = min(2*pause, 20*time.Millisecond) {
		taken := 0
		err := r.use(ctx, func(ctx context.Context) (err error) {
			taken, err = claimScript.Run(ctx, r.client, keys, owner, claimLife.Milliseconds()).Int()
			return err
		})
		switch {
		case errors.Is(err, errDown):
			return nothing
		case err != nil || taken > 0: // an error may have come after the claim
			return func() { r.release(context.WithoutCancel(ctx), claims, owner) }
		case taken != held || time.Now().Add(pause).After(limit):
			return nothing
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nothing
		}
	}
}

func (r *Redis) release(ctx context.Context, claims []string, owner string) {
	// If this fails, the claim ends by its time.
	_ = r.use(ctx, func(ctx context.Context) error {
		return releaseScript.Run(ctx, r.client, claims, owner).Err()
	})
}

// Remember is described by [intake.Dedupe].
func (r *Redis) Remember(ctx context.Context, ids []leads.Identity, contactID string) {
	if len(ids) == 0 {
		return
	}
	// The transaction is committed, even if its caller has left. Identities that are not
	// remembered are claimed again.
	_ = r.use(context.WithoutCancel(ctx), func(ctx context.Context) error {
		_, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, key := range keysOf(knownKey, ids) {
				p.Set(ctx, key, contactID, knownLife)
			}
			return nil
		})
		return err
	})
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

const (
	knownKey = "ctihub:known:" // of an identity: the contact that holds it
	claimKey = "ctihub:claim:" // of an identity: the token of the call that works on it
)

// keysOf hashes the identities, so that no phone or address is readable in Redis, in its
// dumps and in its slow log. A guessed phone can still be checked.
func keysOf(prefix string, ids []leads.Identity) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		sum := sha256.Sum256([]byte(string(id.Kind) + "\x00" + id.Value))
		keys[i] = prefix + base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	return keys
}
