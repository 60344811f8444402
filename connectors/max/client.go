package max

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"ctihub/connectors/vendors"
)

const (
	answerMost = 16 << 20 // bytes of an answer
	callWithin = 20 * time.Second
)

// client calls MAX's API with a bot's token.
type client struct {
	base  string
	token string
	http  *http.Client
	own   atomic.Int64 // the bot's user id, 0: not known yet
}

// me returns the bot's own user id, 0 when it is not known yet.
func (c *client) me() int64 { return c.own.Load() }

// loadOwnID gets the bot's user id, which also checks the token.
func (c *client) loadOwnID(ctx context.Context) error {
	var me user
	if err := c.call(ctx, http.MethodGet, "/me", nil, nil, &me); err != nil {
		return err
	}
	c.own.Store(me.ID)
	return nil
}

// refusal is an answer other than 200.
type refusal struct {
	Status int           `json:"-"`
	Code   string        `json:"code"`
	Text   string        `json:"message"`
	Wait   time.Duration `json:"-"` // that MAX asks for, 0: none
}

func (r *refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("MAX answered %d %s %s", r.Status, vendors.Shorten(r.Code, 100), vendors.Shorten(r.Text, 200)))
}

// call makes a request and decodes the answer of 200. body nil: none.
func (c *client) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	if _, limited := ctx.Deadline(); !limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, callWithin)
		defer cancel()
	}
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return errors.New("api_url cannot be used")
	}
	req.GetBody = nil // what broke off is not repeated behind our back
	req.Header.Set("Authorization", c.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	unhurried := *c.http
	unhurried.Timeout = 0 // of the context
	unhurried.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := unhurried.Do(req)
	if err != nil {
		return vendors.Unanswered("MAX", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, answerMost+1))
	switch {
	case res.StatusCode != http.StatusOK:
		return refused(res, b)
	case err != nil:
		return vendors.Unanswered("MAX", err)
	case len(b) > answerMost:
		return errors.New("MAX's answer is too large")
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("MAX's answer to %s cannot be read", path)
	}
	return nil
}

func refused(res *http.Response, b []byte) error {
	r := &refusal{}
	_ = json.Unmarshal(b, r) // a proxy's page has no code
	r.Status = res.StatusCode
	if n, err := strconv.ParseUint(res.Header.Get("Retry-After"), 10, 16); err == nil {
		r.Wait = time.Duration(n) * time.Second
	}
	return r
}
