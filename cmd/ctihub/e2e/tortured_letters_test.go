package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/email/mailtest"
	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
)

// Persons who send forms, who write mails and who write to the bot are different
// persons: the hub must not merge them because of an equal name.
const (
	mailWriters = 1_000_000
	botWriters  = 2_000_000
)

// writers write mails to a real mailbox and messages to a bot. Every mail and message
// must be stored in the end, without being sent again.
type writers struct {
	t     *testing.T
	truth *oracle
	box   *mailtest.Dovecot
	bot   *telegramtest.Server
	mails int
	texts int
}

func newWriters(t *testing.T, truth *oracle) *writers {
	return &writers{t: t, truth: truth, box: mailtest.Start(t), bot: telegramtest.New(t)}
}

// sources is the writers' part of a configuration.
func (l *writers) sources() string {
	return fmt.Sprintf("{name: mail, kind: email, inboxes: [{name: box, host: %s, port: %d, tls: none, username: box, password: %s}]}, "+
		"{name: bot, kind: telegram, token: %q, api_url: %q}", l.box.Host, l.box.Port, mailtest.Password, l.bot.Token, l.bot.URL)
}

// write writes in turn a mail and a message until ctx ends.
func (l *writers) write(ctx context.Context) {
	for ctx.Err() == nil {
		l.mails++
		key, who := fmt.Sprint("m-", l.mails), mailWriters+l.truth.nextPerson()
		l.send(key, who, func() { l.box.Deliver("box", "INBOX", mailOf(key, who)) })
		l.texts++
		key, who = fmt.Sprint("t-", l.texts), botWriters+l.truth.nextPerson()
		l.send(key, who, func() { l.bot.Text(telegramtest.Person{ID: int64(who), First: "Ivan"}, l.texts, key) })
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(20+rand.IntN(60)) * time.Millisecond):
		}
	}
}

func (l *writers) send(key string, who int, send func()) {
	if err := l.truth.recordSent(key, who); err != nil {
		l.t.Error(err)
		return
	}
	send()
	if err := l.truth.recordAccepted(key); err != nil {
		l.t.Error(err)
	}
}

func mailOf(key string, who int) []byte {
	return fmt.Appendf(nil, "Message-ID: <%s@client.example>\r\nDate: %s\r\nFrom: Ivan <person%d@client.example>\r\nTo: box@firm.example\r\nSubject: %s\r\n\r\nprice?\r\n",
		key, time.Now().Format(time.RFC1123Z), who, key)
}

// arrive waits until the hub has as many mails and messages as were written.
func (l *writers) arrive(h *hubtest.Hub, token string) {
	l.t.Helper()
	for _, of := range []struct {
		channel leads.Channel
		written int
	}{{leads.ChannelMail, l.mails}, {leads.ChannelTelegram, l.texts}} {
		for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
			there := len(hubtest.List[leads.Interaction](h, token, "/api/v1/interactions", url.Values{"channel": {string(of.channel)}}))
			if there >= of.written {
				l.t.Logf("%d of channel %s", there, of.channel)
				break
			}
			if time.Since(began) > hubtest.Patience {
				l.t.Errorf("of %d written in channel %s %d came", of.written, of.channel, there)
				break
			}
		}
	}
}

// keyOf is the oracle's key of a touch, which the writers put into subject or text.
func keyOf(channel leads.Channel, externalID, subject, text string) string {
	switch channel {
	case leads.ChannelMail:
		return subject
	case leads.ChannelTelegram:
		return text
	}
	return externalID
}
