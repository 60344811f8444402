package sip

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Call is one call of a phone, in either direction.
type Call struct {
	phone *Phone
	id    string

	mu            sync.Mutex
	out           bool
	invite        message // as received or sent
	branch        string
	local, remote string // From and To of our requests, with tags
	target        string // request URI of our requests
	sound         string // host:port where the far side listens
	cseq          int
	last          func() // sends our last answer to the INVITE again
	status        int    // final answer to the INVITE
	quit, ended   bool
	timers        []*time.Timer

	began, took, over time.Time // when it began, was answered and ended
	hungUp            bool      // by us
	held              int       // cseq of the last change of sound that was accepted

	ringing, answered, done chan struct{}
}

// Story is the phone's record of a call, for tests to compare with.
type Story struct {
	Out      bool      // this phone called
	Began    time.Time // when the INVITE was sent, or came
	Answered time.Time // zero: never
	Ended    time.Time // zero: not yet
	HungUp   bool      // this side ended it
}

// Story returns the record so far.
func (c *Call) Story() Story {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Story{c.out, c.began, c.took, c.over, c.hungUp}
}

func newCall(p *Phone, id string) *Call {
	return &Call{phone: p, id: id, cseq: 1, ringing: make(chan struct{}), answered: make(chan struct{}), done: make(chan struct{})}
}

// Ringing is closed when the far phone rings (or this one, for a call that
// came in).
func (c *Call) Ringing() <-chan struct{} { return c.ringing }

// Answered is closed when the call is answered.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Done is closed when the call is over.
func (c *Call) Done() <-chan struct{} { return c.done }

// Status is the final answer to the INVITE: 200, 486, 487 (cancelled) …; 0
// while there is none.
func (c *Call) Status() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// Call dials a number. The call goes on until Hangup or until the far side
// ends it.
func (p *Phone) Call(to string) *Call {
	c := newCall(p, token()+token())
	c.out, c.branch = true, "z9hG4bK"+token()
	c.local = fmt.Sprintf("<sip:%s@%s>;tag=%s", p.number, p.address(), token())
	c.remote = fmt.Sprintf("<sip:%s@%s>", to, p.server)
	c.target = fmt.Sprintf("sip:%s@%s", to, p.server)
	p.mu.Lock()
	p.calls[c.id] = c
	p.log = append(p.log, c)
	p.mu.Unlock()
	c.mu.Lock()
	c.began = time.Now()
	defer c.mu.Unlock()
	c.last = func() { p.send(c.make("INVITE", 1, c.branch, "", silence)) }
	c.repeat(c.last, func() bool { return c.status != 0 || c.isClosed(c.ringing) })
	return c
}

// make builds a request within the call.
func (c *Call) make(method string, cseq int, branch, extra, sdp string) string {
	return fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n",
		method, c.target, c.phone.address(), branch, c.local, c.remote, c.id, cseq, method) + c.phone.contact() + extra + body(sdp)
}

// repeat sends now and then every half second, at most eight times, until enough
// reports true. The caller holds the call's lock.
func (c *Call) repeat(send func(), enough func() bool) {
	send()
	left := 8
	var timer *time.Timer
	timer = time.AfterFunc(500*time.Millisecond, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if left--; left > 0 && !enough() && !c.ended {
			send()
			timer.Reset(500 * time.Millisecond)
		}
	})
	c.timers = append(c.timers, timer)
}

// after runs do once after d, unless the call has ended. do runs with the call locked.
func (c *Call) after(d time.Duration, do func()) {
	c.timers = append(c.timers, time.AfterFunc(d, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.ended {
			do()
		}
	}))
}

func (c *Call) isClosed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func (c *Call) mark(ch chan struct{}) {
	if !c.isClosed(ch) {
		close(ch)
	}
}

// invited begins an incoming call.
func (c *Call) invited(m message, does Behaviour) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.invite, c.sound = m, m.sound
	c.local, c.remote = m.get("To")+";tag="+token(), m.get("From")
	c.target = first(inAngles, m.get("Contact"))
	c.answer(180, "")
	c.mark(c.ringing)
	if does.Ring < 0 {
		return
	}
	c.after(does.Ring, func() {
		if c.status != 0 {
			return
		}
		if does.Forward != "" {
			c.status = 302
			tag, contact := first(tagged, c.local), fmt.Sprintf("Contact: <sip:%s@%s>\r\n", does.Forward, c.phone.server)
			c.repeat(func() { c.phone.respondAs(contact, c.invite, 302, tag, "") }, func() bool { return false })
			return
		}
		if does.Code != 0 {
			c.status = does.Code
			c.repeat(func() { c.answer(does.Code, "") }, func() bool { return false })
			return
		}
		c.pickUp()
		if does.Talk > 0 {
			c.after(does.Talk, c.bye)
		}
	})
}

// Answer picks up a call that rings here.
func (c *Call) Answer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.out && c.status == 0 && !c.ended {
		c.pickUp()
	}
}

func (c *Call) pickUp() {
	c.status, c.took = 200, time.Now()
	c.repeat(func() { c.answer(200, silence) }, func() bool { return c.isClosed(c.answered) })
}

func (c *Call) answer(code int, sdp string) {
	tag := first(tagged, c.local)
	c.last = func() { c.phone.respond(c.invite, code, tag, sdp) }
	c.last()
}

// Hangup ends the call with CANCEL, BYE or a refusal, depending on its state.
func (c *Call) Hangup() {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended:
	case c.status == 200:
		c.bye()
	case c.out && c.status == 0:
		c.quit, c.hungUp = true, true
		cancel := c.make("CANCEL", 1, c.branch, "", "")
		c.repeat(func() { c.phone.send(cancel) }, func() bool { return c.status != 0 })
	case !c.out && c.status == 0:
		c.status = 486
		c.repeat(func() { c.answer(486, "") }, func() bool { return false })
	}
}

// bye ends an answered call.
func (c *Call) bye() {
	c.hungUp = true
	c.cseq++
	bye := c.make("BYE", c.cseq, "z9hG4bK"+token(), "", "")
	c.repeat(func() { c.phone.send(bye) }, func() bool { return false })
}

// Transfer transfers the far side to a number (blind).
func (c *Call) Transfer(to string) {
	c.refer(fmt.Sprintf("<sip:%s@%s>", to, c.phone.server))
}

// Connect transfers the far side of this call to the far side of the other, which may
// still ring (attended).
func (c *Call) Connect(other *Call) {
	other.mu.Lock()
	replaces := fmt.Sprintf("%s;to-tag=%s;from-tag=%s", other.id, first(tagged, other.remote), first(tagged, other.local))
	target := first(inAngles, other.remote)
	other.mu.Unlock()
	c.refer(fmt.Sprintf("<%s?Replaces=%s>", target, strings.ReplaceAll(url.QueryEscape(replaces), "+", "%20")))
}

func (c *Call) refer(to string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cseq++
	extra := fmt.Sprintf("Refer-To: %s\r\nReferred-By: <sip:%s@%s>\r\n", to, c.phone.number, c.phone.server)
	c.phone.send(c.make("REFER", c.cseq, "z9hG4bK"+token(), extra, ""))
}

func (c *Call) request(m message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m.method() {
	case "INVITE":
		if first(tagged, m.get("To")) == "" {
			c.last() // a retransmission: our answer was late
		} else {
			c.phone.respond(m, 200, "", silence) // re-INVITE: hold, or a transfer
		}
	case "ACK":
		switch {
		case c.status == 200:
			c.mark(c.answered)
		case c.status != 0:
			c.finishLocked(c.status)
		}
	case "CANCEL":
		c.phone.respond(m, 200, first(tagged, c.local), "")
		if c.status == 0 {
			c.status = 487
			c.answer(487, "")
		}
	case "BYE":
		c.phone.respond(m, 200, "", "")
		c.finishLocked(c.status)
	default:
		c.phone.respond(m, 200, "", "")
	}
}

// Hold puts the far side on hold, or resumes the call.
func (c *Call) Hold(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cseq++
	seq, sound := c.cseq, silence
	if on {
		sound += "a=sendonly\r\n"
	}
	branch := "z9hG4bK" + token()
	c.repeat(func() { c.phone.send(c.make("INVITE", seq, branch, "", sound)) }, func() bool { return c.held >= seq })
}

func (c *Call) response(m message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	code := m.status()
	if m.method() == "BYE" && code >= 200 {
		c.finishLocked(c.status)
	}
	if m.method() != "INVITE" || code < 180 {
		return
	}
	c.remote = m.get("To")
	switch {
	case code < 200:
		c.mark(c.ringing)
	case code < 300:
		if t := first(inAngles, m.get("Contact")); t != "" {
			c.target = t
		}
		seq := m.seq()
		c.phone.send(c.make("ACK", seq, "z9hG4bK"+token(), "", ""))
		c.held = max(c.held, seq)
		if c.status == code {
			return // a retransmission: our ACK was late; or the answer to Hold
		}
		c.status, c.sound, c.took = code, m.sound, time.Now()
		c.mark(c.ringing)
		c.mark(c.answered)
		if c.quit {
			c.bye() // the answer crossed our CANCEL
		}
	default:
		c.phone.send(c.make("ACK", 1, c.branch, "", ""))
		c.finishLocked(code)
	}
}

func (c *Call) finish(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finishLocked(status)
}

func (c *Call) finishLocked(status int) {
	if c.ended {
		return
	}
	c.ended, c.over = true, time.Now()
	if c.status == 0 {
		c.status = status
	}
	for _, t := range c.timers {
		t.Stop()
	}
	close(c.done)
	time.AfterFunc(5*time.Second, func() { c.phone.forget(c) }) // until then retransmissions still find the call
}
