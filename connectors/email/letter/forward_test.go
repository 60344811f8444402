package letter

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// readOf reads a mail of these header lines and text, sent to a company with
// the domain firm.example.
func readOf(t testing.TB, header, text string) leads.Touch {
	t.Helper()
	if !strings.Contains(strings.ToLower(header), "\nto:") && !strings.HasPrefix(strings.ToLower(header), "to:") {
		header += "\nTo: sales@firm.example"
	}
	if !strings.Contains(strings.ToLower(header), "content-type:") {
		header += "\nContent-Type: text/plain; charset=utf-8"
	}
	touch, err := Read(strings.NewReader(strings.TrimSpace(header)+"\nDate: Fri, 27 Nov 2026 12:00:00 +0300\n\n"+text), Options{Own: []string{"sales@firm.example", "@firm.example"}, Region: "RU"})
	if err != nil {
		t.Fatal(err)
	}
	touch.Source, touch.ExternalID = "mail", "1"
	return touch
}

// emails returns the e-mail addresses of the touch's author.
func emails(t leads.Touch) string {
	var all []string
	for _, id := range t.From {
		if id.Kind == leads.KindEmail {
			all = append(all, id.Value)
		}
	}
	return strings.Join(all, " ")
}

// TestForwards has a customer's letters that a colleague forwards, with the lines that each mail
// program writes above them.
func TestForwards(t *testing.T) {
	const igor = "igor@client.example"
	const words = "Сколько стоит забор?"
	quoted := func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }
	block := func(from, date, to, subject string) string {
		return fmt.Sprintf("%s Igor Lesnoy <igor@client.example>\n%s 27.11.2026 10:15\n%s Anna <anna@firm.example>\n%s Цена\n\n%s", from, date, to, subject, words)
	}
	for about, c := range map[string]struct{ subject, text string }{
		"Gmail, en":              {"Fwd: Цена", "FYI\n\n---------- Forwarded message ---------\n" + block("From:", "Date:", "To:", "Subject:")},
		"Gmail, ru":              {"Fwd: Цена", "---------- Пересылаемое сообщение ---------\n" + block("От:", "Date:", "To:", "Subject:")},
		"Gmail, uk":              {"Fwd: Цена", "---------- Переслане повідомлення ---------\n" + block("Від:", "Date:", "To:", "Subject:")},
		"Gmail, de":              {"Fwd: Цена", "---------- Weitergeleitete Nachricht ---------\n" + block("Von:", "Datum:", "An:", "Betreff:")},
		"Gmail, fr":              {"Fwd: Цена", "---------- Message transféré ---------\n" + block("De :", "Date:", "À :", "Objet :")},
		"Gmail, es":              {"Fwd: Цена", "---------- Mensaje reenviado ----------\n" + block("De:", "Fecha:", "Para:", "Asunto:")},
		"Gmail, pl":              {"Fwd: Цена", "---------- Przekazana wiadomość ---------\n" + block("Od:", "Data:", "Do:", "Temat:")},
		"Apple, en":              {"Fwd: Цена", "Begin forwarded message:\n\n" + block("From:", "Subject:", "To:", "Date:")},
		"Apple, ru, quoted":      {"Fwd: Цена", "Глянь.\n\nНачало переадресованного сообщения:\n\n" + quoted(block("От:", "Дата:", "Кому:", "Тема:"))},
		"Apple, uk, quoted":      {"Fwd: Цена", "Початок листа, що пересилається:\n\n" + quoted(block("Від:", "Дата:", "Кому:", "Тема:"))},
		"Apple, de":              {"Fwd: Цена", "Anfang der weitergeleiteten Nachricht:\n\n" + block("Von:", "Datum:", "An:", "Betreff:")},
		"Apple, fr":              {"Fwd: Цена", "Début du message réexpédié :\n\n" + block("De:", "Date:", "À:", "Objet:")},
		"iPhone, fr":             {"Fwd: Цена", "Envoyé de mon iPhone\n\nDébut du message transféré :\n\n" + quoted(block("De:", "Date:", "À:", "Objet:"))},
		"Apple, es":              {"Fwd: Цена", "Inicio del mensaje reenviado:\n\n" + block("De:", "Fecha:", "Para:", "Asunto:")},
		"Apple, it":              {"Fwd: Цена", "Inizio messaggio inoltrato:\n\n" + block("Da:", "Data:", "A:", "Oggetto:")},
		"Apple, pl":              {"Fwd: Цена", "Początek przekazywanej wiadomości:\n\n" + block("Od:", "Data:", "Do:", "Temat:")},
		"Apple, all quoted":      {"Fwd: Цена", quoted("Begin forwarded message:\n\n" + block("From:", "Date:", "To:", "Subject:"))},
		"footer below":           {"Fwd: Цена", "Начало переадресованного сообщения:\n\n" + quoted(block("От:", "Дата:", "Кому:", "Тема:")) + "\n\n--\nООО Фирма, Москва."},
		"footer below, no dash":  {"Fwd: Цена", "Begin forwarded message:\n\n" + quoted(block("From:", "Date:", "To:", "Subject:")) + "\n\nThis message is confidential."},
		"Outlook, en":            {"FW: Цена", "Please take it.\n\n-----Original Message-----\n" + block("From:", "Sent:", "To:", "Subject:")},
		"Outlook, ru":            {"FW: Цена", "Возьми.\n\n" + block("От:", "Отправлено:", "Кому:", "Тема:")},
		"Outlook, rule, uk":      {"FW: Цена", "________________________________\n" + block("Від:", "Надіслано:", "Кому:", "Тема:")},
		"Outlook, de":            {"WG: Цена", block("Von:", "Gesendet:", "An:", "Betreff:")},
		"Outlook, fr":            {"TR: Цена", block("De :", "Envoyé :", "À :", "Objet :")},
		"Outlook, es":            {"RV: Цена", block("De:", "Enviado el:", "Para:", "Asunto:")},
		"Outlook, it":            {"I: Цена", "-----Messaggio originale-----\n" + block("Da:", "Inviato:", "A:", "Oggetto:")},
		"Outlook, pl":            {"PD: Цена", block("Od:", "Wysłano:", "Do:", "Temat:")},
		"Outlook, stars":         {"FW: Цена", "*From:* Igor Lesnoy [mailto:igor@client.example]\n*Sent:* Friday\n*To:* Anna\n*Subject:* Цена\n\n" + words},
		"Outlook, gaps":          {"FW: Цена", "From: Igor Lesnoy <igor@client.example>\n\nSent: Friday\n\nTo: Anna\n\nSubject: Цена\n\n" + words},
		"Thunderbird, en":        {"Fwd: Цена", "-------- Forwarded Message --------\nSubject: \tЦена\nDate: \tFri, 27 Nov 2026 10:15:00 +0300\nFrom: \tIgor Lesnoy <igor@client.example>\nTo: \tanna@firm.example\n\n" + words},
		"Thunderbird, ru":        {"Fwd: Цена", "-------- Перенаправленное сообщение --------\nТема: \tЦена\nДата: \tFri, 27 Nov 2026 10:15:00 +0300\nОт: \tIgor Lesnoy <igor@client.example>\nКому: \tanna@firm.example\n\n" + words},
		"Thunderbird, it":        {"Fwd: Цена", "-------- Messaggio Inoltrato --------\nOggetto: \tЦена\nData: \tFri, 27 Nov 2026 10:15:00 +0300\nMittente: \tIgor Lesnoy <igor@client.example>\nA: \tanna@firm.example\n\n" + words},
		"Mozilla's old subject":  {"[Fwd: Цена]", "-------- Original Message --------\nSubject: \tЦена\nDate: \tFri, 27 Nov 2026 10:15:00 +0300\nFrom: \tIgor Lesnoy <igor@client.example>\nTo: \tanna@firm.example\n\n" + words},
		"Roundcube, ru":          {"Fwd: Цена", "-------- Исходное сообщение --------\nТЕМА: Цена\nДАТА: 27-11-2026 10:15\nОТ: Igor Lesnoy <igor@client.example>\nКОМУ: anna@firm.example\n\n" + words},
		"Mail.ru":                {"Fwd: Цена", "-------- Пересылаемое сообщение --------\nОт кого: Igor Lesnoy <igor@client.example>\nКому: Анна <anna@firm.example>\nДата: Пятница, 27 ноября 2026, 10:15 +03:00\nТема: Цена\n\n" + words + "\n\n-------- Конец пересылаемого сообщения --------"},
		"Yandex":                 {"Fwd: Цена", "-------- Пересылаемое сообщение --------\n27.11.2026, 10:15, \"Igor Lesnoy\" <igor@client.example>:\n\n" + words + "\n\n-------- Конец пересылаемого сообщения --------"},
		"The Bat!, en":           {"Fwd: Цена", "This is a forwarded message\n" + block("From:", "To:", "Date:", "Subject:") + "\n===8<===========End of original message text==========="},
		"The Bat!, text marked":  {"Fwd: Цена", "This is a forwarded message\nFrom: Igor Lesnoy <igor@client.example>\nTo: anna@firm.example\nDate: Friday, November 27, 2026, 10:15:00 AM\nSubject: Цена\n\n===8<==============Original message text===============\n" + words + "\n===8<===========End of original message text==========="},
		"The Bat!, ru":           {"Fwd: Цена", "Это пересылаемое сообщение\n" + block("От:", "Кому:", "Дата:", "Тема:")},
		"no marker, no Fwd":      {"Новый клиент", "Коллеги, ответьте.\n\n" + block("От:", "Дата:", "Кому:", "Тема:")},
		"no marker, quoted":      {"Новый клиент", "Коллеги, ответьте.\n\n" + quoted(block("От:", "Дата:", "Кому:", "Тема:"))},
		"quoted, two deep":       {"Fwd: Цена", quoted(quoted(block("From:", "Date:", "To:", "Subject:")))},
		"only two fields":        {"Fwd: Цена", "From: Igor Lesnoy <igor@client.example>\nDate: 27.11.2026\n\n" + words},
		"attribution":            {"Fwd: Цена", "FYI\n\nOn Fri, Nov 27, 2026 at 10:15 AM, Igor Lesnoy <igor@client.example> wrote:\n\n" + quoted(words)},
		"From on two lines":      {"Fwd: Цена", "---------- Forwarded message ---------\nFrom: Igor Lesnoy\n <igor@client.example>\nDate: Fri\nTo: anna@firm.example\nSubject: Цена\n\n" + words},
		"blank beside the @":     {"Fwd: Цена", "---------- Forwarded message ---------\nFrom: Igor Lesnoy <igor @ client.example>\nDate: Fri\nTo: anna@firm.example\nSubject: Цена\n\n" + words},
		"no brackets":            {"Fwd: Цена", "---------- Forwarded message ---------\nFrom: Igor Lesnoy igor@client.example\nDate: Fri\nTo: anna@firm.example\nSubject: Цена\n\n" + words},
		"passed on twice":        {"Fwd: Fwd: Цена", "---------- Forwarded message ---------\nFrom: Oleg <oleg@firm.example>\nDate: Fri\nTo: anna@firm.example\nSubject: Fwd: Цена\n\nвозьми\n\n---------- Forwarded message ---------\n" + block("From:", "Date:", "To:", "Subject:")},
		"a customer's answer":    {"Fwd: Re: Цена", "---------- Forwarded message ---------\nFrom: Igor Lesnoy <igor@client.example>\nDate: Fri\nTo: anna@firm.example\nSubject: Re: Цена\n\n" + words + "\n\nOn Thu, Nov 26, 2026 at 10:15 AM, Anna <anna@firm.example> wrote:\n> Здравствуйте"},
		"(fwd)":                  {"Цена (fwd)", "---------- Forwarded message ----------\nDate: Fri, 27 Nov 2026 10:15:00 +0300\nFrom: Igor Lesnoy <igor@client.example>\nTo: anna@firm.example\nSubject: Цена\n\n" + words},
		"iPhone with Reply-To":   {"Fwd: Цена", "Отправлено с iPhone\n\nНачало переадресованного сообщения:\n\n" + quoted("От: Igor Lesnoy <igor@client.example>\nДата: 27 ноября 2026 г. в 10:15:00 GMT+3\nКому: anna@firm.example\nТема: Цена\nОтветить: other@client.example\n\n"+words)},
		"Outlook, importance":    {"FW: Цена", "От: Igor Lesnoy <igor@client.example>\nОтправлено: 27 ноября 2026 г. 10:15\nКому: Анна\nКопия: Олег; boris@client.example\nТема: Цена\nВажность: Высокая\n\n" + words},
		"mutt, IMP":              {"Цена (fwd)", "----- Пересылаемое сообщение от igor@client.example -----\nДата: Fri\nОт: Igor Lesnoy <igor@client.example>\nТема: Цена\nКому: anna@firm.example\n\n" + words + "\n\n----- Завершить пересылаемое сообщение -----"},
		"note below a quotation": {"Fwd: Цена", "Добрый день!\n\n" + quoted("------ Исходное сообщение ------\n"+block("От:", "Дата:", "Кому:", "Тема:")) + "\n\nС уважением,\nАнна"},
		"no blank behind >":      {"Fwd: Цена", ">From: Igor Lesnoy <igor@client.example>\n>Date: Fri\n>To: anna@firm.example\n>Subject: Цена\n>\n>" + words},
		"Gmail's attribution":    {"Fwd: Цена", "пт, 27 нояб. 2026 г. в 10:15, Igor Lesnoy <igor@client.example>:\n\n" + quoted(words)},
		"eM Client, no colons":   {"Fwd: Цена", "------ Forwarded Message ------\nFrom \"Igor Lesnoy\" <igor@client.example>\nTo anna@firm.example\nDate 27.11.2026 10:15:44\nSubject Цена\n\n" + words},
		"a subject of two lines": {"Fwd: Цена", "---------- Forwarded message ---------\nFrom: Igor Lesnoy <igor@client.example>\nSubject: Цена забора\nиз досок\nTo: anna@firm.example\n\n" + words},
		"a program's, Reply-To":  {"Fwd: Цена", "---------- Forwarded message ---------\nFrom: Сайт <noreply@site.example>\nОтветить: Igor Lesnoy <igor@client.example>\nDate: 27.11.2026 10:15\nSubject: Цена\nTo: anna@firm.example\n\n" + words},
		"our footer below":       {"Fwd: Цена", "Begin forwarded message:\n\n" + block("From:", "Subject:", "To:", "Date:") + "\n\n--\nООО Фирма. Сообщение конфиденциально."},
		"Lotus Notes":            {"Fw: Цена", "----- Forwarded by Anna/Firm on 27.11.2026 10:20 -----\n\nFrom:\tIgor Lesnoy <igor@client.example>\nTo:\tanna@firm.example\nDate:\t27.11.2026 10:15\nSubject:\tЦена\n\n" + words},
	} {
		touch := readOf(t, "From: Anna <anna@firm.example>\nSubject: "+c.subject, c.text)
		if touch.Direction != leads.In || emails(touch) != igor || touch.Name != "Igor Lesnoy" || touch.Automatic != "" || touch.Text != words || strings.Contains(touch.Subject, "w") {
			t.Errorf("%s: %s %q name %q automatic %q subject %q text %q", about, touch.Direction, emails(touch), touch.Name, touch.Automatic, touch.Subject, touch.Text)
		}
	}
}

// TestNoForwards has letters of a colleague without a forwarded customer's letter.
func TestNoForwards(t *testing.T) {
	block := "From: Igor <igor@client.example>\nSent: Friday\nTo: Anna <anna@firm.example>\nSubject: Цена\n\nСколько?"
	for about, c := range map[string]struct {
		header, text string
		want         leads.Direction
	}{
		"an answer among us":           {"Subject: Re: Цена", "Да.\n\n" + block, leads.Internal},
		"an answer, numbered":          {"Subject: RE[2]: Цена", "Да.\n\n" + block, leads.Internal},
		"an answer, de":                {"Subject: AW: Цена", "Ja.\n\n" + block, leads.Internal},
		"an answer to a forward":       {"Subject: Re: Fwd: Цена", "Сделаю.\n\n> ---------- Forwarded message ---------\n> " + strings.ReplaceAll(block, "\n", "\n> "), leads.Internal},
		"the same, not quoted":         {"Subject: RE: FW: Цена", "Сделаю.\n\nFrom: Oleg <oleg@firm.example>\nSent: Friday\nTo: Anna\nSubject: FW: Цена\n\n---------- Forwarded message ---------\n" + block, leads.Internal},
		"below an attribution":         {"Subject: Re: Fwd: Цена", "Сделаю.\n\nOn Fri, Nov 27, 2026 at 10:15, Oleg <oleg@firm.example> wrote:\n\n> возьми\n> ---------- Forwarded message ---------\n> From: Igor <igor@client.example>", leads.Internal},
		"our own letter":               {"Subject: Fwd: Предложение", "---------- Forwarded message ---------\nFrom: Oleg <oleg@firm.example>\nDate: Fri\nTo: Igor <igor@client.example>\nSubject: Предложение\n\nДобрый день!", leads.Internal},
		"our own answer":               {"Subject: Fwd: Re: Цена", "---------- Forwarded message ---------\nFrom: Oleg <oleg@firm.example>\nDate: Fri\nTo: Igor <igor@client.example>\nSubject: Re: Цена\n\n500.\n\nOn Fri, Nov 27, 2026 at 10:15, Igor <igor@client.example> wrote:\n> Сколько?", leads.Internal},
		"a colleague without address":  {"Subject: FW: Собрание", "From: Oleg Ivanov\nSent: Friday\nTo: Anna\nSubject: Собрание\n\nВ десять.", leads.Internal},
		"to the author, Fwd":           {"Subject: Fwd: Цена\nTo: igor@client.example, sales@firm.example", "Ваше письмо:\n\n" + block, leads.Out},
		"to the author, other subject": {"Subject: Предложение\nTo: Igor <igor@client.example>, sales@firm.example", "Добрый день!\n\n" + block, leads.Out},
		"words about forwarding":       {"Subject: Порядок", "Пересылаемое сообщение: не забывайте указывать клиента.\nВсё.", leads.Internal},
	} {
		touch := readOf(t, "From: Anna <anna@firm.example>\n"+c.header, c.text)
		if touch.Direction != c.want {
			t.Errorf("%s: %s from %q", about, touch.Direction, emails(touch))
		}
	}
}

// TestForwardsAreFoundInTime: the time is bounded, whatever the text. A minute is a hundred times
// what an idle machine needs.
func TestForwardsAreFoundInTime(t *testing.T) {
	for _, piece := range []string{"-- forwarded --\n", "-- forwarded --\nFrom: x@y.example\n", "From: x\nTo: y\n", "> From: x\n", ">>>>>>>> From: x\n", "From:\n", "Od: a@b.example\nDo: c\nTemat: d\n\n", "On 1.1.2026 10:00 a@b.example wrote:\n", "---- Forwarded message ----\nFrom: a <a@firm.example>\nTo: b\nSubject: Fwd: c\n\n", "===8<===\n", "\n> \n"} {
		begin := time.Now()
		forwardBegins(strings.Split(strings.Repeat(piece, maxFresh/len(piece)), "\n"), "Fwd: x")
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("%q takes %v", piece, took)
		}
	}
}

// TestForwardedForm: a colleague forwards a mail of our own site.
func TestForwardedForm(t *testing.T) {
	for _, sender := range []string{"WordPress <wordpress@firm.example>", "Сайт <no-reply@firm.example>", "robot@site.example", "=?utf-8?Q?x?= <noreply@site.example>"} {
		touch := readOf(t, "From: Anna <anna@firm.example>\nSubject: Fwd: Заявка", "---------- Forwarded message ---------\nFrom: "+sender+"\nDate: Fri\nSubject: Заявка\nTo: anna@firm.example\n\nИмя: Игорь\nТелефон: 8 916 123-45-67")
		if touch.Direction != leads.In || touch.Name != "Игорь" || len(touch.From) != 1 || touch.From[0].Value != "8 916 123-45-67" || touch.Subject != "Заявка" {
			t.Errorf("%s: %s %v name %q subject %q", sender, touch.Direction, touch.From, touch.Name, touch.Subject)
		}
	}
}

// TestForwardsInOtherForms: as an attached mail, and in HTML.
func TestForwardsInOtherForms(t *testing.T) {
	attached := func(inner string) string {
		return "--b\nContent-Type: text/plain; charset=utf-8\n\nВозьми.\n--b\nContent-Type: message/rfc822\n\n" + inner + "\n--b--\n"
	}
	page := func(s string) string { return "<html><body>" + s + "</body></html>" }
	head := `<b>%s</b> Igor Lesnoy &lt;<a href="mailto:igor@client.example">igor@client.example</a>&gt;<br><b>%s</b> Friday<br><b>%s</b> anna@firm.example<br><b>%s</b> Цена<br><br>Сколько?`
	const mixed, html = "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", "\nContent-Type: text/html; charset=utf-8"
	for about, c := range map[string]struct{ header, text, from string }{
		"attached":                {mixed, attached("From: Igor Lesnoy <igor@client.example>\nTo: anna@firm.example\nSubject: Цена\n\nСколько?"), "igor@client.example"},
		"attached, a junk line":   {mixed, attached("From igor@client.example Fri Nov 27 10:00:00 2026\nFrom: Igor Lesnoy <igor@client.example>\nTo: anna@firm.example\n\nСколько?"), "igor@client.example"},
		"attached, no brackets":   {mixed, attached("From: Igor Lesnoy igor@client.example\nTo: anna@firm.example\n\nСколько?"), "igor@client.example"},
		"attached, behind a list": {mixed, attached("From: \"'Igor Lesnoy' via Sales\" <sales@firm.example>\nX-Original-From: Igor Lesnoy <igor@client.example>\nTo: sales@firm.example\n\nСколько?"), "igor@client.example"},
		"attached, unreadable":    {mixed, attached("From: Igor Lesnoy <igor lesnoy@client.example>\nTo: anna@firm.example\n\nСколько?"), "igor lesnoy@client.example"},
		"attached, our own":       {mixed, attached("From: Oleg <oleg@firm.example>\nTo: igor@client.example\n\nДобрый день"), ""},
		"Apple":                   {html, page("Глянь<br><div>Начало переадресованного сообщения:</div><br><blockquote type=cite><div>" + fmt.Sprintf(head, "От:", "Дата:", "Кому:", "Тема:") + "</div></blockquote>"), "igor@client.example"},
		"Apple, footer":           {html, page("<div>Begin forwarded message:</div><blockquote type=cite>" + fmt.Sprintf(head, "From:", "Date:", "To:", "Subject:") + "</blockquote><br><p>ООО Фирма, Москва</p>"), "igor@client.example"},
		"Gmail":                   {html, page(`<div class="gmail_quote"><div dir="ltr">---------- Forwarded message ---------<br>` + fmt.Sprintf(head, "De:", "Date:", "To:", "Subject:") + "</div></div>"), "igor@client.example"},
		"Outlook":                 {html, page(`<p class=MsoNormal>Bitte</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal>` + fmt.Sprintf(head, "Von:", "Gesendet:", "An:", "Betreff:") + "</p></div>"), "igor@client.example"},
		"a blockquote alone":      {html, page("Глянь<blockquote>" + fmt.Sprintf(head, "Від:", "Дата:", "Кому:", "Тема:") + "</blockquote>"), "igor@client.example"},
		"a table":                 {html, page("-------- Treść przekazanej wiadomości --------<table><tr><th>Temat:</th><td>Цена</td></tr><tr><th>Data:</th><td>Fri</td></tr><tr><th>Nadawca:</th><td>Igor Lesnoy &lt;igor@client.example&gt;</td></tr><tr><th>Adresat:</th><td>anna@firm.example</td></tr></table><br>Сколько?"), "igor@client.example"},
	} {
		touch := readOf(t, "From: Anna <anna@firm.example>\nSubject: Fwd: Цена"+c.header, c.text)
		if c.from == "" && touch.Direction != leads.Internal || c.from != "" && (touch.Direction != leads.In || emails(touch) != c.from || touch.Name != "Igor Lesnoy" || touch.Text != "Сколько?") {
			t.Errorf("%s: %s %q name %q text %q", about, touch.Direction, emails(touch), touch.Name, touch.Text)
		}
	}
}
