package letter

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctihub/leads"
)

// What a labelled field of a form's mail holds.
const (
	isName    = "name"
	isFirst   = "first"
	isLast    = "last"
	isPhone   = "phone"
	isMail    = "mail"
	isSubject = "subject"
	isText    = "text"
	isPage    = "page"
	isNothing = "nothing" // of no use to a reader
)

// labels are what website builders and shops write before a value, folded by
// foldLabel.
var labels = map[string]string{
	"имя": isName, "ваше имя": isName, "фио": isName, "имя клиента": isName, "клиент": isName, "покупатель": isName, "контактное лицо": isName, "от кого": isName,
	"имя покупателя": isName, "имя отправителя": isName, "отправитель": isName, "как к вам обращаться": isName, "имя и фамилия": isName, "фамилия имя": isName, "заказчик": isName, "от": isName, "имя контакта": isName, "кандидат": isName,
	"name": isName, "your name": isName, "full name": isName, "client": isName, "customer": isName, "customer name": isName, "from": isName, "buyer": isName, "contact": isName, "contact name": isName, "sender": isName, "your-name": isName, "fullname": isName,
	"first name": isFirst, "firstname": isFirst, "last name": isLast, "lastname": isLast, "surname": isLast, "фамилия": isLast,
	"телефон": isPhone, "ваш телефон": isPhone, "тел": isPhone, "номер телефона": isPhone, "контактный телефон": isPhone, "телефон клиента": isPhone, "мобильный": isPhone, "мобильный телефон": isPhone, "телефон покупателя": isPhone, "ваш номер телефона": isPhone, "телефон для связи": isPhone, "whatsapp": isPhone, "номер": isPhone,
	"phone": isPhone, "your phone": isPhone, "phone number": isPhone, "telephone": isPhone, "tel": isPhone, "mobile": isPhone, "mobile phone": isPhone, "customer phone": isPhone, "cell": isPhone, "your-phone": isPhone, "contact phone": isPhone,
	"e-mail": isMail, "email": isMail, "mail": isMail, "ваш e-mail": isMail, "ваш email": isMail, "почта": isMail, "эл. почта": isMail, "эл почта": isMail, "электронная почта": isMail, "адрес электронной почты": isMail, "электронный адрес": isMail, "e-mail клиента": isMail, "email клиента": isMail, "емейл": isMail, "e-mail адрес": isMail,
	"your email": isMail, "your e-mail": isMail, "email address": isMail, "e-mail address": isMail, "customer email": isMail, "your-email": isMail, "e-mail покупателя": isMail,
	"тема": isSubject, "subject": isSubject, "тема сообщения": isSubject, "тема обращения": isSubject, "topic": isSubject, "your-subject": isSubject,
	"сообщение": isText, "текст сообщения": isText, "ваше сообщение": isText, "комментарий": isText, "вопрос": isText, "текст": isText, "ваш вопрос": isText, "комментарий к заказу": isText, "комментарий клиента": isText, "текст обращения": isText, "сообщение клиента": isText, "сообщение покупателя": isText, "текст вопроса": isText,
	"message": isText, "message body": isText, "comment": isText, "comments": isText, "question": isText, "your message": isText, "enquiry": isText, "inquiry": isText, "your-message": isText, "textarea": isText, "input": isText,
	"страница": isPage, "url": isPage, "page": isPage, "адрес страницы": isPage, "page url": isPage, "ссылка": isPage, "страница отправки": isPage, "отправлено со страницы": isPage, "source page": isPage, "referer": isPage, "referrer": isPage, "страница заявки": isPage,
	"tranid": isNothing, "formid": isNothing, "form id": isNothing, "block id": isNothing, "transaction id": isNothing, "ip": isNothing, "ip-адрес": isNothing, "ip адрес": isNothing, "ip address": isNothing, "user agent": isNothing, "remote ip": isNothing, "cookies": isNothing, "form name": isNothing, "additional information": isNothing, "дополнительная информация": isNothing,
}

// form is the content of a mail with labelled fields.
type form struct {
	name, first, last, mail, subject, text, page string
	phones                                       []string // as they stand, with the words around them; at most maxPhones
	unreadable                                   string   // a mail address that cannot be read, as it stands
	others                                       []string // further lines, as they stand
	utm                                          map[string]string
}

// hasContact reports whether the form has a phone or an address of the person.
func (f *form) hasContact() bool {
	return f.mail != "" || strings.Contains(f.unreadable, "@") || slices.ContainsFunc(f.phones, func(s string) bool { return digits(s) >= 5 })
}

// isForm reports whether a program seems to have written the mail on a customer's behalf.
func (m *mail) isForm(from, reply address) bool {
	if m.isOwn(from.mail) || isNoReply(from.mail) || isWebsiteSender(from.mail) {
		return true
	}
	for _, name := range []string{"x-php-originating-script", "x-php-script", "x-wpcf7-content-type", "x-tilda", "x-bitrix-posting", "x-event_name", "x-form"} {
		if m.head.has(name) {
			return true
		}
	}
	mailer := strings.ToLower(m.head.get("x-mailer"))
	if strings.Contains(mailer, "php") || strings.Contains(mailer, "bitrix") || strings.Contains(mailer, "wordpress") || strings.Contains(mailer, "tilda") {
		return true
	}
	return reply.mail != "" && domain(reply.mail) != domain(from.mail)
}

// readForm reads the fields of the plain text, or of the HTML if that has more.
func (m *mail) readForm(whole string) (form, bool) {
	f, ok := parseForm(whole)
	if !ok {
		f, ok = parseForm(m.htmlForm())
	}
	if m.isOwn(f.mail) {
		f.mail = ""
	}
	return f, ok && f.hasContact()
}

// parseForm reads labelled fields: "Label: value", "Label<tab>value", or a
// label with its value in the next lines. It is a form if it names a phone or
// an address, and a person or a message.
func parseForm(text string) (form, bool) {
	var f form
	open := "" // role that the next lines belong to
	lines := strings.Split(withoutMarks(strings.Split(text, "\n")), "\n")
	for i := 0; i < len(lines) && i < 2000; i++ {
		line := strings.TrimSpace(lines[i])
		if line == "-- " || line == "--" || strings.HasPrefix(line, "-----") && len(f.text) > 0 || trailerRE.MatchString(line) {
			break
		}
		label, value, found := cutLabel(line)
		role := labels[foldLabel(label)]
		switch {
		case found && role != "" && (open != isText || !f.has(role)):
			f.set(role, value)
			open = ""
			if value == "" || role == isText {
				open = role
			}
		case found && strings.HasPrefix(strings.ToLower(label), "utm_"):
			f.addUTM(strings.ToLower(label), value)
			open = ""
		case open == isText:
			f.text = strings.TrimLeft(f.text+"\n"+line, "\n")
		case open != "" && line != "":
			f.set(open, line)
			open = ""
		case line != "":
			f.others = append(f.others, line)
		}
	}
	f.text = strings.TrimSpace(f.text)
	if f.name == "" {
		f.name = strings.TrimSpace(f.first + " " + f.last)
	}
	if a := addressIn(f.name); a.mail != "" {
		if f.mail == "" {
			f.mail = a.mail
		}
		f.name = a.name
	}
	return f, f.hasContact() && (f.name != "" || f.text != "")
}

func (f *form) set(role, value string) {
	value = strings.TrimSpace(value)
	to := map[string]*string{isName: &f.name, isFirst: &f.first, isLast: &f.last, isSubject: &f.subject, isText: &f.text, isPage: &f.page}[role]
	switch {
	case role == isPhone && digits(value) > 0 && len(f.phones) < maxPhones:
		f.phones = append(f.phones, leads.Clip(value, 200))
	case role == isMail && f.mail == "":
		if a, ok := first(addresses(value, "")); ok {
			f.mail, f.unreadable = a.mail, ""
		} else if f.unreadable == "" {
			f.unreadable = leads.Clip(value, 200)
		}
	case to != nil && *to == "":
		*to = value
	case role == isText && value != "":
		f.text += "\n" + value
	}
}

// has reports whether a role already has a value.
func (f *form) has(role string) bool {
	value := map[string]string{isName: f.name, isPhone: strings.Join(f.phones, " "), isMail: f.mail + f.unreadable, isSubject: f.subject, isPage: f.page, isText: f.text}[role]
	return value != ""
}

func (f *form) addUTM(name, value string) {
	if f.utm == nil {
		f.utm = map[string]string{}
	}
	if value != "" && len(f.utm) < 20 {
		f.utm[leads.Clip(name, 50)] = leads.Clip(value, 1000)
	}
}

// fillTouch copies the form's values into the touch.
func (f form) fillTouch(m *mail, t *leads.Touch, reply address) {
	sender := t.From
	t.Direction, t.Automatic, t.From = leads.In, "", nil
	mail := f.mail
	if mail == "" && reply.mail != "" && !m.isOwn(reply.mail) && !isNoReply(reply.mail) && !isWebsiteSender(reply.mail) {
		mail = reply.mail
	}
	if mail == "" && len(sender) > 0 && !isNoReply(sender[0].Value) && !isWebsiteSender(sender[0].Value) {
		mail = sender[0].Value // a script that writes in the customer's name
	}
	if mail != "" && !m.isOwn(mail) {
		t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: mail})
	}
	if f.unreadable != "" {
		t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: f.unreadable})
	}
	for _, phone := range f.phones {
		t.From = append(t.From, leads.Identity{Kind: leads.KindPhone, Value: phone})
	}
	t.Name = personName(controls(f.name))
	if t.Name == "" {
		t.Name = reply.name
	}
	if f.subject != "" {
		t.Subject = leads.Clip(controls(f.subject), 1000)
	}
	whole := wholeOf(*t)
	if f.text != "" {
		t.Text = leads.Clip(f.text, maxFresh)
	} else if len(f.others) > 0 {
		t.Text = leads.Clip(strings.Join(f.others, "\n"), maxFresh)
	}
	t.Whole = ""
	if t.Text != whole {
		t.Whole = whole
	}
	f.setPage(t)
}

// setPage sets the page of the form, and the campaign named in its address.
func (f form) setPage(t *leads.Touch) {
	if f.page != "" {
		address := strings.Trim(f.page, "<> ")
		u, err := url.Parse(address)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			for name, values := range u.Query() {
				if strings.HasPrefix(name, "utm_") && f.utm[name] == "" {
					f.addUTM(name, values[0])
				}
			}
			if f.utm == nil {
				f.utm = map[string]string{}
			}
			f.utm["page"] = leads.Clip(address, 1000)
		}
	}
	t.UTM = f.utm
}

// cutLabel splits a line at its first colon or tab, if the text before it can be a label.
func cutLabel(line string) (label, value string, found bool) {
	line = strings.TrimLeft(line, "*•-– ")
	i := strings.IndexAny(line, ":\t")
	if i < 1 || utf8.RuneCountInString(line[:i]) > 40 {
		return line, "", false
	}
	label, value = line[:i], strings.TrimLeft(line[i+1:], ": \t*")
	return strings.Trim(label, " *"), strings.TrimSpace(value), true
}

// trailerRE matches the line that programs write below a form.
var trailerRE = newAnchored(`(?i)^(?:(?:это )?(?:сообщение|письмо) (?:было )?(?:сгенерировано|сформировано|создано|отправлено)|this (?:e-?mail|message|is a notification).{0,30}(?:sent|generated|submitted|contact form))`)

var labelTail = regexp.MustCompile(`\s*(?:\(.{0,30}\)|\*|\[.{0,30}\])\s*$`)

func foldLabel(s string) string {
	s = labelTail.ReplaceAllString(leads.Clip(s, 100), "")
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(strings.Trim(s, " .:*_")), "ё", "е")), " ")
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
