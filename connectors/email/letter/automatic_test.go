package letter

import (
	"strings"
	"testing"

	"ctihub/leads"
)

// TestWhatNoPersonWrote has automatic mails of mail servers, providers and programs, and persons'
// letters that look like them.
func TestWhatNoPersonWrote(t *testing.T) {
	const report = "\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b"
	const failed = "--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; anna@nowhere.example\nAction: failed\nStatus: 5.1.1\n--b--\n"
	const list = "\nList-Id: Doors <doors.list.example>\nList-Unsubscribe: <mailto:leave@list.example>"
	for about, c := range map[string]struct {
		header, text string
		want         leads.Automatic
	}{
		// Reports about delivery.
		"x3":                   {"From: Mail Delivery System <mail.delivery.system@mx44.provider.example>\nSubject: Delivery status notification", "This report relates to your message: Offer\n\nYour message to the following recipient was not delivered:\n anna@nowhere.example", leads.Bounce},
		"x3, underscore":       {"From: Mail_Delivery_System@mx.example\nSubject: Offer", "Reason: 550 5.1.1 User unknown", leads.Bounce},
		"qmail":                {"From: MAILER-DAEMON@mx.example\nSubject: failure notice", "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.", leads.Bounce},
		"qmail, another name":  {"Return-Path: <>\nFrom: returns@mx.example\nSubject: failed", "Hi. This is the qmail-send program at mx.example.", leads.Bounce},
		"postfix, no MIME":     {"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender", "This is the mail system at host mx.example.", leads.Bounce},
		"postfix, delayed":     {"From: Mail Delivery System <postmaster@mx.example>\nSubject: Delayed Mail (still being retried)", "Your message could not be delivered for more than 4 hour(s).", leads.Bounce},
		"exim":                 {"From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: anna@nowhere.example\nSubject: Mail delivery failed: returning message to sender", "This message was created automatically.", leads.Bounce},
		"exim, delayed":        {"From: Mail Delivery System <maildelivery@mx.example>\nSubject: Warning: message 1abc-0001 delayed 24 hours", "A message that you sent has not yet been delivered.", leads.Bounce},
		"sendmail":             {"From: Mail Delivery Subsystem <root@mx.example>\nSubject: Returned mail: see transcript for details", "The following addresses had permanent fatal errors", leads.Bounce},
		"Exchange":             {"From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@firm2.example>\nSubject: Undeliverable: Offer", "Delivery has failed to these recipients or groups:", leads.Bounce},
		"Exchange, ru":         {"From: postmaster@client.example\nSubject: Недоставлено: Offer" + report, failed, leads.Bounce},
		"Exchange, de":         {"From: \"Postmaster\" <postmaster@client.example>\nSubject: Unzustellbar: Offer", "Ihre Nachricht konnte nicht zugestellt werden.", leads.Bounce},
		"Exchange, fr":         {"From: System Administrator <administrator@client.example>\nSubject: Non remis : Offer", "Votre message n'a pas pu être remis.", leads.Bounce},
		"Exchange, es":         {"From: postmaster@client.example\nSubject: No se puede entregar: Offer", "No se pudo entregar el mensaje.", leads.Bounce},
		"Exchange, it":         {"From: postmaster@client.example\nSubject: Mancato recapito: Offer", "Impossibilitato a recapitare il messaggio.", leads.Bounce},
		"Exchange, pl":         {"From: postmaster@client.example\nSubject: Niedostarczone: Offer", "Nie można dostarczyć wiadomości.", leads.Bounce},
		"Exchange, uk":         {"From: postmaster@client.example\nSubject: Не вдалося доставити: Offer", "Повідомлення не доставлено.", leads.Bounce},
		"Domino":               {"From: Mail Router <mailrouter@client.example>\nSubject: DELIVERY FAILURE: User anna not listed in Domino Directory", "Your message was not delivered to: anna", leads.Bounce},
		"Courier":              {"From: \"Courier mail server at mx.example\" <@mx.example>\nSubject: NOTICE: mail delivery status.", "UNDELIVERABLE MAIL: Your message to the following recipients cannot be delivered", leads.Bounce},
		"Yandex":               {"From: mailer-daemon@yandex.example\nSubject: Недоставленное сообщение", "Письмо не может быть доставлено.", leads.Bounce},
		"Mail.ru":              {"From: Mail.Ru <mailer-daemon@corp.mail.example>\nSubject: Mail failure.", "A message that you sent could not be delivered", leads.Bounce},
		"Gmail":                {"From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nSubject: Delivery Status Notification (Failure)" + report, failed, leads.Bounce},
		"only the report type": {"Return-Path: <>\nFrom: Anna <anna@client.example>\nSubject: Offer" + report, failed, leads.Bounce},
		"wrapped by a gateway": {"Return-Path: <>\nFrom: Server <server@client.example>\nSubject: Offer\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", failed, leads.Bounce},
		"a provider's noreply": {"From: no-reply@provider.example\nSubject: Message undeliverable", "Recipient address rejected: user unknown", leads.Bounce},
		"Exchange's older":     {"From: Administrator <administrator@client.example>\nSubject: Undeliverable: Offer", "Your message did not reach the following recipient(s): anna", leads.Bounce},
		"a filter's name":      {"From: McAfee Administrator <postmaster@client.example>\nSubject: Offer", "User unknown", leads.Bounce},
		"a company's name":     {"From: Romashka <postmaster@client.example>\nSubject: Undeliverable Mail", "anna is not known here.", leads.Bounce},
		"post_master":          {"From: post_master@client.example\nSubject: Undeliverable Message", "Not sent.", leads.Bounce},
		"a digest":             {"From: Mail Gateway <postmaster@client.example>\nSubject: Quarantine", "Two messages.", leads.Notice},
		"no sender":            {"From: <>\nSubject: Undelivered Mail Returned to Sender", "I could not deliver it.", leads.Bounce},
		"InterScan":            {"From: InterScan MSS <iss@client.example>\nSubject: Mail could not be delivered", "RCPT TO:<anna@client.example> 550 5.1.1 User unknown", leads.Bounce},
		"trouble":              {"From: no-reply@client.example\nSubject: We had trouble delivering your message", "The mailbox anna@client.example does not exist.", leads.Bounce},
		"MailMarshal":          {"From: MailMarshal <MailMarshal@client.example>\nSubject: Undeliverable Mail: Offer", "Could not be delivered: 550 5.1.1", leads.Bounce},
		"Outlook, ru":          {"From: Microsoft Outlook <postmaster@client.example>\nSubject: Не удается доставить: Offer", "anna@client.example не найден", leads.Bounce},
		"no address":           {"From: MAILER-DAEMON (Mail Delivery System)\nSubject: Undelivered Mail", "This is the mail system at host mx.example.", leads.Bounce},
		"no address, a name":   {"From: Mail Delivery Subsystem\nSubject: Offer", "550 5.1.1 user unknown", leads.Bounce},
		"nobody at all":        {"Return-Path: <>\nSubject: Undelivered Mail Returned to Sender", "This is the mail system at host mx.example.", leads.Bounce},
		"our own server":       {"From: Mail Delivery System <postmaster@firm.example>\nSubject: Undelivered Mail Returned to Sender", "user unknown", leads.Bounce},
		"a service, ru":        {"From: Служба доставки почты <robot@provider.example>\nSubject: Письмо не доставлено", "Не удалось доставить письмо.", leads.Bounce},
		// Complaints and reports.
		"DMARC":               {"From: dmarc_support@provider.example\nSubject: Report Domain: firm.example Submitter: provider.example Report-ID: 1", "See the file.", leads.Notice},
		"ARF":                 {"From: feedback@provider.example\nSubject: FW: Offer\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b", "--b\n\nThis is an email abuse report.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n", leads.Notice},
		"complaint in words":  {"From: complaints@provider.example\nSubject: Complaint about message from 203.0.113.7", "This is an email abuse report for an email message received from IP 203.0.113.7", leads.Notice},
		"fbl":                 {"From: fbl@provider.example\nSubject: spam report", "Feedback-Type: abuse\nVersion: 1", leads.Notice},
		"staff@":              {"From: staff@hotmail.example\nSubject: complaint about message from 203.0.113.7", "This is an email abuse report for a message", leads.Notice},
		"abuse report":        {"From: Abuse <abuse@provider.example>\nSubject: Abuse report", "This is a spam report for an email message from you", leads.Notice},
		"Junk Mail Reporting": {"From: neko@hotmail.example\nSubject: complaint about message from 203.0.113.7\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", "--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: anna@hotmail.example\nFrom: sales@firm.example\nTo: anna@hotmail.example\nSubject: Offer\n\nBuy!\n--b--\n", leads.Notice},
		// Receipts.
		"MDN":         {"From: Anna <anna@client.example>\nSubject: Read: Offer\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b", "--b\n\nIt was displayed.\n--b--\n", leads.AutoReply},
		"receipt, en": {"From: Anna <anna@client.example>\nSubject: Read: Offer", "Your message was read on 27.11.2026.", leads.AutoReply},
		"receipt, ru": {"From: Anna <anna@client.example>\nSubject: Прочитано: Offer", "Ваше сообщение было прочитано 27 ноября.", leads.AutoReply},
		"receipt, de": {"From: Anna <anna@client.example>\nSubject: Gelesen: Offer", "Ihre Nachricht wurde am 27.11. gelesen.", leads.AutoReply},
		"receipt, fr": {"From: Anna <anna@client.example>\nSubject: Lu : Offer", "Votre message a été lu le 27.11.", leads.AutoReply},
		"receipt, pl": {"From: Anna <anna@client.example>\nSubject: Przeczytano: Offer", "Wiadomość została przeczytana.", leads.AutoReply},
		// Questions whether a person wrote.
		"challenge":        {"From: Anna <anna@client.example>\nSubject: Please confirm your message", "To deliver your message, please confirm that you are human: https://filter.example/1", leads.AutoReply},
		"challenge, boxed": {"From: anna@client.example\nSubject: Your email requires verification verify#1", "The message you sent requires verification. Reply to this message.", leads.AutoReply},
		"challenge, held":  {"From: anna@client.example\nSubject: Re: Offer (verification)", "Your message is being held until you confirm it: https://filter.example/1", leads.AutoReply},
		"challenge, ru":    {"From: anna@client.example\nSubject: Подтвердите отправку", "Чтобы ваше письмо дошло, подтвердите, что вы не робот: https://filter.example/1", leads.AutoReply},
		"challenge, de":    {"From: anna@client.example\nSubject: Bitte bestätigen", "Bestätigen Sie, dass Sie ein Mensch sind, damit Ihre Nachricht ankommt: https://filter.example/1", leads.AutoReply},
		// Programs that say so.
		"auto-generated": {"From: Shop <shop@shop.example>\nAuto-Submitted: auto-generated\nSubject: Order 5", "Sent.", leads.Notice},
		"out of office":  {"From: Anna <anna@client.example>\nAuto-Submitted: auto-replied (vacation)\nSubject: Re: Offer", "Back on Monday.", leads.AutoReply},
		"Exchange's":     {"From: Anna <anna@client.example>\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nIn-Reply-To: <1@firm.example>\nSubject: Offer", "Back on Monday.", leads.AutoReply},
		"X-Autorespond":  {"From: Anna <anna@client.example>\nX-Autorespond: Offer\nSubject: Re: Offer", "Back on Monday.", leads.AutoReply},
		"vacation(1)":    {"From: Anna <anna@client.example>\nPrecedence: bulk\nSubject: away from my mail", "Back on Monday.", leads.AutoReply},
		"Notes":          {"From: Anna <anna@client.example>\nSubject: AUTO: Anna is out of the office (returning 30.11.2026)", "Back on Monday.", leads.AutoReply},
		"out of office:": {"From: Anna <anna@client.example>\nSubject: Out of Office: Offer", "Back on Monday.", leads.AutoReply},
		"в отпуске до":   {"From: Anna <anna@client.example>\nSubject: Я в отпуске до 5 декабря", "Пишите коллегам.", leads.AutoReply},
		"subject, uk":    {"From: Anna <anna@client.example>\nSubject: Автоматична відповідь: Offer", "Повернуся в понеділок.", leads.AutoReply},
		"subject, pl":    {"From: Anna <anna@client.example>\nSubject: Odpowiedź automatyczna: Offer", "Wracam w poniedziałek.", leads.AutoReply},
		// Newsletters.
		"newsletter":             {"From: Shop <news@shop.example>\nSubject: Sale" + list, "Doors!", leads.Newsletter},
		"newsletter, bulk alone": {"From: Shop <news@shop.example>\nPrecedence: bulk\nSubject: Sale", "Doors!\nОтписаться: https://shop.example/u", leads.Newsletter},
		"newsletter, Google":     {"From: Shop <news@shop.example>\nPrecedence: bulk\nList-Post: <mailto:news@shop.example>\nSubject: Sale" + list, "Doors!", leads.Newsletter},
		"newsletter, Feedback":   {"From: Shop <news@shop.example>\nFeedback-ID: 1:2:3\nList-Id: <news.shop.example>\nSubject: Sale", "Doors!", leads.Newsletter},
		"one click":              {"From: Shop <news@shop.example>\nList-Unsubscribe: <https://shop.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\nSubject: Sale", "Doors!", leads.Newsletter},

		// Persons.
		"suppress":                   {"From: Igor <igor@client.example>\nX-Auto-Response-Suppress: All\nSubject: Price", "Price?", ""},
		"suppress, an answer":        {"From: Igor <igor@client.example>\nX-Auto-Response-Suppress: DR, OOF, AutoReply\nIn-Reply-To: <1@firm.example>\nSubject: Re: Price", "Yes.", ""},
		"suppress, none":             {"From: Igor <igor@client.example>\nX-Auto-Response-Suppress: None\nAuto-Submitted: no\nSubject: Price", "Price?", ""},
		"X-Autoreply: no":            {"From: Igor <igor@client.example>\nX-Autoreply: no\nX-Autorespond: no\nSubject: Price", "Price?", ""},
		"bulk":                       {"From: Igor <igor@client.example>\nPrecedence: bulk\nSubject: Price", "Price?", ""},
		"junk, an answer":            {"From: Igor <igor@client.example>\nPrecedence: junk\nIn-Reply-To: <1@firm.example>\nSubject: Re: Price", "Yes.", ""},
		"bulk, an answer by ticket":  {"From: Igor <igor@client.example>\nPrecedence: bulk\nReferences: <1@firm.example>\nX-Mailer: OTRS\nSubject: Re: Price", "Yes.", ""},
		"Precedence: list":           {"From: Igor <igor@client.example>\nPrecedence: list\nSubject: Price", "Price?", ""},
		"a list of the customer's":   {"From: Igor <igor@client.example>\nIn-Reply-To: <1@firm.example>\nSubject: Re: Price" + list, "Yes.", ""},
		"a list on which one talks":  {"From: Igor <igor@client.example>\nPrecedence: list\nX-BeenThere: doors@list.example\nList-Post: <mailto:doors@list.example>\nSubject: Price" + list, "Price?", ""},
		"only List-Id":               {"From: Igor <igor@client.example>\nList-Id: <office.client.example>\nSubject: Price", "Price?", ""},
		"unsubscribe in an answer":   {"From: Igor <igor@client.example>\nList-Unsubscribe: <https://crm.example/u>\nFeedback-ID: 1:2\nIn-Reply-To: <1@x.example>\nSubject: Re: Price", "Yes.", ""},
		"Feedback-ID, PHPMailer":     {"From: Igor <igor@client.example>\nFeedback-ID: 1:2:3\nX-Mailer: PHPMailer 6\nSubject: Price", "Price?", ""},
		"about a bounce":             {"From: Igor <igor@client.example>\nSubject: Undelivered Mail Returned to Sender", "This is what I get: This is the mail system at host mx.firm.example. 550 5.1.1 user unknown. What is your address?", ""},
		"about a bounce, answer":     {"From: Igor <igor@client.example>\nSubject: Re: Delivery Status Notification (Failure)\nIn-Reply-To: <1@firm.example>", "Your message could not be delivered, send it again.", ""},
		"a bounce passed on":         {"From: Igor <igor@client.example>\nSubject: Fwd: Undeliverable\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", failed, ""},
		"a report as a part":         {"From: Igor <igor@client.example>\nSubject: What is that?\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a", "--a\n\nSee.\n--a\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" + failed + "--a--\n", ""},
		"Postmaster Ivan":            {"From: Postmaster Ivan <ivan@client.example>\nSubject: Price", "Price?", ""},
		"Ivan at postmaster@":        {"From: Postmaster Ivan <postmaster@client.example>\nSubject: Price", "Price?", ""},
		"postmaster@ answers":        {"From: postmaster@client.example\nIn-Reply-To: <1@firm.example>\nSubject: Re: Price", "Yes.", ""},
		"delivery@":                  {"From: Delivery <delivery@shop.example>\nSubject: Delivery problem", "Не доставлен заказ 5, где он?", ""},
		"abuse@ asks":                {"From: Igor <abuse@client.example>\nSubject: Price", "Price?", ""},
		"administrator@ asks":        {"From: administrator@client.example\nSubject: Price", "Price?", ""},
		"administrator@ on a bounce": {"From: Igor <administrator@client.example>\nSubject: Delivery problem", "Where is my order?", ""},
		"complaints@ complains":      {"From: complaints@client.example\nSubject: Complaint", "The door is broken.", ""},
		"a form with a null path":    {"Return-Path: <>\nFrom: site@firm.example\nSubject: Заявка", "Имя: Игорь\nТелефон: 8 916 123-45-67\nСообщение: мне не доставлен заказ", ""},
		"Read: is a word":            {"From: Igor <igor@client.example>\nSubject: Read: your price list", "How much is it?", ""},
		"on robots":                  {"From: Igor <igor@client.example>\nSubject: Проверка на сайте", "Ваш сайт пишет: подтвердите, что вы не робот, https://firm.example/form", ""},
		"on delivery":                {"From: Igor <igor@client.example>\nSubject: Please confirm delivery", "Please confirm the address, see https://maps.example/1", ""},
		"office furniture":           {"From: Igor <igor@client.example>\nSubject: Out of office furniture", "We are out of it, ten desks please.", ""},
		"on holiday in Sochi":        {"From: Igor <igor@client.example>\nSubject: Я в отпуске в Сочи, нужна экскурсия", "Сколько стоит?", ""},
		"automatic gates":            {"From: Igor <igor@client.example>\nSubject: Автоматический ответчик", "Нужен такой для телефона.", ""},
		"a feature":                  {"From: Igor <igor@client.example>\nSubject: Auto reply feature", "Has your phone one?", ""},
		"a question on a letter":     {"From: Igor <igor@client.example>\nSubject: Ваше сообщение получено?", "Ответьте, пожалуйста.", ""},
		"auto parts":                 {"From: Igor <igor@client.example>\nSubject: Auto: запчасти", "Нужен бампер.", ""},
		"mail@ on an order":          {"From: mail@client.example\nSubject: Доставка задержана", "Наш заказ не доставлен. Когда привезёте?", ""},
		"read by two":                {"From: Igor <igor@client.example>\nSubject: Read: your catalog", "It has been read by two of us. What is item 5?", ""},
		"no sender, a question":      {"From: <>\nReply-To: igor@client.example\nSubject: Price", "Price?", ""},
		"on a complaint":             {"From: Igor <igor@client.example>\nSubject: complaint about message from your manager", "He was rude.", ""},
		"on holiday":                 {"From: Igor <igor@client.example>\nX-Auto-Response-Suppress: OOF\nSubject: Price", "Я в отпуске до пятого, выставьте счёт.", ""},
	} {
		touch := readOf(t, c.header, c.text)
		if touch.Automatic != c.want || touch.Direction != leads.In || len(touch.From) == 0 && c.want == "" {
			t.Errorf("%s: automatic %q, want %q; %s %q", about, touch.Automatic, c.want, touch.Direction, emails(touch))
		}
	}
}

// TestGroupsOfOurs: a letter to a group of ours is no newsletter, one to another
// group of the same host may be.
func TestGroupsOfOurs(t *testing.T) {
	for id, want := range map[string]leads.Automatic{"firm-sales.googlegroups.com": "", "doors.googlegroups.com": leads.Newsletter, "sales.firm.example": "", "firm.example": "", "notfirm.example": leads.Newsletter} {
		touch, err := Read(strings.NewReader("From: igor@client.example\nList-Id: <"+id+">\nList-Unsubscribe: <mailto:x@googlegroups.com>\nSubject: Price\n\nPrice?"), Options{Own: []string{"sales@firm.example", "firm-sales@googlegroups.com"}})
		if err != nil || touch.Automatic != want {
			t.Errorf("%s: %q, want %q (%v)", id, touch.Automatic, want, err)
		}
	}
}
