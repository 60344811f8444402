package email

import (
	"slices"

	"ctihub/connectors"
)

var oauthField = connectors.Field{
	Name: "oauth", Type: connectors.Group, Off: true, Help: "Instead of a password: OAuth 2 (XOAUTH2 or OAUTHBEARER).",
	Fields: []connectors.Field{
		{Name: "client_id", Type: connectors.Text, Example: "1234.apps.example.com"},
		{Name: "client_secret", Type: connectors.Secret, Example: "./oauth.secret"},
		{Name: "refresh_token", Type: connectors.Secret, Example: "./oauth.token"},
		{Name: "token_url", Type: connectors.Text, Example: "https://oauth2.googleapis.com/token"},
	},
}

// serverFields are those by which a server is reached.
func serverFields(host, port, ports string) []connectors.Field {
	return []connectors.Field{
		{Name: "host", Type: connectors.Text, Example: host},
		{Name: "port", Type: connectors.Number, Example: port, Help: ports},
		{Name: "tls", Type: connectors.Choice, Choices: []string{tlsAtOnce, startTLS, noTLS}, Default: tlsAtOnce,
			Help: "none is accepted for servers on this machine, and for others only with allow_plain: true."},
		{Name: "allow_plain", Type: connectors.Flag, Example: "false"},
		{Name: "ca", Type: connectors.File, Example: "./ca.pem", Off: true, Help: "Certificates of an authority of your own, in PEM, beside the system's."},
	}
}

var schema = connectors.Schema{
	About:   "Mail: several inboxes over IMAP, and answers over SMTP.",
	Example: "mail",
	Fields: []connectors.Field{
		{Name: "inboxes", Type: connectors.Groups, Fields: slices.Concat([]connectors.Field{
			{Name: "name", Type: connectors.Text, Example: "info",
				Help: "Names the inbox in what is stored: never change it, or recent mail comes again. Empty: the user name."},
		}, serverFields("imap.example.com", "993", "993 with tls, 143 otherwise."), []connectors.Field{
			{Name: "username", Type: connectors.Text, Example: "info@example.com"},
			{Name: "password", Type: connectors.Secret, Example: "./mail.password"},
			oauthField,
			{Name: "folders", Type: connectors.List, Default: "[INBOX]"},
			{Name: "sent", Type: connectors.Text, Example: `""`,
				Help: "Folder of mail that your staff sent from their own mail programs; it is shown in the customer's history. Empty: none."},
		})},
		{Name: "own", Type: connectors.List, Example: `["@example.com"]`,
			Help: "Your own addresses and domains (@example.com), beside the user names: they are never customers."},
		{Name: "since", Type: connectors.Duration, Default: "24h", Min: "0s", Help: "At the first start: older mail is not read."},
		{Name: "poll", Type: connectors.Duration, Default: "1m", Min: "1s", Help: "How often to look for new mail on servers without IDLE."},
		{Name: "max_mb", Type: connectors.Number, Default: "50", Min: "1", Max: "100000", Help: "The largest mail that is stored whole, in megabytes; of a larger one the beginning is stored, without attachments."},
		{Name: "smtp", Type: connectors.Group, Help: "Without smtp customers cannot be answered by mail.", Fields: slices.Concat(
			serverFields("smtp.example.com", "465", "465 with tls, 587 otherwise."), []connectors.Field{
				{Name: "username", Type: connectors.Text, Example: "info@example.com", Help: "Empty: without a login."},
				{Name: "password", Type: connectors.Secret, Example: "./mail.password"},
				oauthField,
				{Name: "from", Type: connectors.Text, Example: "info@example.com"},
				{Name: "from_name", Type: connectors.Text, Example: "Example Ltd."},
				{Name: "copy", Type: connectors.Text, Example: `""`,
					Help: `Inbox whose folder "sent" gets a copy of each answer. Empty: none, as for providers that keep one by themselves (Gmail, Outlook).`},
			})},
	},
}
