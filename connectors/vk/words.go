package vk

// texts are what is written into touches in place of what is no text.
type texts struct {
	photo, voice, audio, document, graffiti, sticker, call, gift string
	place, button, poll, story, spoken, song                     string // %s: which
	video, product, post, comment, link                          string // %s: title or text, and address
	cropped, forwarded, untitled, quoted, empty                  string
	unknown                                                      string // %q: VK's name of the kind
	reaction, form, ordered, status, delivery                    string // %s: which
	commentOf, wroteOnWall                                       string // %s: address
	paid, donut, prolonged, expired, cancelled, price            string // %s: amount
	unreacted, app                                               string
	notFetched                                                   string // %s: what, why, address
}

var words = map[string]*texts{
	"en": {
		photo: "photo", voice: "voice message", audio: "audio", document: "file %s", graffiti: "graffiti", sticker: "sticker",
		call: "a call in VK", gift: "a gift", place: "location: %s", button: "button: %s", poll: "poll %s", story: "story %s",
		spoken: "voice message: %s", song: "audio: %s",
		video: "video %s: %s", product: "product %s, %s: %s", post: "post %s %s", comment: "comment %s %s", link: "link %s: %s",
		cropped:   "VK shortened the message; the community's messages show the whole of it",
		forwarded: "forwarded message", untitled: "without a title", quoted: "“%s”", empty: "empty message",
		unknown:  "an attachment of VK of the kind %q",
		reaction: "reaction no. %s", form: "form “%s”", ordered: "order no. %s", status: "status: %s", delivery: "delivery",
		commentOf: "comment on %s", wroteOnWall: "wrote on the wall: %s",
		paid: "paid by VK Pay: %s", donut: "subscribed to VK Donut: %s", prolonged: "VK Donut goes on: %s", expired: "VK Donut has ended", cancelled: "cancelled VK Donut", price: "VK Donut has another price: %s",
		unreacted: "took a reaction back", app: "data of a mini app",
		notFetched: "%s, not fetched (%s): %s",
	},
	"ru": {
		photo: "фото", voice: "голосовое сообщение", audio: "аудиозапись", document: "файл %s", graffiti: "граффити", sticker: "стикер",
		call: "звонок в VK", gift: "подарок", place: "место: %s", button: "кнопка: %s", poll: "опрос %s", story: "история %s",
		spoken: "голосовое сообщение: %s", song: "аудиозапись: %s",
		video: "видео %s: %s", product: "товар %s, %s: %s", post: "запись %s %s", comment: "комментарий %s %s", link: "ссылка %s: %s",
		cropped:   "сообщение сокращено VK, целиком оно видно в сообщениях сообщества",
		forwarded: "пересланное сообщение", untitled: "без названия", quoted: "«%s»", empty: "пустое сообщение",
		unknown:  "вложение VK, вид %q",
		reaction: "реакция № %s", form: "форма «%s»", ordered: "заказ № %s", status: "статус: %s", delivery: "доставка",
		commentOf: "комментарий: %s", wroteOnWall: "запись на стене: %s",
		paid: "оплачено через VK Pay: %s", donut: "оформлена подписка VK Donut: %s", prolonged: "подписка VK Donut продлена: %s", expired: "подписка VK Donut закончилась", cancelled: "подписка VK Donut отменена", price: "новая цена подписки VK Donut: %s",
		unreacted: "реакция убрана", app: "данные мини-приложения",
		notFetched: "%s, не загружено (%s): %s",
	},
}
