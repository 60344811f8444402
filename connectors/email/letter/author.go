package letter

import (
	"regexp"
	"slices"
	"strings"
)

// sender is whom the header names as the author: the first of From who is not
// one of ours. Where no address of From can be read, it is the one for answers,
// and the text of From goes with it; Sender counts where there is no From at
// all. Return-Path is an envelope, no author.
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

// firstForeign is the first address that is not ours.
func (m *mail) firstForeign(all []address) (address, bool) {
	for _, a := range all {
		if a.mail != "" && !m.isOwn(a.mail) {
			return a, true
		}
	}
	return address{}, false
}

// Where lists and groups keep the From that they replaced by their own address
// because of DMARC (RFC 7960, 4.1.3.1): Google Groups, rspamd, Sympa and others.
var originals = []string{"x-original-from", "x-google-original-from", "original-from", "x-original-sender"}

var (
	// "'Igor' via Sales", "Igor (via Sales)", and "igor@client.example [sales]".
	viaRE = regexp.MustCompile(`(?i)^["'“„«]*(.+?)["'”“»]*\s+(?:\(?(?:via|through|через|über|przez|tramite|par|por)\s+(.+?)\)?|\[([^\[\]]+)\])$`)
	// "Sales on behalf of Igor"
	behalfRE = regexp.MustCompile(`(?i)^["'“„«]*(.+?)["'”“»]*\s+(?:on behalf of|от имени|від імені|im auftrag von|au nom de|en nombre de|per conto di|w imieniu)\s+["'“„«]*(.+?)["'”“»]*$`)
)

// cutVia takes a display name apart that a list has made of the author's. name
// is the author's as far as it tells.
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
		// A program of ours writes the customer's address as its own name.
		in, ok := m.firstForeign(addresses(from.name, ""))
		return in, ok && own && !m.away(to)
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
	case !own || m.away(to): // one of us writes to others
		return address{}, false
	case one.mail != "" && !several:
		return one.withName([]address{{name: name}}), true
	}
	return address{name: name, text: decodeWords(m.head.get("from"), m.charset)}, true
}
