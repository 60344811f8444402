package telegram

import "ctihub/connectors"

var tokenField = connectors.Field{
	Name: "token", Type: connectors.Secret, Required: true, Example: "./secrets/telegram",
	Help: "The bot's token, as @BotFather shows it. A bot has one reader: neither a second hub of another database nor any other program may use the token.",
}

var apiURLField = connectors.Field{
	Name: "api_url", Type: connectors.Text, Default: cloudURL, Off: true, Help: "Address of a Bot API server of your own (without its option --local).",
}

var schema = connectors.Schema{
	About: `A Telegram bot: what people write to it, and the answers to them. Links tell where people come from: t.me/<bot>?start=vk__spring gives utm_source=vk and utm_campaign=spring.
The same bot tells colleagues of leads, missed calls and late tasks: see the sink of this kind.`,
	Example: "telegram",
	Fields: []connectors.Field{
		tokenField,
		{Name: "receive", Type: connectors.Choice, Choices: []string{byPolling, byWebhook}, Default: byPolling, Off: true,
			Help: "polling asks Telegram for news and needs nothing else. webhook lets Telegram call the hub at <public_url>/in/<name>, which must be https and reached from outside; the hub sets the webhook and its secret by itself."},
		apiURLField,
		{Name: "lang", Type: connectors.Choice, Choices: []string{"ru", "en"}, Example: "ru", Off: true,
			Help: "Language of what the hub writes in place of photos, places and the like, and towards people whose Telegram does not tell theirs: ru or en. Left out: by the hub's region."},
		{Name: "greeting", Type: connectors.Map, Example: `{ru: "Здравствуйте! Напишите, чем помочь.", en: "Hello! Tell us how we can help."}`, Off: true,
			Help: "Sent once to whoever begins a chat, in the language of their Telegram."},
		{Name: "ask_phone", Type: connectors.Flag, Example: "true", Off: true, Help: "A button under the greeting lets people share their own number."},
	},
}

var sinkSchema = connectors.Schema{
	About:   `A Telegram bot that tells colleagues of leads, missed calls and late tasks, and lets them take a lead by a button; it may be the bot of a source. Each colleague links their own chat in the workplace, in the menu under their name. "digest" of the configuration sets the hour of the daily summary.`,
	Example: "telegram-notices",
	Events:  "[lead.assigned, lead.updated, task.created, task.escalated, call.ended, user.digest]",
	Fields: []connectors.Field{
		tokenField,
		apiURLField,
		connectors.LangField,
	},
}
