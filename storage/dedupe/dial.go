package dedupe

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	dialTimeout = 100 * time.Millisecond
	// answerTimeout is how long one answer of Redis may take.
	answerTimeout = 50 * time.Millisecond
	poolSize      = 32
)

// Dial returns a client of the Redis at url, redis:// or rediss:// (TLS),
// without connecting to it. It fails fast and does not retry, because the hub works
// without Redis. The error says what is wrong with the url and quotes no part of it, which
// may be the password.
func Dial(address string) (*redis.Client, error) {
	if err := check(address); err != nil {
		return nil, fmt.Errorf("the address of Redis: %w; expected redis://user:password@host:6379/0, with %%-encoding for / ? # @ %% in the password", err)
	}
	o, err := redis.ParseURL(address)
	if err != nil { // its text quotes
		return nil, errors.New("the address of Redis: an option after the question mark is unknown or has a wrong value")
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialTimeout, answerTimeout, answerTimeout, answerTimeout
	o.MaxRetries, o.DialerRetries = -1, 1
	o.ContextTimeoutEnabled = true
	if o.PoolSize == 0 {
		o.PoolSize = poolSize
	}
	o.PipelinePoolSize = -1 // one pool
	// Redis 7.0 knows neither.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(o), nil
}

func check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil && strings.Contains(err.Error(), "invalid port"):
		return errors.New("the port is not a number")
	case err != nil && strings.Contains(err.Error(), "invalid URL escape"):
		return errors.New("a % is not followed by two hexadecimal digits")
	case err != nil:
		return errors.New("it is not a URL")
	case u.Scheme != "redis" && u.Scheme != "rediss":
		return errors.New("it does not begin with redis:// or rediss://")
	case u.Hostname() == "":
		return errors.New("the host is missing")
	case u.Fragment != "":
		return errors.New("there is a # in it")
	}
	if number := strings.Trim(u.Path, "/"); number != "" {
		if n, err := strconv.Atoi(number); err != nil || n < 0 {
			return errors.New("what follows the host is not the number of a database")
		}
	}
	return nil
}
