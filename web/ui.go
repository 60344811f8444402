package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/net/html"
)

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>ctihub</title>
<h1>The workplace is not built</h1>
<p>This hub was built without its user interface. Run <code>make ui</code> and build again.
The API works; it is described at <a href="/api/v1/openapi.yaml">/api/v1/openapi.yaml</a>.</p></html>
`

// ui serves the workplace: its files, and index.html for every other path,
// which the workplace resolves itself.
type ui struct {
	files fs.FS
	index []byte
	tags  map[string]string // hash of the content of each file, for its ETag
}

func newUI(files fs.FS) *ui {
	u := &ui{files: files, tags: map[string]string{}}
	if files == nil {
		return u
	}
	if b, err := fs.ReadFile(files, "index.html"); err == nil {
		u.index = b
	}
	_ = fs.WalkDir(files, ".", func(name string, _ fs.DirEntry, _ error) error {
		if f, err := files.Open(name); err == nil {
			defer func() { _ = f.Close() }()
			hash := sha256.New()
			if _, err := io.Copy(hash, f); err == nil {
				u.tags[name] = hex.EncodeToString(hash.Sum(nil)[:12])
			}
		}
		return nil
	})
	return u
}

// serve answers a request that no other route matches.
func (u *ui) serve(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return methodNotAllowed(w, http.MethodGet, http.MethodHead)
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if u.index != nil && name != "" && name != "index.html" {
		err := u.file(w, r, name)
		if err == nil || path.Ext(name) != "" {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if u.index == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, notBuilt)
		return nil
	}
	w.Header().Set("ETag", `"`+u.tags["index.html"]+`"`)
	http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(u.index))
	return nil
}

// encodings are the ways in which the build compresses a file beside it, the
// smallest first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// file serves one file, compressed if the build did so and the browser takes
// it. Vite names what is in assets after its content, so that a browser may
// keep it forever.
func (u *ui) file(w http.ResponseWriter, r *http.Request, name string) error {
	tag, known := u.tags[name]
	if !known {
		return errNoRoute
	}
	h, stored := w.Header(), name
	for _, e := range encodings {
		if u.tags[name+e.suffix] == "" {
			continue
		}
		h.Set("Vary", "Accept-Encoding")
		if stored == name && accepts(r.Header.Get("Accept-Encoding"), e.name) {
			stored, tag = name+e.suffix, u.tags[name+e.suffix]
			h.Set("Content-Encoding", e.name)
		}
	}
	f, err := u.files.Open(stored)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	content, seekable := f.(io.ReadSeeker)
	if !seekable {
		return errNoRoute
	}
	h.Set("ETag", `"`+tag+`"`)
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, name, time.Time{}, content) // the type is that of name
	return nil
}

// accepts reports whether an Accept-Encoding allows an encoding (RFC 9110,
// 12.5.3). What "*" allows is not needed by any browser and is left out.
func accepts(header, encoding string) bool {
	for _, part := range strings.Split(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, weighted := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		return !weighted || strings.Trim(q, "0.") != ""
	}
	return false
}

// csp returns the content security policy: only resources of the hub itself, and only the inline
// code of index.html.
func (u *ui) csp() string {
	scripts, styles := inlineHashes(u.index)
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'" + scripts, "style-src 'self'" + styles, "img-src 'self' data:",
		"font-src 'self'", "connect-src 'self'", "media-src 'self'", "manifest-src 'self'", "frame-src 'self'",
		"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}

// inlineHashes returns the CSP sources of a page's inline scripts and styles,
// each with a blank before it.
func inlineHashes(page []byte) (scripts, styles string) {
	z := html.NewTokenizer(bytes.NewReader(page))
	inside := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return scripts, styles
		case html.StartTagToken:
			name, _ := z.TagName()
			inside = string(name)
		case html.TextToken:
			sum := sha256.Sum256(z.Raw())
			source := " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
			switch inside {
			case "script":
				scripts += source
			case "style":
				styles += source
			}
		case html.EndTagToken:
			inside = ""
		}
	}
}

// secure sets the headers by which a browser protects the workplace. Sources
// and embedded scripts are made for other websites and set their own.
func (s *Server) secure(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if s.https() {
		h.Set("Strict-Transport-Security", "max-age=15552000") // 180 days, for this name only
	}
	if strings.HasPrefix(r.URL.Path, "/in/") || strings.HasPrefix(r.URL.Path, "/embed/") {
		return
	}
	h.Set("Content-Security-Policy", s.csp)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Frame-Options", "DENY")
}
