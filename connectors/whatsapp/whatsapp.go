// Package whatsapp receives and answers what customers write to a WhatsApp
// number, over Meta's Cloud API
// (developers.facebook.com/documentation/business-messaging/whatsapp).
package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/media"
	"ctihub/leads"
)

// KindUser is the kind of identity by which only WhatsApp knows people: Meta's
// business-scoped user id, such as "RU.13491208655302741918", of those who hide
// their phone behind a username; or the digits of a number that the country's
// number plan does not know, or writes in another way.
const KindUser leads.IdentityKind = "whatsapp"

// Kind returns the kind "whatsapp".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "whatsapp", Source: schema, In: open}
}

// settings are the source's own keys, see schema.
type settings struct {
	PhoneNumberID    string `yaml:"phone_number_id"`
	AccessToken      string `yaml:"access_token"`
	AppSecret        string `yaml:"app_secret"`
	VerifyToken      string `yaml:"verify_token"`
	Template         string `yaml:"template"`
	TemplateLanguage string `yaml:"template_language"`
	Version          string `yaml:"version"`
	APIURL           string `yaml:"api_url"`
	Lang             string `yaml:"lang"`
}

// number is one business phone number.
type number struct {
	settings
	say      *texts
	api      *url.URL
	env      connectors.Env
	files    *media.Box
	posts    *vendors.SignedReceiver
	troubled atomic.Bool // the last report to Health was an error of sending
}

// checkEvery is how often the access to Meta is checked while nothing happens.
const checkEvery = time.Hour

var (
	isID      = regexp.MustCompile(`^[0-9]{3,32}$`)
	isVersion = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,2}$`)
)

func open(env connectors.Env) (connectors.Source, error) {
	n, err := newNumber(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return n.source(), nil
}

func (n *number) source() connectors.Source {
	return connectors.Source{Run: n.Run, Receive: n.Handler, Send: n.Send, Sends: n.Sends()}
}

func newNumber(env connectors.Env) (*number, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(&s))
	s.Lang, _ = vendors.Language(s.Lang, env.Hub.Region)
	api, err := url.Parse(strings.TrimSuffix(s.APIURL, "/"))
	wrong.If(!isID.MatchString(s.PhoneNumberID), "phone_number_id: must be the number's id in the app dashboard, digits only")
	wrong.If(!isVersion.MatchString(s.Version), "version: must be such as v24.0")
	wrong.If(err != nil || api.Host == "" || api.Scheme != "https" && api.Scheme != "http" || api.RawQuery != "", "api_url: must be such as https://graph.facebook.com")
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return &number{
		settings: s, say: words[s.Lang], api: api, env: env, posts: vendors.NewSignedReceiver(env.Net.Bodies, maxReading, maxBody),
		files: &media.Box{
			Vendor: media.Vendor{
				Name: "WhatsApp", HTTP: env.Net.HTTP, API: api, Most: maxFile, Hosts: []string{"fbsbx.com", "facebook.com", "whatsapp.net", "fbcdn.net"},
			},
			Files: env.Files, Lang: s.Lang, Insist: 3, InsistFor: 2 * time.Minute, Now: env.Now,
		},
	}, nil
}

// Run checks now and then that the access to the number is still good. What
// customers write comes to the handler.
func (n *number) Run(ctx context.Context, _ leads.Inbox) error {
	for {
		err := n.check(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the source was told to end
		case err != nil:
			return err
		}
		n.troubled.Store(false)
		n.env.Report.Health(nil)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(checkEvery):
		}
	}
}

// check asks for the number itself, which needs the token and nothing else.
func (n *number) check(ctx context.Context) error {
	var info struct {
		ID text `json:"id"`
	}
	err := n.get(ctx, n.path(n.PhoneNumberID)+"?fields=id", &info)
	if err == nil && info.ID != text(n.PhoneNumberID) {
		err = errors.New("the answer is not WhatsApp's; check api_url")
	}
	if err != nil {
		return fmt.Errorf("asking WhatsApp for the number: %w", err)
	}
	return nil
}
