package viber

// texts are what is written into touches in place of what is no text.
type texts struct {
	photo, video, file, sticker, audio, voice string
	missing                                   string // %s: what, why
	noAddress                                 string // why
	opened, subscribed, unsubscribed, noKind  string
	link, unknown, location, contact          string // %s: which
}

var words = map[string]*texts{
	"en": {
		photo: "photo", video: "video", file: "file", sticker: "sticker", audio: "audio", voice: "voice message",
		missing: "%s is missing: %s", noAddress: "Viber sent no address of it", opened: "opened the chat", subscribed: "subscribed",
		unsubscribed: "unsubscribed: nothing can be sent until they write again", noKind: "sent a message of no kind",
		link: "opened the chat by the link %s", unknown: "sent a message of the kind %s",
		location: "location: %s", contact: "contact: %s",
	},
	"ru": {
		photo: "фото", video: "видео", file: "файл", sticker: "стикер", audio: "аудио", voice: "голосовое сообщение",
		missing: "%s — нет файла: %s", noAddress: "Viber не прислал адрес", opened: "чат открыт", subscribed: "подписка оформлена",
		unsubscribed: "подписка отменена: написать можно, только когда клиент напишет сам", noKind: "сообщение без вида",
		link: "чат открыт по ссылке %s", unknown: "сообщение вида %s",
		location: "место: %s", contact: "контакт: %s",
	},
}
