package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Oleg's telephone rings while he looks at his tasks. The call is on the page,
// with the number, its region, the line, the lead; on a small screen it is a bar that
// opens. The keyboard reaches it. Of his three tabs one plays the ring, after his first
// press and until he mutes it, and one shows a notification, if he allowed that and
// looks at none of them; a click on it opens the call.
func TestBrowserCallIsOnEveryPage(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	_, oleg := h.Person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	b := hubtest.NewBrowser(t)
	wait := func(who, selector string) {
		t.Helper()
		b.Do("wait", who, map[string]any{"selector": selector})
	}
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.Do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png")})
		}
	}
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/tasks", "lang": "ru-RU", "alarms": true})
	b.Do("tab", "second", map[string]any{"beside": "oleg", "url": h.URL + "/leads"})
	b.Do("tab", "third", map[string]any{"beside": "oleg", "url": h.URL + "/"})
	tabs := []string{"oleg", "second", "third"}
	b.Do("open", "small", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads", "width": 360, "theme": "dark"})
	// Who has sounded, and how often a notification was shown, over all tabs.
	count := func(what string) (who []string) {
		for _, tab := range tabs {
			if b.Do("alarms", tab, map[string]any{"value": what}) != float64(0) {
				who = append(who, tab)
			}
		}
		return who
	}

	pushRing(h, "c1", "101")
	for _, tab := range tabs {
		wait(tab, "[data-card][data-state=ringing]")
	}
	wait("oleg", ".dock [data-card][data-state=ringing]:has-text('+7 916 123-45-67'):has-text('Россия')")
	wait("oleg", ".dock [data-card]:has-text('+7 495 123-45-67'):has-text('Первое обращение')")
	wait("oleg", ".dock [data-card] a[href^='/leads/']")
	wait("third", ".dock [data-card]")
	if n := b.Do("count", "third", map[string]any{"selector": "[data-card]"}); n != float64(1) {
		t.Errorf("the page Now shows the call %v times", n)
	}
	shot("oleg", "dock-ringing")
	if who := count("sounds"); who != nil {
		t.Errorf("%v sounded before any press", who)
	}
	b.Do("press", "second", map[string]any{"selector": "body", "value": "Shift"})
	waitFor(t, "a sound", func() bool { return len(count("sounds")) > 0 })
	if who := count("sounds"); len(who) != 1 || who[0] != "second" {
		t.Errorf("%v sounded, one tab has to", who)
	}

	// The keyboard: from the top of the page to the bar and into the card.
	b.Do("focus", "oleg", map[string]any{"selector": ".skip[href='#calls']"})
	b.Do("press", "oleg", map[string]any{"selector": ".skip[href='#calls']", "value": "Enter"})
	b.Do("press", "oleg", map[string]any{"selector": "body", "value": "Tab"})
	wait("oleg", ".dock-bar:focus[aria-expanded=true]")
	b.Do("press", "oleg", map[string]any{"selector": ".dock-bar", "value": "Enter"})
	wait("oleg", ".dock-bar[aria-expanded=false][data-state=ringing]:has-text('Звонит')")
	shot("oleg", "dock-collapsed")
	b.Do("press", "oleg", map[string]any{"selector": ".dock-bar", "value": "Enter"})

	wait("small", ".dock-bar[aria-expanded=false][data-state=ringing]:has-text('+7 916 123-45-67')")
	shot("small", "dock-360-collapsed")
	b.Do("click", "small", map[string]any{"selector": ".dock-bar"})
	wait("small", ".dock [data-card][data-state=ringing]")
	shot("small", "dock-360-open")

	// Another call while he talks: two cards, the one that rings is the first.
	pushAnswer(h, "c1", "101")
	wait("oleg", ".dock [data-card][data-state=talking]")
	b.Do("click", "oleg", map[string]any{"selector": ".dock-offer button"}) // notifications
	for _, tab := range tabs {
		b.Do("hide", tab, map[string]any{"value": true})
	}
	push(h, "c2", "newCall", map[string]any{"user": []string{"101"}, "from": "79167654321"})
	wait("oleg", ".dock [data-card][data-state=ringing]:has-text('+7 916 765-43-21') + [data-card][data-state=talking]")
	waitFor(t, "a notification", func() bool { return len(count("notifications")) > 0 })
	for _, tab := range tabs {
		wait(tab, "[data-card][data-state=ringing]")
	}
	if who := count("notifications"); len(who) != 1 || who[0] != "oleg" {
		t.Errorf("%v show notifications, the tab that was used last has to", who)
	}
	shot("oleg", "dock-two")
	for _, who := range []string{"oleg", "small"} {
		if wrong := b.Do("axe", who, map[string]any{"selector": ".dock"}); wrong != "" {
			t.Errorf("axe on %s: %v", who, wrong)
		}
	}
	b.Do("press", "oleg", map[string]any{"selector": ".dock-bar", "value": "Enter"})
	b.Do("pressNotification", "oleg", nil)
	wait("oleg", ".dock [data-card][data-state=ringing]:focus")
	for _, tab := range tabs {
		b.Do("hide", tab, map[string]any{"value": false})
	}

	// Muted in one tab is muted in all.
	b.Do("clickAll", "oleg", map[string]any{"selector": ".profile .switch:has-text('Звук звонка') input"})
	for _, tab := range tabs {
		b.Do("attached", tab, map[string]any{"selector": ".profile .switch:has-text('Звук звонка'):not([data-selected])"})
	}
	push(h, "c2", "hangup", map[string]any{"cause": "cancel"})
	wait("oleg", ".dock [data-card][data-state=missed]")
	b.Do("resetAlarms", "second", nil)
	push(h, "c3", "newCall", map[string]any{"user": []string{"101"}, "from": "79161112233"})
	wait("second", ".dock [data-card][data-state=ringing]:has-text('+7 916 111-22-33')")
	if n := b.Do("alarms", "second", map[string]any{"value": "sounds"}); n != float64(0) {
		t.Errorf("%v sounds of a muted tab", n)
	}
	if os.Getenv("CTIHUB_SHOTS") != "" {
		all := hubtest.List[leads.CallRecord](h, oleg, "/api/v1/calls", nil)
		for _, lang := range []string{"ru-RU", "en-GB"} {
			for _, theme := range []string{"light", "dark"} {
				for _, width := range []int{360, 768, 1280, 1920} {
					who := fmt.Sprintf("look-%s-%s-%d", lang[:2], theme, width)
					b.Do("open", who, map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/leads/" + all[0].LeadID, "width": width, "lang": lang, "theme": theme})
					wait(who, ".dock-bar")
					shot(who, who)
					b.Do("close", who, nil)
				}
			}
		}
	}
}

// Opening a page requests the session, the tasks and the links once, in the first tab
// and in others; the scripts come compressed.
func TestBrowserAsksOnce(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	h.Person("oleg", "Олег Мещеряков", leads.RoleOperator, "101")
	b := hubtest.NewBrowser(t)
	asked := func(who string) {
		t.Helper()
		b.Do("attached", who, map[string]any{"selector": "[data-link=live]"})
		b.Do("wait", who, map[string]any{"selector": ".empty"})
		b.Do("settled", who, nil)
		for _, path := range []string{"/api/v1/session", "/api/v1/tasks", "/api/v1/me/links", "/api/v1/leads"} {
			if n := b.Do("requested", who, map[string]any{"url": path}); n != float64(1) {
				t.Errorf("%s asked for %s %v times", who, path, n)
			}
		}
	}
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/calls"})
	b.Do("tab", "second", map[string]any{"beside": "oleg", "url": h.URL + "/leads"})
	asked("second")
	for _, who := range []string{"oleg", "second"} {
		b.Do("goto", who, map[string]any{"url": h.URL + "/healthz"})
	}
	awaitStreams(h, 0)
	b.Do("goto", "second", map[string]any{"url": h.URL + "/leads"})
	asked("second")
	if ratio, _ := b.Do("compressed", "second", nil).(float64); ratio < 2 {
		t.Errorf("a script or style is compressed by %v only", ratio)
	}
}
