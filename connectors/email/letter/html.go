package letter

import (
	"strings"

	"golang.org/x/net/html"

	"ctihub/leads"
)

func escape(s string) string { return html.EscapeString(s) }

// htmlText turns HTML into plain text. Quotations begin with "> " as in plain
// mail, cells of a row are parted by tabs. It reads tokens, not a tree: time
// grows with the length only.
func htmlText(s string) string { return readHTML(s, textWriter{}) }

// htmlWords is htmlText without signs at block quotations.
func htmlWords(s string) string { return readHTML(s, textWriter{flat: true}) }

func readHTML(s string, w textWriter) string {
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.text()
		case html.TextToken:
			w.write(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			attributes := map[string]string{}
			for more && len(attributes) < 50 {
				var key, value []byte
				key, value, more = z.TagAttr()
				attributes[string(key)] = string(value)
			}
			w.start(tag, attributes)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(string(name))
		}
	}
}

func (w *textWriter) start(tag string, a map[string]string) {
	switch tag {
	case "script", "style", "title", "template", "textarea", "select":
		w.skip = tag
		return
	case "br":
		if w.breaks == 0 {
			w.need(1)
		} else {
			w.need(min(w.breaks+1, 3))
		}
		return
	case "hr", "tr", "dt", "dd", "table", "ul", "ol", "section", "article", "header", "footer", "center", "address", "form":
		w.need(1)
		if tag == "tr" || tag == "table" {
			w.cells = 0
		}
	case "li":
		w.need(1)
		w.write("- ")
		w.space = true
	case "p", "h1", "h2", "h3", "h4", "h5", "h6":
		if w.cells > 0 && w.cellEmpty() {
			return
		}
		w.need(paragraph(tag, a))
	case "td", "th":
		if w.cells++; w.cells > 1 && w.line.Len() > 0 {
			w.breaks, w.space = 0, false
			w.line.WriteByte('\t')
		}
	case "pre":
		w.need(1)
		w.pre++
	case "div", "blockquote", "span":
		w.enter(tag, a)
	}
}

// cellEmpty reports whether nothing was written in the cell yet.
func (w *textWriter) cellEmpty() bool {
	return w.breaks == 0 && w.line.Len() > 0 && w.line.String()[w.line.Len()-1] == '\t'
}

// paragraph returns the line breaks around a paragraph: Outlook makes each line a paragraph.
func paragraph(tag string, a map[string]string) int {
	style := squeeze(a["style"])
	if tag == "p" && (strings.HasPrefix(strings.ToLower(a["class"]), "mso") || strings.Contains(style, "margin:0;") ||
		strings.HasSuffix(style, "margin:0") || strings.Contains(style, "margin:0cm") || strings.Contains(style, "margin:0px") || strings.Contains(style, "margin-bottom:0")) {
		return 1
	}
	return 2
}

func squeeze(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(leads.Clip(s, 2000)), ""))
}

func (w *textWriter) enter(tag string, a map[string]string) {
	style := squeeze(a["style"])
	e := element{tag: tag, hidden: strings.Contains(style, "display:none") || strings.Contains(style, "mso-hide:all")}
	if tag == "blockquote" && !w.flat {
		indent := (strings.Contains(style, "border:none") || strings.Contains(style, "border:0") || strings.Contains(style, "border:medium")) &&
			!strings.Contains(style, "border-left:") && !strings.Contains(a["class"], "quote")
		e.quote = !indent
	}
	if tag != "span" && (w.cells == 0 || !w.cellEmpty()) {
		w.need(1)
	}
	if tag == "div" && quoteBegins(a, style) {
		w.marked = true
	}
	if class := strings.ToLower(a["class"]); w.depth == 0 && tag == "div" && (strings.HasPrefix(class, "gmail_signature") || strings.HasPrefix(class, "moz-signature")) {
		w.delimit()
	}
	if len(w.open) >= 2000 {
		return
	}
	w.open = append(w.open, e)
	if e.hidden {
		w.hidden++
	}
	if e.quote {
		w.depth++
		w.marked = false
	}
}

// delimit writes the delimiter line of a signature, unless it is there.
func (w *textWriter) delimit() {
	w.newline()
	for i := len(w.lines) - 1; i >= 0; i-- {
		if w.lines[i] != "" {
			if strings.TrimSpace(w.lines[i]) != "--" {
				w.lines = append(w.lines, "-- ")
			}
			return
		}
	}
}

// quoteBegins recognises the divs in which mail programs put quotations.
func quoteBegins(a map[string]string, style string) bool {
	for class := range strings.FieldsSeq(strings.ToLower(leads.Clip(a["class"], 500))) {
		switch class {
		case "gmail_quote", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "moz-forward-container", "outlookmessageheader", "wordsection1_quote":
			return true
		}
	}
	switch strings.ToLower(a["id"]) {
	case "appendonsend", "divrplyfwdmsg", "x_divrplyfwdmsg", "mail-editor-reference-message-container", "replysplit":
		return true
	}
	return strings.Contains(style, "border-top:solid") && strings.Contains(style, "border:none")
}

func (w *textWriter) end(tag string) {
	if w.skip != "" {
		if tag == w.skip {
			w.skip = ""
		}
		return
	}
	switch tag {
	case "p", "h1", "h2", "h3", "h4", "h5", "h6":
		w.need(1)
	case "li", "tr", "table", "ul", "ol", "section", "article", "header", "footer", "center", "address", "form", "dt", "dd":
		w.need(1)
		if tag == "tr" || tag == "table" {
			w.cells = 0
		}
	case "pre":
		w.need(1)
		w.pre = max(0, w.pre-1)
	case "div", "blockquote", "span":
		if tag != "span" {
			w.need(1)
		}
		w.leave(tag)
	}
}

// leave closes the nearest element of that name and the elements left open in it.
func (w *textWriter) leave(tag string) {
	for i := len(w.open) - 1; i >= 0 && i >= len(w.open)-200; i-- {
		if w.open[i].tag != tag {
			continue
		}
		for _, e := range w.open[i:] {
			if e.hidden {
				w.hidden--
			}
			if e.quote {
				w.depth--
			}
		}
		w.open = w.open[:i]
		return
	}
}
