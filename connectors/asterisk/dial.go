package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"ctihub/connectors"
	"ctihub/leads"
)

// dialSettings let users place calls. Without them the hub only listens.
type dialSettings struct {
	// Context is where the dialplan dials the number, as it does for phones.
	Context string `yaml:"context"`
	// CallerID is what the far side sees; empty: the extension, and the rest is
	// the dialplan's business.
	CallerID string `yaml:"caller_id"`
	// Ring is how long the user's telephone rings.
	Ring time.Duration `yaml:"ring"`
	// Allow are beginnings of outside numbers; none: those that the hub's own
	// rules allow (calls.Policy), which apply in any case.
	Allow []string `yaml:"allow"`
	// Variables are set on the user's channel.
	Variables map[string]string `yaml:"variables"`
}

const (
	shortestRing = 5 * time.Second
	longestRing  = 2 * time.Minute
)

var contextName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,79}$`)

// check reports what is wrong with the settings, and fills in defaults.
func (d *dialSettings) check() error {
	control := func(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
	var wrong connectors.Mistakes
	wrong.If(d.Context != "" && !contextName.MatchString(d.Context), "dial: context: %q is not the name of a dialplan context; give the one in which phones dial", d.Context)
	wrong.If(d.Ring < shortestRing || d.Ring > longestRing, "dial: ring: %v is not between %v and %v", d.Ring, shortestRing, longestRing)
	wrong.If(control(d.CallerID) || len(d.CallerID) > 100, "dial: caller_id: write it like \"Company <+74951234567>\"")
	for i, prefix := range d.Allow {
		d.Allow[i] = strings.TrimSuffix(prefix, "*")
		wrong.If(!strings.HasPrefix(prefix, "+") || !prefixDigits.MatchString(d.Allow[i]), "dial: allow: %q is not the beginning of an international number such as \"+7*\"", prefix)
	}
	for name, value := range d.Variables {
		wrong.If(name == "" || control(name) || control(value), "dial: variables: %q has no name or holds control characters", name)
	}
	return wrong.Err()
}

// errNoPhone says that a text is not a number.
var errNoPhone = fmt.Errorf("%w: %w", leads.ErrInvalid, leads.ErrUndialable)

// dials reports whether the source is set up to place calls.
func (c *connector) dials() bool { return c.dialling != nil && c.env.Calls.Dials != nil }

// KickDials implements [connectors.Dialler].
func (c *connector) KickDials() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// CheckNumber implements [connectors.Dialler].
func (c *connector) CheckNumber(number string) (string, error) {
	if leads.CheckDialable(number) != nil {
		return "", errNoPhone
	}
	if c.plan.isExtension(number) {
		return number, nil
	}
	outside := c.plan.number(number)
	allow := c.dialling.Allow
	switch {
	case !strings.HasPrefix(outside, "+"), leads.CheckDialable(outside) != nil:
		return "", leads.RefuseUnreadable // no E.164 number: its destination is not known
	case c.plan.isBarred(outside):
		return "", leads.RefuseDenied
	case len(allow) > 0 && !slices.ContainsFunc(allow, func(p string) bool { return strings.HasPrefix(outside, p) }):
		return "", leads.RefuseForeign
	}
	return outside, nil
}

// Hangup implements [connectors.Dialler].
func (c *connector) Hangup(ctx context.Context, channel string) error {
	err := c.rest.hangup(ctx, channel)
	if errors.Is(err, statusError(http.StatusNotFound)) {
		return leads.ErrNotFound
	}
	return err
}

// originate rings a device under the channel id given; when it is answered,
// the dialplan goes on with the number in the configured context.
func (r *rest) originate(ctx context.Context, s dialSettings, id, device, extension, number string) error {
	caller := s.CallerID
	if caller == "" {
		caller = "<" + extension + ">"
	}
	variables := s.Variables
	if variables == nil {
		variables = map[string]string{}
	}
	return r.call(ctx, http.MethodPost, "channels", url.Values{
		"endpoint": {device}, "context": {s.Context}, "extension": {number}, "priority": {"1"}, "channelId": {id},
		"callerId": {caller}, "timeout": {strconv.Itoa(int(s.Ring / time.Second))},
	}, map[string]any{"variables": variables}, nil)
}

func (r *rest) hangup(ctx context.Context, channel string) error {
	return r.call(ctx, http.MethodDelete, "channels/"+url.PathEscape(channel), nil, nil, nil)
}

// channelExists reports whether the exchange has a channel.
func (r *rest) channelExists(ctx context.Context, channel string) (bool, error) {
	err := r.call(ctx, http.MethodGet, "channels/"+url.PathEscape(channel), nil, nil, nil)
	if errors.Is(err, statusError(http.StatusNotFound)) {
		return false, nil
	}
	return err == nil, err
}

// dialNow gives a taken dial to the exchange. An empty reason means that the
// exchange has it, or may have it.
func (c *connector) dialNow(ctx context.Context, d leads.Dial, device, number string) leads.DialReason {
	err := c.rest.originate(ctx, *c.dialling, d.ID, device, d.Extension, number)
	if err == nil {
		return ""
	}
	var status statusError
	switch {
	case errors.As(err, &status) && (status == http.StatusConflict || status == http.StatusInternalServerError):
		// Asterisk answers so when the channel exists already, and also when it
		// has no way to the device.
		if lives, e := c.rest.channelExists(ctx, d.ID); e != nil || lives {
			return ""
		}
		return leads.DialDeviceUnreachable
	case errors.As(err, &status):
		c.log.Warn("the exchange does not take a dial", "dial", d.ID, "err", c.rest.inWords(err))
		return leads.DialExchangeRefused
	case errors.Is(err, syscall.ECONNREFUSED):
		return leads.DialExchangeAway
	}
	c.log.Warn("it is not known whether the exchange took a dial", "dial", d.ID, "err", c.rest.inWords(err))
	return ""
}
