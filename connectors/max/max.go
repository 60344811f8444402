// Package max receives what people write to a bot of the MAX messenger, by
// long polling or by webhook, and answers them there.
//
// MAX reports neither delivery nor reading of a bot's messages, and has no key
// by which a message that is sent again would be recognised. Facts are those of
// dev.max.ru/docs-api and of the vendor's schema 0.0.33.
package max

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/media"
	"ctihub/leads"
)

// Kind returns the kind "max".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "max", Source: schema, In: open, OneOwner: true}
}

// identity is the kind of identity of a MAX user; its value is the decimal id.
const identity leads.IdentityKind = "max"

// bot is one bot.
type bot struct {
	settings
	say     *texts
	name    string
	address string // where MAX posts
	log     *slog.Logger
	now     func() time.Time
	health  func(error)
	files   connectors.Files // nil: attachments are told in words only
	api     *client
	vendor  media.Vendor
	slots   chan struct{} // one for each update that is taken by the webhook
	bodies  *connectors.Bodies
	pause   func(ctx context.Context, d time.Duration)
}

// hosts are the vendor's domains: of its API and the storages of files.
var hosts = []string{"max.ru", "oneme.ru", "okcdn.ru", "mycdn.me", "ok.ru", "vkuser.net"}

func open(env connectors.Env) (connectors.Source, error) {
	b, err := newBot(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return b.source(), nil
}

func (b *bot) source() connectors.Source {
	return connectors.Source{Run: b.Run, Receive: b.Handler, Warning: b.warning(), Send: b.Send, Sends: b.Sends()}
}

func newBot(env connectors.Env) (*bot, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	s.complete(env.Hub.PublicURL, env.Name)
	if s.Mode == modeLongPoll {
		env.Log.Warn("MAX is asked by long polling, which it recommends for trials only; set a public_url with https and mode: webhook")
	}
	s.Lang, _ = vendors.Language(s.Lang, env.Hub.Region)
	api, err := url.Parse(s.APIURL)
	if err != nil {
		return nil, err
	}
	return &bot{
		settings: s, say: words[s.Lang], name: env.Name, address: env.Hub.PublicURL + "/in/" + env.Name, log: env.Log, now: env.Now, health: env.Report.Health,
		files: env.Files, api: &client{base: s.APIURL, token: s.Token, http: env.Net.HTTP}, pause: pause,
		vendor: media.Vendor{Name: "MAX", HTTP: env.Net.HTTP, Hosts: hosts, API: api, Most: int64(s.MaxFileMB) << 20},
		slots:  make(chan struct{}, maxTaking), bodies: env.Net.Bodies,
	}, nil
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// warning is that of long polling, which MAX advises against.
func (b *bot) warning() leads.SourceWarning {
	if b.Mode == modeLongPoll {
		return leads.WarnPolling
	}
	return ""
}

// Run asks MAX for updates until ctx ends, or sees to it that MAX posts them.
func (b *bot) Run(ctx context.Context, in leads.Inbox) error {
	work := b.poll
	if b.Mode == modeWebhook {
		work = b.subscribe
	}
	err := work(ctx, in)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the hub stops
	}
	return b.inWords(err)
}

// Handler serves POST /in/<name> for the webhook.
func (b *bot) Handler(in leads.Inbox) http.Handler {
	if b.Mode != modeWebhook {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.serve(w, r, in) })
}
