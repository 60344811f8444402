package webform

import (
	"strings"
	"unicode"
)

// Parts of a person's name, which a form may ask for one by one.
const (
	partFirst  = "first name"
	partMiddle = "middle name"
	partLast   = "last name"
)

var nameParts = []string{partFirst, partMiddle, partLast}

// alias returns what an input with the given name, folded by fold, holds.
// They are the names that website builders and their users give to inputs.
func alias(folded string) string {
	switch folded {
	case "name", "fullname", "username", "fio", "client", "contactname",
		"фио", "имяфамилия", "фамилияимя", "фамилияимяотчество", "имяклиента", "клиент", "контактноелицо", "каквамобращаться":
		return roleName
	case "firstname", "fname", "givenname", "imya", "имя":
		return partFirst
	case "middlename", "patronymic", "отчество":
		return partMiddle
	case "lastname", "lname", "surname", "familyname", "familiya", "фамилия":
		return partLast
	case "phone", "phonenumber", "telephone", "tel", "telefon", "telnumber", "mobile", "mobilephone", "mobilenumber", "cell", "cellphone",
		"телефон", "тел", "номертелефона", "телефонныйномер", "мобильный", "мобильныйтелефон", "контактныйтелефон", "сотовый":
		return rolePhone
	case "email", "mail", "emailaddress", "mailaddress", "pochta",
		"почта", "эпочта", "элпочта", "электроннаяпочта", "емейл", "емайл", "имейл", "мейл", "адресэлектроннойпочты", "адресemail", "emailадрес":
		return roleEmail
	case "subject", "topic", "theme", "tema", "тема", "темасообщения", "темаобращения", "темаписьма":
		return roleSubject
	case "message", "msg", "comment", "comments", "text", "textarea", "question", "inquiry", "enquiry", "soobshchenie", "soobschenie", "kommentariy",
		"сообщение", "текст", "текстсообщения", "комментарий", "комментарии", "коммент", "вопрос", "текствопроса":
		return roleMessage
	}
	return ""
}

// guess returns the role, or the part of a name, that an input's name speaks
// of; empty when it speaks of none.
func guess(input string) string {
	words := split(input)
	// Builders wrap names: form_fields[phone], fields[phone][value].
	if len(words) > 2 && words[0] == "form" && words[1] == "fields" {
		words = words[2:]
	}
	if role := alias(strings.Join(words, "")); role != "" {
		return role
	}
	kept := words[:0:0]
	for _, w := range words {
		if !filler(w) {
			kept = append(kept, w)
		}
	}
	return alias(strings.Join(kept, ""))
}

// filler reports whether a word of an input's name says nothing about what the
// input holds: your-name, client_phone, tel-123, user[email].
func filler(word string) bool {
	switch word {
	case "your", "my", "user", "data", "customer", "client", "contact", "visitor", "input", "field", "fields", "value", "billing",
		"ваш", "ваша", "ваше", "мой", "клиента", "контактный", "для", "связи":
		return true
	}
	return strings.Trim(word, "0123456789") == ""
}

// split cuts a name into lower-case words: at everything that is neither a
// letter nor a digit, between a letter and a digit, and before the capitals of
// camelCase.
func split(name string) []string {
	if len(name) > 100 {
		return nil
	}
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, strings.ReplaceAll(string(word), "ё", "е"))
			word = nil
		}
	}
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case len(word) > 0 && unicode.IsDigit(r) != unicode.IsDigit(last), unicode.IsLower(last) && unicode.IsUpper(r):
			end()
			fallthrough
		default:
			word = append(word, unicode.ToLower(r))
		}
		last = r
	}
	end()
	return words
}
