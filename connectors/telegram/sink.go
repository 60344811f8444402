package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// noticeLimit bounds one notice; the dispatcher gives an event 15 s in all.
const noticeLimit = 10 * time.Second

// sinkSettings are the keys of a sink, see sinkSchema.
type sinkSettings struct {
	Token  string `yaml:"token"`
	APIURL string `yaml:"api_url"`
	Lang   string `yaml:"lang"`
}

// sink sends notices to users who linked their account. Linking and buttons are
// handled in the chat, so a source with the same token has to run.
type sink struct {
	*api
	lang      string
	staff     connectors.Staff
	publicURL string
	zone      func() *time.Location
	health    func(error)

	mu        sync.Mutex
	name      string                     // the bot's username, once known
	delivered map[string]map[string]bool // recipients who have the notice, by event that is being delivered and address
}

func openSink(env connectors.Env) (connectors.Sink, error) {
	s, err := newSink(env)
	if err != nil {
		return connectors.Sink{}, err
	}
	return connectors.Sink{Sink: s, Links: s}, nil
}

func newSink(env connectors.Env) (*sink, error) {
	var s sinkSettings
	if err := sinkSchema.Decode(env.Settings, &s); err != nil {
		return nil, err
	}
	a, err := newAPI(s.Token, s.APIURL, env.Net.HTTP)
	if err := errors.Join(err, sinkSchema.Check(&s)); err != nil {
		return nil, err
	}
	lang, _ := vendors.Language(s.Lang, env.Hub.Region)
	return &sink{
		api: a, lang: lang, staff: env.Staff, publicURL: env.Hub.PublicURL, health: env.Report.Health,
		zone: func() *time.Location { return env.Now().Location() }, delivered: map[string]map[string]bool{},
	}, nil
}

// Deliver sends an event to its recipients. One who blocked the bot is unlinked; a
// retry skips the recipients who have the notice already.
func (s *sink) Deliver(ctx context.Context, e leads.Event) error {
	if s.staff == nil {
		return nil
	}
	to, err := s.staff.Recipients(ctx, s.Via(), e)
	if err != nil || len(to) == 0 {
		return err
	}
	body, err := e.Body()
	if err != nil {
		return leads.Permanent(err)
	}
	n := s.notice(body)
	if n.text == "" {
		return nil
	}
	var failed error
	for _, r := range to {
		if s.wasDelivered(e.ID, r.Address) {
			continue
		}
		if err := s.sendNotice(ctx, r.Address, n); err != nil {
			if failed = err; leads.WaitOf(err) > 0 || ctx.Err() != nil {
				break
			}
			continue
		}
		s.noteDelivered(e.ID, r.Address)
	}
	if failed == nil || leads.IsPermanent(failed) {
		s.forgetEvent(e.ID)
	}
	return failed
}

func (s *sink) sendNotice(ctx context.Context, address string, n notice) error {
	err := s.call(ctx, noticeLimit, "sendMessage", tgbotapi.Params{
		"chat_id": address, "text": n.text, "reply_markup": n.markup, "link_preview_options": `{"is_disabled":true}`,
	}, nil)
	switch status := statusOf(err); {
	case err == nil:
		return nil
	case status == http.StatusForbidden, status == http.StatusBadRequest && chatGone(err):
		if _, err := s.staff.Unlink(ctx, s.Via(), address); err != nil && !errors.Is(err, leads.ErrNotFound) {
			return fmt.Errorf("unlinking a user who blocked the bot: %w", err)
		}
		return nil
	case status == http.StatusBadRequest:
		return leads.Permanent(err)
	}
	if wait := waitOf(err); wait > 0 {
		return leads.NotBefore(err, wait)
	}
	return err
}

// Invite returns the address that begins a chat with the bot and links it.
func (s *sink) Invite(ctx context.Context, code string) (string, error) {
	s.mu.Lock()
	name := s.name
	s.mu.Unlock()
	if name == "" {
		var me tgbotapi.User
		if err := s.call(ctx, callLimit, "getMe", nil, &me); err != nil {
			return "", err
		}
		if name = me.UserName; name == "" {
			return "", errors.New("the bot has no username; give it one with @BotFather")
		}
		s.mu.Lock()
		s.name = name
		s.mu.Unlock()
	}
	return "https://t.me/" + name + "?start=" + linkPrefix + code, nil
}

// partialMost bounds the events whose partial delivery is remembered.
const partialMost = 1000

func (s *sink) wasDelivered(event, address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delivered[event][address]
}

func (s *sink) noteDelivered(event, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.delivered[event] == nil {
		if len(s.delivered) >= partialMost {
			clear(s.delivered)
		}
		s.delivered[event] = map[string]bool{}
	}
	s.delivered[event][address] = true
}

func (s *sink) forgetEvent(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.delivered, event)
}
