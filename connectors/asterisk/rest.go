package asterisk

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

	"github.com/CyCoreSystems/ari/v5"
	"github.com/coder/websocket"
)

// rest calls ARI over HTTP. It uses package ari's types but not its client, which
// takes neither time-out nor context and lists channels by one request for each.
type rest struct {
	base           *url.URL
	user, password string
	app            string
	http           *http.Client
}

// restTimeout bounds one request.
const restTimeout = 5 * time.Second

// maxAnswer bounds an answer in bytes: 10,000 channels with their variables.
const maxAnswer = 32 << 20

// statusError is an answer of Asterisk other than success.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("Asterisk answered %d", int(e)) }

func newREST(base *url.URL, user, password, app string, client *http.Client) *rest {
	if client == nil {
		client = http.DefaultClient
	}
	return &rest{base: base, user: user, password: password, app: app, http: client}
}

// call performs one request and decodes the answer into "into", unless nil.
func (r *rest) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	u := r.base.JoinPath(path)
	u.RawQuery = query.Encode()
	var payload io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("asking %s: %w", path, err)
		}
		payload = strings.NewReader(string(b))
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), payload)
	if err != nil {
		return fmt.Errorf("asking %s: %w", path, err)
	}
	req.SetBasicAuth(r.user, r.password)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := r.http.Do(req)
	if err != nil {
		return fmt.Errorf("asking %s: %w", path, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode/100 != 2 {
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 4096)) // so that the connection is kept
		return fmt.Errorf("asking %s: %w", path, statusError(res.StatusCode))
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(into); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	return nil
}

// boot returns when Asterisk started.
func (r *rest) boot(ctx context.Context) (time.Time, error) {
	var info ari.AsteriskInfo
	err := r.call(ctx, http.MethodGet, "asterisk/info", nil, nil, &info)
	return time.Time(info.StatusInfo.StartupTime).UTC(), err
}

// listed is a channel as listed; package ari drops the application it runs.
type listed struct{ channel }

func (l *listed) UnmarshalJSON(raw []byte) error {
	var d ari.ChannelData
	var x struct {
		Dialplan struct {
			App  string `json:"app_name"`
			Data string `json:"app_data"`
		} `json:"dialplan"`
	}
	if err := errors.Join(json.Unmarshal(raw, &d), json.Unmarshal(raw, &x)); err != nil {
		return err
	}
	l.channel = fromARI(d)
	l.app, l.appData = x.Dialplan.App, x.Dialplan.Data
	return nil
}

// view lists the channels and bridges of the exchange.
func (r *rest) view(ctx context.Context) (view, error) {
	v := view{bridges: map[string][]string{}}
	var channels []listed
	if err := r.call(ctx, http.MethodGet, "channels", nil, nil, &channels); err != nil {
		return v, err
	}
	for _, l := range channels {
		v.channels = append(v.channels, l.channel)
	}
	var bridges []ari.BridgeData
	if err := r.call(ctx, http.MethodGet, "bridges", nil, nil, &bridges); err != nil {
		return v, err
	}
	for _, b := range bridges {
		v.bridges[b.ID] = b.ChannelIDs
	}
	return v, nil
}

// subscribe asks for the events of all channels and all bridges.
//
// Connecting with subscribeAll=true would do that too, but it brings the
// states of devices, and those make Asterisk 22 lock up: when the socket ends
// while a device changes its state, stasis_app_unregister and the device
// states' callback wait for each other, and ARI answers nobody until a restart.
func (r *rest) subscribe(ctx context.Context) error {
	return r.call(ctx, http.MethodPost, "applications/"+url.PathEscape(r.app)+"/subscription",
		url.Values{"eventSource": {"channel:,bridge:"}}, nil, nil)
}

// filter asks for the wanted events only. Asterisk drops the filter on every new
// connection; an Asterisk without event filters sends everything.
func (r *rest) filter(ctx context.Context) error {
	type kind struct {
		Type string `json:"type"`
	}
	var allowed []kind
	for _, w := range wanted {
		allowed = append(allowed, kind{w})
	}
	return r.call(ctx, http.MethodPut, "applications/"+url.PathEscape(r.app)+"/eventFilter", nil,
		map[string]any{"allowed": allowed}, nil)
}

// ping makes Asterisk send a user event of that name to our application.
func (r *rest) ping(ctx context.Context, name string) error {
	return r.call(ctx, http.MethodPost, "events/user/"+url.PathEscape(name), url.Values{"application": {r.app}}, nil, nil)
}

// dial opens the websocket of events. The context bounds the handshake only.
func (r *rest) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	u := r.base.JoinPath("events")
	u.RawQuery = url.Values{"app": {r.app}}.Encode()
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(r.user, r.password)
	conn, res, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: r.http, HTTPHeader: req.Header})
	if res != nil && res.Body != nil {
		defer func() { _ = res.Body.Close() }()
	}
	switch {
	case err != nil && res != nil && res.StatusCode != http.StatusSwitchingProtocols:
		return nil, fmt.Errorf("opening the event socket: %w", statusError(res.StatusCode))
	case err != nil:
		return nil, fmt.Errorf("opening the event socket: %w", err)
	}
	conn.SetReadLimit(maxAnswer)
	return conn, nil
}
