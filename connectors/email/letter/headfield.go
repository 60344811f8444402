package letter

import (
	"strings"
	"unicode/utf8"
)

// headNames are the names that mail programs give to the fields above a mail
// that they quote or pass on, in Russian, Ukrainian, English, German, French,
// Spanish, Italian, Polish, Portuguese, Dutch and the Scandinavian languages.
var headNames = fieldsByName(map[string]string{
	"from":    "from, от, от кого, отправитель, від, від кого, відправник, von, absender, de, da, mittente, expéditeur, remitente, od, nadawca, van, fra, från, remetente",
	"date":    "sent, date, дата, дата отправки, дата и время, отправлено, отправленные, надіслано, відправлено, дата надсилання, gesendet, datum, envoyé, envoyé le, date d'envoi, enviado, enviado el, enviados, enviada em, fecha, inviato, inviati, inviato il, data, wysłano, wysłane, data wysłania, verzonden, sendt, skickat, dato, date sent, sent at, отправлен, enviado em",
	"to":      "to, кому, получатель, an, empfänger, à, destinataire, para, a, destinatario, do, adresat, aan, til, till, одержувач, pour, per",
	"subject": "subject, тема, тема письма, betreff, objet, sujet, asunto, assunto, oggetto, temat, onderwerp, emne, ämne",
	"reply":   "reply-to, reply to, ответить, обратный адрес, відповісти, antwort an, répondre à, responder a, rispondi a, odpowiedz do",
	"other":   "cc, bcc, копия, копія, скрытая копия, kopie, copie, copie à, copia, cco, ccn, dw, udw, do wiadomości, kopia, importance, priority, важность, важливість, приоритет, wichtigkeit, priorität, importancia, importanza, priorità, ważność, attachments, вложения, вкладення, anlagen, pièces jointes, adjuntos, allegati, załączniki, organization, resent-date, resent-from, resent-to, blindkopie, cci, message-id, организация, mime-version, x-mailer",
})

func fieldsByName(names map[string]string) map[string]string {
	fields := map[string]string{}
	for field, all := range names {
		for name := range strings.SplitSeq(all, ", ") {
			fields[name] = field
		}
	}
	return fields
}

// headField reads a line that is one field of the header above another mail:
// "from", "date", "to", "subject", "reply" or "other"; empty: it is none.
func headField(line string) (name, value string) {
	if i := indexColon(line); i < 1 || i > 60 {
		return "", ""
	}
	line = bare(line)
	i := indexColon(line)
	if i < 1 {
		return "", ""
	}
	_, size := utf8.DecodeRuneInString(line[i:])
	name = headNames[strings.ToLower(strings.Trim(line[:i], " \t*_\u00a0"))]
	return name, strings.Trim(line[i+size:], " \t*_\u00a0")
}

// indexColon returns the place of the first colon, also a full-width one; -1: there is none.
func indexColon(s string) int {
	i := strings.IndexByte(s, ':')
	if wide := strings.Index(s, "："); wide >= 0 && (i < 0 || wide < i) {
		return wide
	}
	return i
}
