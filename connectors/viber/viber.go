// Package viber receives and answers what customers write to a Viber bot, over
// Viber's REST API (developers.viber.com/docs/api/rest-bot-api,
// creators.viber.com/docs/bots-api).
package viber

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/media"
	"ctihub/leads"
)

// KindUser is the kind of identity of Viber's users: an id that is valid for
// one bot, such as "01234567890A=".
const KindUser leads.IdentityKind = "viber"

// Kind returns the kind "viber". One hub sets the webhook, every hub serves it.
func Kind() connectors.Kind {
	return connectors.Kind{Name: "viber", Source: schema, In: open, OneOwner: true}
}

// settings are the source's own keys, see schema.
type settings struct {
	AuthToken  string   `yaml:"auth_token"`
	Sender     string   `yaml:"sender"`
	MediaHosts []string `yaml:"media_hosts"`
	APIURL     string   `yaml:"api_url"`
	Lang       string   `yaml:"lang"`
}

// bot is one Viber bot.
type bot struct {
	settings
	say        *texts
	env        connectors.Env
	files      *media.Box
	posts      *vendors.SignedReceiver
	sendFailed atomic.Bool // the last report to Health was an error of sending

	mu   sync.Mutex
	name string // the bot's, once it is known
}

const (
	// maxSender is the greatest length of a sender's name in characters.
	maxSender = 28
	// maxFile is the greatest file that is fetched; Viber's own limit is 200 MB
	// in the newest clients and 50 MB for bots.
	maxFile = 100 << 20
	// checkEvery is how often the webhook is checked.
	checkEvery = time.Hour
)

func open(env connectors.Env) (connectors.Source, error) {
	b, err := newBot(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return b.source(), nil
}

func (b *bot) source() connectors.Source {
	return connectors.Source{Run: b.Run, Receive: b.Handler, Send: b.Send, Sends: b.Sends()}
}

func newBot(env connectors.Env) (*bot, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	s.APIURL = strings.TrimSuffix(s.APIURL, "/")
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(&s))
	s.Lang, _ = vendors.Language(s.Lang, env.Hub.Region)
	api, err := url.Parse(s.APIURL)
	wrong.If(utf8.RuneCountInString(s.Sender) > maxSender, "sender: is longer than %d characters", maxSender)
	wrong.If(err != nil || api.Host == "" || api.Scheme != "https" && api.Scheme != "http" || api.RawQuery != "", "api_url: must be such as https://chatapi.viber.com")
	for i, h := range s.MediaHosts {
		if h = strings.ToLower(h); !strings.Contains(h, ".") || strings.ContainsAny(h, "/:*@ ") {
			wrong.Add(fmt.Errorf("media_hosts: %q is not a domain such as viber.com", h))
		}
		s.MediaHosts[i] = h
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return &bot{
		settings: s, say: words[s.Lang], env: env, posts: vendors.NewSignedReceiver(env.Net.Bodies, maxReading, maxBody), name: s.Sender,
		// Viber does not say whether and when it delivers again what was not
		// taken: a message does not wait for its file.
		files: &media.Box{
			Vendor: media.Vendor{Name: "Viber", HTTP: env.Net.HTTP, API: api, Most: maxFile, Hosts: s.MediaHosts},
			Files:  env.Files, Lang: s.Lang, Insist: 1, Now: env.Now,
		},
	}, nil
}

// wanted are the events that Viber is asked for; messages come anyway.
var wanted = []string{"delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"}

// address is where Viber posts to.
func (b *bot) address() string { return b.env.Hub.PublicURL + "/in/" + b.env.Name }

// Run sets the webhook, which Viber calls at once, and checks every checkEvery that
// it is still set.
func (b *bot) Run(ctx context.Context, _ leads.Inbox) error {
	err := b.call(ctx, "set_webhook", map[string]any{
		"url": b.address(), "event_types": wanted, "send_name": true, "send_photo": false,
	}, nil)
	for {
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the source was told to end
		case err != nil:
			return fmt.Errorf("setting Viber's webhook: %w", err)
		}
		b.sendFailed.Store(false)
		b.env.Report.Health(nil)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(checkEvery):
		}
		err = b.check(ctx)
	}
}

// check checks that the bot still has this hub's webhook.
func (b *bot) check(ctx context.Context) error {
	info, err := b.info(ctx)
	if err == nil && strings.TrimSuffix(info.Webhook, "/") != b.address() {
		err = errors.New("the bot has another webhook: another program has taken it over")
	}
	return err
}

// account is what Viber knows of the bot.
type account struct {
	Name    string `json:"name"`
	Webhook string `json:"webhook"`
}

func (b *bot) info(ctx context.Context) (account, error) {
	var a account
	err := b.call(ctx, "get_account_info", map[string]any{}, &a)
	return a, err
}

// sender returns the name above answers.
func (b *bot) sender(ctx context.Context) (string, error) {
	b.mu.Lock()
	name := b.name
	b.mu.Unlock()
	if name != "" {
		return name, nil
	}
	a, err := b.info(ctx)
	if err != nil {
		return "", err
	}
	name = strings.TrimSpace(a.Name)
	if r := []rune(name); len(r) > maxSender {
		name = string(r[:maxSender])
	}
	if name == "" {
		name = "Bot"
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.name = name
	return name, nil
}

// Handler serves Viber's callbacks at /in/<name>.
func (b *bot) Handler(in leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case strings.Trim(strings.TrimPrefix(r.URL.Path, "/in/"+b.env.Name), "/") != "":
			http.NotFound(w, r)
		case r.Method == http.MethodPost:
			b.receive(w, r, in)
		default:
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "Viber posts here", http.StatusMethodNotAllowed)
		}
	})
}
