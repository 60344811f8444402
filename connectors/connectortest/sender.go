package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
	"ctihub/leads/replies"
)

// SenderSubject is a source that sends, and the vendor's fake server that it talks
// to. Every field is needed.
type SenderSubject struct {
	Source connectors.Source
	To     leads.Identity  // of a customer who can be written to
	Taken  func() []string // texts that the vendor took, in order
	Secret string          // the token or password: never in an error
	// Refuse makes the vendor refuse every message for good, as it does when the
	// customer has blocked us.
	Refuse func()
	// Cut makes the vendor take the next message and break the connection before
	// it answers.
	Cut func()
	// Down makes the vendor unreachable.
	Down func()
}

// sendLimit bounds one Send of the suite.
const sendLimit = 2 * time.Minute

// Sender is the conformance suite of sources that send: open makes a source with a
// vendor of its own for each part.
func Sender(t *testing.T, open func(t *testing.T) SenderSubject) {
	t.Helper()
	for name, part := range map[string]func(*testing.T, SenderSubject){
		"Sent": sendsTwo, "AtOnce": sendsAtOnce, "Refused": isRefused, "Down": isDown, "Cut": isCut, "Stopped": isStopped,
	} {
		t.Run(name, func(t *testing.T) { part(t, open(t)) })
	}
}

func (p SenderSubject) send(t *testing.T, id, text string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), sendLimit)
	defer cancel()
	upstream, err := p.Source.Send(ctx, leads.Reply{
		ID: id, Source: "test", Channel: p.Source.Sends.Channel, To: p.To, Text: text, State: leads.ReplySending, Attempt: 1,
		AnsweredAt: time.Now(), Asked: time.Now(),
	})
	if ctx.Err() != nil {
		t.Fatal("Send did not end")
	}
	if err != nil {
		p.checkMessage(t, err)
	}
	return upstream, err
}

// checkMessage checks that an error has a text, without the secret, and a code.
func (p SenderSubject) checkMessage(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if p.Secret == "" {
		t.Error("the suite needs the secret, to see that it is not shown")
	} else if strings.Contains(text, p.Secret) {
		t.Error("an error shows the secret")
	}
	if strings.TrimSpace(text) == "" {
		t.Error("an error says nothing")
	}
	checkFault(t, err)
}

// checkFault checks that the code of an error is one that the workplace has words
// for, and that a final error has a specific one.
func checkFault(t *testing.T, err error) {
	t.Helper()
	fault, limit := leads.FaultOf(err)
	if fault != "" && !slices.Contains(leads.ReplyFaults, fault) || limit < 0 {
		t.Errorf("the code %q with the limit %d is not one", fault, limit)
	}
	if leads.IsPermanent(err) && (fault == "" || fault == leads.FaultOther) {
		t.Errorf("a refusal for good has the code %q: %v", fault, err)
	}
}

func id(n int) string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", n) }

func sendsTwo(t *testing.T, p SenderSubject) {
	s := p.Source.Sends
	if s.Channel == "" || !slices.Contains(s.To, p.To.Kind) || s.MaxText < 0 || s.MaxFile < 0 {
		t.Errorf("Sends says %+v, the test writes to a %s", s, p.To.Kind)
	}
	first, err := p.send(t, id(1), "Первый ответ\nв две строки")
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.send(t, id(2), "Второй ответ")
	if err != nil {
		t.Fatal(err)
	}
	if first == "" || first == second {
		t.Errorf("the channel's ids are %q and %q", first, second)
	}
	if got := p.Taken(); len(got) != 2 || !strings.Contains(got[0], "Первый ответ") || !strings.Contains(got[1], "Второй ответ") {
		t.Errorf("the vendor took %q", got)
	}
}

func sendsAtOnce(t *testing.T, p SenderSubject) {
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			if _, err := p.send(t, id(n), fmt.Sprint("reply ", n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := p.Taken(); len(got) != 4 {
		t.Errorf("the vendor took %q", got)
	}
}

func isRefused(t *testing.T, p SenderSubject) {
	p.Refuse()
	if _, err := p.send(t, id(1), "x"); !leads.IsPermanent(err) {
		t.Errorf("a refusal for good is %v, want one marked permanent", err)
	}
}

func isDown(t *testing.T, p SenderSubject) {
	p.Down()
	_, err := p.send(t, id(1), "x")
	if !errors.Is(err, leads.ErrNotSent) || leads.IsPermanent(err) {
		t.Errorf("a vendor that cannot be reached is %v, want one that wraps ErrNotSent", err)
	}
}

func isCut(t *testing.T, p SenderSubject) {
	p.Cut()
	_, err := p.send(t, id(1), "Только раз")
	if p.Source.Sends.Repeated {
		if err != nil {
			_, err = p.send(t, id(1), "Только раз")
		}
		if got := p.Taken(); err != nil || len(got) != 1 {
			t.Errorf("sent again under the same id: %v, and the vendor took %q", err, got)
		}
		return
	}
	if err == nil || errors.Is(err, leads.ErrNotSent) || leads.IsPermanent(err) {
		t.Errorf("a broken answer is %v, want an error that leaves it open whether the reply was taken", err)
	}
	if got := p.Taken(); len(got) != 1 {
		t.Errorf("the vendor took %q", got)
	}
}

func isStopped(t *testing.T, p SenderSubject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Source.Send(ctx, leads.Reply{ID: id(1), To: p.To, Text: "x", Channel: p.Source.Sends.Channel, Attempt: 1, AnsweredAt: time.Now()})
	if took := len(p.Taken()); err == nil && took == 0 {
		t.Error("nothing was taken, and there is no error")
	}
}

// SendError checks the class of an error of Send — "never": permanent, "later":
// certainly not sent, "perhaps": perhaps sent, "none": no error —, the code that the
// reply gets, and that the text has the words and none of the secrets.
func SendError(t *testing.T, err error, class string, fault leads.ReplyFault, words string, secrets ...string) {
	t.Helper()
	if got := replies.Judge(1, false, "", err).Fault; got != fault {
		t.Errorf("the code %q, want %q: %v", got, fault, err)
	}
	checkFault(t, err)
	is := "perhaps"
	switch {
	case err == nil:
		is = "none"
	case leads.IsPermanent(err) && errors.Is(err, leads.ErrNotSent):
		is = "both"
	case leads.IsPermanent(err):
		is = "never"
	case errors.Is(err, leads.ErrNotSent):
		is = "later"
	}
	shows := func(secret string) bool { return strings.Contains(err.Error(), secret) }
	if is != class || err != nil && (!shows(words) || slices.ContainsFunc(secrets, shows)) {
		t.Errorf("%s: %v, want %s with %q", is, err, class, words)
	}
}
