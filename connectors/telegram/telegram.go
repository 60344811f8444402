// Package telegram receives what people write to a Telegram bot, sends the replies,
// and sends users who linked their account notices of new leads, missed calls and
// late tasks, by the same bot.
package telegram

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// KindTelegram is the identity by which a person on Telegram is recognised: the
// user's numeric id, which stays when they change name and number.
const KindTelegram leads.IdentityKind = "telegram"

// Ways to receive.
const (
	byPolling = "polling"
	byWebhook = "webhook"
)

// Kind returns the kind "telegram", of sources and of sinks.
func Kind() connectors.Kind {
	return connectors.Kind{Name: "telegram", Source: schema, In: open, OneOwner: true, Sink: sinkSchema, Out: openSink}
}

// settings are the source's own keys, see schema.
type settings struct {
	Token    string            `yaml:"token"`
	Receive  string            `yaml:"receive"`
	APIURL   string            `yaml:"api_url"`
	Lang     string            `yaml:"lang"`
	Greeting map[string]string `yaml:"greeting"`  // language → text
	AskPhone bool              `yaml:"ask_phone"` // needs a greeting
}

// bot is one bot that receives.
type bot struct {
	settings
	*api
	env     connectors.Env
	greeted *greetedChats
	secret  string // of the webhook
}

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
	a, err := newAPI(s.Token, s.APIURL, env.Net.HTTP)
	if err := errors.Join(err, s.check(env)); err != nil {
		return nil, err
	}
	return &bot{
		settings: s, api: a, env: env, secret: secretOf(s.Token, env.Name),
		greeted: &greetedChats{file: filepath.Join(env.DataDir, "greeted")},
	}, nil
}

func (s *settings) check(env connectors.Env) error {
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(s))
	s.Lang, _ = vendors.Language(s.Lang, env.Hub.Region)
	for _, lang := range slices.Sorted(maps.Keys(s.Greeting)) {
		text := s.Greeting[lang]
		wrong.If(words[lang] == nil, "greeting: %q is neither ru nor en", lang)
		wrong.If(text == "" || length(text) > textMost, "greeting: the text in %q is empty or longer than %d characters", lang, textMost)
	}
	wrong.If(s.AskPhone && len(s.Greeting) == 0, "ask_phone: the button comes with the greeting, which is missing")
	u, err := url.Parse(env.Hub.PublicURL)
	wrong.If(s.Receive == byWebhook && (err != nil || u.Scheme != "https"),
		"receive: Telegram calls https addresses only; set public_url to the one under which the hub is reached, or receive by polling")
	return wrong.Err()
}

// secretOf returns the secret by which Telegram's webhook calls are verified. It is
// derived from the token, so that every hub knows it and none has to be configured.
func secretOf(token, source string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("webhook of " + source))
	return hex.EncodeToString(mac.Sum(nil))
}

// Run receives until ctx ends.
func (b *bot) Run(ctx context.Context, in leads.Inbox) error {
	var err error
	if b.Receive == byWebhook {
		err = b.watch(ctx)
	} else {
		err = b.poll(ctx, in)
	}
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the error is of the stop
	}
	if status := statusOf(err); status == http.StatusUnauthorized || status == http.StatusNotFound {
		return leads.Because(leads.FaultSetup, err) // the token is not right
	}
	return err
}

// Handler serves POST /in/<name> for a bot that receives by webhook.
func (b *bot) Handler(in leads.Inbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.called(w, r, in) })
}
