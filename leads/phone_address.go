package leads

import (
	"strings"
	"unicode"
)

func endsAddress(c rune) bool {
	return c == ' ' || c == '\n' || c == ')' || c == '"' || c == '|'
}

// isExchangeHost reports whether the host of an address without a scheme belongs to an
// exchange or WhatsApp, not to a mail server: it is an IP address or one of WhatsApp's.
func (r *phoneReader) isExchangeHost(i int) bool {
	host := r.folded(i, min(i+14, len(r.cells)))
	return isDigit(r.at(i)) || r.at(i) == '(' || strings.HasPrefix(host, "s.whatsapp.net") || strings.HasPrefix(host, "c.us")
}

// parameters parses the parameters of an address (RFC 3966, RFC 3261), such as
// ";ext=12;user=phone", and returns the cell after them.
func (r *phoneReader) parameters(i int, scheme bool, p *Phone) int {
	end := i
	for r.at(end) == ';' || scheme && (r.at(end) == '?' || r.at(end) == '&') {
		j := end + 1
		name := j
		for r.at(j) == '-' || isWord(r.at(j)) {
			j++
		}
		if r.at(j) != '=' && !scheme {
			break
		}
		key := r.folded(name, j)
		value := min(j+1, len(r.cells))
		for j < len(r.cells) && !endsAddress(r.at(j)) && r.at(j) != ';' && r.at(j) != '&' && (scheme || r.at(j) != ',') {
			j++
		}
		if key == "ext" && j > value && allDigits(r.folded(value, j)) && j-value <= 20 {
			p.Ext = r.folded(value, j)
		}
		end = j
	}
	return end
}

// context returns the digits of the phone-context parameter after a number (RFC 3966).
func (r *phoneReader) context(end int) string {
	const name = ";phone-context=+"
	if r.at(end) != ';' || r.folded(end, min(end+len(name), len(r.cells))) != name {
		return ""
	}
	i := end + len(name)
	for j := i; ; j++ {
		if !isDigit(r.at(j)) {
			return r.folded(i, j)
		}
	}
}

func (r *phoneReader) folded(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteRune(r.cells[i].r)
	}
	return b.String()
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// maskAddresses masks web addresses and bank accounts, so that no number is found in
// them, except for the number in a messenger's address.
func (r *phoneReader) maskAddresses() {
	if i := ibanIn(r.text); i.to > 0 {
		for c := range r.cells {
			if at := int(r.cells[c].at); at >= i.from && at < i.to {
				r.cells[c].r = maskedCell
			}
		}
	}
	if !strings.Contains(r.text, "://") {
		return
	}
	for i := 0; i < len(r.cells); i++ {
		from := i
		for i < len(r.cells) && (!endsAddress(r.cells[i].r) || r.text[r.cells[i].at] == '%') {
			i++
		}
		address := r.folded(from, i)
		scheme, _, found := strings.Cut(address, "://")
		if !found {
			continue
		}
		live := len(address) // byte of the number in the address
		if strings.HasPrefix(scheme, "http") {
			for _, mark := range []string{"wa.me/", "t.me/+", "phone=", "number="} {
				if at := strings.Index(address, mark); at >= 0 && messengerAddress(address) {
					live = at + len(strings.TrimSuffix(mark, "+"))
					break
				}
			}
		} else if at := strings.IndexAny(address, "+0123456789"); at >= 0 {
			live = at
		}
		live = from + len([]rune(address[:live]))
		for j := from; j < i; j++ {
			if c := r.cells[j].r; j < live || !isDigit(c) && c != '+' && (!isBetween(c) || c == '/') {
				r.cells[j].r = maskedCell
				if j > live {
					live = i
				}
			}
		}
		r.masked = append(r.masked, cellSpan{from, i})
	}
}

func messengerAddress(s string) bool {
	_, s, _ = strings.Cut(s, "://")
	s = strings.TrimPrefix(s, "www.")
	for _, host := range []string{"wa.me/", "api.whatsapp.com/", "web.whatsapp.com/", "chat.whatsapp.com/", "t.me/", "viber.click/"} {
		if strings.HasPrefix(s, host) {
			return true
		}
	}
	return false
}

// ibanIn finds an IBAN (ISO 13616) by its check digits.
func ibanIn(text string) (found struct{ from, to int }) {
	for i := 0; i+15 <= len(text); i++ {
		if !isUpper(text[i]) || !isUpper(text[i+1]) || text[i+2] < '0' || text[i+2] > '9' || text[i+3] < '0' || text[i+3] > '9' ||
			i > 0 && (unicode.IsLetter(rune(text[i-1])) || unicode.IsDigit(rune(text[i-1]))) {
			continue
		}
		var account []byte
		j := i
		for ; j < len(text) && len(account) < 34; j++ {
			if c := text[j]; isUpper(c) || c >= '0' && c <= '9' {
				account = append(account, c)
			} else if c != ' ' {
				break
			}
			if n := len(account); n >= 15 && ibanChecks(account) {
				found.from, found.to = i, j+1
			}
		}
		if found.to > 0 {
			return found
		}
	}
	return found
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func ibanChecks(account []byte) bool {
	rest := 0
	for i := range account {
		if c := account[(i+4)%len(account)]; isUpper(c) {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}
