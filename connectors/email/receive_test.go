package email

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/email/mailtest"
	"ctihub/leads"
)

// subject is a source at work in a test.
type subject struct {
	t     *testing.T
	inbox *connectortest.Inbox
	env   connectors.Env
	times times
	stop  func()

	source *connector // of the last start

	mu      sync.Mutex
	changed chan struct{}
	healthy bool
	trouble string // what was reported last
}

// newSubject makes a source that does not run yet.
func newSubject(t *testing.T, settings string) *subject {
	s := &subject{t: t, inbox: connectortest.NewInbox("mail"), times: hasty, stop: func() {}, changed: make(chan struct{})}
	s.env = connectortest.Env(t, "mail", settings)
	s.env.Log = slog.New(slog.DiscardHandler)
	s.env.Report.Health = func(err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.healthy, s.trouble = err == nil, ""
		if err != nil {
			s.trouble = err.Error()
		}
		close(s.changed)
		s.changed = make(chan struct{})
	}
	t.Cleanup(func() { s.stop() })
	return s
}

// follow makes a source that runs.
func follow(t *testing.T, settings string) *subject {
	s := newSubject(t, settings)
	s.start()
	return s
}

func (s *subject) start() {
	s.t.Helper()
	c, err := newConnector(s.env, s.times)
	if err != nil {
		s.t.Fatal(err)
	}
	s.source = c
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		for {
			err := c.Run(ctx, s.inbox)
			if ctx.Err() != nil {
				ended <- err
				return
			}
			s.t.Errorf("Run returned: %v", err)
			time.Sleep(10 * time.Millisecond)
		}
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				s.t.Errorf("Run ended with %v", err)
			}
		case <-time.After(mailtest.Patience):
			s.t.Error("Run does not end")
		}
		if err := s.inbox.Err(); err != nil {
			s.t.Error(err)
		}
	})
}

func (s *subject) await(keys int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), mailtest.Patience)
	defer cancel()
	if err := s.inbox.Await(ctx, keys); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.t.Fatalf("%v; trouble: %s", err, s.trouble)
	}
}

// awaitHealth waits until the source is well, or for trouble with all words.
func (s *subject) awaitHealth(words ...string) string {
	s.t.Helper()
	late := time.After(mailtest.Patience)
	for {
		s.mu.Lock()
		healthy, trouble, changed := s.healthy, s.trouble, s.changed
		s.mu.Unlock()
		if len(words) == 0 && healthy || len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(trouble, w) }) {
			return trouble
		}
		select {
		case <-changed:
		case <-late:
			s.t.Fatalf("waiting for health %q, have %v %q", words, healthy, trouble)
		}
	}
}

// subjects returns the subjects of what came, each key once.
func (s *subject) subjects() []string {
	var all, keys []string
	for _, t := range s.inbox.Touches() {
		if !slices.Contains(keys, t.ExternalID) {
			keys = append(keys, t.ExternalID)
			all = append(all, t.Subject)
		}
	}
	return all
}

func (s *subject) want(subjects ...string) {
	s.t.Helper()
	have := s.subjects()
	slices.Sort(have)
	slices.Sort(subjects)
	if !slices.Equal(have, subjects) {
		s.t.Errorf("have %q, want %q", have, subjects)
	}
}

// awaitMails waits until a folder has so many mails.
func awaitMails(t *testing.T, c *imapclient.Client, folder string, n uint32) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		d, err := c.Status(folder, &imap.StatusOptions{NumMessages: true}).Wait()
		if err != nil {
			t.Fatal(err)
		}
		if *d.NumMessages == n {
			return
		}
		if time.Since(began) > mailtest.Patience {
			t.Fatalf("%s has %d mails, want %d", folder, *d.NumMessages, n)
		}
	}
}

func questions(ns ...int) []string {
	var q []string
	for _, n := range ns {
		q = append(q, fmt.Sprintf("Question %d", n))
	}
	return q
}

// A letter that equals another one but for what follows the beginning is not
// taken for a repetition: it has the same key and another digest.
func TestRealEqualBeginning(t *testing.T) {
	d := mailtest.Start(t)
	s := follow(t, inboxOf(d, "info"))
	s.awaitHealth()
	var letter bytes.Buffer
	if err := mailtest.Large(&letter, 1, 3*(keyHeader+keyBody)); err != nil {
		t.Fatal(err)
	}
	forged := bytes.Clone(letter.Bytes())
	copy(forged[len(forged)-1000:], "RVZJ") // inside the file, of the same length
	for n, mail := range [][]byte{letter.Bytes(), forged, letter.Bytes()} {
		d.Deliver("info", "INBOX", mail)
		if err := s.inbox.AwaitTouches(t.Context(), n+1); err != nil {
			t.Fatal(err)
		}
	}
	s.stop()
	all := s.inbox.Touches()
	first, other, again := all[0], all[1], all[2]
	if first.ExternalID != other.ExternalID || first.Digest == other.Digest || first.Digest != again.Digest || first.Digest == "" {
		t.Errorf("keys %q, %q; digests %q, %q, %q", first.ExternalID, other.ExternalID, first.Digest, other.Digest, again.Digest)
	}
}

// New mail comes at once over IDLE and is told as it is.
func TestRealNewMail(t *testing.T) {
	d := mailtest.Start(t)
	s := follow(t, inboxOf(d, "info"))
	s.awaitHealth()
	for n := range 3 {
		d.Deliver("info", "INBOX", mailtest.Mail(n))
		s.await(n + 1)
	}
	s.stop()
	s.want(questions(0, 1, 2)...)
	touch := s.inbox.Touches()[0]
	if touch.Channel != leads.ChannelMail || touch.Direction != leads.In || touch.MessageID != "<m0@client.example>" ||
		!slices.Contains(touch.From, leads.Identity{Kind: leads.KindEmail, Value: "client0@client.example"}) || touch.Validate() != nil {
		t.Errorf("touch %+v", touch)
	}
	if time.Since(touch.At) > time.Hour {
		t.Errorf("the mail came at %v: by the sender's clock, not the server's", touch.At)
	}
}

// Where the server does not tell of news, it is asked.
func TestRealWithoutIdle(t *testing.T) {
	d := mailtest.Start(t, mailtest.Options{NoIdle: true})
	s := follow(t, inboxOf(d, "info", "poll: 1s"))
	s.awaitHealth()
	d.Deliver("info", "INBOX", mailtest.Mail(0))
	s.await(1)
}

// What lay in the folder before the hub is left alone, but for the last day.
func TestRealFirstStart(t *testing.T) {
	d := mailtest.Start(t)
	c := d.Client("info")
	for n, age := range []time.Duration{1000 * time.Hour, 30 * time.Hour, 23 * time.Hour, time.Hour} {
		d.Append(c, "INBOX", mailtest.Mail(n), time.Now().Add(-age))
	}
	s := follow(t, inboxOf(d, "info"))
	s.await(2)
	s.awaitHealth()
	// Backdated mail that comes later is new all the same.
	d.Append(c, "INBOX", mailtest.Mail(4), time.Now().Add(-5000*time.Hour))
	s.await(3)
	s.stop()
	s.want(questions(2, 3, 4)...)
	// Numbered anew, the old ones stay alone.
	d.Renumber("info", "INBOX")
	d.Deliver("info", "INBOX", mailtest.Mail(5))
	s.start()
	s.await(4)
	s.stop()
	s.want(questions(2, 3, 4, 5)...)
}

// The mailbox is recreated from a backup, with other UIDs under another
// UIDVALIDITY, while mail comes and the hub is away: nothing twice, nothing lost.
func TestRealRecreatedMailbox(t *testing.T) {
	d := mailtest.Start(t)
	s := follow(t, inboxOf(d, "info"))
	s.awaitHealth()
	for n := range 20 {
		d.Deliver("info", "INBOX", mailtest.Mail(n))
	}
	s.await(20)
	for round := range 3 {
		if round == 1 {
			s.stop()
		}
		d.Renumber("info", "INBOX")
		d.Deliver("info", "INBOX", mailtest.Mail(20+round))
		if round == 1 {
			s.start()
		}
		s.await(21 + round)
	}
	// Half of it is gone in the backup, so that new mails have the UIDs of old ones.
	c := d.Client("info")
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.SeqSet{{Start: 1, Stop: 10}}, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Expunge().Close(); err != nil {
		t.Fatal(err)
	}
	s.stop()
	d.Renumber("info", "INBOX")
	for n := range 15 {
		d.Deliver("info", "INBOX", mailtest.Mail(23+n))
	}
	s.start()
	s.await(38)
	s.stop()
	all := make([]int, 38)
	for n := range all {
		all[n] = n
	}
	s.want(questions(all...)...)
}

// A folder is deleted and made again with the same mails by a mail program.
func TestRealDeletedFolder(t *testing.T) {
	d := mailtest.Start(t)
	c := d.Client("info")
	d.Do(c.Create("Orders", nil))
	d.Append(c, "Orders", mailtest.Mail(0), time.Now())
	settings := inboxOf(d, "info")
	settings = strings.Replace(settings, "password:", "folders: [INBOX, Orders], password:", 1)
	s := follow(t, settings)
	s.await(1)
	d.Do(c.Delete("Orders"))
	s.stop()
	s.start()
	s.awaitHealth("info/Orders", `no folder "Orders"`, "INBOX", "Sent")
	// The other folder goes on meanwhile.
	d.Deliver("info", "INBOX", mailtest.Mail(1))
	s.await(2)
	d.CreateAgain(c, "info", "Orders")
	d.Append(c, "Orders", mailtest.Mail(0), time.Now())
	d.Append(c, "Orders", mailtest.Mail(2), time.Now())
	s.await(3)
	s.awaitHealth()
	s.stop()
	s.want(questions(0, 1, 2)...)
}

// Mail that is moved, copied or deleted stays what it is: one interaction in
// each inbox.
func TestRealMovedAndCopied(t *testing.T) {
	d := mailtest.Start(t)
	c := d.Client("info")
	d.Do(c.Create("Orders", nil))
	two := fmt.Sprintf(`inboxes:
- {name: info, host: %s, port: %d, tls: none, username: info, password: secret, folders: [INBOX, Orders]}
- {name: sales, host: %[1]s, port: %[2]d, tls: none, username: sales, password: secret}
`, d.Host, d.Port)
	s := follow(t, two)
	s.awaitHealth()
	for n := range 3 {
		d.Deliver("info", "INBOX", mailtest.Mail(n))
	}
	s.await(3)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Move(imap.SeqSetNum(1), "Orders").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Copy(imap.SeqSetNum(1), "Orders").Wait(); err != nil {
		t.Fatal(err)
	}
	d.Append(c, "Orders", mailtest.Mail(3), time.Now()) // comes after both
	s.await(4)
	if err := c.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Expunge().Collect(); err != nil {
		t.Fatal(err)
	}
	d.Deliver("info", "INBOX", mailtest.Mail(4))
	s.await(5)
	d.Deliver("sales", "INBOX", mailtest.Mail(0)) // another inbox: its own
	s.await(6)
	s.stop()
	s.want(append(questions(0, 1, 2, 3, 4), "Question 0")...)
}

// Two mails with one Message-ID are two; one mail that took two ways is one.
func TestRealSameMessageID(t *testing.T) {
	d := mailtest.Start(t)
	s := follow(t, inboxOf(d, "info"))
	s.awaitHealth()
	first := mailtest.Mail(0)
	other := bytes.Replace(first, []byte("what does item 0 cost?"), []byte("what does item 7 cost?"), 1)
	again := append([]byte("Received: from elsewhere.example by mx.firm.example; Mon, 2 Nov 2026 10:01:00 +0300\r\nDelivered-To: info@firm.example\r\n"), first...)
	d.Deliver("info", "INBOX", first)
	d.Deliver("info", "INBOX", other)
	s.await(2)
	d.Deliver("info", "INBOX", again)
	d.Deliver("info", "INBOX", mailtest.Mail(1))
	s.await(3)
	s.stop()
	s.want("Question 0", "Question 0", "Question 1")
}

// The server is away for long, twice as long as any back-off, and mail comes
// meanwhile.
func TestRealServerAway(t *testing.T) {
	d := mailtest.Start(t)
	s := follow(t, inboxOf(d, "info"))
	s.awaitHealth()
	d.Deliver("info", "INBOX", mailtest.Mail(0))
	s.await(1)
	d.Stop()
	s.awaitHealth("nothing listens at", "check host and port")
	for n := range 300 {
		d.Deliver("info", "INBOX", mailtest.Mail(1+n))
	}
	d.Run()
	s.await(301)
	s.awaitHealth()
	s.stop()
	if n := len(s.subjects()); n != 301 {
		t.Errorf("have %d mails, want 301", n)
	}
}

// files keeps attachments in memory, and fails when it is told to.
type files struct {
	mu   sync.Mutex
	kept map[string]int64
	fail error
}

func (f *files) Keep(_ context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error) {
	size, err := io.Copy(io.Discard, content)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err = errors.Join(err, f.fail); err != nil {
		return leads.Attachment{}, err
	}
	if f.kept == nil {
		f.kept = map[string]int64{}
	}
	f.kept[fmt.Sprintf("%s/%d", externalID, n)] = size
	return leads.Attachment{ID: fmt.Sprint(n), Name: name, Size: size}, nil
}

func (f *files) Open(context.Context, string) (io.ReadCloser, error) { return nil, errors.New("none") }

func (f *files) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}
