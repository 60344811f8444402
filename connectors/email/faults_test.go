package email

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/email/mailtest"
)

// over are the settings of one inbox behind a network.
func over(n *mailtest.Network, more ...string) string {
	return inboxOf(&mailtest.Dovecot{Host: n.Host, Port: n.Port}, "info", more...)
}

// The connection is cut in the middle of a mail: it is not taken for its end.
func TestRealCutWhileFetching(t *testing.T) {
	d := mailtest.Start(t)
	n := mailtest.NewNetwork(t, d.Address())
	for i := range 3 {
		d.Deliver("info", "INBOX", mailtest.Mail(i))
	}
	d.DeliverFrom("info", "INBOX", func(f *os.File) error { return mailtest.Large(f, 3, 3<<20) })
	d.Deliver("info", "INBOX", mailtest.Mail(4))
	for _, after := range []int{500, 1_500, 3_000, 500_000, 3_000_000} {
		n.Suffer("limit_data", fmt.Sprintf(`"bytes": %d`, after))
		s := newSubject(t, over(n))
		kept := &files{}
		s.env.Files = kept
		s.start()
		s.awaitHealth("was lost")
		n.Heal()
		s.await(5)
		s.stop()
		s.want(append(questions(0, 1, 2, 4), "Large 3")...)
		for _, touch := range s.inbox.Touches() {
			if touch.Subject != "Large 3" && !strings.HasSuffix(strings.TrimSpace(touch.Text), "How much is it?") {
				t.Errorf("cut after %d bytes: a mail lost its end: %q", after, touch.Text)
			}
			if touch.Subject == "Large 3" && len(touch.Attachments) != 1 {
				t.Errorf("cut after %d bytes: attachments %v", after, touch.Attachments)
			}
		}
		for _, size := range kept.kept {
			if size < 2<<20 {
				t.Errorf("cut after %d bytes: a file of %d bytes was kept", after, size)
			}
		}
	}
}

// The mail that breaks off is the one with which a batch is full.
func TestRealCutAtTheEndOfABatch(t *testing.T) {
	d := mailtest.Start(t)
	n := mailtest.NewNetwork(t, d.Address())
	for i := range putAtOnce - 1 {
		d.Deliver("info", "INBOX", mailtest.Mail(i))
	}
	d.DeliverFrom("info", "INBOX", func(f *os.File) error { return mailtest.Large(f, 0, 900_000) })
	n.Suffer("limit_data", `"bytes": 500000`)
	s := newSubject(t, over(n))
	kept := &files{}
	s.env.Files = kept
	s.start()
	s.awaitHealth("was lost")
	n.Heal()
	s.await(putAtOnce)
	s.stop()
	for _, size := range kept.kept {
		if size < 600_000 {
			t.Errorf("a file of %d bytes was kept", size)
		}
	}
}

// The server, or the network, goes silent: the watchdog ends the command.
func TestRealHungCommand(t *testing.T) {
	d := mailtest.Start(t)
	n := mailtest.NewNetwork(t, d.Address())
	s := newSubject(t, over(n))
	s.times.patience, s.times.idle = 500*time.Millisecond, 200*time.Millisecond
	s.start()
	s.awaitHealth()
	for i := range 3 {
		n.Suffer("timeout", `"timeout": 0`)
		d.Deliver("info", "INBOX", mailtest.Mail(i))
		s.awaitHealth("does not answer", "firewall")
		n.Heal()
		s.await(i + 1)
		s.awaitHealth()
	}
	s.stop()
	s.want(questions(0, 1, 2)...)
}

// What is set up wrongly is told in words with the remedy, and works as soon
// as it is right.
func TestRealTroubleInWords(t *testing.T) {
	d := mailtest.Start(t)
	base := fmt.Sprintf("name: info, username: info, password: secret, host: %s", d.Host)
	ca := strings.ReplaceAll(d.CA, "\n", "\\n")
	for _, c := range []struct {
		name, inbox string
		words       []string
	}{
		{"password", fmt.Sprintf("name: info, username: info, password: wrong, host: %s, port: %d, tls: none", d.Host, d.Port), []string{"refused the user name or the password", "password_file"}},
		{"host", "name: info, username: info, password: secret, host: no-such-host.invalid", []string{"no-such-host.invalid is not known", "check host"}},
		{"port", base + ", port: 1, tls: none", []string{"nothing listens at", "check host and port"}},
		{"authority", fmt.Sprintf("%s, port: %d, tls: tls", base, d.TLSPort), []string{"certificate", "is not trusted", "ca_file"}},
		{"authority of STARTTLS", fmt.Sprintf("%s, port: %d, tls: starttls", base, d.Port), []string{"certificate", "is not trusted", "ca_file"}},
		{"name of the certificate", fmt.Sprintf("name: info, username: info, password: secret, host: 127.0.0.1, port: %d, tls: tls, ca: \"%s\"", mailtest.NewNetwork(t, fmt.Sprintf("%s:%d", d.Host, d.TLSPort)).Port, ca), []string{"certificate", "another name", "host"}},
		{"TLS to a plain port", fmt.Sprintf("%s, port: %d, tls: tls", base, d.Port), []string{"does not begin with TLS", "starttls"}},
		{"folder", fmt.Sprintf("%s, port: %d, tls: none, folders: [INBOX, Заказы]", base, d.Port), []string{`no folder "Заказы"`, "there are INBOX, Sent"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := follow(t, "inboxes: [{"+c.inbox+"}]")
			words := s.awaitHealth(c.words...)
			s.stop()
			if strings.Contains(words, "secret") || strings.Contains(words, "wrong") {
				t.Errorf("the password is told: %s", words)
			}
			t.Log(words)
		})
	}
	for name, inbox := range map[string]string{
		"tls":      fmt.Sprintf("%s, port: %d, tls: tls, ca: \"%s\"", base, d.TLSPort, ca),
		"starttls": fmt.Sprintf("%s, port: %d, tls: starttls, ca: \"%s\"", base, d.Port, ca),
	} {
		t.Run("right "+name, func(t *testing.T) {
			s := follow(t, "inboxes: [{"+inbox+"}]")
			s.awaitHealth()
		})
	}
}

// A mail that cannot be read is quarantined raw, and the next one comes.
func TestRealPoisonMail(t *testing.T) {
	d := mailtest.Start(t)
	s := follow(t, inboxOf(d, "info"))
	s.awaitHealth()
	d.Deliver("info", "INBOX", []byte("\x00\x01 this is no mail at all \xff\r\n\r\nPOISON"))
	d.Deliver("info", "INBOX", mailtest.Mail(0))
	s.await(2)
	s.stop()
	q := s.inbox.Quarantined()
	if len(q) != 1 || !strings.Contains(q[0].Raw, "POISON") || !strings.Contains(q[0].Suspect, "cannot be read") {
		t.Fatalf("quarantine %+v", q)
	}
}

// Files that cannot be stored hold up their mail until they can, and nothing
// is skipped.
func TestRealFilesCannotBeKept(t *testing.T) {
	d := mailtest.Start(t)
	s := newSubject(t, inboxOf(d, "info"))
	kept := &files{fail: errors.New("no space left on device")}
	s.env.Files = kept
	s.start()
	s.awaitHealth()
	d.Deliver("info", "INBOX", mailtest.Mail(0))
	d.DeliverFrom("info", "INBOX", func(f *os.File) error { return mailtest.Large(f, 1, 100_000) })
	d.Deliver("info", "INBOX", mailtest.Mail(2))
	s.awaitHealth("cannot be stored", "disk of the hub", "no space left")
	if slices.Contains(s.subjects(), "Question 2") {
		t.Error("a mail was taken in before the one that cannot be stored")
	}
	kept.set(nil)
	s.await(3)
	s.awaitHealth()
	s.stop()
	s.want("Question 0", "Large 1", "Question 2")
}

// Of a mail that is too large its beginning comes, with a note.
func TestRealTooLarge(t *testing.T) {
	d := mailtest.Start(t)
	s := newSubject(t, inboxOf(d, "info", "max_mb: 1"))
	kept := &files{}
	s.env.Files = kept
	s.start()
	s.awaitHealth()
	d.DeliverFrom("info", "INBOX", func(f *os.File) error { return mailtest.Large(f, 0, 20<<20) })
	d.Deliver("info", "INBOX", mailtest.Mail(1))
	s.await(2)
	s.stop()
	touch := s.inbox.Touches()[0]
	if touch.Subject != "Large 0" || !strings.Contains(touch.Text, "Here is the film.") || !strings.Contains(touch.Text, "more than the 1 MB") || len(touch.Attachments) != 0 || len(kept.kept) != 0 {
		t.Errorf("touch %+v, kept %v", touch, kept.kept)
	}
	// With a higher limit it is the same mail, should it be read again.
	key := touch.ExternalID
	s = newSubject(t, inboxOf(d, "info", "max_mb: 100"))
	s.start()
	s.await(2)
	s.stop()
	if got := s.inbox.Touches()[0].ExternalID; got != key {
		t.Errorf("key %s under another limit, before %s", got, key)
	}
}

// Connections break at random, the source is started anew at random, storage
// fails at random, while mail comes: each is there once.
func TestRealRandomFaults(t *testing.T) {
	const mails = 400
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 1))
	d := mailtest.Start(t)
	n := mailtest.NewNetwork(t, d.Address())
	s := newSubject(t, over(n))
	s.times.idle, s.times.patience = time.Second, 2*time.Second
	s.start()
	s.awaitHealth()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range mails {
			d.Deliver("info", "INBOX", mailtest.Mail(i))
			time.Sleep(time.Duration(r.IntN(40)) * time.Millisecond)
		}
	}()
	chance := rand.New(rand.NewPCG(seed, 2))
	cuts, restarts, hangs, failures := 0, 0, 0, 0
	for coming := true; coming; {
		select {
		case <-done:
			coming = false
		case <-time.After(time.Duration(50+chance.IntN(250)) * time.Millisecond):
		}
		switch chance.IntN(6) {
		case 0, 1:
			n.Cut()
			cuts++
		case 2:
			s.stop()
			s.start()
			restarts++
		case 3:
			n.Suffer("limit_data", fmt.Sprintf(`"bytes": %d`, 100+chance.IntN(20_000)))
			time.Sleep(100 * time.Millisecond)
			n.Heal()
			hangs++
		case 4:
			s.inbox.Fail(1 + chance.IntN(2))
			failures++
		case 5:
			s.inbox.Lose(1)
			failures++
		}
	}
	n.Heal()
	s.await(mails)
	s.awaitHealth()
	s.stop()
	have := map[string]int{}
	for _, subject := range s.subjects() {
		have[subject]++
	}
	lost, doubled := 0, 0
	for i := range mails {
		switch c := have[fmt.Sprintf("Question %d", i)]; {
		case c == 0:
			lost++
		case c > 1:
			doubled += c - 1
		}
	}
	t.Logf("N %d, lost %d, doubled %d; %d cuts, %d cut in the middle, %d restarts, %d failures of storage; seed %d", mails, lost, doubled, cuts, hangs, restarts, failures, seed)
	if lost+doubled > 0 || len(have) != mails {
		t.Errorf("lost %d, doubled %d, %d different (seed %d)", lost, doubled, len(have), seed)
	}
}

// A backlog of 10,000 mails comes whole and once, with a restart in between.
func TestRealBacklog(t *testing.T) {
	const mails = 10_000
	d := mailtest.Start(t)
	for i := range mails {
		d.Deliver("info", "INBOX", mailtest.Mail(i))
	}
	began := time.Now()
	count := &counting{seen: map[string]int{}, enough: make(chan struct{}), at: mails / 3}
	s := newSubject(t, inboxOf(d, "info"))
	run := func(until int) {
		count.mu.Lock()
		count.at, count.enough = until, make(chan struct{})
		enough := count.enough
		count.mu.Unlock()
		stop := count.run(t, s)
		select {
		case <-enough:
		case <-time.After(5 * mailtest.Patience):
			t.Fatal("the backlog does not come")
		}
		stop()
	}
	run(mails / 3)
	run(mails)
	t.Logf("%d mails in %v, %d of them twice", mails, time.Since(began).Round(time.Millisecond), count.puts-mails)
	if len(count.seen) != mails || count.puts-mails > 2*(fetchAtOnce+putAtOnce) {
		t.Errorf("%d different of %d mails", len(count.seen), count.puts)
	}
}
