package asterisk

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"runtime"
	"time"

	"ctihub/leads"
)

// Bounds of the route's answers. The dialplan waits for them while a customer
// hears nothing, so no answer is better than a late one.
const (
	routeWithin     = 40 * time.Millisecond
	routesAtOnce    = 64
	routeParameter  = 64 // bytes
	routeTokenLeast = 16
)

var (
	errRouteLate   = errors.New("no answer in time")
	errRouteFull   = errors.New("too many questions at once")
	errRouteDevice = errors.New("the manager's extension gives no device that is safe to dial")
)

// Route answers the dialplan's question who should get a call: with the device of
// the manager of the caller's contact, or an empty body. On any fault it answers in
// time with status 200 and an empty body, and the dialplan goes on without it. Nil
// when the configuration has no route_token.
func (c *connector) Route() http.Handler {
	if c.token == "" || c.env.Calls.Choose == nil {
		return nil
	}
	slots := make(chan struct{}, routesAtOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		q := r.URL.Query()
		if !c.knowsToken(q.Get("token"), r.Header.Get("X-Route-Token")) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		device, err := c.route(r.Context(), slots, q.Get("caller"))
		if err != nil && r.Context().Err() == nil {
			c.log.Warn("the dialplan got no answer; the call goes the exchange's own way", "err", err)
		}
		_, _ = io.WriteString(w, device)
	})
}

// knowsToken compares tokens in constant time.
func (c *connector) knowsToken(given ...string) bool {
	want, known := sha256.Sum256([]byte(c.token)), 0
	for _, g := range given {
		got := sha256.Sum256([]byte(g))
		known |= subtle.ConstantTimeCompare(got[:], want[:])
	}
	return known == 1
}

// route returns the device to ring, "" for none.
func (c *connector) route(ctx context.Context, slots chan struct{}, caller string) (string, error) {
	if len(caller) > routeParameter {
		return "", nil
	}
	phones := c.plan.identity(c.plan.number(caller))
	if len(phones) == 0 || leads.CheckDialable(phones[0].Value) != nil || c.plan.isBarred(phones[0].Value) {
		return "", nil
	}
	select {
	case slots <- struct{}{}:
	default:
		return "", errRouteFull
	}
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel() // not earlier, or an answer in time would seem late
	type answer struct {
		extension string
		err       error
	}
	got := make(chan answer, 1)
	go func() { // so that a database that ignores ctx does not delay the answer
		defer func() {
			if v := recover(); v != nil {
				got <- answer{err: errPanic(v)}
			}
			<-slots
		}()
		extension, err := c.env.Calls.Choose(ctx, phones[0].Value)
		got <- answer{extension, err}
	}()
	select {
	case a := <-got:
		if a.err != nil || a.extension == "" {
			return "", a.err
		}
		device, safe := c.plan.device.of(a.extension)
		if !safe {
			return "", errRouteDevice
		}
		return device, nil
	case <-ctx.Done():
		return "", errRouteLate
	}
}

// errPanic keeps the text of runtime errors only: another one may hold a number.
func errPanic(v any) error {
	if err, ok := v.(runtime.Error); ok {
		return err
	}
	return errors.New("panic while choosing")
}
