package letter

import (
	"strings"
	"testing"
)

// partsFrom is a mail with a text and a file between boundaries "CC", below a
// Content-Type that tells of them, or does not.
func partsFrom(kind string) string {
	return "From: igor@client.example\nTo: sales@firm.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: " + kind + "\n\n" +
		"--CC\nContent-Type: text/plain; charset=utf-8\n\nПривет\n--CC\ncontent-type: application/pdf; name=\"a.pdf\"\n\n%PDF\n--CC--\n"
}

// TestBoundaries has the boundaries that senders declare.
func TestBoundaries(t *testing.T) {
	for _, kind := range []string{
		`multipart/mixed; boundary="CC"`, `multipart/mixed; boundary=CC; charset=utf-8`, `multipart/mixed; boundary=CC charset=utf-8`,
		`multipart/mixed; boundary='CC'`, `multipart/mixed; boundary*0="C"; boundary*1="C"`, `multipart/mixed; boundary*=us-ascii''CC`,
		`multipart/mixed`, `multipart/mixed; boundary=`, `multipart/mixed; boundary="another"`,
	} {
		touch, err := Read(strings.NewReader(partsFrom(kind)), Options{})
		if err != nil || touch.Text != "Привет" || len(touch.Attachments) != 1 || touch.Attachments[0].Name != "a.pdf" {
			t.Errorf("%s: %q, %+v, %v", kind, touch.Text, touch.Attachments, err)
		}
	}
	const inner = "From: igor@client.example\nSubject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\nNo part.\n--a\nContent-Type: text/plain\n\nHello\n--a--\n"
	if touch, err := Read(strings.NewReader(inner), Options{}); err != nil || touch.Text != "No part.\n\nHello" {
		t.Errorf("the boundary around a multipart is not that of its parts: %q, %v", touch.Text, err)
	}
	const words = "From: igor@client.example\nSubject: x\nContent-Type: multipart/mixed; boundary=a\n\nLook:\n--x\nContent-Type is what?\n--a\n\nHello\n--a--\n"
	if touch, err := Read(strings.NewReader(words), Options{}); err != nil || touch.Text != "Hello" {
		t.Errorf("the declared boundary counts where it comes: %q, %v", touch.Text, err)
	}
}

// TestFormsOfTheText has texts of other types than text/plain, and placeholders of a plain text.
func TestFormsOfTheText(t *testing.T) {
	const page = "\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>Нужен забор</p>\n--b--\n"
	for about, c := range map[string]struct{ kind, text, want string }{
		"markdown":           {"text/markdown; charset=utf-8", "Нужен **забор**", "Нужен **забор**"},
		"enriched":           {"text/enriched; charset=utf-8", "<bold>Нужен</bold> забор", "Нужен забор"},
		"no plain text, en":  {"multipart/alternative; boundary=b", "--b\n\nThis mail is in HTML, your client cannot view it." + page, "Нужен забор"},
		"no plain text, ru":  {"multipart/alternative; boundary=b", "--b\n\nВаша программа не поддерживает HTML." + page, "Нужен забор"},
		"enriched and plain": {"multipart/alternative; boundary=b", "--b\n\nForms\n--b\nContent-Type: text/enriched\n\n<bold>Forms</bold>\n--b--\n", "Forms"},
		"an empty page":      {"multipart/alternative; boundary=b", "--b\n\nI cannot view HTML on my telephone.\n--b\nContent-Type: text/html\n\n<br>\n--b--\n", "I cannot view HTML on my telephone."},
		"a text with a name": {"text/plain; charset=utf-8; name=\"message.txt\"", "Нужен забор", "Нужен забор"},
		"named and inline":   {"multipart/mixed; boundary=b", "--b\nContent-Type: text/plain; charset=utf-8; name=body.txt\nContent-Disposition: inline\n\nНужен забор\n--b--\n", "Нужен забор"},
		"tags in plain text": {"text/plain; charset=utf-8", "<bold> не работает", "<bold> не работает"},
	} {
		touch := readOf(t, "From: igor@client.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: "+c.kind, c.text)
		if touch.Text != c.want || len(touch.Attachments) > 0 {
			t.Errorf("%s: %q, %d files", about, touch.Text, len(touch.Attachments))
		}
	}
}
