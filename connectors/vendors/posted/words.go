package posted

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Role is the kind of data in a field of a form.
type Role string

// Roles. A form may ask for the parts of a name one by one.
const (
	Name       Role = "name"
	FirstName  Role = "first name"
	MiddleName Role = "middle name"
	LastName   Role = "last name"
	Phone      Role = "phone"
	Email      Role = "email"
	Subject    Role = "subject"
	Message    Role = "message"
)

// aliases are the names that website builders and their users give to fields,
// folded by split and joined: Russian, Ukrainian, Belarusian, Kazakh, English,
// German, French, Spanish, Portuguese, Italian, Polish.
var aliases = index(map[Role]string{
	Name: "name fullname username fio client contactname contactperson nameofclient displayname" +
		" фио имяфамилия фамилияимя фамилияимяотчество имяклиента клиент контактноелицо обращаться зовут представьтесь имяифамилия фамилияиимя полноеимя піб прізвищеімя імяпрізвище імятапрізвище звати аты атыжөні" +
		" heissen vornamenachname vorundnachname nom nomcomplet nomprenom prenomnom nombrecompleto nombreyapellido nombreyapellidos nombre nome nomecompleto nomecognome imieinazwisko",
	FirstName:  "firstname fname givenname forename imya imia имя имена імя ім'я vorname prenom primernombre imie",
	MiddleName: "middlename patronymic otchestvo отчество побатькові secondname segundonombre",
	LastName:   "lastname lname surname familyname familiya familia фамилия прізвище прозвішча nachname nomdefamille apellido apellidos sobrenome cognome nazwisko",
	Phone: "phone phonenumber phoneno phones phonenumbers telephone telephonenumber tel telefon telnumber mobile mobilephone mobilenumber mobileno cell cellphone cellular msisdn contactphone contactnumber phoneformatted nomertelefona nomer" +
		" телефон телефоны тел номертелефона телефонныйномер мобильный мобильныйтелефон мобильныйномер номермобильного контактныйтелефон контактныйномер номердлясвязи телефондлясвязи сотовый сотовыйтелефон" +
		" номертелефону мобільний мобільнийтелефон контактнийтелефон тэлефон нумартэлефона телефонынөмірі" +
		" telefonnummer handy handynummer rufnummer mobil mobilnummer portable telephoneportable numerodetelephone telefono numerodetelefono telefonomovil movil celular telemovel cellulare numerotelefonu numertelefonu telefonkomorkowy",
	Email: "email emails mail emailaddress emailaddresses mailaddress emailid pochta" +
		" почта эпочта элпочта электроннаяпочта емейл емайл имейл мейл мыло адресэлектроннойпочты адреспочты адресemail emailадрес электронныйадрес элпочты" +
		" пошта електроннапошта електроннаадреса елпошта электроннаяпошта электронпошта emailадреса" +
		" emailadresse mailadresse courriel adresseemail adressemail adresseelectronique correo correoelectronico indirizzoemail adresemail enderecodeemail",
	Subject: "subject topic theme tema тема темасообщения темаобращения темаписьма темазаявки темаповідомлення темазвернення betreff objet sujet asunto oggetto assunto temat",
	Message: "message msg messages comment comments text textarea question inquiry enquiry yourquestion remarks soobshchenie soobschenie kommentariy kommentarii vopros" +
		" сообщение текст текстсообщения комментарий комментарии коммент вопрос текствопроса текстобращения вашкомментарий комментарийкзаказу обращение пожелания суть" +
		" повідомлення коментар коментарі питання запитання паведамленне каментар хабарлама" +
		" nachricht kommentar bemerkung bemerkungen anliegen commentaire commentaires mensaje comentario comentarios consulta mensagem messaggio commento wiadomosc komentarz",
})

// fillers are words that say nothing about the field's role: your-name, client_phone,
// q3_name, "Please enter your phone".
var fillers = set("your my user data customer client contact contacts visitor buyer person lead input field fields value values billing shipping the a an to us is what please enter write full for primary main personal required optional ma q f wpcf ff mf nf gf frm et pb answer answers raw request screen" +
	" ваш ваша ваше вашу мой моя клиента клиент контактный контактное контактная для связи на по и в с как вас вам вы к нам родителя можно введите укажите напишите оставьте пожалуйста обязательно обязательное необязательно поле лица покупателя заказчика свой свое свою основной личный который" +
	" ваше ім як вам до вас вкажіть введіть будь ласка звʼязку звязку ihr ihre ihren dein deine bitte wie votre vos su tu il la le el de o seu suo twoj twoje")

// notPerson are words for things whose name, phone or text is not the customer's.
var notPerson = set("form forms product products item items page pages file files site website shop store company organization organisation firm brand manager managers operator agent seller owner responsible assigned assignee employee staff courier driver supplier vendor merchant partner consultant recruiter broker realtor salon branch restaurant clinic hotel hotline referrer referral friend emergency admin service services campaign ad adset adgroup event events quiz funnel step pipeline status tag tags category categories city country region state street address geo browser device os plan tariff leads deal deals project account accounts location locations lines line_items coupon coupons attribute attributes metadata meta tariff bot channel template tranid definition workspace model models vehicle property" +
	" форма форме формы товар товары продукт страница страницы сайт сайта магазин компания компании компании организация организации фирма фирмы салон салона автосалона филиал филиала ресторана клиники отеля менеджер менеджера менеджеры оператор операторы курьер партнер поставщик услуга кампания город улица адрес")

// contactModifiers are words that turn a field with a phone or mail in its name into
// something else: phone_type, email_consent, "время звонка".
var contactModifiers = set("line order invoice contract card account inn serial document passport receipt ticket booking reservation tracked tracking called dialed dialled virtual own our mask placeholder example pattern hint type types kind model brand code codes country time times date id ids uid agree agreed agreement consent policy accept accepted subscribe subscription verified confirmed confirm status ip agent company manager shop store site count label title format valid hash url link browser device operator carrier template name names" +
	" заказа заказ договора счета карты инн паспорта документа полиса чека брони заявки лицевой наш маска пример тип вид модель марка код время дата день согласие согласен соглашение политика подписка рассылка рассылку компании менеджера магазина сайта марка чехол ремонт нет удобное способ")

var phoneStems = []string{"телефон", "тел", "phone", "mobil", "мобильн", "мобільн", "сотов", "telefon", "telephon", "handy", "rufnummer", "celular", "movil", "тэлефон"}
var emailStems = []string{"mail", "email", "почт", "пошт", "емейл", "имейл", "correo", "courriel"}

// contactStems are stems of words for a contact; the value decides whether it is a
// phone or an address.
var contactStems = []string{"номер", "number", "nummer", "numero", "контакт", "contact", "связ", "звяз", "whatsapp", "whats", "ватсап", "вотсап", "вацап", "viber", "вайбер", "telegram", "телеграм", "tel", "messenger", "мессенджер"}

var date = regexp.MustCompile(`\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4}`)

var clock = regexp.MustCompile(`\d:\d\d`)

// reachStems are stems of labels for any contact, whose value may have further words.
var reachStems = []string{"контакт", "contact", "связ", "звяз"}

func index(words map[Role]string) map[string]Role {
	all := map[string]Role{}
	for role, list := range words {
		for w := range strings.FieldsSeq(list) {
			all[strings.Join(split(w), "")] = role
		}
	}
	return all
}

func set(list string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		all[w] = true
	}
	return all
}

// guess returns the role of a field by its name or label; "" if the words say nothing.
func guess(name string) Role { return guessByWords(name, split(name)) }

// guessByWords is guess for a name whose words are known.
func guessByWords(name string, words []string) Role {
	if len(words) > 1 && words[0] == "to" { // the called number, one of the company's
		return ""
	}
	// Builders wrap names: form_fields[phone], fields[phone][value].
	if len(words) > 2 && words[0] == "form" && words[1] == "fields" {
		words = words[2:]
	}
	if role := aliases[strings.Join(words, "")]; role != "" {
		return role
	}
	if slices.ContainsFunc(words, filler) {
		kept := slices.DeleteFunc(slices.Clone(words), filler)
		if role := aliases[strings.Join(kept, "")]; role != "" {
			return role
		}
	}
	if one, two, found := strings.Cut(name, "/"); found { // in two languages: "Name / Имя"
		switch first, second := guess(one), guess(two); {
		case first == second, first == Name && second == FirstName:
			return first
		case first == FirstName && second == Name:
			return second
		}
	}
	return ""
}

// guessByStems returns the role of a field with a label of many words, by their stems. The value
// must also have a phone or address.
func guessByStems(words []string, value string) Role {
	if len(words) > 1 && words[0] == "to" || slices.ContainsFunc(words, func(w string) bool { return contactModifiers[w] || isNotPerson(w) }) {
		return ""
	}
	stem := func(stems []string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(stems, func(s string) bool {
				return w == s || strings.HasPrefix(w, s) && utf8.RuneCountInString(s) > 3 || len(s) > 6 && strings.HasSuffix(w, s)
			})
		})
	}
	switch {
	case stem(phoneStems) && digits(value) >= 7 && len(value) < 200 && !date.MatchString(value) && (digits(value) >= 10 || !clock.MatchString(value)):
		return Phone
	case stem(emailStems) && strings.Contains(value, "@") && len(value) < 300:
		return Email
	case stem(contactStems) && plainPhone(value):
		return Phone
	case stem(contactStems) && plainEmail(value):
		return Email
	case stem(reachStems) && len(value) < 200 && len(Emails(value)) > 0:
		return Email
	case stem(reachStems) && len(value) < 200 && digits(value) >= 10 && digits(value) <= 15 && !date.MatchString(value): // "Anna, 8 916 123-45-67"
		return Phone
	}
	return ""
}

// isNotPerson also recognises plurals in -s.
func isNotPerson(word string) bool {
	return notPerson[word] || notPerson[strings.TrimSuffix(word, "s")]
}

func filler(word string) bool {
	return fillers[word] || strings.Trim(word, "0123456789") == ""
}

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// plainPhone reports whether a text is a full phone number and nothing else.
func plainPhone(s string) bool {
	n := digits(s)
	return n >= 10 && n <= 15 && !strings.ContainsFunc(strings.TrimSpace(s), func(r rune) bool {
		return !unicode.IsDigit(r) && !strings.ContainsRune("+()-.– \u00a0", r)
	})
}

// plainEmail reports whether a text is one mail address and nothing else.
func plainEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && strings.Contains(s[at:], ".") && strings.Count(s, "@") == 1 && !strings.ContainsAny(s, " \t\r\n,;<>()") && len(s) < 255
}

// Emails returns the mail addresses in a text that has several, or words beside one: "Anna
// <anna@example.com>, office@example.com".
func Emails(text string) []string {
	var found []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`<>()[],;:"/|`, r) }) {
		if word = strings.TrimRight(word, "."); plainEmail(word) && len(found) < 10 {
			found = append(found, word)
		}
	}
	return found
}
