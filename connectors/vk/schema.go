package vk

import "ctihub/connectors"

var schema = connectors.Schema{
	About:   "Messages to a VK community. How to set it up: docs/messengers.md.",
	Example: "vk",
	Fields: []connectors.Field{
		{Name: "group_id", Type: connectors.Number, Required: true, Min: "1", Example: "123456789",
			Help: "The community's id, digits only: from vk.com/club123456789, or shown under Manage."},
		{Name: "token", Type: connectors.Secret, Required: true, Example: "./secrets/vk-token",
			Help: "The community's access key (Manage, API usage) with the rights messages, photos, docs and manage."},
		{Name: "mode", Type: connectors.Choice, Choices: []string{modeLongPoll, modeCallback}, Default: modeLongPoll,
			Help: `longpoll: the hub asks VK, nothing has to be reachable from outside.
callback: VK posts to https://<hub>/in/<name>.`},
		{Name: "confirmation", Type: connectors.Text, Example: "1a2b3c4d", Off: true, Help: "For mode callback only: the string that the server must return."},
		{Name: "secret", Type: connectors.Secret, Example: "./secrets/vk-callback", Off: true, Help: "For mode callback only: the secret key."},
		{Name: "max_file_mb", Type: connectors.Number, Default: "50", Min: "0", Max: "200",
			Help: "Attachments up to this size are stored; of larger ones the text holds a link. 0: none is stored."},
		{Name: "api_url", Type: connectors.Text, Default: "https://api.vk.ru/method", Help: "Address of the API; another one for a proxy."},
		connectors.LangField,
	},
}
