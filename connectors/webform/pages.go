package webform

import (
	"crypto/sha256"
	_ "embed" // page.html, page.css
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// page is what a visitor with a plain form sees after sending it.
type page struct {
	Lang, Title, Text string
	Faults            []fault
	Back, BackText    string // address of the form, empty when unknown
	Hint              string
	Good              bool
	CSS               template.CSS
}

// pagePolicy allows the page's own style sheet and nothing else.
var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}()

func (a *answer) page(status int, p page) {
	p.Lang, p.CSS = a.say.Lang, template.CSS(pageCSS) //nolint:gosec // embedded at build time
	h := a.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	a.w.WriteHeader(status)
	if a.r.Method != http.MethodHead {
		_ = pageTemplate.Execute(a.w, p)
	}
}

// thanksPage is GET /in/<name>/thanks.
func (a *answer) thanksPage() {
	if a.r.Method != http.MethodGet && a.r.Method != http.MethodHead {
		a.w.Header().Set("Allow", "GET, HEAD")
		a.problem(http.StatusMethodNotAllowed, "invalid", "This page is only read", nil)
		return
	}
	a.say = a.form.textsFor(a.r.URL.Query().Get("lang"), a.r.Header.Get("Accept-Language"))
	text := a.say.ThanksText
	switch call := a.r.URL.Query().Get("call"); call {
	case "":
	case callNow:
		text = a.say.CallsNow
	case "soon":
		text = a.say.CallsSoon
	default:
		if at, err := time.Parse("2006-01-02T15:04", call); err == nil {
			text = fmt.Sprintf(a.say.CallsAt, at.Format("02.01.2006 15:04"))
		}
	}
	a.page(http.StatusOK, page{
		Title: a.say.Thanks, Text: text, Good: true,
		Back: a.website(), BackText: a.say.BackToSite,
	})
}

//go:embed preview.html
var previewHTML string

var previewTemplate = template.Must(template.New("preview").Parse(previewHTML))

// previewPolicy lets the form's script run and send nothing, in a frame of the
// workplace.
const previewPolicy = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// preview is GET /in/<name>/preview: the form as visitors see it. It sends nothing.
func (a *answer) preview() {
	if a.r.Method != http.MethodGet && a.r.Method != http.MethodHead {
		a.w.Header().Set("Allow", "GET, HEAD")
		a.problem(http.StatusMethodNotAllowed, "invalid", "This page is only read", nil)
		return
	}
	h := a.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", previewPolicy)
	h.Set("Referrer-Policy", "no-referrer")
	say := a.form.textsFor(a.r.URL.Query().Get("lang"), a.r.Header.Get("Accept-Language"))
	_ = previewTemplate.Execute(a.w, map[string]string{"Lang": say.Lang, "Name": a.form.name})
}

func (a *answer) errorPage(status int, faults []fault) {
	say := a.say
	p := page{Title: say.Unreadable, Text: say.UnreadableText, Faults: faults, Back: a.website(), BackText: say.GoBack, Hint: say.GoBackText}
	switch status {
	case http.StatusUnprocessableEntity:
		p.Title, p.Text = say.Incomplete, ""
	case http.StatusForbidden:
		p.Title, p.Text, p.Hint = say.Refused, say.RefusedText, ""
	case http.StatusRequestEntityTooLarge:
		p.Title, p.Text = say.TooLarge, say.TooLargeText
	case http.StatusTooManyRequests:
		p.Title, p.Text = say.Busy, say.BusyText
	case http.StatusServiceUnavailable:
		p.Title, p.Text = say.Later, say.LaterText
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		p.Title, p.Text, p.Hint = say.Nothing, "", ""
	}
	a.page(status, p)
}

// website returns the address of the page that the visitor comes from, if that
// website may post here.
func (a *answer) website() string {
	u, err := url.Parse(a.r.Referer())
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !a.form.mayPost(origin(u)) {
		return ""
	}
	return u.String()
}
