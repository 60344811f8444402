package viber

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "A Viber bot, see docs/messengers.md. The hub sets the webhook: Viber posts to /in/<name> of public_url, which must be https with an official certificate.",
	Example: "viber",
	Fields: []connectors.Field{
		{Name: "auth_token", Type: connectors.Secret, Required: true, Example: "./secrets/viber-token",
			Help: `The bot's "app key", from Viber: More, Settings, Bots, Edit info.`},
		{Name: "sender", Type: connectors.Text, Example: `""`, Help: "Name that customers see above answers, up to 28 characters. Empty: the bot's."},
		{Name: "media_hosts", Type: connectors.List, Default: "[viber.com]", Help: "Hosts, with all subdomains, from which customers' files are fetched."},
		{Name: "api_url", Type: connectors.Text, Default: "https://chatapi.viber.com", Help: "Only for a gateway that speaks the same API."},
		connectors.LangField,
	},
}
