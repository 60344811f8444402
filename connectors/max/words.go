package max

// texts are what is written into touches in place of what is no text.
type texts struct {
	photo, voice, document, sticker                string
	spoken, video, location, contact, button, link string // %s: which
	forwarded, empty, removed, started             string
	unknown                                        string // %q: MAX's name of the kind
	notFetched                                     string // %s: what, why, address
}

var words = map[string]*texts{
	"en": {
		photo: "photo", voice: "voice message", document: "file %s", sticker: "sticker",
		spoken: "voice message: %s", video: "video: %s", location: "location: %s", contact: "contact: %s", button: "button: %s", link: "link %s: %s",
		forwarded: "forwarded message", empty: "empty message", removed: "the message was deleted", started: "began to talk with the bot",
		unknown:    "an attachment of MAX of the kind %q",
		notFetched: "%s, not fetched (%s): %s",
	},
	"ru": {
		photo: "фото", voice: "голосовое сообщение", document: "файл %s", sticker: "стикер",
		spoken: "голосовое сообщение: %s", video: "видео: %s", location: "место: %s", contact: "контакт: %s", button: "кнопка: %s", link: "ссылка %s: %s",
		forwarded: "пересланное сообщение", empty: "пустое сообщение", removed: "сообщение удалено", started: "начало разговора с ботом",
		unknown:    "вложение MAX, вид %q",
		notFetched: "%s, не загружено (%s): %s",
	},
}
