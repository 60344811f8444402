package formatted

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// attacks is what must not run, send or fetch, one per line; also shown to a
// real browser by cmd/ctihub.
func attacks(t testing.TB) []string {
	b, err := os.ReadFile("testdata/attacks.html")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

var (
	allowedTags = regexp.MustCompile(`^(a|abbr|address|article|b|bdi|bdo|big|blockquote|br|center|cite|code|dd|del|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|img|ins|kbd|li|main|mark|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub|sup|tt|u|ul|var|wbr|table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th)$`)
	allowedURL  = regexp.MustCompile(`^(https?://|mailto:|tel:)`)
	allowedSrc  = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,`)
)

// harmless reports what a browser would find in a document that it should not,
// by parsing it as a browser does.
func harmless(t testing.TB, source string, remote bool) {
	t.Helper()
	d := Make(source, Options{Remote: remote})
	body, ok := strings.CutSuffix(strings.TrimPrefix(d.HTML, begin), end)
	if !ok {
		t.Fatalf("%q became %q", source, d.HTML)
	}
	root, err := html.Parse(strings.NewReader("<!doctype html><html><head></head><body>" + body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data == "html" || n.Data == "head" || n.Data == "body" {
			continue
		}
		if !allowedTags.MatchString(n.Data) || n.Namespace != "" {
			t.Errorf("%q: element %s", source, n.Data)
		}
		for _, a := range n.Attr {
			v := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "srcset", a.Key == "background", a.Key == "ping", a.Key == "id", a.Key == "name", a.Key == "class":
				t.Errorf("%q: attribute %s", source, a.Key)
			case a.Key == "href" && !allowedURL.MatchString(v), a.Key == "style" && (strings.Contains(v, "url") || strings.Contains(v, "expression") || strings.Contains(v, "@") || strings.Contains(v, `\`)):
				t.Errorf("%q: %s=%q", source, a.Key, a.Val)
			case a.Key == "src" && !allowedSrc.MatchString(v) && (!remote || !strings.HasPrefix(v, "https://")):
				t.Errorf("%q: %s=%q", source, a.Key, a.Val)
			}
		}
	}
}

func TestAttacks(t *testing.T) {
	all := attacks(t)
	if len(all) < 60 {
		t.Fatalf("%d attacks", len(all))
	}
	for _, a := range all {
		harmless(t, a, false)
		harmless(t, a, true)
	}
	harmless(t, strings.Join(all, "\n"), true)
}

func TestLooksStay(t *testing.T) {
	source := `<div style="color:#c00;font-size:14px;background-color:#eee;padding:4px 8px"><b>Счёт</b> <a href="https://example.com/a?b=1&amp;c=2">ссылка</a>
<table border="1" cellpadding="3" bgcolor="#ffffff"><tr><td colspan="2" align="right">1</td></tr></table><font color="red" face="Arial, sans-serif">x</font>
<img src="cid:logo%40x" alt="Logo" width="20"><img src="data:image/png;base64,AAAA"><img src="https://t.example/p.gif" alt="p"><img src="http://t.example/q.gif"></div>`
	picture := func(cid string) string {
		if cid == "logo@x" {
			return "data:image/gif;base64,R0lG"
		}
		return ""
	}
	d := Make(source, Options{Picture: picture})
	for _, want := range []string{
		`color: #c00`, `font-size: 14px`, `background-color: #eee`, `padding: 4px 8px`, `<b>Счёт</b>`, `href="https://example.com/a?b=1&amp;c=2"`, `target="_blank"`, `noreferrer`,
		`colspan="2"`, `bgcolor="#ffffff"`, `face="Arial, sans-serif"`, `<img src="data:image/gif;base64,R0lG" alt="Logo" width="20">`, `data:image/png;base64,AAAA`, `<img alt="p">`,
	} {
		if !strings.Contains(d.HTML, want) {
			t.Errorf("%s is missing in\n%s", want, d.HTML)
		}
	}
	if d.Remote != 1 || strings.Contains(d.HTML, "t.example") {
		t.Errorf("%d remote pictures in\n%s", d.Remote, d.HTML)
	}
	if d = Make(source, Options{Remote: true}); !strings.Contains(d.HTML, `<img src="https://t.example/p.gif" alt="p">`) || strings.Contains(d.HTML, "q.gif") {
		t.Errorf("when asked for:\n%s", d.HTML)
	}
}

// TestHugeMessages: none makes a parser go on for ever; how long it takes is
// logged, because a busy machine decides that too.
func TestHugeMessages(t *testing.T) {
	for name, part := range map[string]string{
		"open tags": "<div>", "styles": `<p style="color:red;font-family:a,b,c;margin:0 0 0 0">x`, "attributes": `<p title="x" align="left" width="5">`, "comment ends": "<!--", "angles": "<<<", "quotes": `<a href="`,
		"entities": "&amp;&#x41;", "style": `<p style="` + strings.Repeat("color:red;", 50) + `">`,
	} {
		began := time.Now()
		d := Make(strings.Repeat(part, (256<<10)/len(part)), Options{})
		t.Logf("%s: %s for 256 KB", name, time.Since(began).Round(time.Millisecond))
		if !strings.HasPrefix(d.HTML, begin) || !strings.HasSuffix(d.HTML, end) {
			t.Errorf("%s became %.200q", name, d.HTML)
		}
	}
}

func FuzzMake(f *testing.F) {
	for _, a := range attacks(f) {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 64<<10 {
			t.Skip()
		}
		harmless(t, source, true)
	})
}
