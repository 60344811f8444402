package email

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/email/mailtest"
	"ctihub/leads"
)

// bounce is a report about an answer.
func bounce(id, action, status, words string) []byte {
	return fmt.Appendf(nil, "Message-ID: <bounce-%s-%s>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0300\r\nFrom: MAILER-DAEMON@mx.firm.example\r\nTo: info@firm.example\r\nSubject: Delivery Status Notification\r\n"+
		"Auto-Submitted: auto-replied\r\nReturn-Path: <>\r\nReferences: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.firm.example\r\n\r\nFinal-Recipient: rfc822; client@client.example\r\nAction: %s\r\nStatus: %s\r\nDiagnostic-Code: smtp; %s\r\n"+
		"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: %s\r\nFrom: info@firm.example\r\nTo: client@client.example\r\nSubject: Re: Price\r\n\r\nhello\r\n--b--\r\n",
		strings.Trim(id, "<>"), action, id, action, status, words, id)
}

// A report that comes back tells what became of the answer; the answer's state
// is stored before the report is.
func TestRealBounce(t *testing.T) {
	d := mailtest.Start(t)
	smtp := mailtest.StartSMTP(t)
	s := newSubject(t, inboxOf(d, "info")+outgoing(smtp, ""))
	var mu sync.Mutex
	var receipts []leads.Receipt
	failing := 2
	s.env.Report.Receipt = func(_ context.Context, r leads.Receipt) error {
		mu.Lock()
		defer mu.Unlock()
		if failing--; failing >= 0 {
			return errors.New("the database is away")
		}
		receipts = append(receipts, r)
		return nil
	}
	s.start()
	s.awaitHealth()
	id, err := s.source.Send(t.Context(), reply())
	if err != nil {
		t.Fatal(err)
	}
	d.Deliver("info", "INBOX", bounce(id, "delayed", "4.4.1", "connection timed out"))
	d.Deliver("info", "INBOX", bounce(id, "failed", "5.1.1", "550 5.1.1\r\n <client@client.example>: no such user"))
	d.Deliver("info", "INBOX", bounce("<stranger@elsewhere.example>", "failed", "5.1.1", "550 no"))
	s.await(3)
	s.awaitHealth()
	s.stop()
	mu.Lock()
	defer mu.Unlock()
	if len(receipts) != 1 || receipts[0].UpstreamID != id || receipts[0].State != leads.ReplyFailed || receipts[0].Fault != leads.FaultNoAddress || !strings.Contains(receipts[0].Reason, "5.1.1 550 5.1.1 <client@client.example>: no such user") {
		t.Errorf("receipts %+v", receipts)
	}
	for _, touch := range s.inbox.Touches() {
		if touch.Automatic != leads.Bounce {
			t.Errorf("a report is %q", touch.Automatic)
		}
	}
}

// Another company that has a hub of its own writes to us: that is no loop.
func TestRealMailFromAnotherHub(t *testing.T) {
	d := mailtest.Start(t)
	smtp := mailtest.StartSMTP(t)
	s := follow(t, inboxOf(d, "info")+outgoing(smtp, ""))
	d.Deliver("info", "INBOX", append([]byte("x-ctihub-hub: 0123456789abcdef\r\n"), mailtest.Mail(0)...))
	d.Deliver("info", "INBOX", append([]byte("X-Ctihub-Hub: "+s.source.hubMark()+"\r\n"), mailtest.Mail(1)...))
	s.await(2)
	s.stop()
	for i, want := range []leads.Automatic{"", leads.Loop} {
		if got := s.inbox.Touches()[i].Automatic; got != want {
			t.Errorf("mail %d is %q, want %q", i, got, want)
		}
	}
}

// A mail that the server cannot hand out holds up nothing, is told of, and
// comes when the server can.
func TestRealRefusedMail(t *testing.T) {
	d := mailtest.Start(t)
	s := newSubject(t, inboxOf(d, "info"))
	s.times.idle = 300 * time.Millisecond
	s.start()
	s.awaitHealth()
	for n := range 5 {
		d.Deliver("info", "INBOX", mailtest.Mail(n))
	}
	s.await(5)
	s.stop()
	d.Deliver("info", "INBOX", mailtest.Mail(5))
	path := d.Newest("info", "INBOX")
	for n := range 3 {
		d.Deliver("info", "INBOX", mailtest.Mail(6+n))
	}
	hide := func(mode fs.FileMode) {
		found, _ := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(path)), "*", strings.SplitN(filepath.Base(path), ":", 2)[0]+"*"))
		for _, f := range found {
			if err := os.Chmod(f, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	hide(0)
	s.start()
	s.await(8)
	s.awaitHealth("does not hand out 1 mails")
	d.Deliver("info", "INBOX", mailtest.Mail(9))
	s.await(9)
	hide(0o600)
	s.await(10)
	s.awaitHealth()
	s.stop()
	s.want(questions(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)...)
}

// A huge mail streams by: memory does not grow with it.
func TestRealHugeMail(t *testing.T) {
	size := int64(100 << 20)
	if os.Getenv("CTIHUB_LONG") != "" {
		size = 1 << 30
	}
	d := mailtest.Start(t)
	d.DeliverFrom("info", "INBOX", func(f *os.File) error { return mailtest.Large(f, 0, size) })
	for _, limit := range []string{"max_mb: 2000", "max_mb: 50"} {
		s := newSubject(t, inboxOf(d, "info", limit))
		kept := &files{}
		s.env.Files = kept
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		done := make(chan struct{})
		var peak uint64
		var watching sync.WaitGroup
		watching.Go(func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
					var now runtime.MemStats
					runtime.ReadMemStats(&now)
					peak = max(peak, now.HeapInuse)
				}
			}
		})
		s.start()
		s.await(1)
		close(done)
		watching.Wait()
		s.stop()
		grown := int64(peak) - int64(before.HeapInuse)
		t.Logf("%s: a mail of %d MB took %d MB of memory", limit, size>>20, grown>>20)
		if grown > 48<<20 {
			t.Errorf("%s: memory grew by %d MB", limit, grown>>20)
		}
		whole := len(kept.kept) == 1
		if whole != (limit == "max_mb: 2000") {
			t.Errorf("%s: kept %v", limit, kept.kept)
		}
	}
}
