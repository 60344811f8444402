package duplicates

import (
	"strings"

	"ctihub/leads"
)

// mailbox is an e-mail address; canonical is equal for the addresses of one mailbox.
type mailbox struct {
	text, canonical string
	general         bool // of an office, not of a person
}

func (m mailbox) key() string {
	if m.general {
		return ""
	}
	return "m:" + m.canonical
}

// provider says which addresses of a provider are one mailbox.
type provider struct {
	domain string // under which they are compared
	ignore string // characters that do not count
	same   string // characters that are one, the first
}

// What follows a plus in the name of a mailbox is no part of it (RFC 5233, and the help pages
// of each provider here). The rest differs:
//
//   - Gmail: "Dots don't matter in Gmail addresses", support.google.com/mail/answer/7436150;
//     googlemail.com is gmail.com.
//   - Yandex: every mailbox has the same name in all domains of Yandex, and dots may be written
//     as hyphens, yandex.com/support/domain/additional/mailbox-alias.xml and
//     yandex.com/support/mail.
//   - Mail.ru: bk.ru, inbox.ru and list.ru are domains of their own.
//   - iCloud: me.com and mac.com are icloud.com, support.apple.com/HT201771.
//   - Proton: dots, hyphens and underscores are ignored, and its domains are one,
//     proton.me/support/addresses-and-aliases.
var providers = func() map[string]provider {
	all := map[string]provider{}
	add := func(p provider, domains ...string) {
		p.domain = domains[0]
		for _, d := range domains {
			all[d] = p
		}
	}
	add(provider{ignore: "."}, "gmail.com", "googlemail.com")
	add(provider{same: "-."}, "yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.uz", "yandex.com.tr", "narod.ru")
	add(provider{ignore: "._-"}, "proton.me", "protonmail.com", "protonmail.ch", "pm.me")
	add(provider{}, "icloud.com", "me.com", "mac.com")
	for _, d := range leads.MailProviders {
		if _, known := all[d]; !known {
			add(provider{}, d)
		}
	}
	return all
}()

// generalMailboxes are names of mailboxes that several people read.
var generalMailboxes = wordsOf(`info sales sale office mail email post pochta zakaz zakazy order orders opt shop store support help helpdesk service servis
	admin administrator webmaster postmaster root hello hi contact contacts reception secretary sekretar priemnaya manager managers marketing
	pr hr job jobs kadry buh buhgalter buhgalteria account accounting finance billing director company firma reklama market noreply no-reply
	robot bot tender tenders zakupki snab snabzhenie logist logistika sklad team booking reservation bron client clients feedback request zayavka inbox all general`)

// addMailbox reads an address as the hub keeps it.
func (f *Profile) addMailbox(address string) {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return
	}
	p, known := providers[domain]
	if !known {
		p.domain = domain
	}
	name, _, _ := strings.Cut(local, "+")
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(p.ignore, r):
			return -1
		case p.same != "" && strings.ContainsRune(p.same, r):
			return rune(p.same[0])
		}
		return r
	}, name)
	if name == "" {
		return
	}
	base := strings.Trim(name, "0123456789._-")
	m := mailbox{text: address, canonical: name + "@" + p.domain, general: !known && generalMailboxes[base] || base == "noreply" || base == "no-reply"}
	for _, has := range f.mailboxes {
		if has.canonical == m.canonical {
			return
		}
	}
	f.mailboxes = append(f.mailboxes, m)
}

// handle is a user name in a messenger or network.
type handle struct{ text, canonical string }

func (h handle) key() string { return "h:" + h.canonical }

// handleShortest is the shortest name of a user of Telegram; shorter ones say little.
const handleShortest = 5

// addHandle reads the user name of a messenger. Numbers are those of one messenger only.
func (f *Profile) addHandle(value string) {
	h := strings.ToLower(strings.TrimSpace(value))
	h = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(h, "https://"), "http://"), "www.")
	for _, host := range []string{"t.me/", "vk.com/", "instagram.com/", "ok.ru/", "facebook.com/"} {
		h = strings.TrimPrefix(h, host)
	}
	h = strings.TrimPrefix(strings.TrimSuffix(h, "/"), "@")
	letters := strings.Trim(h, "0123456789")
	if len(h) < handleShortest || len(letters) < 3 || strings.HasPrefix(h, "id") && strings.Trim(h[2:], "0123456789") == "" ||
		strings.Trim(h, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" || isOpaque(h) {
		return
	}
	f.handles = append(f.handles, handle{value, h})
}

// isOpaque reports whether a text is the key of a vendor rather than a name that a person chose.
func isOpaque(h string) bool { return len(h) > 32 || strings.Count(h, "-") > 2 }

func wordsOf(s string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(s) {
		all[w] = true
	}
	return all
}
