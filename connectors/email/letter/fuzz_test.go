package letter

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"ctihub/leads"
)

// seeds adds the corpus.
func seeds(f *testing.F, add func(mail []byte)) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatal("no corpus", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		add(b)
	}
}

func FuzzRead(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b) })
	o := Options{Own: []string{"@firm.example"}, Region: "RU"}
	f.Fuzz(func(t *testing.T, b []byte) {
		touch, err := Read(bytes.NewReader(b), o)
		again, errAgain := Read(iotest.OneByteReader(bytes.NewReader(b)), o)
		one, _ := json.Marshal(touch)
		two, _ := json.Marshal(again)
		if !bytes.Equal(one, two) || (err == nil) != (errAgain == nil) {
			t.Fatalf("read by the byte it is another mail\n%s %v\n%s %v", one, err, two, errAgain)
		}
		if err != nil {
			if !errors.Is(err, Unreadable) {
				t.Fatal(err)
			}
			return
		}
		checkTouch(t, touch)
	})
}

// checkTouch checks the properties of every readable mail.
func checkTouch(t *testing.T, touch leads.Touch) {
	t.Helper()
	for _, s := range []string{touch.Name, touch.To, touch.Subject, touch.Text, touch.Whole} {
		if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x01\x02\x1b") {
			t.Fatalf("a broken text: %q", s)
		}
	}
	if strings.ContainsAny(touch.Name+touch.Subject+touch.To, "\r\n") {
		t.Fatalf("a line is several: %q %q %q", touch.Name, touch.Subject, touch.To)
	}
	if len(touch.Text) > maxFresh || len(touch.Whole) > maxFresh || len(touch.HTML) > maxFresh || len(touch.Raw) > leads.RawLimit || len(touch.References) > maxRefs {
		t.Fatal("over a limit")
	}
	if blank(touch.Text) && !blank(touch.Whole) {
		t.Fatalf("the text was emptied: %q", touch.Whole)
	}
	for _, a := range touch.Attachments {
		if a.Name == "" || strings.ContainsAny(a.Name, "/\\\x00\r\n") {
			t.Fatalf("file name %q", a.Name)
		}
	}
	for _, id := range touch.From {
		if touch.Direction == leads.In && touch.Automatic == "" && strings.HasSuffix(id.Value, "@firm.example") && id.Kind == leads.KindEmail && mailbox(id.Value) != "" {
			t.Fatalf("one of us is the customer: %q", id.Value)
		}
		if id.Value == "" || !utf8.ValidString(id.Value) {
			t.Fatalf("identity %q", id.Value)
		}
	}
	touch.Source, touch.ExternalID = "mail", "1"
	if err := touch.Normalise("RU").Validate(); err != nil {
		t.Fatal(err)
	}
}

// FuzzAddresses: an address occurs in the text as it is, never joined from separate words.
func FuzzAddresses(f *testing.F) {
	for _, s := range []string{`Igor Lesnoy igor@client.example`, `igor lesnoy @ client.example`, `"Lesnoy, Igor" <igor@client.example>; anna(home)@client . example (Anna)`, `=?utf-8?Q?Igor_=3Cigor=40client=2Eexample=3E?=`, `team: <<a@b.example>>, mailto:c@d.example;`, `"a <b@c.example>`, `<@a,@b:igor@client.example> x <y@z.example>`, `ig(x)or@client.example`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := strings.ToLower(decodeWords(s, ""))
		for _, a := range addresses(s, "") {
			if a.mail == "" {
				if a.text == "" {
					t.Fatalf("%q: nothing is left of a mailbox", s)
				}
				continue
			}
			if m, err := leads.NormaliseEmail(a.mail); err != nil || m != a.mail {
				t.Fatalf("%q: address %q", s, a.mail)
			}
			if utf8.ValidString(s) && !strings.Contains(text, a.local()) && !strings.Contains(strings.ToLower(s), a.local()) {
				t.Fatalf("%q: address %q was made up", s, a.mail)
			}
		}
	})
}

// FuzzHeaderBegins: a header begins at the beginning of a line.
func FuzzHeaderBegins(f *testing.F) {
	for _, s := range []string{"From a Fri\nFrom: a\nTo: b\n\nx", "\xef\xbb\xbf\r\nFrom: a\r\n\r\n", "HTTP/1.1 200 OK\nDate: x\n\nFrom: a\n\tb\nTo: c\n", "x\n\n\nReceived: a\nSubject: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := headerBegins(b)
		if n < 0 || n > len(b) || n > 3 && b[n-1] != '\n' {
			t.Fatalf("%q begins at %d", b, n)
		}
		if n > 0 && headerBegins(b[n:]) != 0 {
			t.Fatalf("%q begins at %d and later", b, n)
		}
	})
}

// FuzzForward: the forwarded text is a part of the text.
func FuzzForward(f *testing.F) {
	for _, s := range []string{"> Begin forwarded message:\n>\n> From: Igor <igor@client.example>\n> To: b\n> Subject: c\n>\n> text\n\n--\nfooter", "De : Igor\n <igor@client.example>\nEnvoyé : x\nÀ : y\nObjet : z\n\ntext", "-- Пересылаемое сообщение --\n27.11.2026, 10:15, \"Igor\" <igor@client.example>:\ntext\n-- Конец пересылаемого сообщения --"} {
		f.Add(s, "Fwd: x")
		f.Add(s, "Re: x")
		f.Add(s, "x")
	}
	f.Fuzz(func(t *testing.T, s, subject string) {
		s = tidy(s)
		lines := strings.Split(s, "\n")
		begin := forwardBegins(lines, subject)
		if begin < anAnswer || begin > len(lines) {
			t.Fatalf("begins at %d of %d", begin, len(lines))
		}
		h := readHead(lines)
		if h.lines > len(lines) || h.fields > 4 || h.fields == 0 && (h.author != (address{}) || h.subject != "") {
			t.Fatalf("%+v", h)
		}
		author, _, rest := innerMail(lines)
		if len(rest) > len(lines) || len(strings.Join(rest, "\n")) > len(s)+len(lines) {
			t.Fatalf("%d lines became %d", len(lines), len(rest))
		}
		if author.mail != "" && !strings.Contains(strings.ToLower(s), author.local()) {
			t.Fatalf("author %q was made up", author.mail)
		}
	})
}

func FuzzText(f *testing.F) {
	seeds(f, func(b []byte) {
		if _, body, found := bytes.Cut(b, []byte("\r\n\r\n")); found && utf8.Valid(body) {
			f.Add(string(body), false)
			f.Add(string(body), true)
		}
	})
	f.Fuzz(func(t *testing.T, s string, forwards bool) {
		for _, text := range []string{htmlText(s), tidy(s)} {
			if !utf8.ValidString(text) {
				t.Fatalf("broken text: %q", text)
			}
			newText, own := newTextOf(text, forwards)
			whole := withoutMarks(strings.Split(text, "\n"))
			if blank(newText) != blank(whole) || blank(own) != blank(whole) {
				t.Fatalf("%q was left of %q", newText, whole)
			}
			if strings.Contains(newText+own+whole, mark) {
				t.Fatalf("a mark is left in %q", newText)
			}
			if len(newText) > len(own) || len(own) > len(whole) {
				t.Fatalf("%q grew to %q", whole, newText)
			}
			checkMade(t, newText, whole)
			checkMade(t, own, whole)
			if form, ok := parseForm(text); ok && !form.hasContact() {
				t.Fatal("a form of nobody")
			}
			m := &mail{}
			innerMail(strings.Split(text, "\n"))
			m.offeredPhones(own)
		}
		if line := invitation(s); !utf8.ValidString(line) && utf8.ValidString(s) || strings.ContainsAny(line, "\n\x00") {
			t.Fatalf("invitation %q", line)
		}
	})
}

func FuzzTNEF(f *testing.F) {
	seeds(f, func(b []byte) {
		var packed bytes.Buffer
		_, _ = packed.ReadFrom(decodeTransfer(bytes.NewReader(b[max(0, bytes.LastIndex(b, []byte("\r\n\r\n"))):]), "base64"))
		if i := bytes.Index(packed.Bytes(), []byte("\x78\x9f\x3e\x22")); i >= 0 {
			f.Add(packed.Bytes()[i:])
		}
	})
	rtf := []byte("................LZFu")
	binary.LittleEndian.PutUint32(rtf[4:], 100)
	f.Add(append(rtf[8:], "....\x00{\\rtf1 abc}"...))
	f.Fuzz(func(t *testing.T, b []byte) {
		pack, err := unpackTNEF(b)
		size := 0
		for _, file := range pack.files {
			size += len(file.content)
		}
		if err == nil && (size > len(b) || len(pack.files) > maxTNEFFiles) {
			t.Fatalf("%d bytes grew to %d in %d files", len(b), size, len(pack.files))
		}
		text, page := rtfText(b, "windows-1251")
		if !utf8.ValidString(text+page+pack.text+pack.page) || len(text+page) > 4*maxText {
			t.Fatal("broken or endless text")
		}
	})
}

func FuzzCharset(f *testing.F) {
	for _, s := range []string{"Вопрос", "=?utf-8?B?0JI=?= =?koi8-r?Q?=D7?=", "a; filename*0*=utf-8''%D0; filename*1=b", `"Петрова, Анна" <a@b.example>, x:y@z.example;`, "\xff\xfe\x12\x04", "\xc2\xee\xef\xf0\xee\xf1"} {
		for _, charset := range []string{"", "utf-8", "koi8-r", "windows-1251", "iso-2022-jp", "gb18030", "utf-16", "replacement"} {
			f.Add([]byte(s), charset)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, charset string) {
		for _, s := range []string{decodeText(b, charset), decodeWords(string(b), charset), parameters(string(b)).fileName("filename", charset)} {
			if !utf8.ValidString(s) {
				t.Fatalf("%q is not UTF-8", s)
			}
		}
		if utf8.Valid(b) && bytes.ContainsAny(b, "йцукенгшщзхъ") && !bytes.ContainsAny(b, "\x00\x01\x02\x03\x04") && (charset == "utf-8" || charset == "koi8-r" || charset == "windows-1251") && decodeText(b, charset) != strings.TrimPrefix(string(b), "\ufeff") {
			t.Fatalf("UTF-8 became %q", decodeText(b, charset))
		}
		for _, a := range addresses(string(b), charset) {
			if !utf8.ValidString(a.name+a.mail) || strings.ContainsAny(a.name, "\r\n\x00") {
				t.Fatalf("%q", a)
			}
		}
		parseDate(string(b))
	})
}

// checkMade checks that a text consists of lines of another one, in their order.
func checkMade(t *testing.T, newText, whole string) {
	t.Helper()
	rest := whole
	for line := range strings.SplitSeq(newText, "\n") {
		line = strings.TrimSpace(line)
		i := strings.Index(rest, line)
		if i < 0 {
			t.Fatalf("%q of %q is not in %q", line, newText, whole)
		}
		rest = rest[i+len(line):]
	}
}

// FuzzAnswer reads texts as first letters and as answers: the new text consists of lines of the
// letter and is never empty.
func FuzzAnswer(f *testing.F) {
	files, err := filepath.Glob("testdata/answers/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no answers", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i, piece := range strings.Split(string(b), "\n#### ") {
			_, text, _ := strings.Cut(piece, "\n")
			f.Add(text, i%2 == 0, i%3 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, s string, answers, page bool) {
		subject, kind := "4711", "plain"
		if answers {
			subject = "Re: 4711"
		}
		if page {
			kind = "html"
		}
		touch, err := Read(strings.NewReader("From: igor@client.example\r\nTo: sales@firm.example\r\nSubject: "+subject+
			"\r\nContent-Type: text/"+kind+"; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"+base64.StdEncoding.EncodeToString([]byte(s))), Options{Own: []string{"@firm.example"}})
		if err != nil {
			t.Fatal(err)
		}
		checkTouch(t, touch)
		whole := wholeOf(touch)
		if blank(touch.Text) != blank(whole) {
			t.Fatalf("%q was left of %q", touch.Text, whole)
		}
		if !page || answers {
			checkMade(t, touch.Text, whole)
			return
		}
		flat := htmlWords(s) // signs at quotations are left out of a first letter
		for word := range strings.FieldsSeq(touch.Text) {
			if !strings.Contains(whole, word) && !strings.Contains(flat, word) {
				t.Fatalf("%q is not in %q", word, whole)
			}
		}
	})
}
