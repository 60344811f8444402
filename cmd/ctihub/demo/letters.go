package demo

import (
	"fmt"
	"hash/fnv"
	"time"

	"ctihub/leads"
)

// letter is a mail or chat message, from a customer or a program.
type letter struct {
	from      customer
	ago       time.Duration
	subject   string
	text      string
	rest      string // quotation and signature
	html      string
	automatic leads.Automatic
	file      string // name of an attachment, see content
	phone     string // in the signature
	edited    string // the text after an edit
}

var mails = []letter{
	{
		from: customers[0], ago: 50 * time.Hour, subject: "Окна в сталинский дом",
		text:  "Добрый день! Посчитайте, пожалуйста, четыре окна, план во вложении. Удобнее писать сюда, звонить после шести.",
		rest:  "--\nС уважением,\nМария Соколова\nмоб. +7 900 000-01-12",
		file:  "план-квартиры.png",
		phone: "+79000000112",
	},
	{
		from: customer{name: "Артём Вишняков", email: "a.vishnyakov@example.net"}, ago: 26 * time.Hour, subject: "Re: Коммерческое предложение № 118",
		text: "Спасибо, цена устраивает. Когда сможете начать и нужен ли аванс?",
		rest: "19 ноября, Борис Климов <sales@okna.example> пишет:\n> Артём, добрый день!\n> Предложение действует до конца месяца.\n\n-- \nАртём Вишняков, снабжение\nтел. +7 900 000-02-25",
		html: `<p>Спасибо, <b>цена устраивает</b>. Когда сможете начать и нужен ли аванс?</p>` +
			`<p><img src="https://pixel.example/open.gif" alt="логотип" width="120" height="40"></p>` +
			`<blockquote>Артём, добрый день!<br>Предложение действует до конца месяца.</blockquote><p>-- <br>Артём Вишняков, снабжение</p>`,
		phone: "+79000000225",
	},
	{
		from: customers[5], ago: 5 * time.Hour, subject: "Автоматический ответ: Счёт 204",
		text: "Я в отпуске до 1 декабря и почту не читаю.", automatic: leads.AutoReply,
	},
	{
		from: customers[7], ago: 90 * time.Minute, subject: "Дует из-под подоконника",
		text: "Здравствуйте. Окна ставили у вас весной, с холодами стало дуть из-под подоконника на кухне. Пришлите, пожалуйста, мастера.",
	},
}

var chats = []letter{
	{from: customer{name: "Лена"}, ago: 30 * time.Hour, text: "Здравствуйте! А балконы стеклите? 6 метров, девятый этаж", edited: "Здравствуйте! А балконы стеклите? 6 метров, восьмой этаж"},
	{from: customer{name: "Лена"}, ago: 30*time.Hour - time.Minute, text: "Вот так сейчас", file: "балкон.png"},
	{from: customer{name: "Тимур Г."}, ago: 3 * time.Hour, text: "Сколько стоит москитная сетка на стандартное окно?"},
}

// incoming are the messages that arrive while the demo runs.
var incoming = map[leads.Channel][]letter{
	leads.ChannelMail: {
		{from: customers[3], subject: "Заявка на двери", text: "Просим выставить счёт на 12 межкомнатных дверей, реквизиты прежние.", rest: "--\nОтдел снабжения, ООО «Северный дом»"},
		{from: customers[8], subject: "Перенос замера", text: "Можно перенести замер с четверга на пятницу, после двух?"},
		{from: customer{name: "Вероника Ш.", email: "veronika@example.org"}, subject: "Вопрос по гарантии", text: "Подскажите, сколько лет гарантия на фурнитуру и что в неё входит?"},
	},
	leads.ChannelTelegram: {
		{from: customer{name: "Тимур Г."}, text: "И ещё вопрос: сетку можно заказать без замера?"},
		{from: customer{name: "Олег"}, text: "Добрый вечер, хочу окно в баню, 600 на 900. Делаете такие?"},
		{from: customer{name: "Зарина"}, text: "Мастер сегодня будет?"},
	},
}

// followUps are customers' answers to replies.
var followUps = []string{"Спасибо, поняла. Тогда жду звонка.", "Хорошо, подходит. Что нужно от меня?", "Отлично, давайте в пятницу утром."}

// identities by which a channel knows its customer.
func (l letter) identities(ch leads.Channel) []leads.Identity {
	if ch == leads.ChannelMail {
		return []leads.Identity{{Kind: leads.KindEmail, Value: l.from.email}}
	}
	number := fnv.New32a() // accounts of messengers are numbers
	_, _ = number.Write([]byte(l.from.name))
	return []leads.Identity{{Kind: leads.IdentityKind(ch), Value: fmt.Sprint(700_000_000 + number.Sum32()%1_000_000)}}
}

// touch is the letter as a connector reports it.
func (l letter) touch(ch leads.Channel, key string, at time.Time) leads.Touch {
	t := leads.Touch{
		ExternalID: key, Channel: ch, Direction: leads.In, At: at, From: l.identities(ch), Name: l.from.name, To: addresses[ch],
		Subject: l.subject, Text: l.text, HTML: l.html, Automatic: l.automatic, MessageID: messageID(key),
	}
	if l.rest != "" {
		t.Whole = l.text + "\n\n" + l.rest
	}
	if l.phone != "" {
		t.Offered = []leads.Identity{{Kind: leads.KindPhone, Value: l.phone}}
	}
	return t
}

// addresses are the demo office's own, by channel.
var addresses = map[leads.Channel]string{leads.ChannelMail: "sales@okna.example", leads.ChannelTelegram: "@okna_demo_bot"}

func messageID(key string) string { return "<" + key + "@okna.example>" }
