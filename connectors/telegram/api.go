package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Bounds of the Bot API (core.telegram.org/bots/api), and time-outs.
const (
	cloudURL    = "https://api.telegram.org"
	pollSeconds = 25               // how long Telegram holds a getUpdates that has nothing to say
	callLimit   = 20 * time.Second // of a request that is answered at once
	pollLimit   = pollSeconds*time.Second + callLimit
	answerMost  = 16 << 20 // bytes of an answer: 100 updates of the longest texts are far below
)

// api is the Bot API of one bot. Its errors never contain the token.
type api struct {
	token string
	id    string // the bot's numeric id, the part of the token before the colon
	url   string // of the server, without a trailing slash
	http  *http.Client
}

// newAPI checks the token and the server's address without a request.
func newAPI(token, server string, client *http.Client) (*api, error) {
	id, key, ok := strings.Cut(token, ":")
	if token == "" {
		return nil, errors.New("token: is missing; get one from @BotFather and name its file with token_file")
	}
	if !ok || !digits(id) || len(key) < 20 || strings.ContainsAny(key, "/%?# \n") {
		return nil, errors.New("token: is not of the form 123456789:AA…; copy it from @BotFather again")
	}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.Contains(server, "%") || u.RawQuery != "" {
		return nil, errors.New("api_url: must be the address of a Bot API server, such as " + cloudURL)
	}
	own := *client
	own.Timeout = 0 // each request has a limit of its own
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &api{token: token, id: id, url: strings.TrimRight(server, "/"), http: &own}, nil
}

func digits(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// failure is a request that did not succeed.
type failure struct {
	status      int           // as Telegram answered, 0: it did not
	text        string        // in words
	wait        time.Duration // retry_after of Telegram
	notReceived bool          // Telegram has certainly not acted on it
	cause       error         // of the transport; nil: none, or one that contains the token
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// statusOf returns what Telegram answered, 0 if the error is of another sort.
func statusOf(err error) int {
	var f *failure
	if errors.As(err, &f) {
		return f.status
	}
	return 0
}

// call calls a method and decodes the result into a pointer, nil for none. Files are
// sent as multipart.
func (a *api) call(ctx context.Context, limit time.Duration, method string, params tgbotapi.Params, into any, files ...tgbotapi.RequestFile) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	once := &request{ctx: ctx, client: a.http}
	bot := &tgbotapi.BotAPI{Token: a.token, Client: once}
	bot.SetAPIEndpoint(a.url + "/bot%s/%s")
	var res *tgbotapi.APIResponse
	var err error
	if len(files) > 0 {
		res, err = bot.UploadFiles(method, params, files)
	} else {
		res, err = bot.MakeRequest(method, params)
	}
	if err != nil {
		return once.explain(method, res, err)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(res.Result, into); err != nil {
		return &failure{status: once.status, text: "Telegram's answer to " + method + " cannot be read"}
	}
	return nil
}

// request is the library's HTTP client for one call. It binds the call to a context
// and records whether a connection was made.
type request struct {
	ctx    context.Context
	client *http.Client
	began  bool // a connection was there to write to
	status int
}

// Do implements tgbotapi.HTTPClient.
func (r *request) Do(req *http.Request) (*http.Response, error) {
	ctx := httptrace.WithClientTrace(r.ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { r.began = true }})
	res, err := r.client.Do(req.WithContext(ctx))
	if err != nil {
		return nil, withoutURL(err)
	}
	r.status = res.StatusCode
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, answerMost), res.Body}
	return res, nil
}

// explain makes a failure of an error.
func (r *request) explain(method string, res *tgbotapi.APIResponse, err error) error {
	if r.status == 0 {
		f := &failure{text: "Telegram's server cannot be reached: " + err.Error(), notReceived: !r.began, cause: r.ctx.Err()}
		if r.began {
			f.text = "the connection to Telegram broke before the answer came"
			if errors.Is(err, context.DeadlineExceeded) {
				f.text = "Telegram did not answer in time"
			}
		}
		return f
	}
	f := &failure{status: r.status}
	if res != nil && res.ErrorCode != 0 {
		f.status = res.ErrorCode
	}
	said := ""
	if res != nil {
		said = res.Description
		if len(said) > 200 {
			said = strings.ToValidUTF8(said[:200], "") + "…"
		}
		if res.Parameters != nil && res.Parameters.RetryAfter > 0 {
			f.wait = time.Duration(min(res.Parameters.RetryAfter, 24*60*60)) * time.Second
		}
	}
	switch {
	case f.status == http.StatusUnauthorized, f.status == http.StatusNotFound && (said == "" || said == "Not Found"):
		f.text = "Telegram does not know the bot's token; put the one that @BotFather shows into the file of token_file and restart"
	case f.status == http.StatusTooManyRequests:
		f.text = "Telegram wants to be asked less often"
		if f.wait > 0 {
			f.text += fmt.Sprintf("; again in %s", f.wait)
		}
	case f.status >= http.StatusInternalServerError || said == "":
		f.text = fmt.Sprintf("Telegram answered %d to %s", f.status, method)
	default:
		f.text = fmt.Sprintf("Telegram refuses %s: %s", method, said)
	}
	f.notReceived = f.status >= 400 && f.status < 500
	return f
}

// withoutURL returns an error of the transport without the address, which holds the token.
func withoutURL(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
