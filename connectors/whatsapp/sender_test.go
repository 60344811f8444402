package whatsapp

import (
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

func TestSender(t *testing.T) {
	connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
		meta := whatsapptest.Start(t)
		c, err := newNumber(connectortest.Env(t, "wa", meta.Settings()))
		if err != nil {
			t.Fatal(err)
		}
		return connectortest.SenderSubject{
			Source: c.source(), To: id(leads.KindPhone, "+"+phone), Secret: whatsapptest.Token, Down: meta.Close,
			Taken: func() []string {
				var texts []string
				for _, s := range meta.Sent() {
					texts = append(texts, s.Body["text"].(m)["body"].(string))
				}
				return texts
			},
			Refuse: func() { meta.Fail(whatsapptest.Fault{Status: 400, Code: 131026}) },
			Cut:    func() { meta.Fail(whatsapptest.Fault{After: true}) },
		}
	})
}
