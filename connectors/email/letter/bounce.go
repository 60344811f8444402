package letter

import (
	"regexp"
	"strings"

	"ctihub/leads"
)

// anyOf finds one of the expressions in any case.
func anyOf(expressions ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + strings.Join(expressions, `|`))
}

// What mail servers call themselves.
var (
	daemonLocal  = anyAtBegin(`^(?:mail(?:er)?[._-]?daemon(?:[._+-].{0,40})?|mdaemon|mail[._-]?delivery[._-]?(?:sub)?system|mail[._-]?system|delivery[._-]?(?:sub)?system|microsoftexchange[0-9a-f]{8,}|mail[._-]?router|double-bounce)$`)
	postmasterRE = anyAtBegin(`^post[._-]?master$`)
	serverName   = anyOf(`mail|server|admin|system|exchange|gateway|security|filter|postmaster (?:at|of|@)|сервер|почт|систем|админ`)
	daemonName   = anyAtBegin(`^(?:(?:e-?)?mail[ -]delivery (?:(?:sub)?system|service|agent)|mailer[ -]daemon.{0,60}|mail[ -](?:system|administrator|router)|internet mail delivery|post ?master|system administrator|(?:courier )?mail server at .{1,80}|(?:система|служба) доставки (?:почты|сообщений)|почтовая система|почтовый (?:сервер|демон)|доставка почты|(?:interscan|mail ?marshal|mime ?sweeper|mx ?logic|surf ?control)\b.{0,30})$`)

	// Addresses under which a server writes, and a person may.
	serverLocal = anyAtBegin(`^(?:administrator|system|mail|mail[._-]?server|smtp|exchange|server|hostmaster|root)$`)
)

// What they say of a mail that did not arrive, or will be late.
var (
	bounceSubject = anyOf(
		`undeliver|delivery (?:status|failure|has failed|delayed|problem|notification|report)|delivery.{0,20}fail|could ?n[o']t be delivered`,
		`mail delivery|trouble delivering|returned mail|returning message to sender|failure notice|mail failure|delayed mail|mail system error|warning: (?:message|could not send)`,
		`не ?доставлен|недоставк|не уда(?:лось|[её]тся) доставить|невозможно доставить|сообщение не было доставлено|доставка.{0,30}(?:не удалась|задержана|невозможна)`,
		`не вда(?:лося|ється) доставити|неможливо доставити`,
		`unzustellbar|nicht zugestellt|zustellung.{0,30}(?:fehlgeschlagen|verzögert)`,
		`non remis|échec de (?:la )?(?:remise|distribution)`,
		`no se (?:puede|pudo|ha podido) entregar|no entregado`,
		`mancato recapito|impossibil. recapitare|non recapitabile`,
		`niedostarczon|nie (?:można|udało się) dostarczyć`,
	)
	bounceText = anyOf(
		`(?:message|mail|e-?mail).{0,200}(?:(?:could|can|was|were|has|have) ?no?t (?:yet )?(?:be |been )?(?:delivered|sent)|undeliverable)`,
		`not delivered to|did not reach the following|delivery to the following recipients?|permanent(?:ly)? (?:fatal )?(?:error|failed)|returned to sender|(?:message|mail) .{0,60}delayed`,
		`user unknown|no such (?:user|mailbox)|(?:mailbox|address|user|recipient)(?: \S{1,100})? (?:does ?n[o']t|do not) exist|mailbox (?:is )?(?:full|unavailable)|recipient (?:address )?rejected`,
		`(?:письмо|сообщение).{0,200}не (?:может быть|было|удалось) доставлен|не уда(?:лось|[её]тся) доставить|не доставлен`,
		`не вдалося доставити`,
		`konnte nicht zugestellt`,
		`n'a pas pu être (?:remis|délivré|distribué)`,
		`no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entrega`,
		`non è stato possibil. (?:recapitare|consegnare)`,
		`nie (?:można|udało się) dostarczyć|nie zostało dostarczon`,
		serverWords,
	)
	serverText = anyOf(serverWords)
)

// namesMail distinguishes an undelivered letter from undelivered goods.
var namesMail = anyOf(`\S@\S|recipient|your (?:message|e-?mail)|получател|ваше (?:письмо|сообщение)`)

// serverWords are phrases that almost only mail servers use.
const serverWords = `this is the (?:qmail-send program|mail system at host|mail delivery (?:sub)?system)|\b5\d\d[ -]5\.\d{1,3}\.\d{1,3}\b|message that you sent could not be delivered|permanent fatal errors`

// What providers write when a recipient took a mail for spam.
var (
	complaintLocal = anyAtBegin(`^(?:complaints?|abuse|fbl|feedback(?:[-_.]?loop)?|scomp|spamreports?|feedbackloop.{0,40}|staff)(?:[._+-].{0,40})?$`)
	complaintText  = anyOf(
		`this is an? (?:e-?mail |automated )?(?:abuse|spam|feedback) (?:report|complaint) for an? (?:e-?mail )?message`,
		`feedback-type: *(?:abuse|fraud|virus|not-spam|other)`,
		`(?:жалоба|скарга) на спам.{0,200}(?:получен|отримано)`,
	)
)

// jmrpSubject is the subject of Microsoft's Junk Mail Reporting Program, which attaches
// the mail that was complained of.
var jmrpSubject = anyAtBegin(`^\s*complaint about message from [\d.:a-f]+\s*$`)

// dmarcSubject is the subject of a DMARC report about mail in our name (RFC 7489, 7.2.1.1).
var dmarcSubject = anyAtBegin(`^\s*(?:\[[^\]]{1,40}\]\s*)?report domain:.{1,200}submitter:`)

// What mail programs write when a mail was opened.
var (
	receiptSubject = anyAtBegin(`^\s*(?:` + strings.Join([]string{
		`read|not read|read receipt|return receipt[^:]{0,30}`,
		`прочитано|прочтено|не прочитано|уведомление о прочтении|повідомлення про прочитання`,
		`gelesen|ungelesen|lesebestätigung`,
		`lu|non lu|accusé de (?:réception|lecture)`,
		`leído|no leído|confirmación de lectura`,
		`letto|non letto|conferma di lettura`,
		`przeczytano|przeczytane|nie przeczytano|potwierdzenie`,
	}, `|`) + `)\s*(?:[:(-]|$)`)
	receiptText = anyOf(
		`\b(?:message|mail|e-?mail)\b[^?!]{0,300}(?:was|has been) (?:read|displayed|deleted without being read)|is a (?:return|read) receipt`,
		`(?:было|был[ао]?) (?:прочитан|прочтен|удален)|прочитал.{0,5} ваше|подтверждени[ея] (?:о )?прочтени|було прочитано`,
		`wurde.{0,100}(?:gelesen|angezeigt)`, `a été (?:lu|affiché)`, `(?:fue|ha sido) leído`, `è stato (?:letto|visualizzato)`, `został[ao]? (?:przeczytan|wyświetlon)`,
	)
)

// What filters write that let a mail pass when its sender confirms it.
var (
	challengeHead = anyOf(`confirm|verif|challenge|human|подтвер|підтвер|проверк|bestätig|potwierd|on hold`)
	challengeText = anyOf(
		`(?:confirm|verify|prove|show).{0,40}(?:you(?:'re| are) (?:a |not a )?(?:human|real person|person|robot|spammer|machine)|your (?:e-?mail|message) (?:to be|so that|before|in order)|the message)`,
		`(?:message|mail).{0,60}(?:is being held|has been held|on hold|is waiting|quarantined) (?:until|because|for|pending)|requires? verification`,
		`подтвердите.{0,60}(?:не робот|не спам|человек|доставк|отправк)|підтвердьте.{0,60}(?:не робот|людина)`,
		`bestätigen sie.{0,60}(?:mensch|kein roboter|keine maschine)`, `confirm(?:ez|e|ar|ar?te).{0,60}(?:humain|robot|humano)`, `potwierdź.{0,60}(?:człowiek|robot)`,
	)
	challengeOf  = anyOf(`(?:your|the|ваше|ваш[ае]го|вашого|ihre[rn]?|votre|su|tw[oó]j\p{L}*|państwa) (?:\S+ ){0,2}(?:message|e-?mail|mail|письм|сообщени|лист|повідомлен|nachricht|courriel|mensaje|correo|wiadomo)`)
	challengeWay = anyOf(`https?://|reply to this|ответьте на это|просто ответьте|antworten sie auf`)
)

func (a address) local() string {
	local, _, _ := cutLast(a.mail, "@")
	return local
}

// isDaemon reports whether a mail server wrote. shown is the whole text of From.
func isDaemon(from address, shown string) bool {
	name := strings.Trim(from.name, " \"'")
	if from.mail == "" {
		shown, _, _ = strings.Cut(shown, "<")
		return strings.Contains(strings.ToLower(shown), "mailer-daemon") || daemonName.MatchString(name) || daemonName.MatchString(strings.Trim(shown, " \"'"))
	}
	return daemonName.MatchString(name) || daemonLocal.MatchString(from.local()) || from.isPostmaster() && !from.ofPerson()
}

// isPostmaster reports whether it is a postmaster address (RFC 5321, 4.5.1), from which servers
// and persons write.
func (a address) isPostmaster() bool { return postmasterRE.MatchString(a.local()) }

// ofPerson reports whether the display name of a postmaster is that of a person.
func (a address) ofPerson() bool {
	name := strings.ToLower(strings.Trim(a.name, " \"'"))
	return name != "" && !daemonName.MatchString(name) && !strings.Contains(a.mail, name) && !serverName.MatchString(name)
}

// isBounce reports whether the mail says that a mail of ours was not delivered or is delayed.
// Customers write about undelivered goods, too: how much the words count depends on the sender.
func isBounce(subject, whole string, null, daemon bool, from address) bool {
	postmaster, server := from.isPostmaster(), serverLocal.MatchString(from.local())
	if !daemon && !postmaster && !null && !server && !isNoReply(from.mail) {
		return false // cheaper than to look for words in every mail
	}
	inSubject := bounceSubject.MatchString(subject) && !answerSubject.MatchString(subject)
	if inSubject && (daemon || postmaster || null) {
		return true
	}
	whole = leads.Clip(whole, 4000)
	switch {
	case daemon:
		return bounceText.MatchString(whole)
	case (postmaster || null) && serverText.MatchString(whole):
		return true
	case !inSubject || !isNoReply(from.mail) && !server || !bounceText.MatchString(whole):
		return false
	}
	return isNoReply(from.mail) || namesMail.MatchString(whole)
}

// isComplaint reports whether a provider passes on, in words, a recipient's spam complaint about
// a mail of ours (RFC 5965).
func isComplaint(from address, subject, whole string) bool {
	return complaintLocal.MatchString(from.local()) && !answerSubject.MatchString(subject) && complaintText.MatchString(leads.Clip(whole, 4000))
}

// isReceipt reports whether the mail is a read receipt in words, without the parts of RFC 8098.
func isReceipt(subject, whole string) bool {
	return receiptSubject.MatchString(subject) && receiptText.MatchString(leads.Clip(whole, 1000))
}

// isChallenge reports whether a spam filter of the other side asks for a confirmation that a
// person wrote to it.
func isChallenge(subject, whole string) bool {
	s := leads.Clip(whole, 2000)
	return challengeHead.MatchString(subject) && challengeText.MatchString(s) && challengeOf.MatchString(s) && challengeWay.MatchString(s)
}
