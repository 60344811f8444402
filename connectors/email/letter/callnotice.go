package letter

import (
	"regexp"
	"strings"

	"ctihub/leads"
)

// Telephone systems write of a voice message or a missed call by mail:
// Asterisk and FreePBX, 3CX, and virtual exchanges.
var (
	exchangeRE = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:asterisk|(?:free|i|v|virtual)?[._-]?pbx|3cx|voice[._-]?(?:mail|box)|vm|vats|ats|mango|zadarma|beeline|telphin|telefon(?:ia)?|calls?|phone[._-]?system|атс|телефония|голосовая почта)(?:[^a-z]|office|pbx|$)`)
	noticeRE   = regexp.MustCompile(`(?i)voice ?mail|voice message|new message \d+ in mailbox|missed call|(?:пропущен|непринят|неотвечен)\p{L}+ (?:звон|вызов)|голосов\p{L}+ (?:сообщени|почт|повідомлен)|вам звонили|(?:пропущен|неприйнят)\p{L}+ (?:дзвін|виклик)|verpasster anruf|sprachnachricht|appel manqué|message vocal|llamada perdida|mensaje de voz|chiamata persa|messaggio vocale|nieodebrane połączenie|wiadomość głosowa`)
	callerRE   = regexp.MustCompile(`(?im)(?:^|[^\p{L}])(?:from|caller(?: ?id)?(?: number)?|от|с номера|вам звонили с|звонил[аи]?|абонент[а-я]{0,2}|звонящ\p{L}+|номер (?:абонента|звонящего|клиента)|від|з номера|von|anrufer|de|da|od|numer)\s*:?\s+(?:(?:a )?(?:номера?|number|numéro|número|numero|nummer|phone)\s*:?\s+)?(?:"?([^"\d+<(\n]{1,60}?)"?\s*)?["'<(]{0,2}(\+?\d[\d ()./-]{5,20}\d)`)
)

// callNotice reads the caller from a telephone system's notice. False: the mail is no such
// notice, or has no external number.
func (m *mail) callNotice(from address, whole string) (name, phone string, ok bool) {
	subject := m.text("subject")
	text := leads.Clip(whole, 4000)
	system := exchangeRE.MatchString(from.local()) || exchangeRE.MatchString(from.name)
	program := isNoReply(from.mail) || system && m.isOwn(from.mail)
	switch {
	case (system || program) && noticeRE.MatchString(subject):
	case system && program && noticeRE.MatchString(text):
	default:
		return "", "", false
	}
	for _, s := range []string{subject, text} {
		for _, found := range callerRE.FindAllStringSubmatch(s, 10) {
			if _, _, err := leads.NormalisePhone(found[2], m.options.Region); err == nil {
				return personName(strings.Trim(found[1], ` "'<(,:-`)), strings.TrimSpace(found[2]), true
			}
		}
	}
	return "", "", false
}
