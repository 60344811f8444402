package formatted

import (
	"net/url"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

var (
	measure = regexp.MustCompile(`^[0-9]{1,5}(px|%|)$`)
	colour  = regexp.MustCompile(`^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30})$`)
	word    = regexp.MustCompile(`^[a-zA-Z-]{1,20}$`)
	number  = regexp.MustCompile(`^[+-]?[0-9]{1,5}$`)
	face    = regexp.MustCompile(`^[\p{L}0-9 ,'"-]{1,200}$`)
)

// rules returns the allowlist of elements, attributes and properties. Everything else is
// removed, scripts and style sheets with their content.
func rules() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("a", "abbr", "address", "article", "b", "bdi", "bdo", "big", "blockquote", "br", "center", "cite", "code", "dd", "del", "dfn",
		"div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd",
		"li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "ul", "var", "wbr",
		"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th")
	p.SkipElementsContent("svg", "math", "template", "noscript", "noembed", "noframes", "textarea", "select", "title", "object", "applet", "iframe", "frameset")
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("dir", "align", "valign").Matching(word).Globally()
	p.AllowAttrs("width", "height", "border", "cellpadding", "cellspacing", "hspace", "vspace").Matching(measure).Globally()
	p.AllowAttrs("bgcolor").Matching(colour).Globally()
	p.AllowAttrs("colspan", "rowspan", "span", "start", "size").Matching(number).Globally()
	p.AllowAttrs("color").Matching(colour).OnElements("font")
	p.AllowAttrs("face").Matching(face).OnElements("font")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowStyles("color", "background-color", "font-family", "font-size", "font-style", "font-weight", "line-height", "letter-spacing",
		"text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "direction",
		"margin", "margin-top", "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
		"border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-style", "border-width", "border-radius", "border-collapse", "border-spacing",
		"width", "height", "max-width", "min-width", "max-height", "display", "list-style-type").Globally()
	p.AllowURLSchemes("mailto", "tel", "cid")
	for _, scheme := range []string{"http", "https"} { // "https:api" would be a path of ours
		p.AllowURLSchemeWithCustomPolicy(scheme, func(u *url.URL) bool { return u.Host != "" })
	}
	p.AllowDataURIImages()
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}
