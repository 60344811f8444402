package telegram

import (
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

func TestNotices(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
	s := &sink{lang: "ru", publicURL: "https://hub.test", zone: func() *time.Location { return time.FixedZone("office", 3*60*60) }}
	task := &leads.Task{Kind: leads.TaskCallback, LeadID: "l1", ContactName: "Пётр", Number: "+79161234567", Calls: 3, Due: at}
	meeting := &leads.Task{Kind: leads.TaskMeeting, Title: "Замер", LeadID: "l1", ContactName: "Пётр", Number: "+79161234567", Due: at}
	own := &leads.Task{Kind: "договор", Due: at}
	for name, c := range map[string]struct {
		body   leads.EventBody
		text   string
		markup []string
		no     string // must not be in the markup
	}{
		"assigned": {leads.EventBody{Type: leads.EventLeadAssigned, Lead: &leads.Lead{ID: "l1", ManagerID: "m", Status: leads.LeadNew, ContactName: "Пётр", ContactKey: "+79161234567", Channel: "call", Source: "office", Repeat: true, Subject: "Окна"}},
			"Ваш лид: Пётр\n+79161234567\ncall, office\nОкна\nповторный клиент", []string{"https://hub.test/leads/l1"}, "take:"},
		"waits, from Telegram without a name": {leads.EventBody{Type: leads.EventLeadUpdated, Lead: &leads.Lead{ID: "l1", Status: leads.LeadNew, ContactKey: "501", Channel: "telegram", Source: "bot"}},
			"Лид ждёт, кто его возьмёт: ?\ntelegram, bot", []string{"take:l1", "/leads/l1"}, ""},
		"task":     {leads.EventBody{Type: leads.EventTaskCreated, Task: task}, "Перезвонить: Пётр\n+79161234567\n3 × звонков\nдо 22.11 12:30", []string{"/leads/l1"}, "take:"},
		"late":     {leads.EventBody{Type: leads.EventTaskEscalated, Task: task}, "Опоздание: перезвонить: Пётр\n+79161234567\n3 × звонков\nдо 22.11 12:30", []string{"/leads/l1"}, "take:"},
		"planned":  {leads.EventBody{Type: leads.EventTaskCreated, Task: meeting}, "Новая задача: встреча, Замер\nПётр\n+79161234567\nдо 22.11 12:30", []string{"/leads/l1"}, "take:"},
		"reminder": {leads.EventBody{Type: leads.EventTaskReminded, Task: meeting}, "Напоминание: встреча, Замер\nПётр\n+79161234567\nдо 22.11 12:30", []string{"/leads/l1"}, "take:"},
		"own kind": {leads.EventBody{Type: leads.EventTaskEscalated, Task: own}, "Опоздание: договор\nдо 22.11 12:30", nil, "take:"},
		"missed":   {leads.EventBody{Type: leads.EventCallEnded, Call: &leads.CallRecord{Call: leads.Call{Started: at, DID: "+74951112233"}}}, "Звонок без ответа\n22.11 12:30\n+74951112233", nil, "take:"},
		"digest": {leads.EventBody{Type: leads.EventDigest, Digest: &leads.Digest{Day: "2026-11-22", NewLeads: 1, OpenLeads: 5, Tasks: 2, LateTasks: 1}},
			"Ваш день, 2026-11-22\nНовых лидов: 1\nОткрытых лидов: 5\nЗадач: 2\nиз них с опозданием: 1", []string{"https://hub.test/leads"}, "take:"},
		"nothing": {leads.EventBody{Type: leads.EventPresence}, "", nil, "take:"},
	} {
		n := s.notice(c.body)
		if n.text != c.text {
			t.Errorf("%s: %q, want %q", name, n.text, c.text)
		}
		for _, m := range c.markup {
			if !strings.Contains(n.markup, m) {
				t.Errorf("%s: buttons %s, want %s", name, n.markup, m)
			}
		}
		if c.no != "" && strings.Contains(n.markup, c.no) {
			t.Errorf("%s: buttons %s", name, n.markup)
		}
	}
	if s.publicURL = "http://10.0.0.5:8080"; strings.Contains(s.notice(leads.EventBody{Type: leads.EventTaskCreated, Task: task}).markup, "url") {
		t.Error("Telegram refuses a button to an address inside")
	}
}
