package duplicates_test

import (
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/leads/duplicates"
)

func person(name, company string, ids ...leads.Identity) duplicates.Person {
	return duplicates.Person{Name: name, Company: company, Identities: ids}
}

func unread(p duplicates.Person, texts ...string) duplicates.Person {
	p.Unread = texts
	return p
}

func named(p duplicates.Person, ids ...leads.Identity) duplicates.Person {
	p.Named = ids
	return p
}

func nobody(string) bool    { return false }
func everybody(string) bool { return true }

func TestJudge(t *testing.T) {
	ivan := person("Иван Петров", "", phone("+79161234567"))
	for _, c := range []struct {
		name string
		a, b duplicates.Person
		want string // reason, empty for none
	}{
		{"without the country", ivan, unread(person("", ""), "916 123 45 67"), leads.DuplicateSpelling},
		{"8 behind a plus", ivan, person("", "", phone("+89161234567")), leads.DuplicateSpelling},
		{"with an extension", ivan, unread(person("", ""), "8 916 1234567 доб. 12"), leads.DuplicateSpelling},
		{"dialled abroad", ivan, unread(person("", ""), "810 7 9161234567"), leads.DuplicateSpelling},
		{"two countries", ivan, person("", "", phone("+19161234567")), ""},
		{"family on one number", ivan, unread(person("Мария Петрова", ""), "9161234567"), ""},
		{"another number", ivan, unread(person("", ""), "9161234568"), ""},

		{"Gmail's dots", person("", "", email("ivan.petrov@gmail.com")), person("", "", email("ivanpetrov+shop@googlemail.com")), leads.DuplicateMailbox},
		{"dots elsewhere", person("", "", email("ivan.petrov@mail.ru")), person("", "", email("ivanpetrov@mail.ru")), ""},
		{"a tag elsewhere", person("", "", email("ivan@mail.ru")), person("", "", email("ivan+1@mail.ru")), leads.DuplicateMailbox},
		{"domains of Yandex", person("", "", email("i.petrov@ya.ru")), person("", "", email("i-petrov@yandex.com")), leads.DuplicateMailbox},
		{"domains of Mail.ru", person("", "", email("ivan@bk.ru")), person("", "", email("ivan@list.ru")), ""},
		{"a general mailbox", person("", "", email("info@acme.ru")), person("", "", email("info+2@acme.ru")), ""},
		{"a mailbox of two", person("Иван Петров", "", email("family@gmail.com")), person("Мария Сидорова", "", email("fam.ily@gmail.com")), ""},

		{"WhatsApp", ivan, person("", "", user("whatsapp", "79161234567")), leads.DuplicateChannels},
		{"named in a message", ivan, named(person("Ваня", "", user("telegram", "123456789")), phone("+79161234567")), leads.DuplicateChannels},
		{"user names", person("", "", user("telegram_username", "@Ivan_P1")), person("", "", user("instagram", "ivan_p1")), leads.DuplicateChannels},
		{"numbers of messengers", person("", "", user("telegram", "123456789")), person("", "", user("vk", "123456789")), ""},

		{"short form", person("Саша Петров", "Окна"), person("Петров Александр", "ООО «Окна»"), leads.DuplicateCompany},
		{"initials", person("Петров А.", "Окна"), person("Александр Петров", "Окна"), leads.DuplicateCompany},
		{"alphabet", person("Yuri Shcherbakov", "Okna"), person("Юрий Щербаков", "Окна"), leads.DuplicateCompany},
		{"typing error", person("Александр Скворцов", "Окна"), person("Александр Сковрцов", "Окна"), leads.DuplicateCompany},
		{"domain of the company", person("Иван Петров", "Ромашка"), person("Петров Иван", "", email("petrov@romashka.ru")), leads.DuplicateCompany},
		{"another company", person("Иван Петров", "Окна"), person("Иван Петров", "Двери"), ""},
		{"a public domain", person("Иван Петров", "", email("a1@mail.ru")), person("Иван Петров", "", email("b2@mail.ru")), ""},
		{"married couple", person("Иван Петров", "Окна"), person("Мария Петрова", "Окна"), ""},
		{"brother", person("Александр Петров", "Окна"), person("Алексей Петров", "Окна"), ""},
		{"another patronymic", person("Иван Петрович Сидоров", "Окна"), person("Иван Сергеевич Сидоров", "Окна"), ""},
		{"man and woman", person("Саша Петров", "Окна"), person("Саша Петрова", "Окна"), ""},
		{"given name only", person("Иван", "Окна"), person("Иван Петров", "Окна"), ""},

		{"digits changed places", ivan, person("Ваня Петров", "", phone("+79161234576")), leads.DuplicateTypo},
		{"a digit wrong", ivan, person("Петров Иван", "", phone("+79161234587")), leads.DuplicateTypo},
		{"a digit missing", ivan, unread(person("Иван Петров", ""), "916 123 45 6"), leads.DuplicateTypo},
		{"two digits wrong", ivan, person("Иван Петров", "", phone("+79161239587")), ""},
		{"neighbour's number", ivan, person("Олег Сидоров", "", phone("+79161234568")), ""},
		{"a digit wrong, no name", ivan, person("", "", phone("+79161234568")), ""},
	} {
		a, b := duplicates.NewProfile(c.a), duplicates.NewProfile(c.b)
		score, reasons := duplicates.Judge(a, b, nobody)
		got := ""
		if len(reasons) > 0 {
			got = reasons[0].Code
		}
		if got != c.want || (score > 0) != (c.want != "") || len(reasons) > 1 {
			t.Errorf("%s: %d %v, want %q", c.name, score, reasons, c.want)
		}
		if back, _ := duplicates.Judge(b, a, nobody); back != score {
			t.Errorf("%s: %d one way, %d the other", c.name, score, back)
		}
		if c.want != "" && !slices.ContainsFunc(a.Keys(), func(k string) bool { return slices.Contains(b.Keys(), k) }) {
			t.Errorf("%s: no key in common: %q, %q", c.name, a.Keys(), b.Keys())
		}
	}
}

// TestShared: what many contacts have suggests those with similar names only, and less surely.
func TestShared(t *testing.T) {
	a := duplicates.NewProfile(person("Иван Петров", "", phone("+74951234567")))
	unnamed, same := duplicates.NewProfile(unread(person("", ""), "4951234567")), duplicates.NewProfile(unread(person("Петров Иван", ""), "4951234567"))
	if score, reasons := duplicates.Judge(a, unnamed, everybody); score != 0 {
		t.Errorf("without a name: %d %v", score, reasons)
	}
	alone, _ := duplicates.Judge(a, same, nobody)
	if score, _ := duplicates.Judge(a, same, everybody); score == 0 || score >= alone {
		t.Errorf("of one name: %d shared, %d alone", score, alone)
	}
}

// TestMoreReasons: more reasons make a suggestion surer.
func TestMoreReasons(t *testing.T) {
	a, b := person("Иван Петров", "Окна", email("ivan.petrov@gmail.com")), person("Петров Иван", "ООО Окна", email("ivanpetrov@gmail.com"))
	both, reasons := duplicates.Judge(duplicates.NewProfile(a), duplicates.NewProfile(b), nobody)
	b.Company = ""
	one, _ := duplicates.Judge(duplicates.NewProfile(a), duplicates.NewProfile(b), nobody)
	if len(reasons) != 2 || both <= one || both > 99 {
		t.Errorf("%d with %v, %d with one of them", both, reasons, one)
	}
}
