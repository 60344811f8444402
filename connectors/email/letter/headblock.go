package letter

import (
	"regexp"
	"slices"
	"strings"
)

// headNames are the fields that programs write above another mail, by language.
var headNames = map[string][]string{
	"from":    {"from", "от", "от кого", "отправитель", "від", "від кого", "відправник", "von", "absender", "de", "da", "mittente", "expéditeur", "remitente", "od", "nadawca", "van", "fra", "från"},
	"date":    {"sent", "date", "дата", "дата отправки", "дата и время", "отправлено", "отправленные", "надіслано", "відправлено", "дата надсилання", "gesendet", "datum", "envoyé", "envoyé le", "date d'envoi", "enviado", "enviado el", "enviados", "enviada em", "fecha", "inviato", "inviati", "inviato il", "data", "wysłano", "wysłane", "data wysłania", "verzonden", "sendt", "skickat", "dato"},
	"to":      {"to", "кому", "получатель", "an", "empfänger", "à", "destinataire", "para", "a", "destinatario", "do", "adresat", "aan", "til", "till"},
	"subject": {"subject", "тема", "тема письма", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "temat", "onderwerp", "emne", "ämne"},
	"other":   {"cc", "bcc", "копия", "копія", "скрытая копия", "kopie", "copie", "copie à", "copia", "cco", "ccn", "dw", "udw", "do wiadomości", "kopia", "reply-to", "ответить", "importance", "priority", "важность", "важливість", "приоритет", "wichtigkeit", "priorität", "importancia", "importanza", "priorità", "ważność", "attachments", "вложения", "вкладення", "anlagen", "pièces jointes", "adjuntos", "allegati", "załączniki", "organization", "resent-date", "resent-from", "resent-to"},
}

var (
	nameOfField = englishNames()
	fromLine    = regexp.MustCompile(`(?i)^\*?(?:` + anyOf(headNames["from"]) + `)\*?\s*:\s*\*?\s*\S`)
	headLine    = regexp.MustCompile(`(?i)^\*?(` + anyOf(slices.Concat(headNames["from"], headNames["date"], headNames["to"], headNames["subject"], headNames["other"])) + `)\*?\s*:\s*\*?\s*(.*)$`)
)

func englishNames() map[string]string {
	names := map[string]string{}
	for english, all := range headNames {
		for _, name := range all {
			names[name] = english
		}
	}
	return names
}

func anyOf(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return strings.Join(quoted, "|")
}

func englishField(name string) string {
	if english := nameOfField[strings.ToLower(name)]; english != "" {
		return english
	}
	return "other"
}

// headField reads a line of a header block: its name in English, "" for another
// line, and its value.
func headField(line string) (name, value string) {
	if i := strings.IndexByte(line, ':'); i < 1 || i > 60 {
		return "", ""
	}
	label, value, _ := strings.Cut(bare(line), ":")
	return nameOfField[strings.ToLower(strings.Trim(label, " *"))], strings.Trim(value, " *")
}

// headBlock reports whether the lines begin with the header of another mail,
// as Outlook writes it above what it quotes.
func headBlock(lines []string) bool { return blockLines(lines) > 0 }

// blockLines returns how many lines such a header takes, 0: there is none. It
// names who wrote or to whom, holds an address or a time, and stands above a
// text: "From: Moscow / To: Tver / Date: tomorrow" is a list of the writer's.
func blockLines(lines []string) int {
	if len(lines) == 0 {
		return 0
	}
	if name, _ := headField(lines[0]); name == "" || name == "other" {
		return 0
	}
	fields, n := blockFields(lines)
	from, date := fields["from"], fields["date"]
	addressed := strings.Contains(from+fields["to"], "@")
	dated := dateRE.MatchString(date)
	timed := dated && hasTime(date)
	known := 0
	for _, name := range []string{"from", "date", "to", "subject"} {
		if _, found := fields[name]; found {
			known++
		}
	}
	if n < len(lines) && !addressed && labelRE.MatchString(bare(lines[n])) {
		return 0 // "Load: 5 t": a longer list of the writer's own
	}
	switch {
	case known == 4 && (addressed || dated), known == 3 && from != "" && (addressed && date != "" || timed),
		known == 3 && from != "" && addressed && following(lines[n:]) != "":
		return n
	case known == 1 && strings.Contains(from, "@") && hasTime(from) && dateRE.MatchString(from):
		return n // all in one line
	case known == 2 && (from != "" || date != "") && (addressed || timed && from != ""):
		if from == "" && timed || from != "" && following(lines[n:]) != "" {
			return n
		}
	}
	return 0
}

// blockFields reads such a header: its first fields of each name, in English,
// and how many lines it takes.
func blockFields(lines []string) (fields map[string]string, n int) {
	fields = map[string]string{}
	others, gap := 0, 0
	for i, line := range lines[:min(len(lines), 30)] {
		if strings.Trim(line, " \t*"+mark) == "" {
			if gap++; gap > 1 {
				break
			}
			continue
		}
		name, value := headField(line)
		_, seen := fields[name]
		switch {
		case name == "other":
			others++
		case name != "" && !seen:
			fields[name] = value
		case name != "" || gap > 0 || !goesOn(lines[i:]):
			return fields, n
		}
		if others > 8 {
			break
		}
		gap, n = 0, i+1
		if fields["from"] != "" && !strings.Contains(fields["from"], "@") && name == "" && strings.Contains(line, "@") {
			fields["from"] += line
		}
	}
	return fields, n
}

// goesOn reports whether a line without a name belongs to the field above it:
// another recipient, or the rest of a long subject with fields below.
func goesOn(lines []string) bool {
	if strings.Contains(lines[0], "@") {
		return true
	}
	if strings.Contains(lines[0], ": ") {
		return false
	}
	for _, line := range lines[1:min(len(lines), 3)] {
		if name, _ := headField(line); name != "" {
			return true
		}
	}
	return false
}
