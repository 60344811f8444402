package bench

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors"
	"ctihub/connectors/email"
	"ctihub/connectors/email/mailtest"
	"ctihub/leads"
)

// BenchmarkMail reads a backlog of 10,000 mails from a real Dovecot into a hub
// on SQLite, and for comparison fetches the same mailbox with a bare loop of go-imap
// that discards the mails; then it reads a mail of 1 GB and measures the memory.
func BenchmarkMail(b *testing.B) {
	const mails = 10_000
	for range b.N {
		d := mailtest.Start(b)
		for i := range mails {
			d.Deliver("info", "INBOX", mailtest.MailFrom(i, i, 40))
		}
		for i := range mails {
			d.Deliver("known", "INBOX", mailtest.MailFrom(i, i%500, 40))
		}
		for _, user := range []string{"info", "known"} { // the server makes its own index first
			fetchAll(b, d, user)
		}
		table("10,000 mails waiting in Dovecot | mails/s | share of the bare loop")
		table("--- | --- | ---")
		for _, c := range []struct{ user, what string }{{"info", "each of a new person"}, {"known", "of 500 persons"}} {
			began := time.Now()
			if n := fetchAll(b, d, c.user); n != mails {
				b.Fatalf("the bare loop fetched %d mails", n)
			}
			bare := mails / time.Since(began).Seconds()
			table("bare go-imap fetch loop, no reading, no storing | %.0f | 100 %%", bare)
			began = time.Now()
			readAll(b, d, c.user, mails)
			read := mails / time.Since(began).Seconds()
			table("the connector alone: fetched and read, not stored | %.0f | %.0f %%", read, 100*read/bare)
			began = time.Now()
			h := hubtest.Start(b, mailSource(b, d, c.user))
			awaitMails(b, h, mails)
			hub := mails / time.Since(began).Seconds()
			h.Stop()
			if n := countInteractions(b, h.Data); n != mails {
				b.Fatalf("the hub stored %d mails", n)
			}
			table("hub on SQLite, read and stored, %s | %.0f | %.0f %%", c.what, hub, 100*hub/bare)
		}
	}
}

// fetchAll fetches every mail and returns how many there were.
func fetchAll(b *testing.B, d *mailtest.Dovecot, user string) (n int) {
	b.Helper()
	c := d.Client(user)
	defer c.Close()
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		b.Fatal(err)
	}
	cmd := c.Fetch(imap.UIDSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{
		UID: true, RFC822Size: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			if body, ok := item.(imapclient.FetchItemDataBodySection); ok {
				if _, err := io.Copy(io.Discard, body.Literal); err != nil {
					b.Fatal(err)
				}
				n++
			}
		}
	}
	if err := cmd.Close(); err != nil {
		b.Fatal(err)
	}
	return n
}

// discardingInbox is an inbox that stores nothing.
type discardingInbox struct {
	left   atomic.Int64
	enough chan struct{}
}

func (f *discardingInbox) Cursor(context.Context) (string, error) { return "", nil }

func (f *discardingInbox) Put(_ context.Context, _ string, touches ...leads.Touch) error {
	if n := int64(len(touches)); n > 0 && f.left.Add(-n) == 0 {
		close(f.enough)
	}
	return nil
}

// readAll reads every mail with the connector alone, without a hub.
func readAll(b *testing.B, d *mailtest.Dovecot, user string, mails int) {
	b.Helper()
	cfg := config.Default()
	mailSource(b, d, user)(&cfg)
	c, err := email.Kind().In(connectors.Env{
		Name: "mail", Settings: cfg.Sources[0].Decode, Hub: connectors.Hub{Region: "RU"}, DataDir: b.TempDir(), Log: slog.New(slog.DiscardHandler), Net: connectors.Net{HTTP: http.DefaultClient}, Now: time.Now, Report: connectors.Report{Health: func(error) {}},
	})
	if err != nil {
		b.Fatal(err)
	}
	in := &discardingInbox{enough: make(chan struct{})}
	in.left.Store(int64(mails))
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, in) }()
	select {
	case <-in.enough:
	case <-time.After(5 * time.Minute):
		b.Error("the connector does not read the mails")
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

// mailSource is a source with one inbox of the server.
func mailSource(b *testing.B, d *mailtest.Dovecot, user string) func(*config.Config) {
	return hubtest.Source(b, "mail", "email", "", map[string]any{
		"max_mb":  2000,
		"inboxes": []map[string]any{{"name": user, "host": d.Host, "port": d.Port, "tls": "none", "username": user, "password": mailtest.Password}},
	})
}

// awaitMails waits until the source has read up to a UID.
func awaitMails(b *testing.B, h *hubtest.Hub, uid int) {
	b.Helper()
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		cursor, err := h.Store().Cursor(b.Context(), "mail")
		if err != nil {
			b.Fatal(err)
		}
		if strings.Contains(cursor, fmt.Sprintf(`"u":%d,`, uid)) {
			return
		}
		if time.Since(began) > 5*time.Minute {
			b.Fatalf("the hub does not take in the mails: %s", cursor)
		}
	}
}

// countInteractions counts the interactions in a hub's SQLite file.
func countInteractions(b *testing.B, data string) (n int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "hub.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(b.Context(), "SELECT count(*) FROM interactions").Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkMailOfAGigabyte measures the memory of the built binary while it reads a
// mail of 1 GB.
func BenchmarkMailOfAGigabyte(b *testing.B) {
	const size = 1 << 30
	binary := buildHub(b)
	for range b.N {
		table("a mail of 1 GB | time | greatest memory of the hub")
		table("--- | --- | ---")
		for _, limit := range []int{50, 2000} {
			d := mailtest.Start(b)
			where := config.Default()
			where.Data = b.TempDir()
			k := startChild(b, binary, where, fmt.Sprintf("- {name: mail, kind: email, max_mb: %d, inboxes: [{name: info, host: %s, port: %d, tls: none, username: info, password: %s}]}", limit, d.Host, d.Port, mailtest.Password))
			idle := peakMB(b, k)
			began := time.Now()
			d.DeliverFrom("info", "INBOX", func(f *os.File) error { return mailtest.Large(f, 0, size) })
			d.Deliver("info", "INBOX", mailtest.Mail(1))
			for countInteractions(b, where.Data) < 2 {
				if time.Sleep(50 * time.Millisecond); time.Since(began) > 5*time.Minute {
					b.Fatal("the mail does not come")
				}
			}
			table("max_mb: %d, with the mail behind it | %v | %.0f MB, at rest %.0f MB", limit, time.Since(began).Round(100*time.Millisecond), peakMB(b, k), idle)
			k.end()
			d.Stop()
		}
	}
}

// peakMB reads VmHWM of a hub: its peak resident memory.
func peakMB(b *testing.B, k *child) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", k.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.ParseFloat(strings.Fields(rest + " x")[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb * 1.024 / 1000
}
