package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/semaphore"

	"ctihub/connectors/email/mailtest"
	"ctihub/leads"
)

// scripted is an inbox that fails when it is told to, and keeps what it stored.
type scripted struct {
	mu     sync.Mutex
	puts   int
	before func(put, mails int) error // called before each is stored, with the number of mails up to its end
	stored []string                   // subjects
	cursor string
	wrong  []string
	enough int
	done   chan struct{}
}

func (s *scripted) Cursor(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursor, nil
}

func (s *scripted) Put(_ context.Context, cursor string, touches ...leads.Touch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.puts++
	if err := s.before(s.puts, len(s.stored)+len(touches)); err != nil {
		return err
	}
	for _, t := range touches {
		s.stored = append(s.stored, t.Subject)
	}
	s.cursor = cursor
	if len(touches) > 0 && !strings.Contains(cursor, fmt.Sprintf(`"u":%d,`, len(s.stored))) {
		s.wrong = append(s.wrong, fmt.Sprintf("%d mails are stored with the cursor %s", len(s.stored), cursor))
	}
	if len(touches) > 0 && len(s.stored) == s.enough {
		close(s.done)
	}
	return nil
}

// reads are files that note which mails are being read.
type reads struct {
	mu     sync.Mutex
	began  map[string]bool // keys
	more   chan struct{}   // closed when began grows
	during func(n int)     // called while the n-th is read, from 1
}

func (r *reads) Keep(_ context.Context, key string, n int, name string, content io.Reader) (leads.Attachment, error) {
	r.mu.Lock()
	if !r.began[key] {
		r.began[key] = true
		close(r.more)
		r.more = make(chan struct{})
	}
	count := len(r.began)
	r.mu.Unlock()
	if r.during != nil {
		r.during(count)
	}
	size, err := io.Copy(io.Discard, content)
	return leads.Attachment{ID: fmt.Sprint(n), Name: name, Size: size}, err
}

func (r *reads) Open(context.Context, string) (io.ReadCloser, error) { return nil, errors.New("none") }

// await waits until so many mails have been read at least in part.
func (r *reads) await(n int) error {
	late := time.After(mailtest.Patience)
	for {
		r.mu.Lock()
		count, more := len(r.began), r.more
		r.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-more:
		case <-late:
			return fmt.Errorf("only %d of %d mails are read", count, n)
		}
	}
}

// readInto reads so many mails with a small file each into the inbox.
func readInto(t *testing.T, mails int, in *scripted, kept *reads) {
	t.Helper()
	d := mailtest.Start(t)
	for i := range mails {
		d.Deliver("info", "INBOX", fmt.Appendf(nil, "Message-ID: <%d@client.example>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0300\r\nFrom: Client <client@client.example>\r\nSubject: Order %d\r\n"+
			"Content-Type: application/pdf; name=order.pdf\r\n\r\n%%PDF-1.7\r\n", i, i))
	}
	in.enough, in.done = mails, make(chan struct{})
	kept.began, kept.more = map[string]bool{}, make(chan struct{})
	s := newSubject(t, inboxOf(d, "info"))
	s.env.Files = kept
	c, err := newConnector(s.env, s.times)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, in) }()
	select {
	case <-in.done:
	case <-time.After(mailtest.Patience):
		t.Error("the mails do not come")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, wrong := range in.wrong {
		t.Error(wrong)
	}
	want := make([]string, mails)
	for i := range want {
		want[i] = fmt.Sprintf("Order %d", i)
	}
	if !slices.Equal(in.stored, want) {
		t.Errorf("stored %d mails: %q", len(in.stored), in.stored)
	}
}

// A batch is not stored, or storing panics, after later batches were read: all is stored in order
// and once, and the cursor never passes what is stored.
func TestRealFailedPutAfterReadingOn(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("the lease is lost") },
		"panic": func() error { panic("a fault of storage") },
	} {
		t.Run(name, func(t *testing.T) {
			kept := &reads{}
			in := &scripted{before: func(put, mails int) error {
				if put != 2 && put != 4 { // the first has only the position
					return nil
				}
				if err := kept.await(mails + waitingMails/2); err != nil {
					t.Error(err)
				}
				return fail()
			}}
			readInto(t, 3*putAtOnce, in, kept)
			if in.puts < 6 {
				t.Errorf("only %d puts", in.puts)
			}
		})
	}
}

// A mail that takes long to read does not hold up the reading of the next one, and is stored before
// it.
func TestRealOrderOfTheFolder(t *testing.T) {
	kept := &reads{}
	kept.during = func(n int) {
		if n%2 == 1 { // until the next one is read as well
			if err := kept.await(n + 1); err != nil {
				t.Error(err)
			}
		}
	}
	readInto(t, 2*putAtOnce, &scripted{before: func(int, int) error { return nil }}, kept)
}

// No connection lasts for a whole batch: what came before each break is stored.
func TestRealShortConnections(t *testing.T) {
	const mails = 60
	d := mailtest.Start(t)
	n := mailtest.NewNetwork(t, d.Address())
	for i := range mails {
		d.Deliver("info", "INBOX", mailtest.Mail(i))
	}
	n.Suffer("limit_data", `"bytes": 12000`)
	s := newSubject(t, over(n))
	s.start()
	s.await(mails)
	s.stop()
}

// What was fetched and is not stored yet is bounded: by the number of mails …
func TestWaitingMails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		entries := make(chan entry, waitingMails)
		r := &reading{ctx: ctx, entries: entries}
		c := &collector{folder: &folder{connector: &connector{}, inbox: &inbox{}}, entries: entries, out: make(chan batch), room: semaphore.NewWeighted(waitingBytes)}
		read := make(chan struct{})
		close(read)
		passed := 0
		go func() { _ = c.run(ctx) }()
		go func() {
			for r.pass(entry{mail: &arrival{read: read, touch: &leads.Touch{}}}) == nil {
				passed++
			}
		}()
		synctest.Wait()
		if passed != putAtOnce+waitingMails {
			t.Errorf("%d mails wait, want %d", passed, putAtOnce+waitingMails)
		}
		cancel()
		synctest.Wait()
	})
}

// … and by their bytes: the next one stays on the server's side.
func TestWaitingBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reading{ctx: t.Context(), room: semaphore.NewWeighted(1000)}
		var last *arrival
		received := 0
		go func() {
			for range 5 {
				a, err := r.receive(literal{strings.NewReader(strings.Repeat("x", 400))}, 400, 1<<20)
				if err != nil {
					t.Error(err)
					return
				}
				last, received = a, received+1
			}
		}()
		for want := 2; want <= 5; want++ {
			synctest.Wait()
			if received != want {
				t.Errorf("%d mails of 400 bytes were received into 1000, want %d", received, want)
			}
			r.room.Release(last.held)
		}
	})
}

// literal is the content of a mail.
type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }
