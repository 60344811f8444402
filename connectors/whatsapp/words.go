package whatsapp

// texts are what is written into touches in place of what is no text.
type texts struct {
	photo, audio, voice, video, document, sticker     string
	missing                                           string // %s: what, why
	forwarded, unknownEdit, deleted, unreacted, first string
	reaction, product, contact, location              string // %s: which
	form, order, note                                 string
	item                                              string // %s: how many, of what, price, currency
	answered                                          string // %s: with what
	hidden, hiddenKind                                string // %s: WhatsApp's name of the kind
	unknown                                           string // %s: the same
	mayCall, mayNotCall, called, missed               string
	mayCallUntil                                      string // %s: time
	talked                                            string // %s: minutes and seconds
	preference                                        string // %s: what, which
}

var words = map[string]*texts{
	"en": {
		photo: "photo", audio: "audio", voice: "voice message", video: "video", document: "document", sticker: "sticker",
		missing: "%s is missing: %s", forwarded: "forwarded", unknownEdit: "changed a message, to what is not known",
		deleted: "deleted a message", unreacted: "took a reaction back", first: "opened the chat for the first time",
		reaction: "reaction: %s", product: "about the product %s", contact: "contact: %s", location: "location: %s",
		form: "form", order: "order", note: "a note of WhatsApp about this customer", item: "%s × %s, %s %s each",
		answered: "answered with %s", hidden: "sent %s, which WhatsApp does not pass on", hiddenKind: "a kind of message",
		unknown: "sent a message of the kind %s",
		mayCall: "allows calls over WhatsApp", mayCallUntil: "allows calls over WhatsApp until %s", mayNotCall: "does not allow calls over WhatsApp",
		called: "calls over WhatsApp", missed: "missed call over WhatsApp", talked: "call over WhatsApp, %s", preference: "about %s the customer says: %s",
	},
	"ru": {
		photo: "фото", audio: "аудио", voice: "голосовое сообщение", video: "видео", document: "документ", sticker: "стикер",
		missing: "%s — нет файла: %s", forwarded: "переслано", unknownEdit: "сообщение изменено, новый текст неизвестен",
		deleted: "сообщение удалено", unreacted: "реакция убрана", first: "чат открыт впервые",
		reaction: "реакция: %s", product: "о товаре %s", contact: "контакт: %s", location: "место: %s",
		form: "форма", order: "заказ", note: "сведения WhatsApp об этом клиенте", item: "%s × %s, по %s %s",
		answered: "ответ: %s", hidden: "сообщение (%s), которое WhatsApp не передаёт", hiddenKind: "вид неизвестен",
		unknown: "сообщение вида %s",
		mayCall: "разрешены звонки в WhatsApp", mayCallUntil: "разрешены звонки в WhatsApp до %s", mayNotCall: "звонки в WhatsApp не разрешены",
		called: "звонок в WhatsApp", missed: "пропущенный звонок в WhatsApp", talked: "звонок в WhatsApp, %s", preference: "пожелание клиента о %s: %s",
	},
}
