package letter

import (
	"regexp"
	"strings"

	"ctihub/leads"
)

var (
	nobodyRE  = regexp.MustCompile(`(?i)^(?:(?:.{0,40}[._+-])?(?:no|do-?not|dont|not)[._-]?reply(?:[._+-].{0,40})?|noreply.{0,20}|mailer-daemon|postmaster|bounces?(?:[._+-].{0,40})?|notifications?|notify|alerts?|robot|mailer|auto(?:mailer|confirm|reply|responder)|daemon|root|cron)$`)
	machineRE = regexp.MustCompile(`(?i)^(?:wordpress|tilda|bitrix|site|sait|website|www|www-data|apache|nobody|webmaster|forms?|zayavk[ai]|leads?|callback|robot)$`)

	replySubject  = regexp.MustCompile(`(?i)^\s*(?:автоответ|автоматический ответ|автоматическое (?:уведомление|сообщение)|ответ автоответчика|out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder|antwort)|automatische antwort|abwesenheit|réponse automatique|respuesta automática|вне офиса|нет на (?:рабочем )?месте|я (?:сейчас )?в отпуске|в отпуске до|(?:мы получили|получено) ваше (?:письмо|обращение|сообщение)|ваше (?:письмо|обращение|сообщение) получено)`)
	bounceSubject = regexp.MustCompile(`(?i)undeliver|delivery (?:status|failure|has failed|delayed|problem|notification)|mail delivery|returned mail|failure notice|could not be delivered|delivery.{0,20}fail|не ?доставлен|недоставк|не удалось доставить|невозможно доставить|сообщение не было доставлено|доставка.{0,30}(?:не удалась|задержана|невозможна)|mail system error|warning: message`)
	quotedID      = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*(<[^<>\s]{3,400}>)`)
)

// nobody reports whether an address is one that is not read.
func nobody(mail string) bool {
	local, _, _ := cutLast(mail, "@")
	return mail != "" && nobodyRE.MatchString(local)
}

// machine reports whether an address is one from which websites write.
func machine(mail string) bool {
	local, _, _ := cutLast(mail, "@")
	return mail != "" && machineRE.MatchString(local)
}

// automatic says why no person wrote the mail, as its header tells.
func (m *mail) automatic(from address, whole string) leads.Automatic {
	h, subject := m.head, m.text("subject")
	path, hasPath := h.get("return-path"), h.has("return-path")
	null := hasPath && strings.Trim(path, "<> \t") == ""
	local, _, _ := cutLast(from.mail, "@")
	daemon := strings.EqualFold(local, "mailer-daemon") || strings.EqualFold(local, "postmaster") || strings.EqualFold(local, "mailerdaemon") || from.mail == "" && strings.Contains(strings.ToLower(m.head.get("from")), "mailer-daemon")
	auto := mediaType(h.get("auto-submitted"))
	precedence := strings.ToLower(strings.TrimSpace(h.get("precedence")))
	answer := h.has("in-reply-to") || h.has("references")
	switch {
	case h.has("x-ctihub-hub"):
		return leads.Loop
	case m.report == "delivery-status" || m.failed,
		h.has("x-failed-recipients"),
		daemon && (bounceSubject.MatchString(subject) || strings.EqualFold(local, "mailer-daemon")),
		null && bounceSubject.MatchString(subject):
		return leads.Bounce
	case m.report != "": // a receipt, a complaint
		return leads.AutoReply
	case strings.HasPrefix(auto, "auto-replied"),
		h.has("x-autoreply") && !strings.EqualFold(strings.TrimSpace(h.get("x-autoreply")), "no"),
		h.has("x-autorespond"), h.has("x-autoresponder"), h.has("x-auto-reply"),
		precedence == "auto_reply" || precedence == "auto-reply",
		replySubject.MatchString(subject):
		return leads.AutoReply
	case m.list():
		return leads.Newsletter
	case answer && (h.has("x-auto-response-suppress") || null || strings.HasPrefix(auto, "auto-") || precedence == "junk" || precedence == "bulk"):
		return leads.AutoReply
	case strings.HasPrefix(auto, "auto-"), h.has("x-auto-response-suppress"), null, nobody(from.mail), daemon:
		return leads.Notice
	case precedence == "bulk" || precedence == "list" && !h.has("list-id") || precedence == "junk":
		return leads.Newsletter
	}
	return ""
}

// list reports whether the mail went to a list that is not one of ours, such
// as a group address of the company.
func (m *mail) list() bool {
	id := strings.ToLower(m.head.get("list-id"))
	if begin := strings.LastIndexByte(id, '<'); begin >= 0 {
		id = id[begin+1:]
	}
	id = strings.Trim(id, "<> \t")
	for own := range m.own {
		d := domain(own)
		if d != "" && (id == d || strings.HasSuffix(id, "."+d)) {
			return false
		}
	}
	return id != "" || m.head.has("list-unsubscribe")
}

// quoteFailed finds the mail that came back in the text of the report.
func (m *mail) quoteFailed(t *leads.Touch, whole string) {
	if found := quotedID.FindStringSubmatch(whole); found != nil {
		t.References = append(without(t.References, found[1]), found[1])
	}
}
