// Package formatted sanitises the HTML of a message: formatting and links stay; scripts, forms
// and remote content are removed.
//
// HTML is stored as received and sanitised when it is shown, by an allowlist of elements,
// attributes and properties. The document is also served under a Content-Security-Policy
// ([Policy]), in a sandboxed frame without scripts and without the hub's origin. Pictures
// inside the message become data: URLs, because such a frame sends no cookie. Pictures on
// other servers are left out until the user asks for them.
package formatted

import (
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// Options say what a document may show.
type Options struct {
	// Picture returns a picture that came with the message, by its Content-ID,
	// as a data: address; empty: there is none. Nil: there are none.
	Picture func(cid string) string
	Remote  bool // pictures of other servers, over https
}

// Document is the HTML of a message made safe.
type Document struct {
	HTML   string // a whole document
	Remote int    // pictures that lie on other servers and can be shown if asked for
}

// Policy returns the Content-Security-Policy under which a document must be served. It forbids
// again what the sanitiser removed.
func Policy(remote bool) string {
	pictures := "data:"
	if remote {
		pictures = "data: https:"
	}
	return "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src " + pictures +
		"; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}

const (
	begin = `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light">` +
		`<style>html{background:#fff;color:#1a1a1a;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}body{margin:12px}img{max-width:100%;height:auto}` +
		`table{max-width:100%}blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #ccc}pre{white-space:pre-wrap}</style></head><body>`
	end = `</body></html>`
)

// Make cleans the HTML of a message. It never fails: HTML that cannot be
// cleaned is shown as its source.
func Make(source string, o Options) (d Document) {
	defer func() {
		if cause := recover(); cause != nil { // a bug of the parser
			d = Document{HTML: begin + "<pre>" + template.HTMLEscapeString(source) + "</pre>" + end}
		}
	}()
	var b strings.Builder
	b.WriteString(begin)
	d.Remote = pictures(&b, rules().Sanitize(source), o)
	b.WriteString(end)
	d.HTML = b.String()
	return d
}

// pictures copies sanitised HTML, rewrites the URLs of its pictures, and counts those of other
// servers.
func pictures(b *strings.Builder, cleaned string, o Options) (remote int) {
	z := html.NewTokenizer(strings.NewReader(cleaned))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return remote
		}
		raw := z.Raw()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			b.Write(raw)
			continue
		}
		text := string(raw) // Token goes on in the buffer
		t := z.Token()
		if t.Data != "img" {
			b.WriteString(text)
			continue
		}
		b.WriteString("<img")
		for _, a := range t.Attr {
			if a.Key == "src" {
				var away bool
				if a.Val, away = address(a.Val, o); away {
					remote++
				}
				if a.Val == "" {
					continue
				}
			}
			fmt.Fprintf(b, ` %s="%s"`, a.Key, html.EscapeString(a.Val))
		}
		b.WriteString(">")
	}
}

// inline matches the data: URL of a picture. SVG may hold active content, and is not allowed.
var inline = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[a-zA-Z0-9+/=]*$`)

// address returns the address under which a picture may be shown, empty for
// none, and whether it lies on another server.
func address(src string, o Options) (shown string, remote bool) {
	u, err := url.Parse(src)
	switch {
	case err != nil:
		return "", false
	case u.Scheme == "data":
		return inline.FindString(src), false
	case u.Scheme == "cid" && o.Picture != nil:
		cid, err := url.PathUnescape(u.Opaque)
		if err != nil {
			return "", false
		}
		return o.Picture(cid), false
	case u.Scheme == "https" && u.Host != "":
		if o.Remote {
			return src, true
		}
		return "", true
	}
	return "", false
}
