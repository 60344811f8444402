package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/telegram/telegramtest"
	"ctihub/connectors/vendors/media/mediatest"
	"ctihub/leads"
)

// patience bounds waits for events that must come; it decides nothing.
const patience = 3 * time.Minute

func waiting(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// desk is a bot under test: its server, inbox, files and reported health.
type desk struct {
	srv    *telegramtest.Server
	in     *connectortest.Inbox
	files  *mediatest.Files
	staff  *office
	bot    *bot
	health chan error // the latest trouble, or nil
	ended  chan error
	stop   context.CancelFunc
}

func newDesk(t *testing.T, settings string) *desk {
	t.Helper()
	d := &desk{srv: telegramtest.New(t), in: connectortest.NewInbox("bot"), files: &mediatest.Files{}, health: make(chan error, 1000), ended: make(chan error, 1)}
	d.staff = &office{users: map[string]leads.User{}, codes: map[string]leads.User{}, leads: map[string]leads.Lead{}}
	d.open(t, settings)
	return d
}

func (d *desk) open(t *testing.T, settings string) {
	t.Helper()
	env := connectortest.Env(t, "bot", fmt.Sprintf("token: %q\napi_url: %s\n%s", d.srv.Token, d.srv.URL, settings))
	env.Files, env.Staff, env.Hub.PublicURL = d.files, d.staff, "https://hub.test"
	env.Report.Health = func(err error) { d.health <- err }
	c, err := newBot(env)
	if err != nil {
		t.Fatal(err)
	}
	d.bot = c
}

// run runs the bot once, until the test or Run ends.
func (d *desk) run(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d.stop = stop
	done := make(chan struct{})
	go func() {
		d.ended <- d.bot.Run(ctx, d.in)
		close(done)
	}()
	t.Cleanup(func() { stop(); <-done })
}

// one pushes an update and returns the touch that it makes.
func (d *desk) one(t *testing.T, kind string, content map[string]any) leads.Touch {
	t.Helper()
	ctx := waiting(t)
	had := len(d.in.Touches())
	if err := d.srv.AwaitConfirmed(ctx, d.srv.Push(kind, content)); err != nil {
		t.Fatal(err)
	}
	touches := d.in.Touches()
	if len(touches) != had+1 {
		t.Fatalf("%d touches, want one more than %d", len(touches), had)
	}
	return touches[had]
}

var anna = telegramtest.Person{ID: 501, First: "Анна", Last: "Ким", Username: "annakim", Lang: "ru"}

var discard = slog.New(slog.DiscardHandler)
