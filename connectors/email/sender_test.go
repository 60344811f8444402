package email

import (
	"io"
	"mime/quotedprintable"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/email/mailtest"
	"ctihub/leads"
)

func TestRealSender(t *testing.T) {
	connectortest.Sender(t, func(t *testing.T) connectortest.SenderSubject {
		smtp := mailtest.StartSMTP(t)
		c, _ := sender(t, outgoing(smtp, ""), store{})
		return connectortest.SenderSubject{
			Source: c.source(), To: leads.Identity{Kind: leads.KindEmail, Value: "client@client.example"}, Secret: mailtest.Password, Down: smtp.Close,
			Taken: func() []string {
				var texts []string
				for _, s := range smtp.Sent() {
					b, err := io.ReadAll(quotedprintable.NewReader(s.Mail(t).Body))
					if err != nil {
						t.Error(err)
					}
					texts = append(texts, string(b))
				}
				return texts
			},
			Refuse: func() { smtp.Refuse("rcpt", 550, "no such user") },
			Cut:    func() { smtp.Silence(true) },
		}
	})
}
