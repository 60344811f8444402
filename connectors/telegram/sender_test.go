package telegram

import (
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
)

func TestSender(t *testing.T) {
	connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
		d := newDesk(t, "")
		d.srv.Meet(501)
		return connectortest.SenderSubject{
			Source: d.bot.source(), To: leads.Identity{Kind: KindTelegram, Value: "501"}, Secret: d.srv.Token, Down: d.srv.Close,
			Taken: func() []string {
				var texts []string
				for _, m := range d.srv.Sent() {
					texts = append(texts, m.Text)
				}
				return texts
			},
			Refuse: func() { d.srv.Block(501, true) },
			Cut:    func() { fail(telegramtest.Fault{DropAfter: true})(d) },
		}
	})
}
