package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Person is a user who writes to the bot.
type Person struct {
	ID          int64
	First, Last string
	Username    string // without @
	Lang        string // language of their Telegram
}

func (p Person) user() map[string]any {
	u := map[string]any{"id": p.ID, "is_bot": false, "first_name": p.First}
	for k, v := range map[string]string{"last_name": p.Last, "username": p.Username, "language_code": p.Lang} {
		if v != "" {
			u[k] = v
		}
	}
	return u
}

// Message returns a message of a person in their chat with the bot.
func (s *Server) Message(p Person, id int, fields map[string]any) map[string]any {
	m := map[string]any{
		"message_id": id, "from": p.user(), "date": s.clock().Unix(),
		"chat": map[string]any{"id": p.ID, "type": "private", "first_name": p.First},
	}
	maps.Copy(m, fields)
	return m
}

func (s *Server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Text sends a person's text to the bot, as message id. It returns the update's id.
func (s *Server) Text(p Person, id int, text string) int64 {
	return s.Push("message", s.Message(p, id, map[string]any{"text": text}))
}

// Press presses a button under a message of the bot as a person.
func (s *Server) Press(p Person, m Sent, data string) int64 {
	s.mu.Lock()
	id := fmt.Sprintf("%d", 10_000+s.nextID)
	s.presses[id] = true
	s.mu.Unlock()
	return s.Push("callback_query", map[string]any{
		"id": id, "from": p.user(), "data": data, "chat_instance": "1",
		"message": map[string]any{"message_id": m.MessageID, "date": 1, "chat": map[string]any{"id": m.Chat, "type": "private"}, "text": m.Text},
	})
}

// Push adds an update of a kind and returns its id. Its author counts as having begun a chat.
func (s *Server) Push(kind string, content map[string]any) int64 {
	var id int64
	s.mu.Change(func() {
		id = s.nextID
		s.nextID++
		if from, ok := content["from"].(map[string]any); ok {
			if person, ok := from["id"].(int64); ok {
				s.people[person] = true
			}
		}
		body, err := json.Marshal(map[string]any{"update_id": id, kind: content})
		if err != nil {
			s.t.Error(err)
		}
		s.pending = append(s.pending, pending{id, s.now(), body})
	})
	return id
}

// PushRaw adds an update as it is.
func (s *Server) PushRaw(id int64, body []byte) {
	s.mu.Change(func() { s.pending = append(s.pending, pending{id, s.now(), body}) })
}

func (s *Server) getMe(c *call) {
	c.result = map[string]any{"id": json.Number(s.BotID), "is_bot": true, "first_name": "Office", "username": s.Name}
}

var errTerminated = errors.New("terminated by another poller")

// getUpdates holds the request until there is an update, as Telegram does.
func (s *Server) getUpdates(c *call) {
	offset, limit, timeout := c.number("offset", 0), c.number("limit", 100), c.number("timeout", 0)
	if offset < 0 {
		s.t.Errorf("telegramtest: getUpdates with the negative offset %d throws updates away", offset)
	}
	if limit < 1 || limit > 100 {
		s.t.Errorf("telegramtest: limit %d", limit)
	}
	if allowed := c.form["allowed_updates"]; allowed != "" && json.Unmarshal([]byte(allowed), new([]string)) != nil {
		c.fail(http.StatusBadRequest, "Bad Request: can't parse allowed_updates: "+allowed)
		return
	}
	ctx, cancel := context.WithCancelCause(c.r.Context())
	defer cancel(nil)
	hooked := false
	s.mu.Change(func() {
		if hooked = s.hook.url != ""; hooked {
			return
		}
		if s.cancelPoll != nil {
			s.cancelPoll(errTerminated) // Telegram ends the older one
		}
		s.cancelPoll = cancel
		s.pending = slices.DeleteFunc(s.pending, func(p pending) bool {
			if offset > 0 && p.id < offset {
				s.confirmed[p.id]++
				return true
			}
			return s.now().Sub(p.at) > keepUpdatesFor
		})
	})
	if hooked {
		c.fail(http.StatusConflict, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
		return
	}
	ctx, stop := context.WithTimeout(ctx, time.Duration(timeout)*time.Second)
	defer stop()
	_ = s.Await(ctx, "updates", func() bool { return len(s.pending) > 0 || len(s.raw) > 0 })
	if errors.Is(context.Cause(ctx), errTerminated) {
		c.fail(http.StatusConflict, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.raw) > 0 {
		c.raw, s.raw = s.raw[0], s.raw[1:]
		return
	}
	due := slices.Clone(s.pending)
	slices.SortStableFunc(due, func(a, b pending) int { return int(a.id - b.id) })
	result := []json.RawMessage{}
	for _, p := range due[:min(int(limit), len(due))] {
		result = append(result, p.body)
	}
	c.result = result
}

type webhook struct{ url, secret, lastError string }

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (s *Server) setWebhook(c *call) {
	url, secret := c.form["url"], c.form["secret_token"]
	switch {
	case !strings.HasPrefix(url, "https://"):
		c.fail(http.StatusBadRequest, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
	case secret != "" && !secretToken.MatchString(secret):
		c.fail(http.StatusBadRequest, "Bad Request: secret token contains unallowed characters")
	default:
		s.mu.Change(func() { s.hook = webhook{url: url, secret: secret} })
		c.result = true
	}
}

func (s *Server) deleteWebhook(c *call) {
	s.mu.Change(func() {
		if s.hook = (webhook{}); c.form["drop_pending_updates"] == "true" {
			s.pending = nil
		}
	})
	c.result = true
}

func (s *Server) getWebhookInfo(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := map[string]any{"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": len(s.pending)}
	if s.hook.lastError != "" {
		info["last_error_message"], info["last_error_date"] = s.hook.lastError, s.now().Unix()
	}
	c.result = info
}

// SetWebhook sets the webhook as another program would.
func (s *Server) SetWebhook(url string) { s.mu.Change(func() { s.hook = webhook{url: url} }) }

// Webhook returns the address that is set, and its secret.
func (s *Server) Webhook() (url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hook.url, s.hook.secret
}

// AwaitWebhook waits until the address is set.
func (s *Server) AwaitWebhook(ctx context.Context, url string) error {
	return s.Await(ctx, "the webhook", func() bool { return s.hook.url == url && s.hook.secret != "" })
}

// Deliver calls the webhook with a pending update, as Telegram does: an answer 2xx confirms it,
// after any other answer it stays pending.
func (s *Server) Deliver(ctx context.Context, to http.Handler, update int64) error {
	s.mu.Lock()
	hook := s.hook
	i := slices.IndexFunc(s.pending, func(p pending) bool { return p.id == update })
	if hook.url == "" || i < 0 {
		s.mu.Unlock()
		return errors.New("no webhook is set, or the update is done")
	}
	body := s.pending[i].body
	s.mu.Unlock()
	path := "/" + strings.SplitN(hook.url, "/", 4)[3]
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	if w.Code < 200 || w.Code > 299 {
		s.mu.Change(func() { s.hook.lastError = fmt.Sprintf("Wrong response from the webhook: %d", w.Code) })
		return fmt.Errorf("status %d", w.Code)
	}
	s.mu.Change(func() {
		s.pending = slices.DeleteFunc(s.pending, func(p pending) bool { return p.id == update })
		s.confirmed[update]++
	})
	return nil
}
