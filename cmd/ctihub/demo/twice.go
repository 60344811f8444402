package demo

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/contacts"
)

// twice are contacts whom somebody added once more: each is like another one here, or like a customer.
var twice = []struct {
	login, name, company, phone, email string
}{
	{"sales", "Дмитрий Лосев", "ООО «Техновек»", "+79000000222", ""},
	{"sales", "Лосев Д.", "Техновек", "", "losev@technovek.example.com"},
	{"sales", "Александр Щукин", "", "+79000000235", "a.shchukin@example.org"},
	{"sales", "Саша Щукин", "", "+79000000253", "a.shchukin+zakaz@example.org"},
	{"sales2", "Yulia Rybakova", "Ателье Нить", "+79000000248", ""},
	{"sales2", "Юлия Рыбакова", "Ателье «Нить»", "", "julia@nit.example.com"},
	{"supervisor", "Мария", "", "", "m.sokolova+sajt@example.com"},
	{"supervisor", "Громов Павел", "", "+79000000107", ""},
}

// addTwice adds them, each by the user who serves it. An interrupted Furnish adds them once.
func addTwice(ctx context.Context, o Office, staff []leads.User) error {
	for _, c := range twice {
		var ids []leads.Identity
		if c.phone != "" {
			ids = append(ids, leads.Identity{Kind: leads.KindPhone, Value: c.phone})
		}
		if c.email != "" {
			ids = append(ids, leads.Identity{Kind: leads.KindEmail, Value: c.email})
		}
		for _, u := range staff {
			if u.Login != c.login {
				continue
			}
			if _, err := o.Contacts.Create(ctx, u, contacts.Wanted{Key: "twice " + c.name, Name: c.name, Company: c.company, Identities: ids}); err != nil {
				return err
			}
		}
	}
	return nil
}
