package max

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

const (
	pollWait   = 30 // seconds that MAX holds a question without news
	firstWait  = 2  // of the first question, by which the source is known to work
	pollWithin = (pollWait + 15) * time.Second
	pollLimit  = 100
	tooSoon    = time.Second // an empty answer that comes earlier is not waited for by MAX
)

// page is an answer of GET /updates.
type page struct {
	Updates []json.RawMessage `json:"updates"`
	Marker  *int64            `json:"marker"`
}

// poll asks for updates. The marker is the cursor, and moves in the transaction
// of the touches. It is taken as MAX says it, also when it is lower than
// before: what comes again is recognised by its key.
//
// Asked without a marker, MAX gives the last update alone by its documentation,
// and what was not confirmed yet by its schema. Either is a beginning; what was
// written while the hub had no marker yet may be lost by the first.
func (b *bot) poll(ctx context.Context, in leads.Inbox) error {
	if err := b.api.loadOwnID(ctx); err != nil {
		return err
	}
	if err := b.unsubscribe(ctx); err != nil {
		return err
	}
	marker, err := in.Cursor(ctx)
	if err != nil {
		return err
	}
	wait := firstWait
	for ctx.Err() == nil {
		asked := time.Now()
		p, err := b.ask(ctx, marker, wait)
		if err != nil {
			return err
		}
		wait = pollWait
		b.health(nil)
		next := marker
		if p.Marker != nil {
			next = strconv.FormatInt(*p.Marker, 10)
		}
		if len(p.Updates) > 0 || next != marker {
			if err := b.take(ctx, in, next, p.Updates); err != nil {
				return err
			}
		}
		switch {
		case len(p.Updates) > 0 && next == marker:
			return errors.New("MAX gives updates without saying where they end: it would give the same ones again")
		case len(p.Updates) == 0 && time.Since(asked) < tooSoon:
			b.pause(ctx, tooSoon)
		}
		marker = next
	}
	return nil
}

// ask waits for updates.
func (b *bot) ask(ctx context.Context, marker string, wait int) (page, error) {
	ctx, cancel := context.WithTimeout(ctx, pollWithin)
	defer cancel()
	q := url.Values{"limit": {strconv.Itoa(pollLimit)}, "timeout": {strconv.Itoa(wait)}, "types": {strings.Join(wanted, ",")}}
	if marker != "" {
		q.Set("marker", marker)
	}
	var p page
	err := b.api.call(ctx, http.MethodGet, "/updates", q, nil, &p)
	return p, err
}

func (b *bot) take(ctx context.Context, in leads.Inbox, cursor string, updates []json.RawMessage) error {
	var touches []leads.Touch
	for _, raw := range updates {
		t, err := b.touchOf(ctx, raw)
		if err != nil {
			return err
		}
		if t != nil {
			touches = append(touches, *t)
		}
	}
	return in.Put(ctx, cursor, touches...)
}

func (b *bot) touchOf(ctx context.Context, raw []byte) (*leads.Touch, error) {
	u, err := read(raw)
	if err != nil || u.Type == "" {
		return b.unreadable(u), nil //nolint:nilerr // it goes to quarantine
	}
	return b.touch(ctx, u)
}

// subscriptions are the addresses to which MAX posts.
func (b *bot) subscriptions(ctx context.Context) ([]string, error) {
	var list struct {
		Subscriptions []struct {
			URL string `json:"url"`
		} `json:"subscriptions"`
	}
	if err := b.api.call(ctx, http.MethodGet, "/subscriptions", nil, nil, &list); err != nil {
		return nil, err
	}
	var all []string
	for _, s := range list.Subscriptions {
		all = append(all, s.URL)
	}
	return all, nil
}

// unsubscribe ends the hub's own webhook, beside which MAX answers no polls.
// Another program's is left to the administrator.
func (b *bot) unsubscribe(ctx context.Context) error {
	all, err := b.subscriptions(ctx)
	if err != nil {
		return err
	}
	for _, address := range all {
		if address != b.address {
			return errors.New("another program gets this bot's messages by webhook, and MAX gives them to nobody else: end its subscription (DELETE /subscriptions), or set mode: webhook")
		}
		var done result
		if err := b.api.call(ctx, http.MethodDelete, "/subscriptions", url.Values{"url": {address}}, nil, &done); err != nil {
			return err
		}
		if !done.Success {
			return fmt.Errorf("MAX does not end the webhook: %s", vendors.Shorten(done.Message, maxWords))
		}
	}
	return nil
}

// result is MAX's answer to changes.
type result struct {
	Success bool   `json:"success"`
	Message string `json:"message"`
}
