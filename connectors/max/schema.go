package max

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "Messages to a bot of the MAX messenger. How to set it up: docs/messengers.md.",
	Example: "max",
	Fields: []connectors.Field{
		{Name: "token", Type: connectors.Secret, Required: true, Example: "./secrets/max-token",
			Help: "The bot's token: business.max.ru, Chat bots, ⋮, Settings."},
		{Name: "mode", Type: connectors.Choice, Choices: []string{modeWebhook, modeLongPoll}, Example: modeWebhook, Off: true,
			Help: `webhook: MAX posts to https://<hub>/in/<name>; the hub subscribes by itself.
longpoll: the hub asks MAX. The vendor recommends it for trials only: asked for the first time, it gives the last message alone.
Left out: webhook where public_url is https and not of an inner network, else longpoll.`},
		{Name: "secret", Type: connectors.Secret, Example: "./secrets/max-webhook", Off: true,
			Help: "Of the webhook: 5 to 256 letters, digits, - or _ of your own invention. Left out: it follows from the token."},
		{Name: "max_file_mb", Type: connectors.Number, Default: "50", Min: "0", Max: "250",
			Help: "Attachments up to this size are stored; of larger ones the text holds a link. 0: none is stored."},
		{Name: "api_url", Type: connectors.Text, Default: "https://platform-api2.max.ru", Help: "Address of the API; another one for a proxy."},
		connectors.LangField,
	},
}
