package letter

import (
	"strings"
	"unicode/utf8"
)

// What mail servers and companies add to every letter, in paragraphs of their
// own: a warning above the text, a disclaimer or the word of a virus filter
// below it. A person's paragraph may hold the same words, so an expression
// names how such a paragraph begins, and others what it must hold besides.
var (
	bannerBegins = anyOf(`^[^\p{L}]*(?:caution|warning|external|notice|attention|achtung|vorsicht|externe?\b|внимание|осторожно|внешн\p{L}+ (?:письмо|почта|отправитель)|увага|обережно|зовнішн|uwaga|atención|attenzione|this (?:e-?mail|message) (?:was sent|originated|came) from outside)`)
	bannerHolds  = anyOf(
		`(?:from|by) (?:an? )?(?:outside|external)|external (?:sender|e-?mail)|outside (?:of )?(?:your|the|our) (?:organi[sz]ation|company)|do not (?:click|open)[^.]{0,80}(?:attachment|unless|trust|recogni[sz]e|expect)`,
		`внешн(?:ее|яя|его|ей|ий) (?:письм|почт|отправител)|не (?:переходите по|открывайте)[^.]{0,80}(?:отправител|неизвестн|незнаком|подозрительн)`,
		`зовнішн\p{L}+ (?:відправник|лист)|не (?:переходьте|відкривайте)[^.]{0,80}(?:відправник|невідом|підозріл)`,
		`extern(?:en|er|e)? (?:absender|e-?mail|quelle)|expéditeur externe|remitente externo|mittente esterno|nadawc\p{L}+ zewnętrzn|zewnętrzn\p{L}+ nadawc`,
	)
	// Exchange Online on a sender who writes seldom.
	seldomRE = anyAtBegin(`^(?:you don['’]t often get email from|some people who received this message don['’]t often get email|(?:вы|некоторые получатели).{0,40}(?:редко|нечасто) получа\p{L}+ |sie erhalten nicht (?:oft|häufig) eine? e-?mail|vous n['’]obtenez pas souvent).*`)

	// The whole line of a virus filter; what has a comma or goes on is a person's.
	virusRE = anyAtBegin(
		`^(?:(?:this|the) )?(?:e-?mail|message|outgoing mail)(?: message)? (?:has been|was|is) (?:checked|scanned|certified)[^,.?!:]{0,20}(?:virus|eset|avast|avg)`+restOfLine,
		`^(?:это |данное )?(?:электронное )?(?:сообщение|письмо) (?:было )?проверено (?:на [^,.?!:]{0,20}вирус|антивирус)`+restOfLine,
		`^проверено (?:антивирусом|на вирусы)`+restOfLine, `^(?:без вирусов|вирусов нет)\.?(?: \S+)?$`,
		`^(?:цей |це )?(?:електронний )?(?:лист|повідомлення) (?:було )?перевірен[^,.?!:]{0,30}(?:антивірус|вірус)`+restOfLine,
		`^diese e-?mail wurde [^,.?!:]{0,60}viren[^,.?!:]{0,20}geprüft\.?$`,
		`^(?:cet e-?mail a été|este (?:correo|mensaje)(?: electrónico)? (?:ha sido|fue)|questa e-?mail è stata|ta wiadomość e?-?(?:mail )?została) (?:vérifié|analysé|analizado|comprobado|verificado|controllata|esaminata|sprawdzona|przeskanowana)[^,.?!:]{0,60}(?:virus|wirus)`+restOfLine,
		`^virus[- ]free\b\S{0,40}$`, `^viren ?frei\b\S{0,40}$`, `^_{2,} ?(?:information from eset|информация от eset).{0,120}$`, `^(?:avast|avg) logo$`,
	)
	// A link alone, as those filters add.
	linkOnlyRE = anyOf(`^<?(?:https?://|www\.)\S+>?$`)

	disclaimerBegins = anyOf(
		`^[^\p{L}]*(?:disclaimer|confidentiality|(?:privileged|strictly) (?:and|&)? ?confidential|(?:this|the|any) (?:e-?mail|message|information|communication|transmission|electronic|content))`,
		`^[^\p{L}]*(?:внимание\P{L}+)?(?:конфиденциальность|уведомление о конфиденц|(?:настоящее|данное|это) (?:электронное )?(?:сообщение|письмо|почтовое)|информация,? (?:содержащаяся|в (?:этом|данном)))`,
		`^[^\p{L}]*(?:увага\P{L}+)?(?:(?:це|дане|цей) (?:електронн\p{L}+ )?(?:повідомлення|лист)|інформація,? що міститься)`,
		`^(?:diese (?:e-?mail|nachricht)|der inhalt dieser|ce (?:message|courriel|mail)|le présent|este (?:mensaje|correo)|la información contenida|questo messaggio|questa e-?mail|le informazioni contenute|(?:ta|niniejsza) wiadomość|treść (?:tej|niniejszej))`,
	)
	confidential = anyOf(`confiden|конфиденц|конфіденц|vertraulich|riservat|poufn|privileged`)
	addressedTo  = anyOf(`intended|addressee|recipient|unauthori[sz]ed|предназнач|адресат|получател|призначен|одержувач|empfänger|bestimmt|destinat|przeznaczon|adresat`)
	inError      = anyOf(`delete|disclos|copying|distribut|удалит|уничтож|раскрыти|распростран|копирован|видал|lösch|vernicht|supprim|détrui|elimin|cancell|usunąć`)
	withFiles    = anyOf(`attach|приложен|вложен|додат|anhang|anhänge|pièces jointes|adjunt|allegat|załącznik`)
	// An enquiry has a question or a number.
	asksOrCounts = anyOf(`\?|\d{3}`)

	greenRE = anyOf(`^\P{L}*(?:(?:please|bitte|merci de|por favor|per favore|proszę)\W+)?(?:consider|think|before|save|подумайте|думайте|берегите|прежде чем|перед|подбайте|перш ніж|бережіть|denken|bevor|schonen|pense[rz]?|avant|piense|antes|pensa|prima|rispetta|pomyśl|zanim).{0,120}(?:environment|paper|trees|сред[уеы]|природ|бумаг|дерев|довкілля|environnement|umwelt|ambiente|środowisk)`)
)

const restOfLine = `[^,.?!:]{0,40}(?:\.\p{L}{2,4})?\.?$`

// Bounds of such paragraphs in letters.
const (
	maxBanner     = 500
	maxFilterWord = 200
	maxDisclaimer = 3000
	maxAdded      = 12 // of them in one letter
)

// withoutBanner leaves out what a mail server put above the text.
func withoutBanner(lines []string) []string {
	for range maxAdded {
		from, to := firstParagraph(lines)
		s := oneLine(lines[from:to], maxBanner)
		banner := s != "" && (seldomRE.MatchString(s) || bannerBegins.MatchString(s) && bannerHolds.MatchString(s))
		if !banner || lastLine(lines[to:]) == "" {
			return lines
		}
		lines = lines[to:]
	}
	return lines
}

// withoutFooters leaves out what filters and companies put below the text.
func withoutFooters(lines []string) []string {
	end := len(lines)
	for n := range maxAdded {
		for end > 0 && (blank(lines[end-1]) || n > 0 && (isDelimiter(lines[end-1]) || strings.Trim(lines[end-1], "-_= ") == "")) {
			end--
		}
		begin := end
		for begin > 0 && !blank(lines[begin-1]) {
			begin--
		}
		for begin < end && (isDelimiter(lines[begin]) || strings.Trim(lines[begin], "-_= ") == "") {
			begin++
		}
		if begin == end {
			break
		}
		switch last := strings.TrimSpace(lines[end-1]); {
		case lastLine(lines[:begin]) != "" && isFooter(lines[begin:end]):
			end = begin
		case end-begin > 1 && virusRE.MatchString(last), end > 1 && linkOnlyRE.MatchString(last) && virusRE.MatchString(lastLine(lines[:end-1])):
			end--
		default:
			return lines[:end]
		}
	}
	return lines[:end]
}

// lastLine is the last line that is not empty.
func lastLine(lines []string) string {
	for i := len(lines) - 1; i >= 0; i-- {
		if s := strings.TrimSpace(lines[i]); s != "" {
			return s
		}
	}
	return ""
}

// isFooter reports whether a paragraph is a virus filter's notice or a disclaimer.
func isFooter(lines []string) bool {
	s := oneLine(lines, maxDisclaimer)
	if s == "" {
		return false
	}
	n := utf8.RuneCountInString(s)
	switch {
	case n <= maxFilterWord && virusRE.MatchString(s), n <= maxFilterWord && greenRE.MatchString(s):
		return true
	case !disclaimerBegins.MatchString(s), asksOrCounts.MatchString(s):
		return false
	case confidential.MatchString(s):
		return addressedTo.MatchString(s) || inError.MatchString(s) || withFiles.MatchString(s)
	}
	return addressedTo.MatchString(s) && inError.MatchString(s)
}

// firstParagraph returns the bounds of the first lines that are not empty.
func firstParagraph(lines []string) (from, to int) {
	i := 0
	for i < len(lines) && blank(lines[i]) {
		i++
	}
	for from = i; i < len(lines) && !blank(lines[i]); i++ {
	}
	return from, i
}

// oneLine joins the words of a paragraph with single blanks; "" if they have more letters than most.
func oneLine(lines []string, most int) string {
	var out strings.Builder
	letters := 0
	for _, line := range lines {
		for word := range strings.FieldsSeq(line) {
			if out.Len() > 0 {
				out.WriteByte(' ')
				letters++
			}
			if letters += utf8.RuneCountInString(word); letters > most {
				return ""
			}
			out.WriteString(word)
		}
	}
	return out.String()
}
