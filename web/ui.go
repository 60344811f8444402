package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
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
}

func newUI(files fs.FS) *ui {
	u := &ui{files: files}
	if files != nil {
		if b, err := fs.ReadFile(files, "index.html"); err == nil {
			u.index = b
		}
	}
	return u
}

// serve answers a request that no other route took.
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
	page := u.index
	if page == nil {
		page = []byte(notBuilt)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(page)
	return nil
}

// file serves one file. Vite names what is in assets after its content, so
// that a browser may keep it forever.
func (u *ui) file(w http.ResponseWriter, r *http.Request, name string) error {
	if !fs.ValidPath(name) {
		return errNoRoute
	}
	f, err := u.files.Open(name)
	if err != nil {
		return errNoRoute
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	content, seekable := f.(io.ReadSeeker)
	if err != nil || info.IsDir() || !seekable {
		return errNoRoute
	}
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	http.ServeContent(w, r, name, time.Time{}, content)
	return nil
}

// csp returns the content security policy: everything from here, nothing from
// elsewhere, and of inline code only what index.html itself holds.
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
