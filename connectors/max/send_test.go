package max

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/max/maxtest"
	"ctihub/leads"
	"ctihub/leads/replies"
)

func reply(id string) leads.Reply {
	return leads.Reply{ID: id, Source: "max", Channel: leads.ChannelMAX, To: leads.Identity{Kind: "max", Value: "61"}, Text: "Добрый день", Attempt: 1}
}

func sender(t *testing.T) *rig {
	r := newRig(t, webhookSettings)
	r.max.Person(61, "")
	r.b.pause = func(context.Context, time.Duration) {}
	return r
}

func TestSend(t *testing.T) {
	r := sender(t)
	id, err := r.b.Send(t.Context(), reply("a"))
	if sent := r.max.Sent(); err != nil || id != "mid.out1" || len(sent) != 1 || sent[0].Text != "Добрый день" || sent[0].UserID != 61 {
		t.Errorf("%q, %v, %v", id, err, sent)
	}
	if s := r.b.Sends(); s.Repeated || s.Channel != leads.ChannelMAX || !slices.Equal(s.To, []leads.IdentityKind{"max"}) || s.MaxText != 4000 {
		t.Errorf("%+v", s)
	}
}

func TestSendFails(t *testing.T) {
	const messages = "POST /messages"
	for _, c := range []struct {
		name      string
		prepare   func(*rig, *leads.Reply)
		words     string
		permanent bool
		notSent   bool
		wait      time.Duration
		health    bool
		sent      int
		fault     leads.ReplyFault
	}{
		{"stopped by the person", func(r *rig, _ *leads.Reply) { r.max.Person(61, "chat.denied") }, "has stopped the bot", true, false, 0, false, 0, leads.FaultBlocked},
		{"never started", func(_ *rig, a *leads.Reply) { a.To.Value = "62" }, "no conversation", true, false, 0, false, 0, leads.FaultNeverWrote},
		{"wrong token", func(r *rig, _ *leads.Reply) { r.b.api.token = "x" }, "token", true, false, 0, true, 0, leads.FaultSetup},
		{"refused", func(r *rig, _ *leads.Reply) { r.max.Fail(messages, maxtest.Fault{Status: 400, Code: "proto.payload"}) }, "proto.payload", true, false, 0, false, 0, leads.FaultRefused},
		{"too much", func(r *rig, _ *leads.Reply) { r.max.Fail(messages, maxtest.Fault{Status: 429, Retry: "17"}) }, "at once", false, true, 17 * time.Second, false, 0, leads.FaultBusy},
		{"too much, without a time", func(r *rig, _ *leads.Reply) { r.max.Fail(messages, maxtest.Fault{Status: 429}) }, "at once", false, true, waitBusy, false, 0, leads.FaultBusy},
		{"not reached", func(r *rig, _ *leads.Reply) { r.b.api.base = "http://127.0.0.1:1" }, "cannot be reached", false, true, 0, false, 0, leads.FaultUnreachable},
		{"500 before", func(r *rig, _ *leads.Reply) { r.max.Fail(messages, maxtest.Fault{Status: 500}) }, "500", false, false, 0, false, 0, leads.FaultInterrupted},
		{"500 after", func(r *rig, _ *leads.Reply) { r.max.Fail(messages, maxtest.Fault{Status: 500, After: true}) }, "500", false, false, 0, false, 1, leads.FaultInterrupted},
		{"cut after", func(r *rig, _ *leads.Reply) { r.max.Fail(messages, maxtest.Fault{Cut: true, After: true}) }, "broke", false, false, 0, false, 1, leads.FaultInterrupted},
		{"too long", func(_ *rig, a *leads.Reply) { a.Text = strings.Repeat("я", maxText+1) }, "4000", true, false, 0, false, 0, leads.FaultTooLong},
		{"nothing", func(_ *rig, a *leads.Reply) { a.Text = "\n" }, "nothing", true, false, 0, false, 0, leads.FaultEmpty},
		{"a phone", func(_ *rig, a *leads.Reply) { a.To.Kind = "phone" }, "number", true, false, 0, false, 0, leads.FaultNoAddress},
		{"a file that is gone", func(_ *rig, a *leads.Reply) { a.Attachments = []leads.Attachment{{ID: "x"}} }, "not there", true, false, 0, false, 0, leads.FaultFileGone},
		{"too many files", func(_ *rig, a *leads.Reply) { a.Attachments = make([]leads.Attachment, maxAttachments+1) }, "10", true, false, 0, false, 0, leads.FaultTooManyFiles},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sender(t)
			a := reply("a")
			c.prepare(r, &a)
			_, err := r.b.Send(t.Context(), a)
			if err == nil || !strings.Contains(err.Error(), c.words) || leads.IsPermanent(err) != c.permanent ||
				errors.Is(err, leads.ErrNotSent) != c.notSent || leads.WaitOf(err) != c.wait {
				t.Errorf("%v: permanent %v, not sent %v, wait %v", err, leads.IsPermanent(err), errors.Is(err, leads.ErrNotSent), leads.WaitOf(err))
			}
			if v := replies.Judge(1, false, "", err); v.Fault != c.fault || v.FaultLimit != map[leads.ReplyFault]int64{leads.FaultTooLong: maxText, leads.FaultTooManyFiles: maxAttachments}[c.fault] {
				t.Errorf("%v: code %s %d, want %s", err, v.Fault, v.FaultLimit, c.fault)
			}
			if (r.Health() != nil) != c.health || len(r.max.Sent()) != c.sent {
				t.Errorf("health %v, sent %v", r.Health(), r.max.Sent())
			}
		})
	}
}

func (r *rig) attach(a *leads.Reply, name, kind string) {
	r.t.Helper()
	kept, err := r.Files.Keep(r.t.Context(), a.ID, len(a.Attachments), name, strings.NewReader("content of "+name))
	if err != nil {
		r.t.Fatal(err)
	}
	kept.Type = kind
	a.Attachments = append(a.Attachments, kept)
}

func TestSendFiles(t *testing.T) {
	for name, c := range map[string]struct {
		files []string // media types
		want  []int    // attachments of each message
	}{
		"a picture": {[]string{"image/png"}, []int{1}}, "two pictures": {[]string{"image/png", "image/jpeg"}, []int{2}},
		"a file": {[]string{"application/pdf"}, []int{1}}, "two files": {[]string{"application/pdf", "text/plain"}, []int{1, 1}},
		"both": {[]string{"application/pdf", "image/png", "image/svg+xml"}, []int{1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			r := sender(t)
			r.max.Unready(3)
			a := reply("a")
			for n, kind := range c.files {
				r.attach(&a, fmt.Sprint("f", n), kind)
			}
			r.max.Fail("upload", maxtest.Fault{Status: 503})
			if _, err := r.b.Send(t.Context(), a); !errors.Is(err, leads.ErrNotSent) || len(r.max.Sent()) != 0 {
				t.Errorf("upload failed: %v", err)
			}
			id, err := r.b.Send(t.Context(), a)
			sent := r.max.Sent()
			if err != nil || id != "mid.out1" || len(sent) != len(c.want) || sent[0].Text != a.Text {
				t.Fatalf("%q, %v, %v", id, err, sent)
			}
			for n, want := range c.want {
				if len(sent[n].Attachments) != want || n > 0 && sent[n].Text != "" {
					t.Errorf("message %d: %v", n, sent[n])
				}
			}
		})
	}
}

func TestSendWhileMAXWorksOnAFile(t *testing.T) {
	r := sender(t)
	a := reply("a")
	r.attach(&a, "f", "application/pdf")
	r.max.Unready(len(notReady) + 1)
	if _, err := r.b.Send(t.Context(), a); !errors.Is(err, leads.ErrNotSent) || leads.WaitOf(err) != waitNotReady {
		t.Errorf("%v", err)
	}
}

// What was begun is not repeated, whatever the reason for which it was not
// finished.
func TestSendHalf(t *testing.T) {
	for _, fault := range []maxtest.Fault{{Status: 429}, {Status: 403}, {Status: 500}, {Cut: true}} {
		r := sender(t)
		a := reply("a")
		r.attach(&a, "f", "application/pdf")
		r.attach(&a, "g", "application/pdf")
		r.attach(&a, "h", "application/pdf")
		requests := 0
		r.b.api.http = through(r.b.api.http, func() {
			if requests++; requests == 3+2 { // the addresses of three uploads, and two messages
				r.max.Fail("POST /messages", fault)
			}
		})
		_, err := r.b.Send(t.Context(), a)
		if fault, _ := leads.FaultOf(err); fault != leads.FaultPartly || errors.Is(err, leads.ErrNotSent) || leads.IsPermanent(err) || leads.WaitOf(err) != 0 || !strings.Contains(err.Error(), "first 1 of 3") || len(r.max.Sent()) != 1 {
			t.Errorf("%v: %v, %v", fault, err, r.max.Sent())
		}
	}
}

// through calls before ahead of every request.
func through(c *http.Client, before func()) *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		before()
		return c.Transport.RoundTrip(r)
	})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
