package email

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/email/mailtest"
	"ctihub/leads"
	"ctihub/leads/replies"
)

// outgoing are the settings of a source that sends through a receiver.
func outgoing(r *mailtest.Receiver, more string) string {
	return fmt.Sprintf("smtp: {host: %s, port: %d, tls: none, username: info, password: secret, from: info@firm.example, from_name: Фирма%s}\n", r.Host, r.Port, more)
}

// store holds the files of answers.
type store map[string]string

func (s store) Keep(context.Context, string, int, string, io.Reader) (leads.Attachment, error) {
	return leads.Attachment{}, errors.New("nothing is kept here")
}

func (s store) Open(_ context.Context, id string) (io.ReadCloser, error) {
	text, ok := s[id]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

func sender(t *testing.T, settings string, files connectors.Files) (*connector, connectors.Env) {
	t.Helper()
	env := connectortest.Env(t, "mail", settings)
	env.Files = files
	c, err := newConnector(env, hasty)
	if err != nil {
		t.Fatal(err)
	}
	return c, env
}

func reply() leads.Reply {
	return leads.Reply{
		ID: uuid.Must(uuid.NewV7()).String(), To: leads.Identity{Kind: leads.KindEmail, Value: "client@client.example"},
		Text: "Добрый день!\n\nЭто стоит 100 ₽.\n.\nС уважением", AnsweredTitle: "RE: Отв: Сколько это стоит?", AnsweredID: "<q1@client.example>",
		AnsweredRefs: []string{"<q0@client.example>", "not an id"}, AnsweredText: "Сколько это стоит?\n> раньше", AnsweredAt: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC),
	}
}

func TestRealSend(t *testing.T) {
	smtp := mailtest.StartSMTP(t)
	big := strings.Repeat("0123456789", 300_000)
	c, _ := sender(t, outgoing(smtp, ""), store{"1": "%PDF-1.7", "2": big})
	r := reply()
	r.Attachments = []leads.Attachment{{ID: "1", Name: "Счёт №1.pdf", Type: "application/pdf"}, {ID: "2", Name: "../../etc/\r\npasswd", Type: "text/html\r\nX: y"}}
	id, err := c.Send(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := "<" + r.ID + "@firm.example>"; id != want {
		t.Errorf("id %s, want %s", id, want)
	}
	sent := smtp.Sent()
	if len(sent) != 1 || sent[0].From != "info@firm.example" || sent[0].To != "client@client.example" {
		t.Fatalf("sent %d mails", len(sent))
	}
	m := sent[0].Mail(t)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Re: Сколько это стоит?" {
		t.Errorf("subject %q %v", subject, err)
	}
	for name, want := range map[string]string{
		"Message-Id": id, "In-Reply-To": "<q1@client.example>", "References": "<q0@client.example> <q1@client.example>", "Auto-Submitted": "", "X-Ctihub-Hub": c.hubMark(), "Precedence": "",
	} {
		if have := strings.Join(strings.Fields(m.Header.Get(name)), " "); have != want {
			t.Errorf("%s: %q, want %q", name, have, want)
		}
	}
	if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "Фирма" || from[0].Address != "info@firm.example" {
		t.Errorf("From %v %v", from, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	text, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(string(body), "\r\n", "\n")
	for _, want := range []string{r.Text, "вы писали:\n> Сколько это стоит?\n>> раньше"} {
		if !strings.Contains(got, want) {
			t.Errorf("text %q lacks %q", got, want)
		}
	}
	var names []string
	for _, want := range []string{"%PDF-1.7", big} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		name, _ := new(mime.WordDecoder).DecodeHeader(p.FileName())
		names = append(names, name)
		content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil || string(content) != want {
			t.Errorf("file %s has %d bytes, want %d (%v)", name, len(content), len(want), err)
		}
	}
	if names[0] != "Счёт №1.pdf" || strings.ContainsAny(names[1], "/\r\n") {
		t.Errorf("files %q", names)
	}
}

func TestRealSendEncrypted(t *testing.T) {
	smtp := mailtest.StartSMTP(t)
	ca := strings.ReplaceAll(smtp.CA, "\n", "\\n")
	for name, way := range map[string]string{
		"tls":      fmt.Sprintf("port: %d, tls: tls", smtp.TLSPort),
		"starttls": fmt.Sprintf("port: %d, tls: starttls", smtp.Port),
	} {
		t.Run(name, func(t *testing.T) {
			settings := fmt.Sprintf("smtp: {host: %s, %s, ca: \"%s\", username: info, password: secret, from: info@firm.example}", smtp.Host, way, ca)
			c, _ := sender(t, settings, nil)
			if _, err := c.Send(t.Context(), reply()); err != nil {
				t.Fatal(err)
			}
			if sent := smtp.Sent(); !sent[len(sent)-1].TLS {
				t.Error("it went in the clear")
			}
			c, _ = sender(t, fmt.Sprintf("smtp: {host: %s, %s, username: info, password: secret, from: info@firm.example}", smtp.Host, way), nil)
			if _, err := c.Send(t.Context(), reply()); err == nil || !errors.Is(err, leads.ErrNotSent) || !strings.Contains(err.Error(), "is not trusted") {
				t.Errorf("a stranger's certificate: %v", err)
			}
		})
	}
}

// What Send says of each failure: tried again, final, or perhaps sent.
func TestRealSendFailures(t *testing.T) {
	smtp := mailtest.StartSMTP(t)
	const (
		again   = "again"
		final   = "final"
		perhaps = "perhaps"
	)
	n := mailtest.NewNetwork(t, smtp.Address())
	way := fmt.Sprintf("smtp: {host: %s, port: %d, tls: none, username: info, password: secret, from: info@firm.example}", n.Host, n.Port)
	for _, c := range []struct {
		name, settings string
		prepare        func()
		change         func(*leads.Reply)
		want           string
		words          []string
		taken          int
		fault          leads.ReplyFault
	}{
		{name: "nobody listens", settings: "smtp: {host: 127.0.0.1, port: 1, tls: none, from: info@firm.example}", want: again, words: []string{"nothing listens"}, fault: leads.FaultUnreachable},
		{name: "wrong password", settings: strings.Replace(way, "secret", "wrong", 1), want: again, words: []string{"refused the user name or the password", "password_file"}, fault: leads.FaultSetup},
		{name: "sender refused", prepare: func() { smtp.Refuse("mail", 550, "not yours") }, want: final, words: []string{"refuses the mail", "550", "not yours"}, fault: leads.FaultSetup},
		{name: "grey-listed", prepare: func() { smtp.Refuse("rcpt", 451, "come back later") }, want: again, words: []string{"does not take the mail now", "come back later"}, fault: leads.FaultBusy},
		{name: "unknown recipient", prepare: func() { smtp.Refuse("rcpt", 550, "no such user") }, want: final, words: []string{"no such user"}, fault: leads.FaultNoAddress},
		{name: "unknown recipient, by status", prepare: func() { smtp.Refuse("rcpt", 554, "5.1.1 nobody") }, want: final, words: []string{"nobody"}, fault: leads.FaultNoAddress},
		{name: "not relayed", prepare: func() { smtp.Refuse("rcpt", 550, "5.7.1 not for you") }, want: final, words: []string{"not for you"}, fault: leads.FaultRefused},
		{name: "mailbox full", prepare: func() { smtp.Refuse("rcpt", 552, "5.2.2 over quota") }, want: final, words: []string{"over quota"}, fault: leads.FaultMailboxFull},
		{name: "too large at the end", prepare: func() { smtp.Refuse("end", 552, "too much") }, want: final, words: []string{"too much"}, fault: leads.FaultFileTooLarge},
		{name: "spam", prepare: func() { smtp.Refuse("end", 554, "looks like spam") }, want: final, words: []string{"looks like spam"}, fault: leads.FaultRefused},
		{name: "full", prepare: func() { smtp.Refuse("end", 452, "disk full") }, want: again, words: []string{"disk full"}, fault: leads.FaultBusy},
		{name: "cut while sending", prepare: func() {}, change: func(r *leads.Reply) { r.Attachments = []leads.Attachment{{ID: "bad", Name: "x"}} }, want: again, fault: leads.FaultUnreachable},
		{name: "file gone", change: func(r *leads.Reply) { r.Attachments = []leads.Attachment{{ID: "none", Name: "x"}} }, want: final, words: []string{"attachment"}, fault: leads.FaultFileGone},
		{name: "no answer after the dot", prepare: func() { smtp.Silence(true) }, want: perhaps, words: []string{"perhaps it went out"}, taken: 1, fault: leads.FaultInterrupted},
		{name: "subject with a line break", change: func(r *leads.Reply) { r.Subject = "a\r\nBcc: all@client.example" }, want: final, words: []string{"line break"}, fault: leads.FaultRefused},
		{name: "address with a line break", change: func(r *leads.Reply) { r.To.Value = "a@b.example>\r\nRCPT TO:<c@b.example" }, want: final, words: []string{"line break"}, fault: leads.FaultRefused},
		{name: "no address", change: func(r *leads.Reply) { r.To = leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"} }, want: final, fault: leads.FaultNoAddress},
		{name: "too large for the server", change: func(r *leads.Reply) { r.Attachments = []leads.Attachment{{ID: "huge", Name: "x"}} }, want: final, words: []string{"more than the 40 MB"}, fault: leads.FaultFileTooLarge},
		{name: "not set up", settings: "inboxes: [{host: 127.0.0.1, tls: none, username: a, password: b}]", want: final, words: []string{"not set up to send"}, fault: leads.FaultSetup},
	} {
		t.Run(c.name, func(t *testing.T) {
			smtp.Refuse("", 0, "")
			smtp.Silence(false)
			if c.prepare != nil {
				c.prepare()
			}
			if c.settings == "" {
				c.settings = way
			}
			s, env := sender(t, c.settings, broken{store{"huge": strings.Repeat("x", 32<<20)}})
			r := reply()
			if c.change != nil {
				c.change(&r)
			}
			before := len(smtp.Sent())
			_, err := s.Send(t.Context(), r)
			if err == nil {
				t.Fatal("no error")
			}
			got := perhaps
			if leads.IsPermanent(err) {
				got = final
			} else if errors.Is(err, leads.ErrNotSent) {
				got = again
			}
			if got != c.want {
				t.Errorf("%s, want %s: %v", got, c.want, err)
			}
			if v := replies.Judge(1, false, "", err); v.Fault != c.fault || (v.FaultLimit != 0) != (c.name == "too large for the server") {
				t.Errorf("code %s %d, want %s: %v", v.Fault, v.FaultLimit, c.fault, err)
			}
			for _, w := range c.words {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q lacks %q", err, w)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is told: %v", err)
			}
			if taken := len(smtp.Sent()) - before; taken != c.taken {
				t.Errorf("the server took %d mails, want %d", taken, c.taken)
			}
			if left, _ := os.ReadDir(env.DataDir + "/outbox"); len(left) != 0 {
				t.Errorf("files are left behind: %v", left)
			}
			t.Log(err)
		})
	}
}

// broken has a file that breaks off while it is read.
type broken struct{ store }

func (b broken) Open(ctx context.Context, id string) (io.ReadCloser, error) {
	if id == "bad" {
		return io.NopCloser(io.MultiReader(strings.NewReader("half"), failing{})), nil
	}
	return b.store.Open(ctx, id)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

// The connection breaks at any moment of the sending: only when the server has
// the whole mail is it in doubt, and never is a part of it taken for the whole.
func TestRealSendCutAnywhere(t *testing.T) {
	smtp := mailtest.StartSMTP(t)
	n := mailtest.NewNetwork(t, smtp.Address())
	settings := fmt.Sprintf("smtp: {host: %s, port: %d, tls: none, username: info, password: secret, from: info@firm.example}", n.Host, n.Port)
	c, _ := sender(t, settings, store{"1": strings.Repeat("x", 50_000)})
	verdicts := map[string]int{}
	for after := int64(1); ; after = after*5/4 + 5 {
		n.SufferUp("limit_data", fmt.Sprintf(`"bytes": %d`, after))
		r := reply()
		r.Attachments = []leads.Attachment{{ID: "1", Name: "x.bin"}}
		before := len(smtp.Sent())
		_, err := c.Send(t.Context(), r)
		n.Heal()
		taken := len(smtp.Sent()) - before
		switch {
		case err == nil:
			verdicts["sent"]++
			if taken != 1 {
				t.Errorf("cut after %d bytes: sent, but the server took %d", after, taken)
			}
		case errors.Is(err, leads.ErrNotSent):
			verdicts["again"]++
			if taken != 0 {
				t.Errorf("cut after %d bytes: would be sent again, but the server took it: %v", after, err)
			}
		default:
			verdicts["perhaps"]++
		}
		if taken > 0 && !strings.HasSuffix(strings.TrimSpace(smtp.Sent()[before].Raw), "--") {
			t.Errorf("cut after %d bytes: the server took a part", after)
		}
		if err == nil {
			break
		}
	}
	t.Log(verdicts)
	if verdicts["again"] < 10 {
		t.Error("too few cuts")
	}
}

func TestAnswerSubject(t *testing.T) {
	for _, c := range []struct{ given, answered, want string }{
		{"", "Price", "Re: Price"}, {"", "Re: RE: Re[2]: Price", "Re: Price"}, {"", "Отв: Ответ: Цена", "Re: Цена"},
		{"Re: Price", "Price", "Re: Price"}, {"Price", "re: Price", "Re: Price"}, {"Another", "Price", "Another"}, {"", "", "Re:"}, {"", "Re:", "Re:"}, {"Regards", "Regards", "Re: Regards"},
	} {
		if got := answerSubject(leads.Reply{Subject: c.given, AnsweredTitle: c.answered, AnsweredID: "<a@b>"}); got != c.want {
			t.Errorf("given %q to %q: %q, want %q", c.given, c.answered, got, c.want)
		}
	}
	if got := answerSubject(leads.Reply{Subject: "Offer"}); got != "Offer" {
		t.Errorf("unasked: %q", got)
	}
}

// A sent answer has one copy in the folder of sent mail, and comes back
// neither from there nor as a customer's mail; a colleague's answer from
// another program is an outgoing interaction.
func TestRealCopyOfAnAnswer(t *testing.T) {
	d := mailtest.Start(t)
	smtp := mailtest.StartSMTP(t)
	settings := strings.Replace(inboxOf(d, "info"), "password:", "sent: Sent, password:", 1) + outgoing(smtp, ", copy: info")
	s := newSubject(t, settings)
	s.env.Now = time.Now
	s.start()
	s.awaitHealth()
	// The source at work is the one that sends.
	running := s.source
	var ids []string
	for range 3 {
		id, err := running.Send(t.Context(), reply())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	client := d.Client("info")
	awaitMails(t, client, "Sent", 3)
	s.stop()
	// A hub was killed after the copy was made and before it knew.
	raw := smtp.Sent()[0].Raw
	again := s.env.DataDir + "/outbox/sent/" + strings.TrimSuffix(strings.TrimPrefix(ids[0], "<"), "@firm.example>") + ".eml"
	if err := os.WriteFile(again, []byte(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Deliver("info", "INBOX", []byte(raw)) // our own answer comes back
	colleague := strings.Replace(string(mailtest.Mail(7)), "From: Client 7 <client7@client.example>\r\nTo: info@firm.example", "From: Info <info@firm.example>\r\nTo: Client 7 <client7@client.example>", 1)
	d.Append(client, "Sent", []byte(colleague), time.Now())
	s.start()
	s.await(2)
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) { // a folder tells nobody that it changed
		if _, err := os.Stat(again); errors.Is(err, fs.ErrNotExist) {
			break
		}
		if time.Since(began) > mailtest.Patience {
			t.Fatal("the copy still waits")
		}
	}
	s.stop()
	awaitMails(t, client, "Sent", 4)
	for _, touch := range s.inbox.Touches() {
		switch touch.Direction {
		case leads.Out:
			if touch.Subject != "Question 7" || !slices.Equal(touch.From, []leads.Identity{{Kind: leads.KindEmail, Value: "client7@client.example"}}) || touch.Name != "Client 7" {
				t.Errorf("the colleague's answer: %+v", touch)
			}
		default:
			if touch.Automatic != leads.Loop {
				t.Errorf("our own answer came back as %+v", touch)
			}
		}
	}
}
