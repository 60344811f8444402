package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"
)

// here is this machine as a trusted proxy, so that tests come from any address.
var here = netip.MustParsePrefix("127.0.0.1/32")

func behindProxy(o *Options) { o.TrustedProxies = []netip.Prefix{here} }

func from(address string) func(*http.Request) { return header("X-Forwarded-For", address) }

// drip opens a connection, sends the head of a POST and one byte of its body,
// and nothing more.
func drip(t *testing.T, hubURL, path, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(hubURL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", path, address)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ended reads what a connection is answered until the hub closes it.
func ended(t *testing.T, c net.Conn) string {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(time.Minute)) // against hanging only
	b, err := io.ReadAll(c)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the hub keeps a connection whose body does not come; it answered %q", b)
	}
	return string(b)
}

// 400 connections that drip one byte are cut, whether anything reads their body
// or not, and genuine requests go through meanwhile.
func TestSlowBodiesAreCut(t *testing.T) {
	h := sqliteHub(t, behindProxy)
	h.pace = pace{first: time.Second, rate: 2 << 10, most: time.Minute}
	var all []net.Conn
	for i := range 400 {
		all = append(all, drip(t, h.url, []string{"/api/v1/session", "/in/site", "/nothing"}[i%3], fmt.Sprintf("198.51.100.%d", i%250)))
	}
	h.browser().signIn("ole")
	if res := h.as("ole").do("POST", "/in/site", `{"phone":"89161234567"}`, from("203.0.113.5")); res.StatusCode != http.StatusOK {
		t.Errorf("a form meanwhile: %s", res.Status)
	}
	for i, c := range all {
		if got := ended(t, c); i%3 == 0 && !strings.Contains(got, " 408 ") {
			t.Fatalf("a body that does not come was answered %q", got)
		}
	}
}

// byteByByte gives one byte with each read and notes the deadlines.
type byteByByte struct {
	left      int
	deadlines []time.Time
	http.ResponseWriter
}

func (b *byteByByte) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	b.left--
	p[0] = 'x'
	return 1, nil
}
func (b *byteByByte) Close() error { return nil }
func (b *byteByByte) SetReadDeadline(t time.Time) error {
	b.deadlines = append(b.deadlines, t)
	return nil
}

// The deadline moves on with what came in, but not for ever; a handler may ask
// for less; the end of the body takes it away, because net/http reads on to
// notice that the client leaves.
func TestPaceOfABody(t *testing.T) {
	read := func(p pace, by time.Time) (deadlines []time.Time, began time.Time) {
		b := &byteByByte{left: 100}
		a := &statusRecorder{ResponseWriter: b}
		a.body = newPacedBody(b, b, p, func() {})
		if err := a.SetReadDeadline(by); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(a.body); err != nil {
			t.Fatal(err)
		}
		if last := b.deadlines[len(b.deadlines)-1]; !last.IsZero() {
			t.Errorf("after the end of the body the deadline is %v", last)
		}
		return b.deadlines[2 : len(b.deadlines)-1], a.body.began
	}
	for name, c := range map[string]struct {
		pace      pace
		by        time.Duration // of the handler, after now
		last, max time.Duration // of the deadline after the start
	}{
		"rate":    {pace: pace{time.Hour, 1, 100 * time.Hour}, last: time.Hour},
		"most":    {pace: pace{time.Hour, 1, time.Minute}, last: time.Minute, max: time.Minute},
		"handler": {pace: pace{time.Hour, 1, 100 * time.Hour}, by: 30 * time.Minute, last: 29 * time.Minute, max: 30 * time.Minute},
	} {
		var by time.Time
		if c.by > 0 {
			by = time.Now().Add(c.by)
		}
		deadlines, began := read(c.pace, by)
		last := deadlines[len(deadlines)-1].Sub(began)
		if last < c.last || c.max > 0 && last > c.max {
			t.Errorf("%s: the last deadline is %v after the start, want %v", name, last, c.last)
		}
	}
	// 100 bytes at one byte per second: 100 s more than at first.
	deadlines, began := read(pace{time.Second, 1, time.Hour}, time.Time{})
	if first := deadlines[0].Sub(began); first > time.Second {
		t.Errorf("the first deadline is %v after the start, want 1s", first)
	}
}

// One address has so many requests in hand at once; another is served.
func TestRequestsPerAddress(t *testing.T) {
	h := sqliteHub(t, behindProxy, func(o *Options) { o.Limits.RequestsPerAddress = 5 })
	for range 5 {
		drip(t, h.url, "/api/v1/session", "198.51.100.7")
	}
	h.await("five requests in hand", func() bool { return h.requests.count("198.51.100.7") == 5 })
	if p := h.as("").refused(429, "GET", "/api/v1/leads", "", from("198.51.100.7")); p.Code != codeThrottled {
		t.Errorf("code %q", p.Code)
	}
	h.as("").refused(401, "GET", "/api/v1/leads", "", from("203.0.113.5"))
	h.as("").refused(401, "GET", "/api/v1/leads", "") // the proxy itself
}

// await waits until something is so.
func (h *hub) await(what string, so func() bool) {
	h.t.Helper()
	for end := time.Now().Add(time.Minute); !so(); {
		if time.Now().After(end) {
			h.t.Fatal("never: " + what)
		}
		time.Sleep(time.Millisecond)
	}
}

// A user has so many event streams open at once; the next one is refused in
// words, and another user's is opened. A stream does not count as a request of
// its address, and is not cut for sending nothing.
func TestStreamsPerUser(t *testing.T) {
	h := sqliteHub(t, behindProxy, func(o *Options) { o.Limits = Limits{RequestsPerAddress: 1, StreamsPerUser: 3} })
	h.pace = pace{first: time.Millisecond, rate: 1 << 20, most: time.Millisecond}
	h.stream.heartbeat = 10 * time.Millisecond
	open := func(login string) *http.Response {
		return h.as(login).do("GET", "/api/v1/events", "", from("198.51.100.7"))
	}
	var streams []*http.Response
	for range 3 {
		res := open("ole")
		if res.StatusCode != http.StatusOK {
			t.Fatal(res.Status)
		}
		streams = append(streams, res)
	}
	p := h.as("ole").refused(429, "GET", "/api/v1/events", "", from("198.51.100.7"))
	if p.Code != codeThrottled || !strings.Contains(p.Title, "event streams") {
		t.Errorf("%+v", p)
	}
	if res := open("ada"); res.StatusCode != http.StatusOK {
		t.Errorf("another user's: %s", res.Status)
	}
	for _, res := range streams {
		lines := bufio.NewScanner(res.Body)
		for beats := 0; beats < 3 && lines.Scan(); {
			if strings.HasPrefix(lines.Text(), ": still here") {
				beats++
			}
		}
		if lines.Err() != nil {
			t.Errorf("a stream was cut: %v", lines.Err())
		}
	}
	_ = streams[0].Body.Close()
	h.await("the place is given back", func() bool { return h.streams.count(h.users["ole"].ID) == 2 })
	if res := open("ole"); res.StatusCode != http.StatusOK {
		t.Errorf("after one was closed: %s", res.Status)
	}
}

// One address has so many connections; those of a proxy are not counted.
func TestConnectionsPerAddress(t *testing.T) {
	h := sqliteHub(t)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := h.LimitConnections(inner, 3).(*limitedListener)
	l.exempt = func(a netip.Addr) bool { return a == netip.MustParseAddr("127.0.0.9") } // the proxy
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: h.Server}}       //nolint:gosec // a test's
	srv.Start()
	t.Cleanup(srv.Close)
	ask := func(address string) (net.Conn, string) {
		t.Helper()
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
		c, err := d.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		line, _ := bufio.NewReader(c).ReadString('\n')
		return c, line
	}
	var held []net.Conn
	for range 3 {
		c, line := ask("127.0.0.2")
		if !strings.Contains(line, " 200 ") {
			t.Fatalf("answer %q", line)
		}
		held = append(held, c)
	}
	// What the kernel discards with the connection may be the answer too.
	if _, line := ask("127.0.0.2"); line != "" && !strings.Contains(line, " 429 ") {
		t.Errorf("a connection too many was answered %q", line)
	}
	for range 5 {
		if _, line := ask("127.0.0.9"); !strings.Contains(line, " 200 ") {
			t.Errorf("the proxy was answered %q", line)
		}
	}
	if _, line := ask("127.0.0.3"); !strings.Contains(line, " 200 ") {
		t.Errorf("another address was answered %q", line)
	}
	if !strings.Contains(h.log.String(), "limits.connections_per_address") {
		t.Error("the log does not tell of it")
	}
	_ = held[0].Close()
	h.await("the place is given back", func() bool { return l.open.count("127.0.0.2") == 2 })
	if _, line := ask("127.0.0.2"); !strings.Contains(line, " 200 ") {
		t.Errorf("after one was closed: %q", line)
	}
}

// A user keeps so many bytes and files that no reply took along, and has so many
// on their way at once.
func TestUploadsPerUser(t *testing.T) {
	now := time.Now()
	h := sqliteHub(t, func(o *Options) { o.Limits.UploadsWaiting = 1000; o.Now = func() time.Time { return now } })
	large := strings.Repeat("x", 400)
	for range 3 { // 0, 400 and 800 bytes wait before each
		h.as("ole").upload("a.txt", large, http.StatusOK)
	}
	if body := h.as("ole").upload("a.txt", "x", http.StatusTooManyRequests); !strings.Contains(body, "wait to be sent") {
		t.Errorf("answer %s", body)
	}
	h.as("ada").upload("a.txt", large, http.StatusOK)
	now = now.Add(uploadsFor + time.Minute)
	h.as("ole").upload("a.txt", large, http.StatusOK)

	held := make([]func(), uploadsAtOnce)
	for i := range held {
		held[i], _ = h.uploading.acquire(h.users["ole"].ID)
	}
	h.as("ole").upload("a.txt", "x", http.StatusTooManyRequests)
	h.as("ada").upload("a.txt", "x", http.StatusOK)
	for _, done := range held {
		done()
	}
	h.as("ole").upload("a.txt", "x", http.StatusOK)
}
