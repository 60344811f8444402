package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"ctihub/leads"
)

// historySize is the number of inbound calls and forms of the past days; some
// missed calls are followed by a call back.
const historySize = 30

// inquiries are what visitors of the demo website wrote.
var inquiries = []struct{ subject, text, campaign string }{
	{"Расчёт стоимости", "Нужны три окна в панельный дом, 1400 на 1500. Сколько это будет с установкой?", "windows-autumn"},
	{"Замер", "Когда может приехать замерщик? Удобно после 18:00.", ""},
	{"Входная дверь", "Интересует тёплая входная дверь для дачи, правая, 900 мм.", "doors"},
	{"Балкон под ключ", "Остекление и отделка балкона 6 метров, девятый этаж.", "balcony"},
	{"Рекламация", "Дует из-под створки на кухне, ставили у вас в марте.", ""},
	{"Оптовый заказ", "Просим коммерческое предложение на 40 межкомнатных дверей.", "b2b"},
}

// history generates the touches of the week before now, oldest first. The same now
// gives the same history; the keys do not depend on now.
func history(now time.Time) []leads.Touch {
	r := rand.New(rand.NewPCG(20, 26))
	const span = 7 * 24 * time.Hour
	var list []leads.Touch
	for i := range historySize {
		at := now.Add(-span + span*time.Duration(i)/historySize + between(r, 0, 2*time.Hour)).Truncate(time.Second)
		key := fmt.Sprintf("history-%02d", i+1)
		if i%3 == 2 {
			list = append(list, pastForm(r, key, at))
		} else {
			call := pastCall(r, key, at)
			list = append(list, call)
			if call.Call.Disposition != leads.Answered && call.Call.From != "" && r.IntN(4) > 0 {
				list = append(list, callBack(r, key+"-back", call))
			}
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

// callBack is the call in which the customer of a missed call was reached.
func callBack(r *rand.Rand, key string, missed leads.Touch) leads.Touch {
	at := missed.Call.Ended.Add(between(r, 3*time.Minute, 25*time.Minute)).Truncate(time.Second)
	answered := at.Add(between(r, 4*time.Second, 12*time.Second))
	c := leads.Call{
		Linkedid: key, Direction: leads.Out, From: "100", To: missed.Call.From, State: leads.CallTalking,
		Started: at, Answered: answered, Operator: "100",
		Legs: []leads.Leg{{Channel: key + "-1", Extension: "100", State: leads.LegTalking, Rang: at, Answered: answered}},
	}
	finish(&c, answered.Add(between(r, 20*time.Second, 90*time.Second)), leads.Answered, "caller")
	t := touch(customer{name: missed.Name, phone: missed.Call.From}, c)
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

// putHistory stores the history through the intake.
func putHistory(ctx context.Context, inbox Inboxes, sounds bool, now time.Time) error {
	for _, t := range history(now) {
		if t.Call != nil && !sounds {
			t.Call.Recorded = nil
		}
		if err := inbox(t.Source, Team).Put(ctx, "", t); err != nil {
			return err
		}
	}
	return nil
}
