package e2e

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
)

// telegramBot adds a bot as a source and as a sink.
func telegramBot(t *testing.T, srv *telegramtest.Server) func(*config.Config) {
	t.Helper()
	settings := map[string]any{"token": srv.Token, "api_url": srv.URL, "lang": "ru"}
	sink, err := config.NewSink("notices", "telegram", []string{"lead.*", "task.*", "call.ended", "user.digest"}, settings)
	if err != nil {
		t.Fatal(err)
	}
	add := hubtest.Source(t, "bot", "telegram", "", settings)
	return func(c *config.Config) {
		add(c)
		c.Sinks = append(c.Sinks, sink)
	}
}

// A customer writes to the bot, no manager is available, the same bot notifies two
// managers, and the first to press the button gets the lead.
func TestTelegramLeadIsTakenByAButton(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), hubtest.Patience)
	defer cancel()
	srv := telegramtest.New(t)
	h := hubtest.Start(t, telegramBot(t, srv))
	olegID, olegToken := h.Person("oleg", "Олег", leads.RoleManager)
	annaID, annaToken := h.Person("anna", "Анна", leads.RoleManager)
	oleg := telegramtest.Person{ID: 601, First: "Oleg", Lang: "ru"}
	anna := telegramtest.Person{ID: 602, First: "Anna", Lang: "ru"}
	for i, who := range []struct {
		id, token string
		chat      telegramtest.Person
	}{{olegID, olegToken, oleg}, {annaID, annaToken, anna}} {
		if status, body := h.Request("PUT", who.token, "/api/v1/me/presence", map[string]any{"presence": "offline"}); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		code, _, err := h.Store().NewLinkCode(ctx, who.id, "telegram:"+srv.BotID)
		if err != nil {
			t.Fatal(err)
		}
		srv.Text(who.chat, 1, "/start link-"+code)
		if _, err := srv.AwaitSent(ctx, i+1); err != nil {
			t.Fatal(err)
		}
	}
	srv.Text(telegramtest.Person{ID: 777, First: "Пётр", Last: "Ильин", Lang: "ru"}, 1, "Сколько стоит окно?")
	sent, err := srv.AwaitSent(ctx, 4)
	if err != nil {
		t.Fatal(err)
	}
	waiting := hubtest.List[leads.Lead](h, olegToken, "/api/v1/leads", nil)
	if len(waiting) != 1 || waiting[0].ContactName != "Пётр Ильин" || waiting[0].ManagerID != "" {
		t.Fatalf("leads %+v", waiting)
	}
	press := "take:" + waiting[0].ID
	for _, notice := range sent[2:] {
		if !strings.Contains(notice.Text, "Пётр Ильин") || !strings.Contains(notice.Markup, press) {
			t.Errorf("notice %+v", notice)
		}
	}
	srv.Press(oleg, sent[2], press)
	if answers, err := srv.AwaitAnswers(ctx, 1); err != nil || answers[0].Text != "Лид ваш, Олег." {
		t.Fatalf("%+v, %v", answers, err)
	}
	srv.Press(anna, sent[3], press)
	if answers, err := srv.AwaitAnswers(ctx, 2); err != nil || answers[1].Text != "Уже взято: Олег." {
		t.Fatalf("%+v, %v", answers, err)
	}
	if got := hubtest.List[leads.Lead](h, olegToken, "/api/v1/leads", nil); len(got) != 1 || got[0].ManagerID != olegID {
		t.Errorf("leads %+v", got)
	}
	if got := hubtest.List[leads.Lead](h, annaToken, "/api/v1/leads", nil); len(got) != 0 {
		t.Errorf("the other manager still sees %+v", got)
	}
	// A disabled user cannot take a lead.
	srv.Text(telegramtest.Person{ID: 778, First: "Вера"}, 1, "И дверь")
	if sent, err = srv.AwaitSent(ctx, 6); err != nil {
		t.Fatal(err)
	}
	u, err := h.Store().User(ctx, annaID)
	if err != nil {
		t.Fatal(err)
	}
	u.Disabled = true
	if _, err := h.Store().UpdateUser(ctx, u); err != nil {
		t.Fatal(err)
	}
	fresh := hubtest.List[leads.Lead](h, olegToken, "/api/v1/leads", nil) // newest first
	if len(fresh) != 2 || fresh[0].ManagerID != "" {
		t.Fatalf("leads %+v", fresh)
	}
	srv.Press(anna, sent[5], "take:"+fresh[0].ID)
	if answers, err := srv.AwaitAnswers(ctx, 3); err != nil || !strings.HasPrefix(answers[2].Text, "Вы не можете брать") {
		t.Fatalf("%+v, %v", answers, err)
	}
}

// The digest goes out once, at its hour by the office's clock.
func TestTelegramDigest(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), hubtest.Patience)
	defer cancel()
	srv := telegramtest.New(t)
	zone := time.FixedZone("office", 5*60*60)
	at := time.Date(2026, 11, 20, 13, 0, 30, 0, time.UTC)
	h := hubtest.StartAt(t, func() time.Time { return at }, telegramBot(t, srv), func(c *config.Config) { c.Zone = zone })
	id, _ := h.Person("oleg", "Олег", leads.RoleManager)
	srv.Meet(601)
	code, _, err := h.Store().NewLinkCode(ctx, id, "telegram:"+srv.BotID)
	if err != nil {
		t.Fatal(err)
	}
	srv.Text(telegramtest.Person{ID: 601, First: "Oleg"}, 1, "/start link-"+code)
	if _, err := srv.AwaitSent(ctx, 1); err != nil {
		t.Fatal(err)
	}
	for range 2 { // as if two hubs ran the digest in the same minute
		if err := h.Store().WriteDigests(ctx, at.In(zone).Format(time.DateOnly), at); err != nil {
			t.Fatal(err)
		}
	}
	sent, err := srv.AwaitSent(ctx, 2)
	if err != nil || !strings.Contains(sent[1].Text, "Ваш день, 2026-11-20") || !strings.Contains(sent[1].Text, "Открытых лидов: 0") {
		t.Errorf("%+v, %v", sent, err)
	}
}

// A manager links and unlinks their chat in the menu under their name.
func TestBrowserTelegramLink(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), hubtest.Patience)
	defer cancel()
	srv := telegramtest.New(t)
	h := hubtest.Start(t, telegramBot(t, srv))
	h.Person("oleg", "Олег", leads.RoleManager)
	b := hubtest.NewBrowser(t)
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads", "width": 360, "lang": "ru-RU"})
	b.Do("click", "oleg", map[string]any{"selector": ".profile-button"})
	b.Do("click", "oleg", map[string]any{"selector": ".messenger button:has-text('Подключить')"})
	b.Do("wait", "oleg", map[string]any{"selector": ".messenger a[href*='t.me/" + srv.Name + "?start=link-']"})
	if file := os.Getenv("CTIHUB_SHOT"); file != "" {
		b.Do("shot", "oleg", map[string]any{"file": file + "-link.png"})
	}
	href, _ := b.Do("attribute", "oleg", map[string]any{"selector": ".messenger a", "name": "href"}).(string)
	_, start, ok := strings.Cut(href, "?start=")
	if !ok {
		t.Fatalf("address %s", href)
	}
	srv.Text(telegramtest.Person{ID: 601, First: "Oleg", Lang: "ru"}, 1, "/start "+start)
	if _, err := srv.AwaitSent(ctx, 1); err != nil {
		t.Fatal(err)
	}
	b.Do("wait", "oleg", map[string]any{"selector": ".messenger:has-text('Подключён')"})
	if file := os.Getenv("CTIHUB_SHOT"); file != "" {
		b.Do("shot", "oleg", map[string]any{"file": file + "-linked.png"})
	}
	b.Do("click", "oleg", map[string]any{"selector": ".messenger button:has-text('Отключить')"})
	b.Do("wait", "oleg", map[string]any{"selector": ".messenger button:has-text('Подключить')"})
}
