package sip

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// Behaviour is what a phone does with an incoming call.
type Behaviour struct {
	Ring time.Duration // time before it answers or refuses; negative: it rings until the caller gives up
	Code int           // refuse with this status, such as 486; 0 answers
	Talk time.Duration // hangs up after this time; 0: the other side hangs up

	Forward string // redirect to this number (302)
}

// Ring is an INVITE that a phone received.
type Ring struct {
	At     time.Time // when the INVITE arrived
	Caller string    // number in From
	Call   *Call
}

// Phone is one telephone: a UDP port.
type Phone struct {
	number   string
	server   *net.UDPAddr
	conn     *net.UDPConn
	rings    chan Ring
	readDone chan struct{}

	mu     sync.Mutex
	does   Behaviour
	calls  map[string]*Call // by Call-ID
	log    []*Call          // all, also ended ones
	closed bool
}

// Listen opens a phone on 127.0.0.1; port 0: any free port. It sends requests to the
// server's port.
func Listen(number string, port, server int, does Behaviour) (*Phone, error) {
	loopback := net.IPv4(127, 0, 0, 1)
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: loopback, Port: port})
	if err != nil {
		return nil, fmt.Errorf("phone %s: %w", number, err)
	}
	_ = conn.SetReadBuffer(1 << 20)
	p := &Phone{
		number: number, server: &net.UDPAddr{IP: loopback, Port: server}, conn: conn, does: does,
		rings: make(chan Ring, 10_000), readDone: make(chan struct{}), calls: map[string]*Call{},
	}
	go p.read()
	return p, nil
}

// Rings delivers each ring of the phone. It is closed with the phone.
func (p *Phone) Rings() <-chan Ring { return p.rings }

// Number is the extension or the number that the phone calls itself.
func (p *Phone) Number() string { return p.number }

// Calls returns every call that the phone made or received, oldest first.
func (p *Phone) Calls() []*Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Call(nil), p.log...)
}

// Set changes the behaviour for further calls.
func (p *Phone) Set(does Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.does = does
}

// Close hangs up the open calls and closes the phone.
func (p *Phone) Close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	open := make([]*Call, 0, len(p.calls))
	for _, c := range p.calls {
		open = append(open, c)
	}
	p.mu.Unlock()
	for _, c := range open {
		c.Hangup()
	}
	_ = p.conn.Close()
	<-p.readDone
	for _, c := range open {
		c.finish(0)
	}
}

func (p *Phone) read() {
	defer close(p.readDone)
	defer close(p.rings)
	buffer := make([]byte, 64<<10)
	for {
		n, _, err := p.conn.ReadFromUDP(buffer)
		at := time.Now()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n < 12 { // an ICMP error of an earlier packet; a keep-alive
			continue
		}
		p.take(parse(buffer[:n]), at)
	}
}

func (p *Phone) take(m message, at time.Time) {
	id := m.get("Call-ID")
	p.mu.Lock()
	c, does, closed := p.calls[id], p.does, p.closed
	isNew := c == nil && m.status() == 0 && m.method() == "INVITE" && first(tagged, m.get("To")) == "" && !closed
	if isNew {
		c = newCall(p, id)
		c.began = at
		p.calls[id] = c
		p.log = append(p.log, c)
	}
	p.mu.Unlock()
	switch {
	case isNew:
		select {
		case p.rings <- Ring{At: at, Caller: first(userPart, m.get("From")), Call: c}:
		default:
		}
		c.invited(m, does)
	case c != nil && m.status() != 0:
		c.response(m)
	case c != nil:
		c.request(m)
	case m.status() == 0 && m.method() == "OPTIONS":
		p.respond(m, 200, token(), "")
	case m.status() == 0 && m.method() != "ACK":
		p.respond(m, 481, token(), "")
	}
}

func (p *Phone) forget(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.id)
}

func (p *Phone) send(s string) { _, _ = p.conn.WriteToUDP([]byte(s), p.server) }

func (p *Phone) address() string { return p.conn.LocalAddr().String() }

func (p *Phone) contact() string {
	return fmt.Sprintf("Contact: <sip:%s@%s>\r\nMax-Forwards: 70\r\n", p.number, p.address())
}

// respond answers a request, an INVITE with sdp if that is not empty.
func (p *Phone) respond(m message, code int, tag, sdp string) {
	p.respondAs(p.contact(), m, code, tag, sdp)
}

func (p *Phone) respondAs(contact string, m message, code int, tag, sdp string) {
	to := m.get("To")
	if first(tagged, to) == "" {
		to += ";tag=" + tag
	}
	p.send(fmt.Sprintf("SIP/2.0 %d %s\r\n", code, reasons[code]) + m.all("Via") + m.all("Record-Route") +
		"From: " + m.get("From") + "\r\nTo: " + to + "\r\nCall-ID: " + m.get("Call-ID") + "\r\nCSeq: " + m.get("CSeq") + "\r\n" +
		contact + body(sdp))
}

func body(sdp string) string {
	if sdp == "" {
		return "Content-Length: 0\r\n\r\n"
	}
	return fmt.Sprintf("Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(sdp), sdp)
}

var silence = strings.Join([]string{
	"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 9 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "",
}, "\r\n")
