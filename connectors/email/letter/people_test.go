package letter

import (
	"errors"
	"strings"
	"testing"

	"ctihub/leads"
)

// TestBehindTheList has letters whose From was replaced by the address of a group, list or
// program of ours.
func TestBehindTheList(t *testing.T) {
	const google = "\nList-ID: <sales.firm.example>\nPrecedence: list"
	for about, c := range map[string]struct{ header, mails, name string }{
		"Google, Reply-To":             {"From: \"'Igor Lesnoy' via Sales\" <sales@firm.example>\nReply-To: Igor Lesnoy <igor@client.example>\nX-Original-Sender: igor@client.example" + google, "igor@client.example", "Igor Lesnoy"},
		"Google, only X-Original-From": {"From: \"'Igor Lesnoy' via Sales\" <sales@firm.example>\nReply-To: sales@firm.example\nX-Original-From: Igor Lesnoy <igor@client.example>" + google, "igor@client.example", "Igor Lesnoy"},
		"Google, only X-Original-Sender": {"From: \"'Igor Lesnoy' via Sales\" <sales@firm.example>\nReply-To: sales@firm.example\nX-Original-Sender: igor@client.example" + google,
			"igor@client.example", "Igor Lesnoy"},
		"Google, older field":         {"From: Igor Lesnoy via Sales <sales@firm.example>\nX-Google-Original-From: \"Igor Lesnoy\" <igor@client.example>" + google, "igor@client.example", "Igor Lesnoy"},
		"Google, no name":             {"From: \"'igor@client.example' via Sales\" <sales@firm.example>" + google, "igor@client.example", ""},
		"no via, To is the group":     {"From: sales@firm.example\nTo: sales@firm.example\nX-Original-Sender: igor@client.example" + google, "igor@client.example", ""},
		"Russian name in words":       {"From: =?utf-8?B?J9CY0LPQvtGA0YwnINGH0LXRgNC10LcgU2FsZXM=?= <sales@firm.example>\nX-Original-From: igor@client.example", "igor@client.example", "Игорь"},
		"Mailman, Reply-To of both":   {"From: Igor Lesnoy via Sales <sales@firm.example>\nReply-To: sales@firm.example, Igor Lesnoy <igor@client.example>\nList-Id: Sales <sales.firm.example>", "igor@client.example", "Igor Lesnoy"},
		"Mailman, Cc":                 {"From: Igor Lesnoy via Sales <sales@firm.example>\nReply-To: sales@firm.example\nCc: Igor Lesnoy <igor@client.example>\nList-Id: Sales <sales.firm.example>", "igor@client.example", "Igor Lesnoy"},
		"Mailman, Cc of several":      {"From: Igor Lesnoy via Sales <sales@firm.example>\nCc: Boris <boris@other.example>, Igor Lesnoy <igor@client.example>\nList-Id: <sales.firm.example>", "igor@client.example", "Igor Lesnoy"},
		"Sympa":                       {"From: \"Igor Lesnoy (via sales Mailing List)\" <sales@firm.example>\nX-Original-From: Igor Lesnoy <igor@client.example>\nReply-To: sales@firm.example", "igor@client.example", "Igor Lesnoy"},
		"Yahoo":                       {"From: \"igor@client.example [sales]\" <sales@firm.example>\nReply-To: sales@firm.example\nMailing-List: list sales@firm.example", "igor@client.example", ""},
		"rspamd, all in words":        {"From: =?UTF-8?Q?Igor_Lesnoy_via_Sales?= <sales@firm.example>\nX-Original-From: =?UTF-8?Q?Igor_Lesnoy_=3Cigor=40client=2Eexample=3E?=", "igor@client.example", "Igor Lesnoy"},
		"on behalf":                   {"From: Sales on behalf of Igor Lesnoy <sales@firm.example>\nReply-To: igor@client.example", "igor@client.example", "Igor Lesnoy"},
		"on behalf, ru":               {"From: Сайт от имени Игорь Лесной <site@firm.example>\nReply-To: igor@client.example", "igor@client.example", "Игорь Лесной"},
		"on behalf, de":               {"From: Sales im Auftrag von Igor Lesnoy <sales@firm.example>\nX-Original-From: igor@client.example", "igor@client.example", "Igor Lesnoy"},
		"a ticket system of ours":     {"From: Support <support@firm.example>\nReply-To: Igor Lesnoy <igor@client.example>", "igor@client.example", "Igor Lesnoy"},
		"their address as a name":     {"From: igor@client.example <support@firm.example>", "igor@client.example", ""},
		"name and address as a name":  {"From: \"Igor Lesnoy (igor@client.example)\" <support@firm.example>\nReply-To: support@firm.example", "igor@client.example", "Igor Lesnoy"},
		"a program, ours in Reply-To": {"From: WordPress <wordpress@firm.example>\nReply-To: sales@firm.example, Igor Lesnoy <igor@client.example>", "igor@client.example", "Igor Lesnoy"},
		"ours and theirs in From":     {"From: sales@firm.example, Igor Lesnoy <igor@client.example>", "igor@client.example", "Igor Lesnoy"},
		"nobody told":                 {"From: \"'Igor Lesnoy' via Sales\" <sales@firm.example>\nReply-To: sales@firm.example" + google, "'Igor Lesnoy' via Sales <sales@firm.example>", "Igor Lesnoy"},
		"a group of the customer's":   {"From: \"'Igor Lesnoy' via Office\" <office@client.example>\nX-Original-From: Igor Lesnoy <igor@client.example>\nList-Id: <office.client.example>\nList-Post: <mailto:office@client.example>", "igor@client.example", "Igor Lesnoy"},
		"via is a name":               {"From: Anna via Roma <anna@client.example>\nReply-To: other@client.example", "anna@client.example", "Anna via Roma"},
	} {
		touch := readOf(t, c.header+"\nSubject: Price", "Price?")
		if touch.Direction != leads.In || strings.ReplaceAll(emails(touch), `"`, "") != c.mails || touch.Name != c.name || touch.Automatic != "" {
			t.Errorf("%s: %s %q name %q automatic %q", about, touch.Direction, emails(touch), touch.Name, touch.Automatic)
		}
	}
	for about, header := range map[string]string{
		"a colleague's letter to the group":    "From: Anna <anna@firm.example>\nTo: sales@firm.example\nX-Original-Sender: anna@firm.example" + google,
		"a colleague behind the group":         "From: \"'Anna' via Sales\" <sales@firm.example>\nX-Original-From: Anna <anna@firm.example>\nTo: sales@firm.example" + google,
		"a colleague's own address as a name":  "From: \"anna@firm.example\" <anna@firm.example>\nTo: sales@firm.example",
		"a colleague who is somewhere else":    "From: Anna <anna@firm.example>\nX-Original-Sender: anna@home.example\nTo: oleg@firm.example",
		"a group's letter to somebody outside": "From: \"'Anna' via Sales\" <sales@firm.example>\nTo: Igor <igor@client.example>\nCc: boris@client.example" + google,
	} {
		if touch := readOf(t, header, "Hello"); touch.Direction == leads.In {
			t.Errorf("%s: %s %q", about, touch.Direction, emails(touch))
		}
	}
}

// TestUnreadableSenders: the text of From is handed over unchanged, and Return-Path is never the
// author.
func TestUnreadableSenders(t *testing.T) {
	for header, want := range map[string]string{
		"From: igor@client,example":                                                              "igor@client,example",
		"From: Igor Lesnoy\n<igor@client.example>":                                               "igor@client.example",
		"From: Igor <igor@client.example;>":                                                      "igor@client.example",
		"From: Igor Lesnoy<igor@client.example>":                                                 "igor@client.example",
		"From: igor lesnoy @ client.example":                                                     "igor lesnoy @ client.example",
		"From: Igor <igor lesnoy@client.example>":                                                "igor lesnoy@client.example",
		"From: =?utf-8?B?0JjQs9C+0YDRjA==?=":                                                     "Игорь",
		"From: igor@lesnoy@client.example\nReturn-Path: <bounce@client.example>":                 "igor@lesnoy@client.example",
		"From: Igor <igor@client>\nSender: robot@client.example":                                 "igor@client",
		"From: Igor <igor@client>\nReply-To: igor@client.example":                                "igor@client.example igor@client",
		"From: Igor <igor@client>\nReply-To: sales@firm.example":                                 "igor@client",
		"Subject: x\nReturn-Path: <igor@client.example>":                                         "",
		"Subject: x\nSender: Igor <igor@client.example>\nReturn-Path: <bounce@client.example>":   "igor@client.example",
		"Subject: x\nReply-To: Igor <igor@client.example>\nSender: robot@client.example":         "igor@client.example",
		"From: Igor Lesnoy igor @client.example\nReturn-Path: <x@client.example>":                "igor@client.example",
		"From: <Igor Lesnoy>\nReply-To: igor@client.example\nX-Original-From: anna@firm.example": "igor@client.example Igor Lesnoy",
		"From: \"Igor Lesnoy\" <>\nReturn-Path: <igor@client.example>":                           "Igor Lesnoy",
	} {
		touch := readOf(t, header, "Price?")
		if touch.Direction != leads.In || strings.ReplaceAll(emails(touch), `"`, "") != want || touch.Automatic != "" {
			t.Errorf("%s: %s %q automatic %q, want %q", header, touch.Direction, emails(touch), touch.Automatic, want)
		}
	}
	touch := readOf(t, "From: Anna <anna@firm.example>\nTo: igor lesnoy@client example\nSubject: x", "Price?")
	if touch.Direction != leads.Out || emails(touch) != "igor lesnoy@client example" {
		t.Errorf("to somebody: %s %q", touch.Direction, emails(touch))
	}
}

// TestJunkAboveTheHeader has lines that mail servers, archives and gateways leave above a header.
func TestJunkAboveTheHeader(t *testing.T) {
	const mail = "Received: from a.example by b.example; Fri, 27 Nov 2026 10:00:00 +0300\r\nFrom: Igor <igor@client.example>\r\nTo: sales@firm.example\r\nSubject: Price\r\n\r\nPrice?\r\n"
	for _, junk := range []string{
		"From igor@client.example Fri Nov 27 10:00:00 2026\r\n",
		">From igor@client.example Fri Nov 27 10:00:00 2026\r\n",
		">From a@a.example Fri Nov 27 10:00:00 2026\n>From b@b.example Fri Nov 27 10:00:01 2026\n",
		"---- Original email message ----\r\n",
		"\xef\xbb\xbf",
		"\xef\xbb\xbf\r\n",
		"\r\n",
		"\n\n\n",
		" \r\n",
		"HTTP/1.1 200 OK\r\n",
		"HTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 10:00:00 GMT\r\nServer: x\r\nContent-Type: message/rfc822\r\n\r\n",
		"OK\r\n",
		"+OK 1234 octets\r\n",
		"* 1 FETCH (RFC822 {1234}\r\n",
		"Nov 27 10:00:00 mx postfix/smtpd[123]: connect from a.example\r\n",
		"2026-11-27 10:00:00 1abcde-000001-AB <= igor@client.example\r\n",
		"Return path follows\r\n\r\n",
		"junk\r\njunk again\r\n\r\n>From x\r\n",
		"220 mx.firm.example ESMTP\r\n354 go ahead\r\n",
		"X-Gateway: 1\r\n\r\n",
	} {
		touch, err := Read(strings.NewReader(junk+mail), Options{Own: []string{"@firm.example"}})
		if err != nil || emails(touch) != "igor@client.example" || touch.Text != "Price?" || touch.Subject != "Price" || !strings.HasPrefix(touch.Raw, junk) {
			t.Errorf("%q: %v, from %q text %q", junk, err, emails(touch), touch.Text)
		}
	}
	for _, none := range []string{"", "hello", "GET / HTTP/1.1\r\nHost: firm.example\r\n\r\n", "hello\r\n\r\nFrom here on: nothing\r\n", strings.Repeat("junk\n", 30) + mail} {
		if touch, err := Read(strings.NewReader(none), Options{}); !errors.Is(err, Unreadable) {
			t.Errorf("%q is mail from %q", none, emails(touch))
		}
	}
	// Lines of the text that look like a header are none.
	touch, err := Read(strings.NewReader("Date: Fri, 27 Nov 2026 10:00:00 +0300\r\nSubject: one\r\n\r\nFrom: boris@other.example\r\nTo: x@other.example\r\n"), Options{})
	if err != nil || emails(touch) != "" || touch.Subject != "one" {
		t.Errorf("%v, from %q subject %q", err, emails(touch), touch.Subject)
	}
}
