// Package sip is a telephone for tests: it rings, answers, refuses, calls, hangs up and
// transfers over UDP, and sends sound only after Speak. It records the time of each
// INVITE to the microsecond.
package sip

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// message is a request or a response as text, read as far as needed.
type message struct {
	start   string
	headers [][2]string
	sound   string // host:port of the sender's sound, empty when it names none
}

func parse(b []byte) message {
	head, body, _ := strings.Cut(string(b), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := message{start: lines[0]}
	if host, port := first(soundHost, body), first(soundPort, body); host != "" && port != "" {
		m.sound = host + ":" + port
	}
	for _, l := range lines[1:] {
		if name, value, ok := strings.Cut(l, ":"); ok {
			m.headers = append(m.headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return m
}

func (m message) get(name string) string {
	for _, h := range m.headers {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// all returns every header of the name, as lines ready to be sent.
func (m message) all(name string) string {
	var b strings.Builder
	for _, h := range m.headers {
		if strings.EqualFold(h[0], name) {
			fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
		}
	}
	return b.String()
}

// status is the code of a response, 0 for a request.
func (m message) status() int {
	rest, ok := strings.CutPrefix(m.start, "SIP/2.0 ")
	if !ok {
		return 0
	}
	code, _, _ := strings.Cut(rest, " ")
	n, _ := strconv.Atoi(code)
	return n
}

// method of a request, or of the request that a response answers.
func (m message) method() string {
	if m.status() == 0 {
		method, _, _ := strings.Cut(m.start, " ")
		return method
	}
	_, method, _ := strings.Cut(m.get("CSeq"), " ")
	return method
}

// seq is the number in CSeq.
func (m message) seq() int {
	number, _, _ := strings.Cut(m.get("CSeq"), " ")
	n, _ := strconv.Atoi(number)
	return n
}

var (
	inAngles  = regexp.MustCompile(`<([^>]+)>`)
	tagged    = regexp.MustCompile(`;tag=([^;>\s]+)`)
	userPart  = regexp.MustCompile(`sips?:([^@;>]+)@`)
	soundHost = regexp.MustCompile(`(?m)^c=IN IP4 ([0-9.]+)`)
	soundPort = regexp.MustCompile(`(?m)^m=audio ([0-9]+) `)
)

func first(r *regexp.Regexp, s string) string {
	if m := r.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

func token() string { return strconv.FormatUint(rand.Uint64(), 36) }

var reasons = map[int]string{
	180: "Ringing", 200: "OK", 202: "Accepted", 302: "Moved Temporarily", 404: "Not Found", 480: "Temporarily Unavailable",
	481: "Call Does Not Exist", 486: "Busy Here", 487: "Request Terminated", 503: "Service Unavailable", 603: "Decline",
}
