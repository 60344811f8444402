package letter

import (
	"regexp"
	"slices"
	"strings"
)

// sender returns the author by the header: the first address of From that is not ours, else the
// first one of From. If no address of From can be read, it is the one of Reply-To, with the text
// of From; without a From, the one of Sender. Return-Path is the envelope sender, not the author.
func (m *mail) sender() address {
	from := addresses(m.head.get("from"), m.charset)
	if a, ok := m.firstForeign(from); ok {
		return a.withName(from)
	}
	if a, ok := first(from); ok {
		return a.withName(from)
	}
	var named address
	if len(from) > 0 {
		named = from[0]
		named.text = decodeWords(m.head.get("from"), m.charset)
		if len(from) == 1 {
			named.text = from[0].text
		}
	}
	if reply, ok := m.firstForeign(addresses(m.head.get("reply-to"), m.charset)); ok && !isNoReply(reply.mail) {
		reply.text = named.text
		return reply.withName(from)
	}
	if len(from) > 0 {
		return named
	}
	named, _ = first(addresses(m.head.get("sender"), m.charset))
	return named
}

// withName returns a, with the first name of all if it has none.
func (a address) withName(all []address) address {
	for _, other := range all {
		if a.name == "" {
			a.name = other.name
		}
	}
	return a
}

// firstForeign returns the first address that is not ours.
func (m *mail) firstForeign(all []address) (address, bool) {
	for _, a := range all {
		if a.mail != "" && !m.isOwn(a.mail) {
			return a, true
		}
	}
	return address{}, false
}

// originals are the fields in which lists and groups keep the From that they replaced by their
// own address because of DMARC (RFC 7960, 4.1.3.1): Google Groups, rspamd, Sympa and others.
var originals = []string{"x-original-from", "x-google-original-from", "original-from", "x-original-sender"}

var (
	// "'Igor' via Sales", "Igor (via Sales)", and "igor@client.example [sales]".
	viaRE = regexp.MustCompile(`(?i)^["'“„«]*(.+?)["'”“»]*\s+(?:\(?(?:via|through|через|über|przez|tramite|par|por)\s+(.+?)\)?|\[([^\[\]]+)\])$`)
	// "Sales on behalf of Igor"
	behalfRE = regexp.MustCompile(`(?i)^["'“„«]*(.+?)["'”“»]*\s+(?:on behalf of|от имени|від імені|im auftrag von|au nom de|en nombre de|per conto di|w imieniu)\s+["'“„«]*(.+?)["'”“»]*$`)
)

// cutVia returns the author's name in a display name that a list has rewritten. ok: it was
// rewritten.
func cutVia(shown, mail string) (name string, ok bool) {
	if found := viaRE.FindStringSubmatch(shown); found != nil {
		return personName(found[1]), true
	}
	if found := behalfRE.FindStringSubmatch(shown); found != nil {
		if local, _, _ := cutLast(mail, "@"); strings.EqualFold(found[2], local) {
			return personName(found[1]), true
		}
		return personName(found[2]), true
	}
	return shown, false
}

// originalAuthor returns the author of a mail whose From a list or group replaced by
// its own address. False: From is the author's. If the header lacks the author's
// address, only the name is known, and From stays as text.
func (m *mail) originalAuthor(from address, reply, to []address) (address, bool) {
	own := m.isOwn(from.mail)
	name, via := cutVia(from.name, from.mail)
	listed := m.head.has("list-id") || m.head.has("list-post") || m.head.has("mailing-list")
	sameAs := func(a address) bool { return a.mail == from.mail }
	group := via || slices.ContainsFunc(reply, sameAs) || slices.ContainsFunc(to, sameAs)
	if from.mail == "" || !own && (!via || !listed) {
		return address{}, false
	}
	for _, field := range originals {
		a, ok := first(addresses(m.head.get(field), m.charset))
		if !ok || a.mail == from.mail || !group && field == "x-original-sender" {
			continue
		}
		if a.name == "" && via && name != a.mail {
			a.name = name
		}
		return a, true
	}
	if !via {
		// A program of ours puts the customer's address into the display name.
		in, ok := m.firstForeign(addresses(from.name, ""))
		return in, ok && own && !m.isToOthersOnly(to)
	}
	// Mailman puts the author into Reply-To or, where answers go to the list,
	// into Cc.
	others := slices.Concat(reply, addresses(m.head.get("cc"), m.charset))
	one, several := address{}, false
	for _, a := range others {
		if a.mail == "" || a.mail == from.mail || m.isOwn(a.mail) || isNoReply(a.mail) {
			continue
		}
		if local, _, _ := cutLast(a.mail, "@"); strings.EqualFold(a.name, name) || strings.EqualFold(local, name) || a.mail == strings.ToLower(name) {
			return a.withName([]address{{name: name}}), true
		}
		several = several || one.mail != "" && one.mail != a.mail
		if one.mail == "" {
			one = a
		}
	}
	switch written := mailbox(name); {
	case written != "":
		return address{mail: written}, true
	case !own || m.isToOthersOnly(to): // one of us writes to outsiders
		return address{}, false
	case one.mail != "" && !several:
		return one.withName([]address{{name: name}}), true
	}
	return address{name: name, text: decodeWords(m.head.get("from"), m.charset)}, true
}
