package webform

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // embed.*
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

var (
	//go:embed embed.js
	embedJS []byte
	//go:embed proof.js
	proofJS []byte
	//go:embed embed.css
	embedCSS string
	//go:embed embed.json
	embedTexts []byte // by language
)

// script is what embed.js is told. JSON of encoding/json is safe inside a
// script: it escapes <, > and &, and the line separators of Unicode.
type script struct {
	Source   string            `json:"source"`
	Action   string            `json:"action"` // where to post
	Lang     string            `json:"lang"`
	Title    string            `json:"title"`
	Show     []string          `json:"show"`
	Require  []string          `json:"require"`
	Fields   map[string]string `json:"fields"`
	Honeypot string            `json:"honeypot"`
	Thanks   string            `json:"thanks"`
	Style    string            `json:"style"`
	Texts    json.RawMessage   `json:"texts"`
	Files    *scriptFiles      `json:"files"`
	Consent  *scriptConsent    `json:"consent"`
	Callback int               `json:"callback"` // days ahead for which a call can be asked for, 0: none
	Bits     int               `json:"bits"`     // of the proof of work, 0: none
}

type scriptFiles struct {
	Count  int    `json:"count"`
	Each   int    `json:"each"`  // MB
	Total  int    `json:"total"` // MB
	Accept string `json:"accept"`
	Names  string `json:"names"`
}

type scriptConsent struct {
	Text     string `json:"text"`
	Link     string `json:"link"`
	Version  string `json:"version"`
	Required bool   `json:"required"`
}

// more is what the script is told beside the inputs.
func (f *form) more(s script) script {
	if f.Files.Count > 0 && f.files != nil {
		s.Files = &scriptFiles{f.Files.Count, f.Files.EachMB, f.Files.TotalMB, accepts(f.Files.Types), typeNames(f.Files.Types)}
	}
	if f.Consent.Text != "" {
		s.Consent = &scriptConsent{f.Consent.Text, f.Consent.Link, f.Consent.Version, f.Consent.Required}
	}
	if f.offersCallback() {
		s.Callback = f.Callback.Days
	}
	s.Bits = f.Proof.Bits
	return s
}

// Embed serves the script that draws the form on a website or takes over the
// one that is there.
func (f *form) Embed() http.Handler {
	config, err := json.Marshal(f.more(script{
		Source: f.name, Action: f.publicURL + "/in/" + f.name, Lang: f.Lang, Title: f.Title,
		Show: f.Show, Require: f.Require, Fields: f.Fields, Honeypot: f.Honeypot, Thanks: f.Thanks,
		Style: embedCSS, Texts: embedTexts,
	}))
	if err != nil {
		panic(err) // nothing but texts that were read at build time or decoded from YAML
	}
	var proof []byte
	if f.Proof.Bits > 0 {
		proof = append([]byte(", "), bytes.TrimSpace(proofJS)...)
	}
	body := slices.Concat(bytes.TrimSpace(embedJS), []byte("("+string(config)), proof, []byte(");\n"))
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // a known level
	_, _ = z.Write(body)                                       // into memory
	_ = z.Close()
	sum := sha256.Sum256(body)
	version := hex.EncodeToString(sum[:16])
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			h.Set("ETag", `"`+version+`-gzip"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(packed.Bytes()))
			return
		}
		h.Set("ETag", `"`+version+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}
