package vk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ctihub/connectors/vendors"
)

const (
	apiVersion   = "5.199"
	answerMost   = 16 << 20 // bytes of an answer
	callWithin   = 20 * time.Second
	langRussian  = "ru"
	errorTextMax = 200
)

// client calls methods of VK's API with a community's access key.
type client struct {
	base  string
	token string
	http  *http.Client
}

// refusal is an error that VK answered, see dev.vk.com/reference/errors.
type refusal struct {
	Code int    `json:"error_code"`
	Text string `json:"error_msg"`
}

func (r *refusal) Error() string {
	return fmt.Sprintf("VK refused (code %d: %s)", r.Code, vendors.Shorten(r.Text, errorTextMax))
}

// call calls a method and decodes its response.
func (c *client) call(ctx context.Context, method string, params url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	params.Set("v", apiVersion)
	params.Set("lang", langRussian)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/"+method, strings.NewReader(params.Encode()))
	if err != nil {
		return errors.New("api_url cannot be used")
	}
	req.GetBody = nil // what broke off is not repeated behind our back
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.token)
	b, err := c.ask(req)
	if err != nil {
		return err
	}
	var answer struct {
		Response json.RawMessage `json:"response"`
		Error    *refusal        `json:"error"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return fmt.Errorf("VK's answer to %s cannot be read", method)
	}
	if answer.Error != nil {
		return answer.Error
	}
	if err := json.Unmarshal(answer.Response, into); err != nil {
		return fmt.Errorf("VK's answer to %s cannot be read", method)
	}
	return nil
}

// ask returns the body of an answer of 200.
func (c *client) ask(req *http.Request) ([]byte, error) {
	unhurried := *c.http
	unhurried.Timeout = 0 // of the request's context
	unhurried.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := unhurried.Do(req)
	if err != nil {
		return nil, vendors.Unanswered("VK", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, answerMost+1))
	switch {
	case err != nil:
		return nil, vendors.Unanswered("VK", err)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("VK answered %s", res.Status)
	case len(b) > answerMost:
		return nil, errors.New("VK's answer is too large")
	}
	return b, nil
}
