package vk

import (
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/vk/vktest"
	"ctihub/leads"
)

func TestSender(t *testing.T) {
	connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
		r := sender(t)
		return connectortest.SenderSubject{
			Source: r.c.source(), To: leads.Identity{Kind: identity, Value: "61"}, Secret: vktest.Token, Down: r.vk.Server.Close,
			Taken: func() []string {
				var texts []string
				for _, m := range r.vk.Sent(61) {
					texts = append(texts, m["text"].(string))
				}
				return texts
			},
			Refuse: func() { r.vk.Deny(61, 900) },
			Cut:    func() { r.vk.Fail("messages.send", vktest.Fault{After: true, Cut: true}) },
		}
	})
}
