package max

import (
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/max/maxtest"
	"ctihub/leads"
)

func TestSender(t *testing.T) {
	connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
		r := newRig(t, longPollSettings)
		r.max.Person(61, "")
		return connectortest.SenderSubject{
			Source: r.b.source(), To: leads.Identity{Kind: identity, Value: "61"}, Secret: maxtest.Token, Down: r.max.Server.Close,
			Taken: func() []string {
				var texts []string
				for _, m := range r.max.Sent() {
					texts = append(texts, m.Text)
				}
				return texts
			},
			Refuse: func() { r.max.Person(61, "chat.denied") },
			Cut:    func() { r.max.Fail("POST /messages", maxtest.Fault{After: true, Cut: true}) },
		}
	})
}
