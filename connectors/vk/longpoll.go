package vk

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
	pollWait    = 25 // seconds that VK holds a request without events
	firstWait   = 2  // of the first question, by which the source is known to work
	pollTimeout = (pollWait + 15) * time.Second
	maxFailed   = 3   // answers without news in a row after which something is wrong
	putMost     = 100 // events of one transaction
	emptyLeast  = time.Second
)

// streamPosition is the source's cursor.
type streamPosition struct {
	TS string `json:"ts"` // VK's place in the stream of events
	At int64  `json:"at"` // Unix seconds: no message before was missed
}

// stream is the long poll server with its key, which expires after about an hour.
type stream struct {
	Server string `json:"server"`
	Key    string `json:"key"`
	TS     text   `json:"ts"`
}

// page is an answer of the long poll server.
type page struct {
	TS      text              `json:"ts"`
	Updates []json.RawMessage `json:"updates"`
	Failed  int               `json:"failed"`
}

// poll follows the stream. The cursor moves in the transaction of the touches.
func (c *community) poll(ctx context.Context, in leads.Inbox) error {
	from, err := c.findStream(ctx)
	if err != nil {
		return c.inWords(err)
	}
	if err := c.checkEventsEnabled(ctx); err != nil {
		return err
	}
	at, err := c.resume(ctx, in, from)
	if err != nil {
		return err
	}
	wait := firstWait
	for failed := 0; ctx.Err() == nil; {
		asked := time.Now()
		page, err := c.ask(ctx, from, at.TS, wait)
		if err != nil {
			return c.inWords(err)
		}
		if page.Failed == 0 {
			failed, wait = 0, pollWait
			c.health(nil)
			if at, err = c.take(ctx, in, at, page); err != nil {
				return err
			}
			if len(page.Updates) == 0 && time.Since(asked) < emptyLeast {
				return errors.New("VK answers at once that there is nothing new, instead of waiting for it")
			}
			continue
		}
		if failed++; failed > maxFailed {
			return fmt.Errorf("VK answers failed %d to every question: try again later, or make a new access key", page.Failed)
		}
		switch page.Failed {
		case 1: // events were lost or are too old to be had
			at, err = c.catchUp(ctx, in, at, string(page.TS))
		case 2: // the key has expired
			from, err = c.findStream(ctx)
		case 3: // the key and the place are lost
			if from, err = c.findStream(ctx); err == nil {
				at, err = c.catchUp(ctx, in, at, string(from.TS))
			}
		default:
			err = fmt.Errorf("VK answers failed %d, which the hub does not know", page.Failed)
		}
		if err != nil {
			return c.inWords(err)
		}
	}
	return nil
}

// resume returns the stored position, after reading from the conversations what the
// stream may have lost. A new source begins now: earlier messages are not imported.
func (c *community) resume(ctx context.Context, in leads.Inbox, from stream) (streamPosition, error) {
	stored, err := in.Cursor(ctx)
	if err != nil {
		return streamPosition{}, err
	}
	at := streamPosition{}
	if stored != "" && json.Unmarshal([]byte(stored), &at) == nil && at.TS != "" {
		next, err := c.catchUp(ctx, in, at, at.TS)
		if refused := new(refusal); errors.As(err, &refused) {
			c.log.Warn("the conversations cannot be read", "error", err)
			return at, nil // the stream is whole, as far as anybody knows
		}
		return next, err
	}
	at = streamPosition{TS: string(from.TS), At: c.now().Unix()}
	return at, in.Put(ctx, at.cursor())
}

func (p streamPosition) cursor() string {
	b, _ := json.Marshal(p)
	return string(b)
}

// findStream gets the long poll server and its key.
func (c *community) findStream(ctx context.Context) (stream, error) {
	var s stream
	err := c.api.call(ctx, "groups.getLongPollServer", url.Values{"group_id": {strconv.FormatInt(c.GroupID, 10)}}, &s)
	if err != nil {
		return s, err
	}
	if !strings.Contains(s.Server, "://") {
		s.Server = "https://" + s.Server
	}
	u := c.vendor.Locate(s.Server)
	if u == nil {
		return s, errors.New("VK names a long poll server that is not one of its own")
	}
	s.Server = u.String()
	return s, nil
}

// checkEventsEnabled checks that the community's long poll sends messages. Without
// the right to read the settings it returns nil.
func (c *community) checkEventsEnabled(ctx context.Context) error {
	var s struct {
		Enabled any            `json:"is_enabled"` // true or 1
		Events  map[string]any `json:"events"`
	}
	err := c.api.call(ctx, "groups.getLongPollSettings", url.Values{"group_id": {strconv.FormatInt(c.GroupID, 10)}}, &s)
	if err != nil || len(s.Events) == 0 {
		return nil //nolint:nilerr // the key has no right to ask for the settings
	}
	if isOff(s.Enabled) || isOff(s.Events["message_new"]) {
		return errors.New("the community sends no messages to its Long Poll API: switch it on and tick incoming messages (Manage, API usage, Long Poll API)")
	}
	return nil
}

func isOff(v any) bool { return v == false || v == float64(0) }

// ask waits for events.
func (c *community) ask(ctx context.Context, from stream, ts string, wait int) (page, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	q := url.Values{"act": {"a_check"}, "key": {from.Key}, "ts": {ts}, "wait": {strconv.Itoa(wait)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from.Server+"?"+q.Encode(), nil)
	if err != nil {
		return page{}, errors.New("VK names a long poll server that cannot be used")
	}
	b, err := c.api.ask(req)
	if err != nil {
		return page{}, err
	}
	var n page
	if err := json.Unmarshal(b, &n); err != nil {
		return page{}, errors.New("VK's answer to a long poll cannot be read")
	}
	if n.TS == "" && n.Failed != 2 && n.Failed != 3 {
		return page{}, errors.New("VK's answer to a long poll names no place to go on from")
	}
	return n, nil
}

// take stores the events of a page together with its end as the new position.
func (c *community) take(ctx context.Context, in leads.Inbox, at streamPosition, page page) (streamPosition, error) {
	next := streamPosition{TS: string(page.TS), At: at.At}
	if len(page.Updates) == 0 && next == at {
		return at, nil
	}
	var touches []leads.Touch
	for _, raw := range page.Updates {
		var u update
		if err := vendors.DecodeLenient(raw, &u); err != nil || u.Type == "" {
			u = update{Type: "unknown", Object: raw}
		}
		t, err := c.touch(ctx, u)
		if err != nil {
			return at, err
		}
		if t == nil {
			continue
		}
		next.At = max(next.At, min(t.At.Unix(), c.now().Unix()))
		if touches = append(touches, *t); len(touches) == putMost {
			if err := in.Put(ctx, "", touches...); err != nil {
				return at, err
			}
			touches = nil
		}
	}
	if err := in.Put(ctx, next.cursor(), touches...); err != nil {
		return at, err
	}
	return next, nil
}
