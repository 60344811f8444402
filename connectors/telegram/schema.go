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
	About: `A Telegram bot: messages to it, and replies. Links name the advertisement: t.me/<bot>?start=vk__spring gives utm_source=vk and utm_campaign=spring.
The same bot tells colleagues of leads, missed calls and late tasks: see the sink of this kind.`,
	Example: "telegram",
	Fields: []connectors.Field{
		tokenField,
		{Name: "receive", Type: connectors.Choice, Choices: []string{byPolling, byWebhook}, Default: byPolling, Off: true,
			Help: "polling: the hub asks Telegram for updates (getUpdates). webhook: Telegram posts to <public_url>/in/<name>, which must be https and reachable from the internet; the hub sets the webhook and its secret."},
		apiURLField,
		{Name: "lang", Type: connectors.Choice, Choices: []string{"ru", "en"}, Example: "ru", Off: true,
			Help: "ru or en: the language of the hub's own texts (for photos, locations …), and of greetings where Telegram names no language. Left out: by the region."},
		{Name: "greeting", Type: connectors.Map, Example: `{ru: "Здравствуйте! Напишите, чем помочь.", en: "Hello! Tell us how we can help."}`, Off: true,
			Help: "Sent once to each person who starts a chat, in the language that Telegram names."},
		{Name: "ask_phone", Type: connectors.Flag, Example: "true", Off: true, Help: "Adds a button to the greeting with which people share their number."},
	},
}

var sinkSchema = connectors.Schema{
	About:   `A Telegram bot that notifies users of leads, missed calls and late tasks, with a button to take a lead; it may be the bot of a source. Each user links a chat in the workplace, in the menu under their name. "digest" of the configuration sets the hour of the daily summary.`,
	Example: "telegram-notices",
	Events:  "[lead.assigned, lead.updated, task.created, task.escalated, call.ended, user.digest]",
	Fields: []connectors.Field{
		tokenField,
		apiURLField,
		connectors.LangField,
	},
}
