package demo

import (
	"fmt"
	"math/rand/v2"

	"ctihub/leads"
)

// customer is a person who calls or writes to the office. The numbers are valid, so
// that the hub accepts them, and lie in blocks that look invented.
type customer struct{ name, phone, email string }

// customers are known to the office: some with a story of their own, then many others.
var customers = append([]customer{
	{"Мария Соколова", "+79000000112", "m.sokolova@example.com"},
	{"Игорь Лебедев", "+79000000125", ""},
	{"Ольга Тихонова", "+79000000138", "olga.t@example.org"},
	{"ООО «Северный дом»", "+74950000141", "zakaz@sever.example.com"},
	{"Руслан Ахметов", "+79000000154", ""},
	{"Наталья Белова", "+79000000167", "belova@example.net"},
	{"Павел Громов", "+79000000170", ""},
	{"Екатерина Фомина", "+79000000183", "e.fomina@example.com"},
	{"ИП Мельник", "+78120000196", "melnik@example.org"},
	{"Сергей Дьяков", "+79000000209", ""},
}, others()...)

// others are a hundred further customers, every second with an address.
func others() (list []customer) {
	women, men := []string{"Анна", "Светлана", "Юлия", "Татьяна", "Полина"}, []string{"Алексей", "Дмитрий", "Николай", "Фёдор", "Кирилл"}
	families := []string{"Королёв", "Зайцев", "Соловьёв", "Виноградов", "Кузнецов", "Ершов", "Рябов", "Поляков", "Цветков", "Данилов"}
	for i, family := range families {
		for j := range women {
			n := 10*i + 2*j
			list = append(list,
				customer{women[j] + " " + family + "а", fmt.Sprintf("+7900000%04d", 2000+7*n), fmt.Sprintf("customer%d@example.org", n)},
				customer{men[j] + " " + family, fmt.Sprintf("+7900000%04d", 2003+7*n), ""})
		}
	}
	return list
}

// unknownCaller is a caller without a contact, from one of 900 numbers.
func unknownCaller(r *rand.Rand) customer {
	return customer{phone: fmt.Sprintf("+7900000%04d", 1000+r.IntN(900))}
}

// caller picks a caller: mostly a known customer, sometimes an unknown number,
// rarely a withheld one.
func caller(r *rand.Rand) customer {
	switch n := r.IntN(20); {
	case n < 12:
		return customers[r.IntN(len(customers))]
	case n < 19:
		return unknownCaller(r)
	}
	return customer{}
}

// identities of a customer by phone.
func (c customer) identities() []leads.Identity {
	if c.phone == "" {
		return nil
	}
	return []leads.Identity{{Kind: leads.KindPhone, Value: c.phone}}
}
