package vendors

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Caller parses a caller's identification as exchanges pass it on: "Name"
// <sip:+79161234567@host;user=phone> (RFC 3261, 20.10), a sip: or tel: URI (RFC 3966),
// <89161234567>, or the number alone. The number is as written; it is empty if it is withheld or
// the text has no digits. The name is empty if there is none, or only a word for a withheld one.
func Caller(text string) (name, number string) {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text))
	number = text
	if before, in, found := strings.Cut(text, "<"); found && (before == "" || strings.Contains(in, ">")) {
		name = before
		number, _, _ = strings.Cut(in, ">")
	} else if in, isQuoted := strings.CutPrefix(text, `"`); isQuoted {
		if before, after, found := strings.Cut(in, `"`); found && strings.TrimSpace(after) != "" {
			name, number = before, after
		}
	}
	number = userPart(strings.Trim(number, "\" '\t"))
	if isWithheldNumber(number) {
		number = ""
	}
	name = strings.TrimSpace(name)
	if len(name) > 1 && name[0] == '"' && name[len(name)-1] == '"' {
		name = strings.ReplaceAll(name[1:len(name)-1], `\"`, `"`)
	}
	name = strings.Join(strings.Fields(name), " ")
	if !strings.ContainsFunc(name, unicode.IsLetter) || isWithheldWord(name) {
		name = ""
	}
	return name, number
}

// CallerName returns the name of a caller; it is empty for a number, and for a word that stands
// for a withheld name.
func CallerName(text string) string {
	name, _ := Caller(text + " <>")
	return name
}

// userPart returns the number in a URI, or the text as it is. Of the parameters only the
// extension of a tel: URI belongs to the number.
func userPart(text string) string {
	scheme := ""
	for _, s := range []string{"sips:", "sip:", "tel:", "callto:", "pjsip/", "sip/"} {
		if len(text) >= len(s) && strings.EqualFold(text[:len(s)], s) {
			scheme, text = s, text[len(s):]
			break
		}
	}
	user, _, isAddress := strings.Cut(text, "@")
	user, parameters, _ := strings.Cut(user, ";")
	if scheme != "" && !isAddress {
		host := user
		if h, _, err := net.SplitHostPort(user); err == nil {
			host, user = h, h
		}
		if net.ParseIP(strings.Trim(host, "[]")) != nil {
			return "" // a URI without a user
		}
	}
	if scheme != "" || isAddress {
		if plain, err := url.PathUnescape(user); err == nil {
			user = plain
		}
		user, _, _ = strings.Cut(user, ":") // a password
	}
	for _, p := range strings.Split(parameters, ";") {
		if ext, found := strings.CutPrefix(p, "ext="); found && scheme == "tel:" {
			user += ";ext=" + ext
		}
	}
	return strings.TrimSpace(user)
}

// placeholders are withheld numbers that look like numbers: the
// words anonymous, restricted, unavailable and unknown on a telephone's keys.
var placeholders = []string{"266696687", "7378742833", "86282452253", "8656696"}

// isWithheldNumber reports whether a number has no digits, only zeros, or is a placeholder.
func isWithheldNumber(number string) bool {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, number)
	return strings.Trim(digits, "0") == "" || slices.Contains(placeholders, digits)
}

// withheldWords are the words that exchanges and providers put in place of a withheld name or
// number, in the languages of their users.
var withheldWords = []string{
	"anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "blocked", "asterisk", "nobody", "cid",
	"anonym", "unbekannt", "unterdrückt", "privat", "anonyme", "inconnu", "masqué", "anónimo", "desconocido", "oculto", "anonimo", "sconosciuto", "anonim", "nieznany", "zastrzeżony",
	"аноним", "анонимно", "анонимный", "неизвестный", "неизвестно", "неизвестен", "скрыт", "скрыто", "скрытый", "определен", "определён", "невідомий", "прихований",
}

// neutralWords may stand beside them and mean nothing by themselves.
var neutralWords = []string{"number", "caller", "id", "name", "no", "not", "available", "nummer", "anrufer", "numéro", "número", "numero", "номер", "не", "абонент", "звонок", "is", "the"}

// isWithheldWord reports whether a name consists of such words only.
func isWithheldWord(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		if !slices.Contains(withheldWords, w) && !slices.Contains(neutralWords, w) {
			return false
		}
	}
	return true
}
