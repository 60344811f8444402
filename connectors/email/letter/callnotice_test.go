package letter

import (
	"testing"

	"ctihub/leads"
)

// TestCallNotices: a telephone system's notice of a voice message or missed call is the caller's,
// if it has their number.
func TestCallNotices(t *testing.T) {
	for about, c := range map[string]struct{ header, text, phone, name string }{
		"Asterisk": {"From: Asterisk PBX <asterisk@firm.example>\nSubject: [PBX]: New message 1 in mailbox 101 from 89161234567",
			"Dear Anna:\n\n\tJust wanted to let you know you were just left a 0:12 long message (number 1)\nin mailbox 101 from 89161234567, on Friday, November 27, 2026 at 10:15:00 AM so you might\nwant to check it when you get a chance.  Thanks!\n\n\t\t\t\t--Asterisk", "89161234567", ""},
		"Asterisk with a name": {"From: Asterisk PBX <root@pbx.firm.example>\nSubject: [PBX]: New message 2 in mailbox 101",
			"Dear Anna:\n\n\tJust wanted to let you know you were just left a 0:12 long message (number 2)\nin mailbox 101 from \"IVAN\" <89161234567>, on Friday", "89161234567", "IVAN"},
		"FreePBX":     {"From: vm@firm.example\nSubject: [PBX]: New message 5 in mailbox 101 from +7 916 123-45-67", "There is a new voicemail in mailbox 101:\n\n\tFrom:\t+7 916 123-45-67\n\tLength:\t0:12 seconds", "+7 916 123-45-67", ""},
		"3CX":         {"From: 3CX PBX <noreply@3cx.example>\nSubject: New Voicemail from Ivan Sidorov (+79161234567)", "You have received a new voicemail message.\nFrom: Ivan Sidorov (+79161234567)\nExtension: 101", "+79161234567", "Ivan Sidorov"},
		"3CX, missed": {"From: noreply@3cx.example\nSubject: Missed Call from +79161234567", "You missed a call.", "+79161234567", ""},
		"Mango":       {"From: MANGO OFFICE <no-reply@mango.example>\nSubject: Пропущенный вызов", "На номер 8 (495) 123-45-67 поступил вызов с номера 8 (916) 123-45-67. Никто не ответил.", "8 (916) 123-45-67", ""},
		"Zadarma":     {"From: Zadarma <info@zadarma.example>\nSubject: Пропущенный звонок от +79161234567", "Время: 10:15", "+79161234567", ""},
		"Beeline":     {"From: noreply@beeline.example\nSubject: Голосовое сообщение от 79161234567", "Вам звонили с номера 79161234567", "79161234567", ""},
		"uk":          {"From: noreply@ats.example\nSubject: Пропущений дзвінок", "Дзвінок з номера +380 44 123 45 67", "+380 44 123 45 67", ""},
		"de":          {"From: pbx@anlage.example\nSubject: Verpasster Anruf", "Verpasster Anruf von +49 30 901820", "+49 30 901820", ""},
	} {
		touch := readOf(t, c.header, c.text)
		if touch.Direction != leads.In || touch.Automatic != "" || touch.Name != c.name || len(touch.From) != 1 || touch.From[0] != (leads.Identity{Kind: leads.KindPhone, Value: c.phone}) {
			t.Errorf("%s: %s %v name %q automatic %q", about, touch.Direction, touch.From, touch.Name, touch.Automatic)
		}
	}
	for about, c := range map[string]struct{ header, text string }{
		"from an extension":    {"From: Asterisk PBX <asterisk@firm.example>\nSubject: [PBX]: New message 1 in mailbox 101 from 102", "in mailbox 101 from \"Anna\" <102>, on Friday"},
		"withheld":             {"From: Asterisk PBX <asterisk@firm.example>\nSubject: [PBX]: New message 1 in mailbox 101", "in mailbox 101 from an unknown caller, on Friday"},
		"a colleague's words":  {"From: Anna <anna@firm.example>\nSubject: Пропущенный звонок", "Звонок от 8 916 123-45-67, перезвони."},
		"a shop's advertising": {"From: no-reply@shop.example\nSubject: Sale", "Call from 8 916 123-45-67"},
		"the system's bill":    {"From: Zadarma <no-reply@zadarma.example>\nSubject: Invoice", "Support: call from abroad +7 495 123-45-67"},
	} {
		touch := readOf(t, c.header, c.text)
		if touch.Direction == leads.In && touch.Automatic == "" {
			t.Errorf("%s: %s %v", about, touch.Direction, touch.From)
		}
	}
}
