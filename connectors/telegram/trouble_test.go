package telegram

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/telegram/telegramtest"
)

func TestTroubleInWords(t *testing.T) {
	for name, c := range map[string]struct {
		fault telegramtest.Fault
		on    string
		want  string
	}{
		"second poller": {telegramtest.Fault{Status: 409}, "getUpdates", "another program receives for this bot"},
		"wrong token":   {telegramtest.Fault{Status: 401}, "deleteWebhook", "does not know the bot's token"},
		"away":          {telegramtest.Fault{Status: 502}, "getUpdates", "answered 502"},
		"cut off":       {telegramtest.Fault{Drop: true}, "getUpdates", "connection to Telegram broke"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "")
			d.srv.Fail(func(method string) telegramtest.Fault {
				if method == c.on {
					return c.fault
				}
				return telegramtest.Fault{}
			})
			err := d.bot.Run(waiting(t), d.in)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), d.srv.Token[10:]) {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		d := newDesk(t, "")
		d.bot.url = "http://127.0.0.1:1"
		if err := d.bot.Run(waiting(t), d.in); err == nil || !strings.Contains(err.Error(), "cannot be reached") || strings.Contains(err.Error(), d.srv.Token[10:]) {
			t.Errorf("error %v", err)
		}
	})
}

// Two pollers of one bot throw each other out; each says so in words.
func TestSecondPoller(t *testing.T) {
	d := newDesk(t, "")
	d.run(t)
	if err := d.srv.AwaitCalls(waiting(t), "getUpdates", 1); err != nil {
		t.Fatal(err)
	}
	env := connectortest.Env(t, "other", fmt.Sprintf("token: %q\napi_url: %s", d.srv.Token, d.srv.URL))
	other, err := Kind().In(env)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan error, 1)
	go func() { second <- other.Run(t.Context(), connectortest.NewInbox("other")) }()
	select {
	case err = <-second: // it was first after all
	case err = <-d.ended:
		d.ended <- nil
	case <-waiting(t).Done():
		t.Fatal("the second poller goes unnoticed")
	}
	if err == nil || !strings.Contains(err.Error(), "/revoke") {
		t.Errorf("error %v", err)
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	d := newDesk(t, "")
	var asked []time.Time
	d.srv.Fail(func(method string) telegramtest.Fault {
		if method != "getUpdates" {
			return telegramtest.Fault{}
		}
		if asked = append(asked, time.Now()); len(asked) == 1 {
			return telegramtest.Fault{Status: 429, RetryAfter: 1}
		}
		return telegramtest.Fault{}
	})
	d.run(t)
	d.one(t, "message", d.srv.Message(anna, 1, map[string]any{"text": "a"}))
	if err := <-d.health; err == nil || !strings.Contains(err.Error(), "less often") {
		t.Errorf("health %v", err)
	}
	d.stop()
	if err := <-d.ended; err != nil {
		t.Error(err)
	}
	d.ended <- nil
	if waited := asked[1].Sub(asked[0]); waited < time.Second {
		t.Errorf("asked again after %s", waited)
	}
}
