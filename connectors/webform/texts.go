package webform

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
)

// texts is what a visitor reads, in one language.
type texts struct {
	Lang                               string
	Thanks, ThanksText                 string
	Incomplete, Empty                  string
	WrongPhone, WrongEmail, WrongOther string // WrongPhone has one %s: an example
	Missing, MissingOne                string // with one %s: what is missing
	Names                              map[string]string
	Or                                 string
	Busy, BusyText                     string
	Later, LaterText                   string
	Refused, RefusedText               string
	TooLarge, TooLargeText             string
	Unreadable, UnreadableText, GoBack string
	GoBackText                         string
	BackToSite, Nothing                string
	FileLarge, FileKind                string // with the file's name; then megabytes, or what may be sent
	Agree, Outdated                    string
	CallsNow, CallsSoon, CallsAt       string // the last with a time
	WrongTime                          string // with a number of days
	FilesMany, FilesLarge, FileEmpty   string // with a number, with megabytes, with the file's name
	Kept, KeyReused                    string // for programs
}

var english = texts{
	Lang:       "en",
	Thanks:     "Thank you",
	ThanksText: "Your message has reached us. We will get back to you soon.",
	Incomplete: "Please check the form",
	Empty:      "Write something, so that we know what it is about.",
	WrongPhone: "This does not look like a phone number. Example: %s",
	WrongEmail: "This does not look like an e-mail address. Example: name@example.com",
	WrongOther: "Please check this.",
	Missing:    "Please give us %s, so that we can reply.",
	MissingOne: "Please fill this in: %s.",
	Names: map[string]string{
		roleName: "your name", rolePhone: "a phone number", roleEmail: "an e-mail address",
		roleSubject: "the subject", roleMessage: "your message",
	},
	Or:             " or ",
	Busy:           "Please wait a moment",
	BusyText:       "Too many messages came from your address. Wait a minute, then reload this page to send yours again.",
	Later:          "Your message has not been saved",
	LaterText:      "We cannot save it just now. Wait a little, then reload this page to send it again.",
	Refused:        "This website may not send forms here",
	RefusedText:    "Please contact the company in another way.",
	TooLarge:       "The message is too large",
	TooLargeText:   "Shorten the text or leave out the files, and send it again.",
	Unreadable:     "The form could not be read",
	UnreadableText: "Please go back and send it again.",
	GoBack:         "Back to the form",
	GoBackText:     "Use your browser's Back button: what you wrote is still there.",
	BackToSite:     "Back to the website",
	Nothing:        "There is nothing here",
	FileLarge:      "The file “%s” is larger than %d MB. Make it smaller or leave it out.",
	FileKind:       "Files like “%s” cannot be sent. You can send: %s.",
	CallsNow:       "We are calling you now: our colleague picks up first, then your phone rings.",
	CallsSoon:      "Nobody is free to call just now. We have noted your number and will call you soon.",
	CallsAt:        "We have noted your number and will call you on %s (our time).",
	WrongTime:      "Choose a time to come, within the next %d days.",
	Agree:          "Please tick this, so that we may work on your message.",
	Outdated:       "The text has changed meanwhile. Please reload the page and read it again.",
	FilesMany:      "Choose %d files at most.",
	FilesLarge:     "The files are larger than %d MB together. Leave some out or make them smaller.",
	FileEmpty:      "The file “%s” is empty. Choose it again or leave it out.",
	Kept:           "What was sent is kept in quarantine, where a person can take it in.",
	KeyReused:      "A request with other content was stored under this Idempotency-Key. This one is kept in quarantine, where a person can take it in. Send each request under a key of its own, and repeat a key only with the same content.",
}

var russian = texts{
	Lang:       "ru",
	Thanks:     "Спасибо!",
	ThanksText: "Ваше сообщение получено. Мы скоро свяжемся с вами.",
	Incomplete: "Проверьте, пожалуйста, форму",
	Empty:      "Напишите несколько слов, чтобы мы поняли, о чём речь.",
	WrongPhone: "Похоже, в номере телефона ошибка. Пример: %s",
	WrongEmail: "Похоже, в адресе почты ошибка. Пример: name@example.ru",
	WrongOther: "Проверьте, пожалуйста, это поле.",
	Missing:    "Укажите %s, чтобы мы могли ответить.",
	MissingOne: "Заполните, пожалуйста: %s.",
	Names: map[string]string{
		roleName: "ваше имя", rolePhone: "телефон", roleEmail: "адрес почты",
		roleSubject: "тему", roleMessage: "сообщение",
	},
	Or:             " или ",
	Busy:           "Подождите немного",
	BusyText:       "С вашего адреса пришло слишком много сообщений. Подождите минуту и обновите эту страницу: сообщение уйдёт ещё раз.",
	Later:          "Сообщение не сохранено",
	LaterText:      "Сейчас мы не можем его сохранить. Подождите немного и обновите эту страницу: оно уйдёт ещё раз.",
	Refused:        "Этому сайту нельзя отправлять сюда формы",
	RefusedText:    "Свяжитесь, пожалуйста, с компанией другим способом.",
	TooLarge:       "Сообщение слишком большое",
	TooLargeText:   "Сократите текст или уберите файлы и отправьте ещё раз.",
	Unreadable:     "Форму не удалось прочитать",
	UnreadableText: "Вернитесь, пожалуйста, назад и отправьте её ещё раз.",
	GoBack:         "Вернуться к форме",
	GoBackText:     "Нажмите в браузере «Назад»: написанное сохранилось.",
	BackToSite:     "Вернуться на сайт",
	Nothing:        "Здесь ничего нет",
	FileLarge:      "Файл «%s» больше %d МБ. Уменьшите его или уберите.",
	FileKind:       "Файлы вида «%s» отправить нельзя. Можно отправить: %s.",
	CallsNow:       "Уже звоним: сначала трубку снимет наш сотрудник, затем зазвонит ваш телефон.",
	CallsSoon:      "Сейчас все заняты. Мы записали ваш номер и скоро перезвоним.",
	CallsAt:        "Мы записали ваш номер и позвоним вам %s (по нашему времени).",
	WrongTime:      "Выберите время в ближайшие дни, не дальше %d.",
	Agree:          "Отметьте, пожалуйста, это поле: без согласия мы не вправе обработать сообщение.",
	Outdated:       "Текст тем временем изменился. Обновите, пожалуйста, страницу и прочтите его ещё раз.",
	FilesMany:      "Выберите не больше файлов, чем %d.",
	FilesLarge:     "Вместе файлы больше %d МБ. Уберите часть или уменьшите их.",
	FileEmpty:      "Файл «%s» пуст. Выберите его заново или уберите.",
	Kept:           "Присланное сохранено в карантине, откуда его может принять сотрудник.",
	KeyReused:      "Под этим Idempotency-Key уже сохранена заявка с другим содержанием. Эта сохранена в карантине, откуда её может принять сотрудник. Давайте каждой заявке свой ключ и повторяйте ключ только с тем же содержанием.",
}

var languages = language.NewMatcher([]language.Tag{language.English, language.Russian})

// textsFor returns the texts in the configured language, else the form's, else the
// browser's, else English.
func (f *form) textsFor(formLang, acceptLanguage string) *texts {
	for _, lang := range []string{f.Lang, formLang} {
		switch lang {
		case "ru":
			return &russian
		case "en":
			return &english
		}
	}
	if len(acceptLanguage) > 200 {
		acceptLanguage = ""
	}
	if _, i := language.MatchStrings(languages, acceptLanguage); i == 1 {
		return &russian
	}
	return &english
}

func (t *texts) missing(names []string) string {
	said := make([]string, len(names))
	reply := true // they are wanted for replying
	for i, n := range names {
		reply = reply && (n == rolePhone || n == roleEmail)
		if said[i] = t.Names[n]; said[i] == "" {
			said[i] = n
		}
	}
	all := strings.Join(said, t.Or)
	if reply {
		return fmt.Sprintf(t.Missing, all)
	}
	return fmt.Sprintf(t.MissingOne, all)
}

func (t *texts) wrong(role, region string) string {
	switch role {
	case rolePhone:
		example := "+7 912 345-67-89"
		if n := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE); n != nil {
			example = phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
		}
		return fmt.Sprintf(t.WrongPhone, example)
	case roleEmail:
		return t.WrongEmail
	}
	return t.WrongOther
}
