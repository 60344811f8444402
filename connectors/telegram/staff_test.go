package telegram

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/telegram/telegramtest"
	"ctihub/leads"
)

func TestLinkAndStop(t *testing.T) {
	d := newDesk(t, "")
	d.staff.codes["secret"] = leads.User{ID: "u1", Name: "Анна Ким"}
	d.run(t)
	var n int
	says := func(text, want string) {
		t.Helper()
		n++
		if err := d.srv.AwaitConfirmed(waiting(t), d.srv.Text(anna, n, text)); err != nil {
			t.Fatal(err)
		}
		sent := d.srv.Sent()
		if want == "" && len(sent) > 0 && sent[len(sent)-1].Text != "" && len(d.in.Touches()) == 0 {
			t.Fatalf("%s made no touch", text)
		}
		if want != "" && (len(sent) == 0 || !strings.Contains(sent[len(sent)-1].Text, want)) {
			t.Fatalf("%s was answered by %+v, want %q", text, sent, want)
		}
	}
	says("/start link-wrong", "устарела")
	says("/start link-secret", "уведомления будут приходить")
	says("/start link-secret", "уведомления будут приходить") // delivered again
	says("Привет, бот", "никому не передаются")
	if got := d.in.Touches(); len(got) != 0 {
		t.Fatalf("a colleague's messages became touches: %+v", got)
	}
	says("/stop", "отключены")
	says("/stop", "") // a customer's word now
	if got := d.in.Touches(); len(got) != 1 || got[0].Text != "/stop" {
		t.Errorf("touches %+v", got)
	}
}

func TestTakeButton(t *testing.T) {
	d := newDesk(t, "")
	d.staff.users = map[string]leads.User{"501": {ID: "u1", Name: "Анна"}, "502": {ID: "u2", Name: "Олег"}}
	d.staff.leads = map[string]leads.Lead{"lead-1": {ID: "lead-1"}}
	oleg := telegramtest.Person{ID: 502, First: "Олег", Lang: "en"}
	stranger := telegramtest.Person{ID: 503, First: "X"}
	d.run(t)
	for n, c := range []struct {
		who        telegramtest.Person
		data, want string
	}{
		{anna, "take:lead-1", "Лид ваш, Анна."},
		{anna, "take:lead-1", "Лид ваш, Анна."},
		{oleg, "take:lead-1", "Already Анна's."},
		{stranger, "take:lead-1", "не можете брать"},
		{anna, "take:lead-2", "Лида нет"},
		{anna, "take:", "Лида нет"},
		{anna, "drop:lead-1", "Лида нет"},
	} {
		d.srv.Press(c.who, telegramtest.Sent{Chat: c.who.ID, MessageID: 5}, c.data)
		answers, err := d.srv.AwaitAnswers(waiting(t), n+1)
		if err != nil || !strings.Contains(answers[n].Text, c.want) {
			t.Errorf("%s %s: %+v, %v", c.who.First, c.data, answers, err)
		}
	}
	if l := d.staff.leads["lead-1"]; l.ManagerID != "u1" {
		t.Errorf("lead %+v", l)
	}
}

// While the hub cannot look people up, nothing is confirmed.
func TestPressWaitsForTheHub(t *testing.T) {
	d := newDesk(t, "")
	d.staff.broken = errors.New("the database is away")
	d.srv.Press(anna, telegramtest.Sent{Chat: 501, MessageID: 5}, "take:lead-1")
	if err := d.bot.Run(waiting(t), d.in); err == nil || !strings.Contains(err.Error(), "database is away") {
		t.Fatalf("error %v", err)
	}
	d.staff.broken = nil
	d.staff.users["501"] = leads.User{ID: "u1", Name: "Анна"}
	d.staff.leads["lead-1"] = leads.Lead{ID: "lead-1"}
	d.run(t)
	if err := d.srv.AwaitIdle(waiting(t)); err != nil || d.staff.leads["lead-1"].ManagerID != "u1" {
		t.Errorf("%v, %+v", err, d.staff.leads)
	}
}

func TestSinkTellsEachOnce(t *testing.T) {
	srv := telegramtest.New(t)
	srv.Meet(501)
	srv.Meet(502)
	srv.Meet(503)
	srv.Block(502, true)
	env := connectortest.Env(t, "notices", fmt.Sprintf("token: %q\napi_url: %s\nlang: ru", srv.Token, srv.URL))
	staff := &office{users: map[string]leads.User{"502": {ID: "u2"}}}
	for _, a := range []string{"501", "502", "503"} {
		staff.told = append(staff.told, leads.Recipient{Address: a})
	}
	env.Staff, env.Hub.PublicURL = staff, "https://hub.test"
	out, err := Kind().Out(env)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	srv.Fail(func(string) telegramtest.Fault {
		if n++; n == 3 {
			return telegramtest.Fault{Status: 429, RetryAfter: 3}
		}
		return telegramtest.Fault{}
	})
	e := leads.Event{ID: "e1", Type: leads.EventLeadUpdated, Data: []byte(`{"type":"lead.updated","lead":{"id":"0190b000-0000-7000-8000-000000000001","status":"new","reason":"none_available","contact_name":"Пётр","contact_key":"+79161234567","channel":"telegram","source":"bot"}}`)}
	if err := out.Deliver(t.Context(), e); leads.WaitOf(err).Seconds() != 3 {
		t.Fatalf("error %v", err)
	}
	if err := out.Deliver(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	sent := srv.Sent()
	if len(sent) != 2 || sent[0].Chat != 501 || sent[1].Chat != 503 {
		t.Fatalf("sent %+v", sent)
	}
	if len(staff.users) != 0 {
		t.Error("whoever blocked the bot is still linked")
	}
	if m := sent[0]; !strings.Contains(m.Text, "Пётр") || !strings.Contains(m.Text, "+79161234567") || !strings.Contains(m.Markup, "take:0190b000-0000-7000-8000-000000000001") || !strings.Contains(m.Markup, "https://hub.test/leads/0190b000") {
		t.Errorf("notice %+v", m)
	}
}
