package email

import (
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/email/mailtest"
)

func TestKey(t *testing.T) {
	key := func(mail string) string { return fingerprintOf([]byte(mail)).key("info", int64(len(mail))) }
	mail := string(mailtest.Mail(1))
	same := map[string]string{
		"a header more":   "X-Spam: no\r\n" + mail,
		"a folded header": strings.Replace(mail, "Subject: Question 1", "Subject:\r\n\tQuestion  1", 1),
		"another case":    strings.Replace(mail, "Message-ID:", "MESSAGE-id:", 1),
	}
	for what, m := range same {
		if key(m) != key(mail) {
			t.Errorf("%s makes another mail of it", what)
		}
	}
	other := map[string]string{
		"subject": strings.Replace(mail, "Question 1", "Question 2", 1),
		"date":    strings.Replace(mail, "10:00:01", "10:00:02", 1),
		"body":    strings.Replace(mail, "item 1", "item 2", 1),
		"length":  mail + "x",
		"sender":  strings.Replace(mail, "client1@", "client2@", 1),
	}
	for what, m := range other {
		if key(m) == key(mail) {
			t.Errorf("another %s makes no other mail", what)
		}
	}
	if fingerprintOf([]byte(mail)).key("sales", int64(len(mail))) == key(mail) {
		t.Error("two inboxes share a mail")
	}
}

func FuzzOutline(f *testing.F) {
	f.Add(mailtest.Mail(1))
	f.Add([]byte("Subject\n : a\n\tb\n\nbody"))
	f.Add([]byte("\r\n\r\n"))
	f.Fuzz(func(t *testing.T, mail []byte) {
		begin := mail[:min(len(mail), keyHeader+keyBody)]
		o := fingerprintOf(begin)
		if o.size < 0 || o.size > int64(len(begin)) || len(o.body) > keyBody {
			t.Fatalf("header of %d in %d bytes", o.size, len(begin))
		}
		if k := o.key("info", int64(len(mail))); len(k) != len("info/")+32 || k != fingerprintOf(begin).key("info", int64(len(mail))) {
			t.Fatalf("key %q", k)
		}
		(&connector{}).maskForeignMark(append([]byte(nil), begin...), o)
		_ = bounceReason(o.body)
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(`{"info/INBOX":{"v":1,"u":5,"s":7,"o":[3]}}`)
	f.Fuzz(func(t *testing.T, cursor string) {
		in := connectortest.NewInbox("mail")
		if err := in.Put(t.Context(), cursor); err != nil {
			t.Fatal(err)
		}
		l, err := newCursorStore(t.Context(), in)
		if err != nil {
			return
		}
		p := l.position("info/INBOX")
		if q := p.addRefused(3).removeRefused(3).after(p.UID); q.UID < p.UID {
			t.Fatalf("%+v after %+v", q, p)
		}
	})
}

func TestSettings(t *testing.T) {
	for settings, want := range map[string]string{
		"inboxes: []": "inboxes: is empty",
		"inboxes: [{host: a.example, username: u}]":                                                                           "password: is empty",
		"inboxes: [{host: a.example, password: p}]":                                                                           "username: is empty",
		"inboxes: [{username: u, password: p}]":                                                                               "host:",
		"inboxes: [{host: a.example, username: u, password: p, tls: ssl}]":                                                    "is none of tls, starttls, none",
		"inboxes: [{host: a.example, username: u, password: p, tls: none}]":                                                   "without encryption",
		"inboxes: [{host: a.example, username: u, password: p, ca: nonsense}]":                                                "ca: holds no certificate",
		"inboxes: [{host: a.example, username: u, password: p}, {host: b.example, username: u, password: p}]":                 "is there twice",
		"inboxes: [{host: a.example, username: u, password: p, folders: [A, A]}]":                                             "there twice",
		"inboxes: [{host: a.example, username: u, oauth: {client_id: c, refresh_token: r, token_url: \"http://a.example\"}}]": "not a full https address",
		"smtp: {host: a.example, from: nobody}":                                                                               "from:",
		"smtp: {host: a.example, from: a@b.example, copy: info}":                                                              "copy:",
		"smtp: {host: a.example, from: a@b.example, from_name: \"x\\r\\nBcc: y\"}":                                            "line break",
	} {
		_, err := open(connectortest.Env(t, "mail", settings))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", settings, err, want)
		}
	}
	if _, err := open(connectortest.Env(t, "mail", "inboxes: [{host: a.example, username: u, password: p, tls: none, allow_plain: true}]")); err != nil {
		t.Error(err)
	}
}
