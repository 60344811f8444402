package telegram

import "ctihub/leads"

// texts are what the bot says, and what it writes into touches in place of
// what is no text.
type texts struct {
	photo, voice, audio, video, animation, document string
	sticker, contact, ownPhone, location, poll      string
	live, quiz, answers                             string
	button, reaction, unreacted, voted              string
	paying, shipping, shipTo, comment               string
	forwarded                                       string // %s: from whom
	unknown                                         string
	tooLarge, noFile                                string // %s: name of the file

	sharePhone                              string // on the button
	linked, badCode, unlinked, staffOnly    string // %s: name of the user
	take, open                              string // on buttons
	taken, already, closed, gone, forbidden string // answers to "take"; %s: name
	failed                                  string

	newLead, yourLead, waits, missed, callBack, late, digest string // headings of notices
	repeat, from, due, calls                                 string

	task, lateTask, reminder string // headings of notices of planned tasks
	kinds                    map[leads.TaskKind]string
}

var words = map[string]*texts{
	"en": {
		photo: "photo", voice: "voice message", audio: "audio", video: "video", animation: "animation", document: "file",
		sticker: "sticker", contact: "contact", ownPhone: "own phone number", location: "location", poll: "poll",
		live: "live location", quiz: "quiz", answers: "answers a message of another chat:",
		button: "button:", reaction: "reaction:", unreacted: "took a reaction back", voted: "answer to a poll, options:",
		paying: "began to pay; the hub confirms no payments:", shipping: "asks for delivery:", shipTo: "delivery", comment: "about themselves",
		forwarded: "forwarded from %s", unknown: "a message of a kind that the hub does not know; see it in Telegram",
		tooLarge: "the file %s is larger than a bot may fetch (20 MB)", noFile: "the file %s could not be fetched from Telegram",
		sharePhone: "Share my phone number",
		linked:     "Linked: you now get notifications here, %s. /stop ends that.",
		badCode:    "This link is used up or too old. Make a new one in the workplace, in the menu under your name.",
		unlinked:   "Notifications end here, %s.",
		staffOnly:  "This chat is for notifications to %s; what you write here goes to nobody. /stop ends that.",
		take:       "Take", open: "Open",
		taken: "The lead is yours, %s.", already: "Already %s's.", closed: "The lead is closed.",
		gone:      "The lead is not there, or not for you to see.",
		forbidden: "You cannot take leads, or this chat is not linked to you any more.",
		failed:    "That did not work; press again in a minute.",
		newLead:   "New lead", yourLead: "Your lead", waits: "A lead waits for somebody to take it", missed: "Call not answered",
		callBack: "Call back", late: "Late: call back", digest: "Your day",
		repeat: "repeat customer", from: "from", due: "until", calls: "calls",
		task: "New task", lateTask: "Late", reminder: "Reminder",
		kinds: map[leads.TaskKind]string{leads.TaskCall: "call", leads.TaskFollowUp: "follow up", leads.TaskMeeting: "meeting", leads.TaskReminder: "reminder"},
	},
	"ru": {
		photo: "фото", voice: "голосовое сообщение", audio: "аудио", video: "видео", animation: "анимация", document: "файл",
		sticker: "стикер", contact: "контакт", ownPhone: "свой номер телефона", location: "место", poll: "опрос",
		live: "место в реальном времени", quiz: "викторина", answers: "ответ на сообщение из другого чата:",
		button: "кнопка:", reaction: "реакция:", unreacted: "реакция убрана", voted: "ответ в опросе, варианты:",
		paying: "начал оплату; хаб платежи не подтверждает:", shipping: "спрашивает о доставке:", shipTo: "доставка", comment: "о себе",
		forwarded: "переслано от %s", unknown: "сообщение неизвестного вида; посмотрите его в Telegram",
		tooLarge: "файл %s больше, чем разрешено получать боту (20 МБ)", noFile: "файл %s не удалось получить из Telegram",
		sharePhone: "Отправить мой номер",
		linked:     "Готово: уведомления будут приходить сюда, %s. Отключить — /stop.",
		badCode:    "Ссылка уже использована или устарела. Создайте новую на рабочем месте, в меню под своим именем.",
		unlinked:   "Уведомления отключены, %s.",
		staffOnly:  "Этот чат — для уведомлений (%s); сообщения отсюда никому не передаются. Отключить — /stop.",
		take:       "Взять", open: "Открыть",
		taken: "Лид ваш, %s.", already: "Уже взято: %s.", closed: "Лид закрыт.",
		gone:      "Лида нет, или он вам не виден.",
		forbidden: "Вы не можете брать лиды, или чат больше не привязан к вам.",
		failed:    "Не получилось; нажмите ещё раз через минуту.",
		newLead:   "Новый лид", yourLead: "Ваш лид", waits: "Лид ждёт, кто его возьмёт", missed: "Звонок без ответа",
		callBack: "Перезвонить", late: "Опоздание: перезвонить", digest: "Ваш день",
		repeat: "повторный клиент", from: "из", due: "до", calls: "звонков",
		task: "Новая задача", lateTask: "Опоздание", reminder: "Напоминание",
		kinds: map[leads.TaskKind]string{leads.TaskCall: "позвонить", leads.TaskFollowUp: "вернуться к клиенту", leads.TaskMeeting: "встреча", leads.TaskReminder: "напоминание"},
	},
}
