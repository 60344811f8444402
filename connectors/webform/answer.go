package webform

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// answer answers one request: in JSON to programs and scripts, with pages to plain
// HTML forms. It is the same for known and unknown customers.
type answer struct {
	w    http.ResponseWriter
	r    *http.Request
	form *form
	say  *texts
}

// problem is RFC 9457's problem+json, with what is wrong with each input.
type problem struct {
	Title  string  `json:"title"`            // English
	Status int     `json:"status"`           //
	Code   string  `json:"code"`             // stable word for programs
	Detail string  `json:"detail,omitempty"` // in the visitor's language
	Field  string  `json:"field,omitempty"`  // of the first fault
	Errors []fault `json:"errors,omitempty"`
}

// isScript reports whether a program, and not a plain form, gets the answer.
func (a *answer) isScript() bool {
	h := a.r.Header
	if mode := h.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return true
	}
	return strings.Contains(h.Get("Content-Type"), "json") ||
		strings.Contains(h.Get("Accept"), "application/json") || h.Get("X-Requested-With") != ""
}

// stored answers that the post is stored, and when the visitor is called.
func (a *answer) stored(id string, c *called) {
	if a.isScript() {
		a.w.Header().Set("Content-Type", "application/json")
		said := map[string]any{"ok": true, "id": id}
		if c != nil {
			said["callback"] = c
		}
		_ = json.NewEncoder(a.w).Encode(said)
		return
	}
	to := a.form.Thanks
	if to == "" {
		q := url.Values{"lang": {a.say.Lang}}
		switch {
		case c != nil && c.Calling:
			q.Set("call", "now")
		case c != nil && c.At.IsZero():
			q.Set("call", "soon")
		case c != nil:
			q.Set("call", c.At.Format("2006-01-02T15:04"))
		}
		to = "/in/" + a.form.name + "/thanks?" + q.Encode()
	}
	a.w.Header().Set("Location", to)
	a.w.WriteHeader(http.StatusSeeOther)
}

// tested answers a vendor's test of the address.
func (a *answer) tested() {
	a.w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(a.w).Encode(map[string]any{"ok": true, "test": true})
}

// problem answers what went wrong.
func (a *answer) problem(status int, code, title string, faults []fault) {
	detail := ""
	if len(faults) > 0 {
		detail = faults[0].Message
	}
	a.detailed(status, code, title, detail, faults)
}

// detailed is problem with a detail text in addition to the faults of inputs.
func (a *answer) detailed(status int, code, title, detail string, faults []fault) {
	if !a.isScript() && strings.Contains(a.r.Header.Get("Accept"), "text/html") {
		a.errorPage(status, faults)
		return
	}
	p := problem{Title: title, Status: status, Code: code, Detail: detail, Errors: faults}
	if len(faults) > 0 {
		p.Field = faults[0].Field
	}
	a.w.Header().Set("Content-Type", "application/problem+json")
	a.w.WriteHeader(status)
	_ = json.NewEncoder(a.w).Encode(p)
}
