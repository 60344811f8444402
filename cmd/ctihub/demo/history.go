package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"ctihub/leads"
)

// HistoryDays is how far the office's history goes back.
const HistoryDays = 90

// recordedDays is how far back the calls of the history have recordings.
const recordedDays = 7

// inquiries are what visitors of the demo website wrote, and what mails ask.
var inquiries = []struct{ subject, text, campaign string }{
	{"Расчёт стоимости", "Нужны три окна в панельный дом, 1400 на 1500. Сколько это будет с установкой?", "windows-autumn"},
	{"Замер", "Когда может приехать замерщик? Удобно после 18:00.", ""},
	{"Входная дверь", "Интересует тёплая входная дверь для дачи, правая, 900 мм.", "doors"},
	{"Балкон под ключ", "Остекление и отделка балкона 6 метров, девятый этаж.", "balcony"},
	{"Рекламация", "Дует из-под створки на кухне, ставили у вас в марте.", ""},
	{"Оптовый заказ", "Просим коммерческое предложение на 40 межкомнатных дверей.", "b2b"},
	{"Москитные сетки", "Нужны четыре сетки на окна, старые порвались. Можно без замера?", "windows-autumn"},
	{"Окна в загородный дом", "Дом из бруса, девять проёмов, два из них арочные. Хотим с раскладкой, цвет снаружи дуб.", "windows-autumn"},
	{"Регулировка створок", "Две створки перестали закрываться. Возьмётесь, если ставили не вы?", ""},
	{"Рассрочка", "Есть ли рассрочка на полгода, и какие нужны документы?", "balcony"},
	{"Межкомнатные двери", "Пять дверей в новую квартиру, белые, со скрытыми петлями. Нужен выезд с образцами.", "doors"},
	{"Перегородки в офис", "Стеклянные перегородки, 24 погонных метра, две двери. Когда можно посмотреть объект?", "b2b"},
}

// history generates the touches of the days before now, oldest first, in the zone of now.
// The same now gives the same history; the keys do not depend on the time of day.
func history(now time.Time, days int) []leads.Touch {
	r := rand.New(rand.NewPCG(20, 26))
	var list []leads.Touch
	for day := days; day >= 1; day-- {
		opens := time.Date(now.Year(), now.Month(), now.Day()-day, 9, 0, 0, 0, now.Location())
		n := contactsOn(r, opens.Weekday())
		for i := range n {
			at := opens.Add(9*time.Hour*time.Duration(i)/time.Duration(n) + between(r, 0, 30*time.Minute)).Truncate(time.Second)
			list = append(list, contact(r, fmt.Sprintf("history-%03d-%02d", day, i+1), at, day <= recordedDays)...)
		}
	}
	return list
}

// contactsOn is how many customers turn to the office on a day of the week.
func contactsOn(r *rand.Rand, day time.Weekday) int {
	switch day {
	case time.Sunday:
		return 1 + r.IntN(2)
	case time.Saturday:
		return 3 + r.IntN(4)
	}
	return 10 + r.IntN(7)
}

// contact is a call, form or mail of a customer, and the call by which the office answers it.
func contact(r *rand.Rand, key string, at time.Time, recorded bool) []leads.Touch {
	var t leads.Touch
	switch n := r.IntN(10); {
	case n < 6:
		t = pastCall(r, key, at)
	case n < 9:
		t = pastForm(r, key, at)
	default:
		t = pastMail(r, key, at)
	}
	list := []leads.Touch{t}
	switch {
	case t.Call == nil && r.IntN(6) > 0:
		list = append(list, callTo(r, key+"-back", t, []string{"101", "102"}[r.IntN(2)], at.Add(between(r, 4*time.Minute, 90*time.Minute))))
	case t.Call != nil && t.Call.Disposition != leads.Answered && t.Call.From != "" && r.IntN(4) > 0:
		list = append(list, callTo(r, key+"-back", t, "100", t.Call.Ended.Add(between(r, 3*time.Minute, 25*time.Minute))))
	}
	for _, t := range list {
		if t.Call != nil && !recorded {
			t.Call.Recorded = nil
		}
	}
	return list
}

func pastCall(r *rand.Rand, key string, at time.Time) leads.Touch {
	s := newScript(r, []string{"100", "101"})
	c := leads.Call{Linkedid: key}
	for _, st := range s.steps {
		at = at.Add(st.after)
		st.do(&c, at)
	}
	t := touch(s.from, c)
	t.Source = LineSource
	return t
}

// callTo is the call in which an employee reaches the customer of a touch.
func callTo(r *rand.Rand, key string, about leads.Touch, extension string, at time.Time) leads.Touch {
	at = at.Truncate(time.Second)
	answered := at.Add(between(r, 4*time.Second, 12*time.Second))
	to := about.From[0].Value
	c := leads.Call{
		Linkedid: key, Direction: leads.Out, From: extension, To: to, State: leads.CallTalking,
		Started: at, Answered: answered, Operator: extension,
		Legs: []leads.Leg{{Channel: key + "-1", Extension: extension, State: leads.LegTalking, Rang: at, Answered: answered}},
	}
	finish(&c, answered.Add(between(r, 20*time.Second, 4*time.Minute)), leads.Answered, "caller")
	t := touch(customer{name: about.Name, phone: to}, c)
	t.Source = LineSource
	return t
}

func pastForm(r *rand.Rand, key string, at time.Time) leads.Touch {
	c, q := customers[r.IntN(len(customers))], inquiries[r.IntN(len(inquiries))]
	t := leads.Touch{
		Source: SiteSource, ExternalID: key, Channel: leads.ChannelForm, Direction: leads.In, At: at,
		From: c.identities(), Name: c.name, To: SiteSource, Subject: q.subject, Text: q.text,
		UTM: map[string]string{"page": "/demo/"},
	}
	if c.email != "" {
		t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: c.email})
	}
	if q.campaign != "" {
		t.UTM["utm_source"], t.UTM["utm_medium"], t.UTM["utm_campaign"] = "search", "cpc", q.campaign
	}
	return t
}

// pastMail is a mail of a customer whose phone the office knows.
func pastMail(r *rand.Rand, key string, at time.Time) leads.Touch {
	c, q := customers[r.IntN(len(customers))], inquiries[r.IntN(len(inquiries))]
	for c.email == "" {
		c = customers[r.IntN(len(customers))]
	}
	t := letter{from: c, subject: q.subject, text: "Добрый день! " + q.text}.touch(leads.ChannelMail, key, at)
	t.Source, t.From = MailSource, append(c.identities(), t.From...)
	return t
}
