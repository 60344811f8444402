// Package telegramtest is a strict fake of Telegram's Bot API server
// (core.telegram.org/bots/api): it checks tokens, methods and parameters, keeps
// updates and offsets as Telegram does, and fails as Telegram does.
package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
)

// keepUpdatesFor is how long Telegram keeps unconfirmed updates.
const keepUpdatesFor = 24 * time.Hour

// Server is the Bot API for one bot.
type Server struct {
	URL   string // for api_url
	Token string
	BotID string
	Name  string // username of the bot

	t    testing.TB
	http *httptest.Server

	mu         connectortest.Observable
	now        func() time.Time
	pending    []pending
	nextID     int64
	confirmed  map[int64]int // times by id
	cancelPoll context.CancelCauseFunc
	hook       webhook
	people     map[int64]bool // users who began a chat; false: they blocked the bot
	sent       []Sent
	nextMsg    int
	files      map[string]stored
	presses    map[string]bool // waiting for answerCallbackQuery
	answers    []Answer
	fault      func(method string) Fault
	raw        [][]byte // answers to getUpdates in place of the real ones
	calls      map[string]int
}

type pending struct {
	id   int64
	at   time.Time
	body json.RawMessage
}

type stored struct {
	path    string
	content []byte
	size    int64
}

// Fault is the failure of one request.
type Fault struct {
	Status     int  // HTTP status of the answer, nothing is done; 0: no failure
	RetryAfter int  // seconds, with 429
	Drop       bool // close the connection, nothing is done
	DropAfter  bool // do it, then close the connection
}

// Sent is a message of the bot.
type Sent struct {
	Method    string
	Chat      int64
	MessageID int
	Text      string // or caption
	ReplyTo   int    // message id, 0: none
	Markup    string // JSON
	File      string // name of the file
	Content   []byte // of the file
}

// Answer is an answer to the press of a button.
type Answer struct{ ID, Text string }

// New starts a server, which ends with t. Its token is a new one.
func New(t testing.TB) *Server {
	s := &Server{
		t: t, now: time.Now, nextID: 1000, nextMsg: 100_000, confirmed: map[int64]int{},
		people: map[int64]bool{}, files: map[string]stored{}, presses: map[string]bool{}, calls: map[string]int{},
	}
	srv := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(srv.Close)
	s.http = srv
	s.URL = srv.URL
	_, port, _ := strings.Cut(strings.TrimPrefix(srv.URL, "http://"), ":")
	s.BotID = "70" + port
	s.Token = s.BotID + ":AAtest-token_of_" + port + "_0123456789abcdef"
	s.Name = "office_" + port + "_bot"
	return s
}

// SetClock replaces the server's clock.
func (s *Server) SetClock(now func() time.Time) { s.mu.Change(func() { s.now = now }) }

// Fail sets the function that chooses the fault of each request, by the name of the method; nil:
// none. Downloads are the method "file".
func (s *Server) Fail(f func(method string) Fault) { s.mu.Change(func() { s.fault = f }) }

// AnswerOnce sets the bytes with which the next getUpdates is answered.
func (s *Server) AnswerOnce(body []byte) { s.mu.Change(func() { s.raw = append(s.raw, body) }) }

// RestartIDs makes further updates begin with an id, as after a week without updates.
func (s *Server) RestartIDs(from int64) { s.mu.Change(func() { s.nextID = from }) }

// Block makes a person block or unblock the bot.
func (s *Server) Block(person int64, on bool) { s.mu.Change(func() { s.people[person] = !on }) }

// Meet starts a person's chat with the bot, without a message.
func (s *Server) Meet(person int64) { s.mu.Change(func() { s.people[person] = true }) }

// Calls returns how often a method was called.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Sent returns the messages of the bot.
func (s *Server) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Sent(nil), s.sent...)
}

// Answers returns the answers to presses of buttons.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Answer(nil), s.answers...)
}

// AwaitSent waits for n messages of the bot, AwaitAnswers for n answers to
// presses, AwaitConfirmed until an update was confirmed, AwaitCalls until a
// method was called n times.
func (s *Server) AwaitSent(ctx context.Context, n int) ([]Sent, error) {
	err := s.Await(ctx, fmt.Sprintf("%d messages", n), func() bool { return len(s.sent) >= n })
	return s.Sent(), err
}

// AwaitAnswers see AwaitSent.
func (s *Server) AwaitAnswers(ctx context.Context, n int) ([]Answer, error) {
	err := s.Await(ctx, fmt.Sprintf("%d answers", n), func() bool { return len(s.answers) >= n })
	return s.Answers(), err
}

// AwaitConfirmed see AwaitSent.
func (s *Server) AwaitConfirmed(ctx context.Context, update int64) error {
	return s.Await(ctx, "confirmation", func() bool { return s.confirmed[update] > 0 })
}

// AwaitCalls see AwaitSent.
func (s *Server) AwaitCalls(ctx context.Context, method string, n int) error {
	return s.Await(ctx, fmt.Sprintf("%d × %s", n, method), func() bool { return s.calls[method] >= n })
}

// AwaitIdle waits until every update is confirmed.
func (s *Server) AwaitIdle(ctx context.Context) error {
	return s.Await(ctx, "an empty queue", func() bool { return len(s.pending) == 0 })
}

// Await waits until reached returns true; it is called with the lock held.
func (s *Server) Await(ctx context.Context, what string, reached func() bool) error {
	if err := s.mu.Await(ctx, reached); err != nil {
		return fmt.Errorf("waiting for %s: %w", what, err)
	}
	return nil
}

// serve answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, rest)
		return
	}
	token, method, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !ok || !strings.HasPrefix(r.URL.Path, "/bot") {
		refuse(w, http.StatusNotFound, "Not Found", 0)
		return
	}
	if token != s.Token {
		refuse(w, http.StatusUnauthorized, "Unauthorized", 0)
		return
	}
	fault := s.faultOf(method)
	switch {
	case fault.Drop:
		panic(http.ErrAbortHandler)
	case fault.Status >= 500:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(fault.Status)
		_, _ = w.Write([]byte("<html><body>Bad Gateway</body></html>"))
		return
	case fault.Status != 0:
		refuse(w, fault.Status, map[int]string{409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
			429: "Too Many Requests: retry after " + strconv.Itoa(fault.RetryAfter), 403: "Forbidden: bot was blocked by the user"}[fault.Status], fault.RetryAfter)
		return
	}
	handle := map[string]func(*call){
		"getMe": s.getMe, "getUpdates": s.getUpdates, "setWebhook": s.setWebhook, "deleteWebhook": s.deleteWebhook,
		"getWebhookInfo": s.getWebhookInfo, "sendMessage": s.sendMessage, "sendDocument": s.sendDocument, "sendPhoto": s.sendPhoto,
		"getFile": s.getFile, "answerCallbackQuery": s.answerCallbackQuery, "editMessageReplyMarkup": s.editMarkup,
	}[method]
	if handle == nil {
		s.t.Errorf("telegramtest: there is no method %q", method)
		refuse(w, http.StatusNotFound, "Not Found: method not found", 0)
		return
	}
	c := &call{s: s, r: r, method: method}
	if err := c.parse(); err != nil {
		refuse(w, http.StatusBadRequest, "Bad Request: "+err.Error(), 0)
		return
	}
	handle(c)
	switch {
	case fault.DropAfter:
		panic(http.ErrAbortHandler)
	case c.raw != nil:
		_, _ = w.Write(c.raw)
	case c.status != 0:
		refuse(w, c.status, c.refusal, 0)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": c.result})
	}
}

// Close takes the server off the network.
func (s *Server) Close() { s.http.Close() }

// faultOf counts a request and returns its fault.
func (s *Server) faultOf(method string) Fault {
	var fault func(string) Fault
	s.mu.Change(func() {
		s.calls[method]++
		fault = s.fault
	})
	if fault == nil {
		return Fault{}
	}
	return fault(method)
}

func refuse(w http.ResponseWriter, status int, text string, retryAfter int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	answer := map[string]any{"ok": false, "error_code": status, "description": text}
	if retryAfter > 0 {
		answer["parameters"] = map[string]any{"retry_after": retryAfter}
	}
	_ = json.NewEncoder(w).Encode(answer)
}
