package telegram

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
	"ctihub/leads/replies"
)

func reply(text string, files ...leads.Attachment) leads.Reply {
	return leads.Reply{ID: "r", To: leads.Identity{Kind: KindTelegram, Value: "501"}, Text: text, Attachments: files}
}

func TestSend(t *testing.T) {
	d := newDesk(t, "")
	d.srv.Meet(501)
	long := strings.Repeat("слово 🚲 ", 1200)
	fake := d.files.Add("fake", "b.png", []byte("not a picture"))
	fake.Type = "image/png"
	r := reply(long, d.files.Add("png", "a.png", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...)),
		fake, d.files.Add("pdf", "../c.pdf", []byte("%PDF-1.4")))
	r.AnsweredID = d.bot.key("", 501, 77)
	id, err := d.bot.Send(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var text strings.Builder
	sent := d.srv.Sent()
	for _, m := range sent {
		got = append(got, m.Method+" "+m.File)
		text.WriteString(m.Text + " ")
	}
	if want := []string{"sendMessage ", "sendMessage ", "sendMessage ", "sendPhoto a.png", "sendDocument b.png", "sendDocument c.pdf"}; !slices.Equal(got, want) {
		t.Errorf("sent %q", got)
	}
	if strings.Join(strings.Fields(text.String()), " ") != strings.TrimSpace(long) {
		t.Error("the text did not come through whole")
	}
	if sent[0].ReplyTo != 77 || sent[1].ReplyTo != 0 || id != d.bot.key("", 501, sent[0].MessageID) {
		t.Errorf("answers %d, id %q", sent[0].ReplyTo, id)
	}
	r.AnsweredID = d.bot.key("", 777, 77) // of another chat
	if _, err := d.bot.Send(t.Context(), r); err != nil || d.srv.Sent()[6].ReplyTo != 0 {
		t.Errorf("%v", err)
	}
}

func TestSendFailures(t *testing.T) {
	for name, c := range map[string]struct {
		reply     leads.Reply
		prepare   func(*desk)
		permanent bool
		notSent   bool
		wait      time.Duration
		words     string
		fault     leads.ReplyFault
		limit     int64
	}{
		"blocked":       {reply: reply("x"), prepare: func(d *desk) { d.srv.Block(501, true) }, permanent: true, words: "blocked the bot", fault: leads.FaultBlocked},
		"no chat":       {reply: leads.Reply{To: leads.Identity{Kind: KindTelegram, Value: "999"}, Text: "x"}, permanent: true, words: "never began", fault: leads.FaultNeverWrote},
		"not a chat":    {reply: leads.Reply{To: leads.Identity{Kind: leads.KindPhone, Value: "+7916"}, Text: "x"}, permanent: true, words: "no Telegram id", fault: leads.FaultNoAddress},
		"empty":         {reply: reply(" \n "), permanent: true, words: "nothing to send", fault: leads.FaultEmpty},
		"file gone":     {reply: reply("x", leads.Attachment{ID: "gone"}), permanent: true, words: "not there", fault: leads.FaultFileGone},
		"file too big":  {reply: reply("x", leads.Attachment{ID: "a", Size: 51 << 20}), permanent: true, words: "50 MB", fault: leads.FaultFileTooLarge, limit: 50 << 20},
		"too fast":      {reply: reply("x"), prepare: fail(telegramtest.Fault{Status: 429, RetryAfter: 7}), notSent: true, wait: 7 * time.Second, words: "less often", fault: leads.FaultBusy},
		"wrong token":   {reply: reply("x"), prepare: fail(telegramtest.Fault{Status: 401}), notSent: true, words: "token", fault: leads.FaultSetup},
		"nobody there":  {reply: reply("x"), prepare: func(d *desk) { d.bot.url = "http://127.0.0.1:1" }, notSent: true, words: "cannot be reached", fault: leads.FaultUnreachable},
		"unknown name":  {reply: reply("x"), prepare: func(d *desk) { d.bot.url = "http://telegram.invalid" }, notSent: true, words: "cannot be reached", fault: leads.FaultUnreachable},
		"5xx":           {reply: reply("x"), prepare: fail(telegramtest.Fault{Status: 502}), words: "502", fault: leads.FaultInterrupted},
		"cut off":       {reply: reply("x"), prepare: fail(telegramtest.Fault{DropAfter: true}), words: "before the answer came", fault: leads.FaultInterrupted},
		"refused":       {reply: reply("x"), prepare: fail(telegramtest.Fault{Status: 400}), permanent: true, words: "400 to sendMessage", fault: leads.FaultRefused},
		"half of it is": {reply: reply(strings.Repeat("x ", 3000)), prepare: second(telegramtest.Fault{Status: 403}), words: "1 of 2 messages were sent", fault: leads.FaultPartly},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "")
			d.srv.Meet(501)
			if c.prepare != nil {
				c.prepare(d)
			}
			id, err := d.bot.Send(waiting(t), c.reply)
			if err == nil || id != "" {
				t.Fatalf("id %q, no error", id)
			}
			if leads.IsPermanent(err) != c.permanent || errors.Is(err, leads.ErrNotSent) != c.notSent || leads.WaitOf(err) != c.wait || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v: permanent %v, not sent %v, wait %s", err, leads.IsPermanent(err), errors.Is(err, leads.ErrNotSent), leads.WaitOf(err))
			}
			if v := replies.Judge(1, false, "", err); v.Fault != c.fault || v.FaultLimit != c.limit {
				t.Errorf("%v: code %s %d, want %s %d", err, v.Fault, v.FaultLimit, c.fault, c.limit)
			}
			if strings.Contains(err.Error(), d.srv.Token[10:]) {
				t.Error("the error tells the token")
			}
		})
	}
}

func fail(f telegramtest.Fault) func(*desk) {
	return func(d *desk) { d.srv.Fail(func(string) telegramtest.Fault { return f }) }
}

func second(f telegramtest.Fault) func(*desk) {
	return func(d *desk) {
		n := 0
		d.srv.Fail(func(string) telegramtest.Fault {
			if n++; n == 1 {
				return telegramtest.Fault{}
			}
			return f
		})
	}
}

// What follows the first message waits for Telegram instead of being repeated
// with it.
func TestSendGoesOnAfterTooMany(t *testing.T) {
	d := newDesk(t, "")
	d.srv.Meet(501)
	n := 0
	d.srv.Fail(func(string) telegramtest.Fault {
		if n++; n == 2 {
			return telegramtest.Fault{Status: 429, RetryAfter: 1}
		}
		return telegramtest.Fault{}
	})
	if _, err := d.bot.Send(waiting(t), reply(strings.Repeat("x ", 3000))); err != nil || len(d.srv.Sent()) != 2 {
		t.Errorf("%v, %d messages", err, len(d.srv.Sent()))
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	d := newDesk(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.bot.Send(ctx, reply("x")); err == nil || leads.IsPermanent(err) {
		t.Errorf("error %v", err)
	}
}

func TestSplit(t *testing.T) {
	for _, text := range []string{"", " ", "a", strings.Repeat("я", 4096), strings.Repeat("я", 4097), strings.Repeat("🚲", 5000), strings.Repeat("line\n", 3000), "\xff\xfe" + strings.Repeat("x", 9000)} {
		total := 0
		for _, p := range split(text) {
			if length(p) > textMost || p == "" {
				t.Errorf("a part of %d units", length(p))
			}
			total += len(strings.Join(strings.Fields(p), ""))
		}
		if want := len(strings.Join(strings.Fields(text), "")); total != want {
			t.Errorf("%.10q: %d bytes of %d", text, total, want)
		}
	}
}
