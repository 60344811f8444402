package demo

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"ctihub/leads"
	"ctihub/leads/companies"
	"ctihub/leads/contacts"
)

// firm is a company with its people. The tax numbers have right check digits and were invented.
type firm struct {
	login                                    string // of its owner
	name, legal, country, taxID, kpp         string
	address, website, warning, phone, domain string
	people                                   []employee
}

type employee struct{ name, role, phone, mailbox string }

var firms = []firm{
	{
		"sales", "Вектор-Строй", "ООО «Вектор-Строй»", "RU", "7700000016", "770001001", "Москва, Пробная ул., 1", "https://vektor.example.com", "", "+74950001507", "vektor.example.com",
		[]employee{{"Тимур Осипов", "Снабжение", "+79000000266", "osipov"}, {"Лариса Юдина", "Бухгалтер", "", "buh"}, {"Вадим Крылов", "Директор", "+79000000279", ""}},
	},
	{"sales2", "Балтика-Сервис", "АО «Балтика-Сервис»", "RU", "7800000027", "780001001", "Санкт-Петербург, Пробный пр., 2", "", "Просит счета заранее", "", "baltika.example.com",
		[]employee{{"Инна Громова", "Офис-менеджер", "+79000000282", "office"}, {"Степан Рогов", "Главный инженер", "", "rogov"}}},
	{"sales", "Сибирские склады", "", "RU", "5400000036", "540001001", "Новосибирск", "", "", "", "sklady.example.org", []employee{{"Алина Котова", "Логист", "+79000000295", "kotova"}}},
	{"sales2", "Musterhaus", "Musterhaus GmbH", "DE", "DE136695976", "", "Musterstraße 1, Berlin", "https://musterhaus.example.net", "", "", "musterhaus.example.net",
		[]employee{{"Klara Muster", "Einkauf", "", "muster"}}},
	{"", "Кафе «Перекрёсток»", "", "", "", "", "Тула", "", "", "", "", []employee{{"Яна Пименова", "Управляющая", "+79000000308", ""}}},
}

// addCompanies adds them, and a call by the first one's shared number, of which nobody has said yet who it
// was. An interrupted Furnish adds them once.
func addCompanies(ctx context.Context, o Office, staff []leads.User, sounds bool, now time.Time) error {
	byLogin := map[string]leads.User{}
	for _, u := range staff {
		byLogin[u.Login] = u
	}
	chief := byLogin["supervisor"]
	for n, f := range firms {
		owner, contract := byLogin[f.login].ID, leads.CustomValues{}
		if f.legal != "" {
			contract[fieldContract] = json.RawMessage(strconv.Quote("26-0" + strconv.Itoa(n+1)))
		}
		c, err := o.Companies.Create(ctx, chief, companies.Wanted{Key: "firm " + f.name, Fields: leads.CompanyChange{
			Name: &f.name, LegalName: &f.legal, Country: &f.country, TaxID: &f.taxID, KPP: &f.kpp, Address: &f.address, Website: &f.website, Warning: &f.warning, OwnerID: &owner, Fields: contract,
		}})
		if err != nil {
			return err
		}
		if f.domain != "" {
			if _, err := o.Companies.AddDomain(ctx, chief.Viewer(), c.ID, f.domain); err != nil {
				return err
			}
		}
		if f.phone != "" {
			if _, err := o.Companies.Share(ctx, chief.Viewer(), c.ID, f.phone, true); err != nil {
				return err
			}
			if err := o.Inbox(LineSource, Team).Put(ctx, "", sharedCall(f.phone, sounds, now)); err != nil {
				return err
			}
		}
		for _, p := range f.people {
			w := contacts.Wanted{Key: "firm " + p.name, Name: p.name, CompanyID: c.ID, Role: p.role, OwnerID: owner}
			if p.phone != "" {
				w.Identities = append(w.Identities, leads.Identity{Kind: leads.KindPhone, Value: p.phone})
			}
			if p.mailbox != "" {
				w.Identities = append(w.Identities, leads.Identity{Kind: leads.KindEmail, Value: p.mailbox + "@" + f.domain})
			}
			if _, err := o.Contacts.Create(ctx, chief, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// sharedCall is a call of today in which somebody talked with the first salesperson.
func sharedCall(from string, sounds bool, now time.Time) leads.Touch {
	at := now.Add(-40 * time.Minute).Truncate(time.Second)
	c := leads.Call{
		Linkedid: "demo-shared", Direction: leads.In, From: from, To: "600", DID: lines[0].number, State: leads.CallTalking,
		Started: at, Answered: at.Add(9 * time.Second), Operator: "101",
		Legs: []leads.Leg{{Channel: "demo-shared-1", Extension: "101", State: leads.LegTalking, Rang: at.Add(2 * time.Second), Answered: at.Add(9 * time.Second)}},
	}
	finish(&c, at.Add(2*time.Minute), leads.Answered, "caller")
	if !sounds {
		c.Recorded = nil
	}
	t := touch(customer{phone: from}, c)
	t.Source = LineSource
	return t
}
