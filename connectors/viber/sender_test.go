package viber

import (
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/viber/vibertest"
	"ctihub/leads"
)

func TestSender(t *testing.T) {
	connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
		viber := vibertest.Start(t)
		viber.Take("https://hub.example.com/in/vb")
		c, err := newBot(connectortest.Env(t, "vb", viber.Settings()))
		if err != nil {
			t.Fatal(err)
		}
		return connectortest.SenderSubject{
			Source: c.source(), To: leads.Identity{Kind: KindUser, Value: user}, Secret: vibertest.Token, Down: viber.Close,
			Taken: func() []string {
				var texts []string
				for _, s := range viber.Sent() {
					texts = append(texts, s["text"].(string))
				}
				return texts
			},
			Refuse: func() { viber.Unsubscribe(user) },
			Cut:    func() { viber.Fail(vibertest.Fault{Path: "send_message", After: true}) },
		}
	})
}
