// Package vk receives what people write to a VK community, by Bots Long Poll
// or by the Callback API, and answers them there.
//
// It speaks to VK by a small client of its own. SevereCloud/vksdk would allow
// another address and http.Client, but moves its place in the stream on before
// the events are stored, reads answers of any size, sleeps without looking at
// the context, and compares the callback's secret byte by byte.
//
// VK tells a community of no deletion, and of what was read only by the last
// message. Facts are those of dev.vk.com, API 5.199.
package vk

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

// Kind returns the kind "vk".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "vk", Source: schema, In: open, OneOwner: true}
}

// identity is the kind of identity of a VK user; its value is the decimal id.
const identity leads.IdentityKind = "vk"

// community is one VK community.
type community struct {
	settings
	say     *texts
	name    string
	log     *slog.Logger
	now     func() time.Time
	health  func(error)
	files   connectors.Files // nil: attachments are told in words only
	receipt func(context.Context, leads.Receipt) error
	api     *client
	vendor  media.Vendor
	names   *names
	sent    *sent
	slots   chan struct{} // one for each event that is taken by the callback
	bodies  *connectors.Bodies
}

// hosts are VK's domains: of its API, its long poll and the storages of files.
var hosts = []string{
	"vk.com", "vk.ru", "vk.me", "userapi.com", "vkuser.net", "vk-cdn.net", "vkuserphoto.ru",
	"vkuservideo.net", "vkuseraudio.net", "vkuserlive.net", "okcdn.ru", "mycdn.me",
}

func open(env connectors.Env) (connectors.Source, error) {
	c, err := newCommunity(env)
	if err != nil {
		return connectors.Source{}, err
	}
	return c.source(), nil
}

func (c *community) source() connectors.Source {
	return connectors.Source{Run: c.Run, Receive: c.Handler, Send: c.Send, Sends: c.Sends()}
}

func newCommunity(env connectors.Env) (*community, error) {
	var s settings
	if err := schema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	s.Lang, _ = vendors.Language(s.Lang, env.Hub.Region)
	address, err := url.Parse(s.APIURL)
	if err != nil {
		return nil, err
	}
	vendor := media.Vendor{Name: "VK", HTTP: env.Net.HTTP, Hosts: hosts, API: address, Most: int64(s.MaxFileMB) << 20}
	api := &client{base: s.APIURL, token: s.Token, http: env.Net.HTTP}
	return &community{
		settings: s, say: words[s.Lang], name: env.Name, log: env.Log, now: env.Now, health: env.Report.Health,
		files: env.Files, receipt: env.Report.Receipt, api: api, vendor: vendor,
		names: newNames(api), sent: newSent(), slots: make(chan struct{}, maxTaking), bodies: env.Net.Bodies,
	}, nil
}

// Run asks VK for events until ctx ends, or only waits where VK posts them.
func (c *community) Run(ctx context.Context, in leads.Inbox) error {
	if c.Mode == modeCallback {
		<-ctx.Done()
		return nil
	}
	err := c.poll(ctx, in)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the hub stops
	}
	return err
}

// Handler serves POST /in/<name> for the Callback API.
func (c *community) Handler(in leads.Inbox) http.Handler {
	if c.Mode != modeCallback {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, in) })
}
