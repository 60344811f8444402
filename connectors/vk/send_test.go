package vk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/vk/vktest"
	"ctihub/leads"
	rules "ctihub/leads/replies"
)

func reply(id string) leads.Reply {
	return leads.Reply{ID: id, Source: "vk", Channel: leads.ChannelVK, To: leads.Identity{Kind: "vk", Value: "61"}, Text: "Добрый день", Attempt: 1}
}

func sender(t *testing.T) *rig {
	r := newRig(t, callbackSettings)
	r.vk.Write(61, vktest.Message{"text": "hello"})
	return r
}

func TestSend(t *testing.T) {
	for _, numbers := range []bool{false, true} {
		r := sender(t)
		if numbers {
			r.vk.Numbers()
		}
		id, err := r.c.Send(t.Context(), reply("a"))
		if err != nil || id != "61:2" || len(r.vk.Sent(61)) != 1 {
			t.Fatalf("%q, %v, %v", id, err, r.vk.Sent(61))
		}
		again, err := r.c.Send(t.Context(), reply("a"))
		if err != nil || again != id || len(r.vk.Sent(61)) != 1 {
			t.Errorf("again: %q, %v, %d messages", again, err, len(r.vk.Sent(61)))
		}
		if other, err := r.c.Send(t.Context(), reply("b")); err != nil || other == id {
			t.Errorf("another: %q, %v", other, err)
		}
	}
}

// The answer to a message is lost in every way, and the message is there once.
func TestSendIsRepeatedWithoutDoubt(t *testing.T) {
	for name, fault := range map[string]vktest.Fault{
		"cut after it": {After: true, Cut: true}, "502 after it": {After: true, Status: 502}, "10 after it": {After: true, Code: 10},
		"cut before it": {Cut: true}, "502 before it": {Status: 502}, "10 before it": {Code: 10},
	} {
		t.Run(name, func(t *testing.T) {
			r := sender(t)
			r.vk.Fail("messages.send", fault)
			a := reply("a")
			_, err := r.c.Send(t.Context(), a)
			if err == nil || leads.IsPermanent(err) || errors.Is(err, leads.ErrNotSent) {
				t.Fatalf("error = %v, want doubt", err)
			}
			a.Attempt = 2
			id, err := r.open(callbackSettings(r.vk)).Send(t.Context(), a) // by another hub
			if err != nil || id != "61:2" || len(r.vk.Sent(61)) != 1 {
				t.Errorf("%q, %v, %d messages", id, err, len(r.vk.Sent(61)))
			}
		})
	}
}

func TestSendRefused(t *testing.T) {
	for _, c := range []struct {
		name      string
		prepare   func(*rig, *leads.Reply)
		words     string
		permanent bool
		wait      time.Duration
		health    bool
		fault     leads.ReplyFault
	}{
		{"never wrote", func(_ *rig, a *leads.Reply) { a.To.Value = "62" }, "does not allow", true, 0, false, leads.FaultBlocked},
		{"privacy", func(r *rig, _ *leads.Reply) { r.vk.Deny(61, 902) }, "privacy settings", true, 0, false, leads.FaultBlocked},
		{"blacklist", func(r *rig, _ *leads.Reply) { r.vk.Deny(61, 900) }, "blacklist", true, 0, false, leads.FaultBlacklisted},
		{"wrong token", func(r *rig, _ *leads.Reply) { r.c.api.token = "x" }, "access key", true, 0, true, leads.FaultSetup},
		{"token of another group", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 27}) }, "access key", true, 0, true, leads.FaultSetup},
		{"no right", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 15}) }, "not the right", true, 0, true, leads.FaultSetup},
		{"captcha", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 14}) }, "captcha", true, 0, false, leads.FaultRefused},
		{"unknown code", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 983}) }, "983", true, 0, false, leads.FaultRefused},
		{"per second", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 6}) }, "too often", false, waitPerSecond, false, leads.FaultBusy},
		{"flood", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 9}) }, "flooding", false, waitFlood, false, leads.FaultBusy},
		{"rate", func(r *rig, _ *leads.Reply) { r.vk.Fail("messages.send", vktest.Fault{Code: 29}) }, "limit", false, waitRate, false, leads.FaultBusy},
		{"not reached", func(r *rig, _ *leads.Reply) { r.c.api.base = "http://127.0.0.1:1" }, "cannot be reached", false, 0, false, leads.FaultUnreachable},
		{"history is away", func(r *rig, a *leads.Reply) {
			a.Attempt = 2
			r.vk.Fail("messages.getHistory", vktest.Fault{Status: 500})
		}, "500", false, waitAfterUpload, false, leads.FaultUnreachable},
		{"too long", func(_ *rig, a *leads.Reply) { a.Text = strings.Repeat("я", maxText+1) }, "4096", true, 0, false, leads.FaultTooLong},
		{"nothing", func(_ *rig, a *leads.Reply) { a.Text = " " }, "nothing", true, 0, false, leads.FaultEmpty},
		{"a phone", func(_ *rig, a *leads.Reply) { a.To = leads.Identity{Kind: "phone", Value: "61"} }, "number", true, 0, false, leads.FaultNoAddress},
		{"a group chat", func(_ *rig, a *leads.Reply) { a.To.Value = "2000000001" }, "number", true, 0, false, leads.FaultNoAddress},
		{"a file that is gone", func(_ *rig, a *leads.Reply) { a.Attachments = []leads.Attachment{{ID: "x"}} }, "not there", true, 0, false, leads.FaultFileGone},
		{"too many files", func(_ *rig, a *leads.Reply) { a.Attachments = make([]leads.Attachment, maxAttachments+1) }, "10", true, 0, false, leads.FaultTooManyFiles},
		{"page deleted", func(r *rig, _ *leads.Reply) { r.vk.Deny(61, 18) }, "deleted", true, 0, false, leads.FaultNoAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sender(t)
			a := reply("a")
			c.prepare(r, &a)
			_, err := r.c.Send(t.Context(), a)
			if err == nil || !strings.Contains(err.Error(), c.words) || leads.IsPermanent(err) != c.permanent || leads.WaitOf(err) != c.wait {
				t.Errorf("%v: permanent %v, wait %v", err, leads.IsPermanent(err), leads.WaitOf(err))
			}
			if v := rules.Judge(1, false, "", err); v.Fault != c.fault || v.FaultLimit != map[leads.ReplyFault]int64{leads.FaultTooLong: maxText, leads.FaultTooManyFiles: maxAttachments}[c.fault] {
				t.Errorf("%v: code %s %d, want %s", err, v.Fault, v.FaultLimit, c.fault)
			}
			if !c.permanent && !errors.Is(err, leads.ErrNotSent) {
				t.Errorf("%v leaves doubt", err)
			}
			if (r.Health() != nil) != c.health || len(r.vk.Sent(61)) != 0 {
				t.Errorf("health %v, sent %v", r.Health(), r.vk.Sent(61))
			}
		})
	}
}

func TestSendFiles(t *testing.T) {
	r := sender(t)
	a := reply("a")
	for n, name := range []string{"photo.jpg", "прайс.pdf"} {
		kept, err := r.Files.Keep(t.Context(), "reply", n, name, strings.NewReader("content of "+name))
		if err != nil {
			t.Fatal(err)
		}
		a.Attachments = append(a.Attachments, kept)
	}
	a.Attachments[0].Type = "image/jpeg"
	r.vk.Fail("upload", vktest.Fault{Status: 503})
	if _, err := r.c.Send(t.Context(), a); !errors.Is(err, leads.ErrNotSent) || leads.WaitOf(err) == 0 {
		t.Errorf("upload failed: %v", err)
	}
	if _, err := r.c.Send(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	names := strings.Split(fmt.Sprint(r.vk.Sent(61)[0]["attachment"]), ",")
	if len(names) != 2 || !strings.HasPrefix(names[0], "photo-777_") || !strings.HasPrefix(names[1], "doc-777_") ||
		string(r.vk.Uploaded(names[0])) != "content of photo.jpg" || string(r.vk.Uploaded(names[1])) != "content of прайс.pdf" {
		t.Errorf("%q", names)
	}
	kept, _ := r.Files.Keep(t.Context(), "reply", 3, "virus.exe", strings.NewReader("MZ"))
	b := reply("b")
	b.Attachments = []leads.Attachment{kept}
	_, err := r.c.Send(t.Context(), b)
	if fault, _ := leads.FaultOf(err); !leads.IsPermanent(err) || !strings.Contains(err.Error(), "kind of file") || fault != leads.FaultFileKind {
		t.Errorf("%v", err)
	}
}

func TestSendStops(t *testing.T) {
	r := sender(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.c.Send(ctx, reply("a")); err == nil || leads.IsPermanent(err) {
		t.Errorf("%v", err)
	}
}

func TestRandomID(t *testing.T) {
	seen := map[int64]bool{}
	for n := range 10_000 {
		id := randomID(fmt.Sprint("0190a000-0000-7000-8000-", n))
		if id <= 0 || id > 1<<31-1 {
			t.Fatal(id)
		}
		seen[id] = true
	}
	if len(seen) < 9_999 {
		t.Errorf("%d of 10,000 differ", len(seen))
	}
}
