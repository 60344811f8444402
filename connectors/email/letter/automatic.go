package letter

import (
	"regexp"
	"slices"
	"strings"

	"ctihub/leads"
)

var (
	nobodyRE  = regexp.MustCompile(`(?i)^(?:(?:.{0,40}[._+-])?(?:no|do-?not|dont|not)[._-]?reply(?:[._+-].{0,40})?|noreply.{0,20}|mailer-daemon|bounces?(?:[._+-].{0,40})?|notifications?|notify|alerts?|robot|mailer|auto(?:mailer|confirm|reply|responder)|daemon|root|cron)$`)
	machineRE = newAnchored(`(?i)^(?:wordpress|tilda|bitrix|site|sait|website|www|www-data|apache|nobody|webmaster|forms?|zayavk[ai]|leads?|callback|robot)$`)

	// "Automatic reply: …", "Out of office until …"; "Out of office furniture" is
	// an enquiry.
	replySubject = anyAtBegin(`^\s*(?:`+strings.Join([]string{
		`автоответ|автоматический ответ|автоматическое (?:уведомление|сообщение)|ответ автоответчика|автоматична відповідь`,
		`auto(?:matic)?[- ]?(?:reply|response|responder|antwort)|automatische antwort|abwesenheit(?:snotiz|smeldung|sassistent)?`,
		`réponse automatique|absence du bureau|respuesta automática|risposta automatica|automatyczna odpowiedź|odpowiedź automatyczna`,
		`(?:i am |i'm )?out of (?:the )?office|(?:i am |i'm )?away from (?:my |the )?(?:mail|office|desk)|вне офиса|нет на (?:рабочем )?месте|(?:я )?(?:сейчас )?в отпуске|fuera de (?:la )?oficina|fuori (?:sede|ufficio)`,
	}, `|`)+`)(?:\s*(?:$|[:;(\[–—-])|\s+(?:auto\S*|reply|response|message|notification|until|till|from|to|re|returning|о|об|от|на|до|с|по|von|de|da|od|hasta|fino|dal)(?:\s|:|$))`,
		`^\s*auto: .{1,60} (?:is |ist )?(?:out|away|abwesend|nicht im)\b`,
		`^\s*(?:(?:мы получили|получено) ваше (?:письмо|обращение|сообщение)|ваше (?:письмо|обращение|сообщение) получено)`)

	// Phrases of mass mail whose header does not mark it.
	unsubscribeRE = regexp.MustCompile(`(?i)unsubscrib|view (?:it |this (?:e-?mail|letter) )?in (?:your )?browser|отпис(?:аться|ки)|отказаться от (?:рассылки|подписки)|відписатися|abmelden|abbestellen|désabonn|désinscri|darse de baja|annulla(?:re)? l.iscrizione|disiscri|wypisz|rezygnacja z subskrypcji`)
)

// isNoReply reports whether an address is a no-reply one.
func isNoReply(mail string) bool {
	local, _, _ := cutLast(mail, "@")
	return mail != "" && nobodyRE.MatchString(local)
}

// isWebsiteSender reports whether an address is one from which websites send mail.
func isWebsiteSender(mail string) bool {
	local, _, _ := cutLast(mail, "@")
	return mail != "" && machineRE.MatchString(local)
}

// hasHeader reports whether one of the fields is present and its value is not "no".
func (m *mail) hasHeader(names ...string) bool {
	for _, name := range names {
		switch value := strings.ToLower(strings.TrimSpace(m.head.get(name))); {
		case !m.head.has(name), value == "no", value == "none", value == "false", value == "0":
		default:
			return true
		}
	}
	return false
}

// automatic returns the kind of automatic mail, "" if a person wrote it. sure: no other evidence,
// such as the fields of a form, changes that. A field that only asks for no automatic answer
// (X-Auto-Response-Suppress, Precedence) is no evidence: programs and people's mail servers both
// set it.
func (m *mail) automatic(from address, whole string) (why leads.Automatic, sure bool) {
	h, subject := m.head, m.text("subject")
	null := h.has("return-path") && strings.Trim(h.get("return-path"), "<> \t") == ""
	auto := mediaType(h.get("auto-submitted"))
	precedence := strings.ToLower(strings.TrimSpace(h.get("precedence")))
	bulk := precedence == "bulk" || precedence == "junk" || precedence == "list" && !h.has("list-id")
	answer := h.has("in-reply-to") || h.has("references")
	daemon := isDaemon(from, decodeWords(h.get("from"), m.charset))
	machine := null || daemon || isNoReply(from.mail)
	// A person may forward a report: it counts only if it is the mail itself.
	unsigned := h.has("from") && strings.Trim(h.get("from"), "<>\" \t") == ""
	report := m.report != "" && (machine || mediaType(h.get("content-type")) == "multipart/report")
	switch {
	case h.has("x-ctihub-hub"):
		return leads.Loop, true
	case report && m.report == "feedback-report", isComplaint(from, subject, whole), jmrpSubject.MatchString(subject) && m.inner != nil, dmarcSubject.MatchString(subject):
		return leads.Notice, true
	case report && m.report == "delivery-status", m.failed && machine,
		h.has("x-failed-recipients"),
		isBounce(subject, whole, null || unsigned, daemon, from),
		strings.EqualFold(from.local(), "mailer-daemon"):
		return leads.Bounce, true
	case report, isReceipt(subject, whole), isChallenge(subject, whole):
		return leads.AutoReply, true
	case strings.HasPrefix(auto, "auto-replied"),
		m.hasHeader("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"),
		precedence == "auto_reply" || precedence == "auto-reply",
		replySubject.MatchString(subject) && !strings.HasSuffix(subject, "?"):
		return leads.AutoReply, true
	case m.isListMail(precedence):
		return leads.Newsletter, false
	case answer && (null || strings.HasPrefix(auto, "auto-")) && !m.isOwn(from.mail): // from our address: a forwarding rule
		return leads.AutoReply, true
	case strings.HasPrefix(auto, "auto-"), null, isNoReply(from.mail), daemon && !m.isReplyToUs():
		return leads.Notice, false
	case bulk && !answer && (unsubscribeRE.MatchString(whole) || unsubscribeRE.MatchString(m.htmlForm())):
		return leads.Newsletter, false
	}
	return "", false
}

// groupHosts are domains where anyone can create a group.
var groupHosts = []string{"googlegroups.com", "groups.io", "yahoogroups.com", "freelists.org"}

// isListMail reports whether the mail is mass mail to a list. It is not: a letter to a group of
// ours, a reply to us, or a person's letter to a discussion list, which has an address to post
// to.
func (m *mail) isListMail(precedence string) bool {
	h := m.head
	id := strings.ToLower(h.get("list-id"))
	if begin := strings.LastIndexByte(id, '<'); begin >= 0 {
		id = id[begin+1:]
	}
	id = strings.Trim(id, "<> \t")
	for own := range m.own {
		local, d, _ := cutLast(own, "@")
		shared := local != "" && slices.Contains(groupHosts, d) // a public group host
		if d != "" && !shared && (id == d || strings.HasSuffix(id, "."+d)) || shared && id == local+"."+d {
			return false
		}
	}
	unsubscribe := h.has("list-unsubscribe")
	switch {
	case m.isReplyToUs():
		return false
	case id == "": // CRM systems add it to letters to one person
		answer := answerSubject.MatchString(m.text("subject")) && (h.has("in-reply-to") || h.has("references"))
		return unsubscribe && !answer
	case precedence == "bulk" || precedence == "junk":
		return true
	case strings.Contains(strings.ToLower(h.get("list-post")), "mailto:"), h.has("x-beenthere"), h.has("x-google-group-id"):
		return false
	}
	return unsubscribe || h.has("feedback-id") || precedence == "list"
}

// isReplyToUs reports whether the mail refers to one that we wrote: a Message-ID with a domain of
// ours.
func (m *mail) isReplyToUs() bool {
	for _, id := range m.references() {
		d := domain(strings.Trim(id, "<>"))
		for own := range m.own {
			if d != "" && strings.EqualFold(d, domain(own)) {
				return true
			}
		}
	}
	return false
}

var quotedID = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*(<[^<>\s]{3,400}>)`)

// findReturnedID finds the Message-ID of the returned mail in the text of a delivery report, and
// adds it to the references.
func (m *mail) findReturnedID(t *leads.Touch, whole string) {
	if found := quotedID.FindStringSubmatch(whole); found != nil {
		t.References = append(without(t.References, found[1]), found[1])
	}
}
