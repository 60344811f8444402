package leads

import (
	"slices"
	"strings"
)

// MailProviders are the domains of services where anybody has a mailbox: an address there says
// nothing about where its owner works.
var MailProviders = strings.Fields(`gmail.com googlemail.com yandex.ru ya.ru yandex.com yandex.by yandex.kz yandex.ua yandex.uz yandex.com.tr narod.ru yandex.net
	proton.me protonmail.com protonmail.ch pm.me icloud.com me.com mac.com mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru rambler.ru lenta.ru ro.ru
	autorambler.ru myrambler.ru outlook.com hotmail.com live.com live.ru msn.com yahoo.com ymail.com fastmail.com zoho.com gmx.de gmx.net web.de t-online.de
	freenet.de tut.by ukr.net i.ua mail.com aol.com qip.ru pochta.ru e1.ru ngs.ru vk.com bigmir.net mail.kz inbox.lv hotmail.ru sibmail.com outlook.de
	hotmail.de yahoo.de gmx.at gmx.ch orange.fr wanadoo.fr laposte.net free.fr libero.it wp.pl onet.pl o2.pl interia.pl seznam.cz qq.com 163.com 126.com`)

// IsMailProvider reports whether anybody may have a mailbox of a domain.
func IsMailProvider(domain string) bool { return slices.Contains(MailProviders, domain) }

// MailDomain is the domain of an e-mail address, in the form of NormaliseEmail; empty for other identities
// and for those of mail providers.
func (i Identity) MailDomain() string {
	if i.Kind != KindEmail {
		return ""
	}
	_, domain, _ := strings.Cut(i.Value, "@")
	if IsMailProvider(domain) {
		return ""
	}
	return domain
}
