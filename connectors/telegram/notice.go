package telegram

import (
	"fmt"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/leads"
)

// subjectMost bounds the customer's text in a notice, in characters.
const subjectMost = 200

// notice is the message of an event to users.
type notice struct {
	text   string // empty: nothing
	markup string // buttons, as JSON
}

func (s *sink) notice(b leads.EventBody) notice {
	say := words[s.lang]
	var lines []string
	var lead string
	take := false
	switch {
	case b.Type == leads.EventDigest && b.Digest != nil:
		return notice{text: s.digest(*b.Digest), markup: asJSON(tgbotapi.NewInlineKeyboardMarkup(linkRow(say, s.publicURL+"/leads")...))}
	case b.Task != nil:
		lead, lines = b.Task.LeadID, s.taskLines(b.Type, *b.Task)
	case b.Call != nil:
		lines = []string{say.missed, b.Call.Started.In(s.zone()).Format("02.01 15:04"), b.Call.DID}
	case b.Lead != nil:
		title := say.newLead
		switch b.Type {
		case leads.EventLeadAssigned, leads.EventLeadCreated: // whose manager is told
			title = say.yourLead
		case leads.EventLeadUpdated:
			title = say.waits
		}
		lead, take = b.Lead.ID, b.Lead.ManagerID == "" && b.Lead.Status.Open()
		lines = []string{title + ": " + who(b.Lead.ContactName, b.Lead.ContactKey)}
		if b.Lead.ContactName != "" {
			lines = append(lines, shown(b.Lead.ContactKey))
		}
		lines = append(lines, string(b.Lead.Channel)+", "+b.Lead.Source, brief(b.Lead.Subject))
		if b.Lead.Repeat {
			lines = append(lines, say.repeat)
		}
	}
	var text []string
	for _, l := range lines {
		if l != "" {
			text = append(text, l)
		}
	}
	n := notice{text: strings.Join(text, "\n")}
	if lead != "" {
		n.markup = asJSON(buttons(say, s.publicURL, lead, take))
	}
	return n
}

// taskLines are the lines of a notice of a task.
func (s *sink) taskLines(event leads.EventType, t leads.Task) (lines []string) {
	say := words[s.lang]
	if t.Kind == leads.TaskCallback {
		title := say.callBack
		if event == leads.EventTaskEscalated {
			title = say.late
		}
		lines = []string{title + ": " + who(t.ContactName, t.Number), t.Number}
	} else {
		title := map[leads.EventType]string{leads.EventTaskEscalated: say.lateTask, leads.EventTaskReminded: say.reminder}[event]
		if title == "" {
			title = say.task
		}
		what := say.kinds[t.Kind]
		if what == "" {
			what = string(t.Kind)
		}
		if t.Title != "" {
			what += ", " + brief(t.Title)
		}
		lines = []string{title + ": " + what, brief(t.ContactName), t.Number}
	}
	if t.Calls > 1 {
		lines = append(lines, fmt.Sprintf("%d × %s", t.Calls, say.calls))
	}
	return append(lines, say.due+" "+t.Due.In(s.zone()).Format("02.01 15:04"))
}

func (s *sink) digest(d leads.Digest) string {
	lines := map[string][]string{
		"ru": {"Новых лидов: %d", "Открытых лидов: %d", "Задач: %d", "из них с опозданием: %d"},
		"en": {"New leads: %d", "Open leads: %d", "Tasks: %d", "of these late: %d"},
	}[s.lang]
	text := words[s.lang].digest + ", " + d.Day
	for i, n := range []int64{d.NewLeads, d.OpenLeads, d.Tasks, d.LateTasks} {
		if i < 3 || n > 0 {
			text += "\n" + fmt.Sprintf(lines[i], n)
		}
	}
	return text
}

// who returns the name of a customer, else an identity.
func who(name, key string) string {
	if name != "" {
		return brief(name)
	}
	if key = shown(key); key == "" {
		return "?"
	}
	return key
}

// shown leaves out what says nothing to a person, such as a Telegram id.
func shown(key string) string {
	if strings.HasPrefix(key, "+") || strings.Contains(key, "@") {
		return key
	}
	return ""
}

func brief(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > subjectMost {
		return string(r[:subjectMost]) + "…"
	}
	return string(r)
}

// buttons are those under a notice of a lead. Telegram refuses addresses that
// are not reached from outside, so those get no button.
func buttons(say *texts, publicURL, lead string, take bool) tgbotapi.InlineKeyboardMarkup {
	var row []tgbotapi.InlineKeyboardButton
	if take {
		row = append(row, tgbotapi.NewInlineKeyboardButtonData(say.take, takePrefix+lead))
	}
	rows := linkRow(say, publicURL+"/leads/"+lead)
	if len(rows) > 0 {
		row = append(row, rows[0]...)
	}
	if len(row) == 0 {
		return tgbotapi.InlineKeyboardMarkup{InlineKeyboard: [][]tgbotapi.InlineKeyboardButton{}}
	}
	return tgbotapi.NewInlineKeyboardMarkup(row)
}

func linkRow(say *texts, address string) [][]tgbotapi.InlineKeyboardButton {
	if !strings.HasPrefix(address, "https://") {
		return nil
	}
	return [][]tgbotapi.InlineKeyboardButton{{tgbotapi.NewInlineKeyboardButtonURL(say.open, address)}}
}
