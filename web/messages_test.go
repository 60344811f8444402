package web

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
)

const gif = "GIF89a\x01\x00\x01\x00"

// files are those that come with the letter of write.
var files = sounds{"f-gif": gif, "f-html": "<script>alert(1)</script>", "f-wav": "RIFF____WAVEfmt ", "f-svg": "<svg onload=alert(1)>", "other": "of somebody else's letter"}

// write lets a customer write a letter, and returns it.
func (h *hub) write(from string) leads.Interaction {
	h.t.Helper()
	h.put(leads.Touch{
		ExternalID: "letter", Channel: leads.ChannelMail, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindEmail, Value: from}},
		Subject: "<b>Windows</b>", Text: "How much?", Whole: "How much?\n\n> Hello", MessageID: "<1@x>",
		HTML: `<p onclick="x()">How <b>much</b>?<img src="cid:logo@x"><img src="https://tracker.example/p.gif"><script>alert(1)</script></p>`,
		Attachments: []leads.Attachment{
			{ID: "f-gif", Name: "лого.gif", Type: "image/gif", Size: int64(len(gif)), CID: "logo@x"},
			{ID: "f-html", Name: "photo.png\"; x=\r\nSet-Cookie: a=b", Type: "text/html", Size: 25},
			{ID: "f-wav", Name: "\u202egpj.wav", Type: "audio/wav", Size: 16},
			{ID: "f-svg", Name: "../../x.svg", Type: "image/svg+xml", Size: 21},
			{ID: "f-gone", Name: "gone.pdf", Type: "application/pdf", Size: 1},
		},
		Offered: []leads.Identity{{Kind: leads.KindPhone, Value: "+79035556677"}, {Kind: leads.KindPhone, Value: "+79035556688"}},
	})
	boss := leads.Viewer{UserID: h.users["sue"].ID, Role: leads.RoleSupervisor}
	list, err := h.store.Interactions(h.t.Context(), boss, leads.InteractionFilter{Source: "site", ExternalID: "letter"}, leads.Page{Limit: 1})
	if err != nil || len(list.Items) != 1 {
		h.t.Fatalf("letters %+v, %v", list, err)
	}
	return list.Items[0]
}

// wantMessages checks who may see a letter of Ole's customer, its files and
// what it offers.
func (h *hub) wantMessages(i leads.Interaction, contact string) {
	h.t.Helper()
	var c leads.Contact
	h.as("sue").get("/api/v1/contacts/"+contact, &c)
	if len(c.Offered) != 2 {
		h.t.Fatalf("offered %+v", c.Offered)
	}
	for _, login := range []string{"ada", "max", "ole", "sue", "root"} {
		see, gone := http.StatusOK, http.StatusNotFound
		if login == "ada" || login == "max" {
			see = http.StatusNotFound
		}
		path := "/api/v1/interactions/" + i.ID
		for _, op := range []struct {
			path   string
			status int
		}{
			{path, see}, {path + "/html", see}, {path + "/html?remote=1", see}, {path + "/attachments/f-gif", see}, {path + "/attachments/f-html?inline=1", see},
			{path + "/attachments/other", gone}, {path + "/attachments/f-gone", gone}, {path + "/attachments/no-such-id", gone}, {"/api/v1/interactions/no-such-id/html", gone},
			{"/api/v1/interactions/no-such-id/attachments/f-gif", gone},
		} {
			h.expect(h.as(login), login, "GET", op.path, "", op.status)
		}
		offers := "/api/v1/contacts/" + contact + "/offers/"
		h.expect(h.as(login), login, "POST", offers+"no-such-id", `{"decision":"add"}`, gone)
		if see != http.StatusOK {
			h.expect(h.as(login), login, "POST", offers+c.Offered[0].ID, `{"decision":"add"}`, gone)
		}
	}
	h.expect(h.as("ole"), "ole", "POST", "/api/v1/contacts/"+contact+"/offers/"+c.Offered[0].ID, `{"decision":"dismiss"}`, http.StatusOK)
}

func TestLetter(t *testing.T) {
	h := sqliteHub(t)
	h.serve("ole", canaryPhone, canaryEmail, canaryName)
	i := h.write(canaryEmail)
	path := "/api/v1/interactions/" + i.ID
	ole := h.as("ole")
	var got leads.Interaction
	ole.get(path, &got)
	if got.Whole != "How much?\n\n> Hello" || got.RemotePictures != 1 || !got.HasHTML || len(got.Attachments) != 5 {
		t.Errorf("the letter is %+v", got)
	}
	read := func(path string, change ...func(*http.Request)) (*http.Response, string) {
		t.Helper()
		res := ole.do(http.MethodGet, path, "", change...)
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(b)
	}
	for query, remote := range map[string]bool{"": false, "?remote=1": true} {
		res, doc := read(path + "/html" + query)
		csp := res.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "sandbox ") || strings.Contains(csp, "allow-scripts") || strings.Contains(csp, "allow-same-origin") || !strings.Contains(csp, "default-src 'none'") ||
			strings.Contains(csp, "https:") != remote || res.Header.Get("X-Frame-Options") != "SAMEORIGIN" || res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("headers %v", res.Header)
		}
		if strings.Contains(doc, "tracker.example") != remote || strings.Contains(doc, "script") || strings.Contains(doc, "onclick") || !strings.Contains(doc, "<b>much</b>") || !strings.Contains(doc, "data:image/gif;base64,R0lGODlhAQABAA==") {
			t.Errorf("the document with %q is %s", query, doc)
		}
	}
	for _, c := range []struct{ id, query, kind, disposition string }{
		{"f-gif", "", "image/gif", "attachment; filename*=utf-8''%D0%BB%D0%BE%D0%B3%D0%BE.gif"},
		{"f-gif", "?inline=1", "image/gif", "inline; filename*=utf-8''%D0%BB%D0%BE%D0%B3%D0%BE.gif"},
		{"f-html", "?inline=1", "application/octet-stream", `attachment; filename="photo.png_; x= Set-Cookie_ a=b"`},
		{"f-wav", "?inline=1", "audio/wav", `inline; filename=_gpj.wav`},
		{"f-svg", "?inline=1", "application/octet-stream", `attachment; filename=_.._x.svg`},
	} {
		res, content := read(path + "/attachments/" + c.id + c.query)
		if res.Header.Get("Content-Type") != c.kind || res.Header.Get("Content-Disposition") != c.disposition || content != files[c.id] ||
			!strings.HasPrefix(res.Header.Get("Content-Security-Policy"), "sandbox;") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s%s: %q, headers %v", c.id, c.query, content, res.Header)
		}
	}
	res, part := read(path+"/attachments/f-gif", func(r *http.Request) { r.Header.Set("Range", "bytes=0-2") })
	if res.StatusCode != http.StatusPartialContent || part != "GIF" {
		t.Errorf("a part: %s %q", res.Status, part)
	}
}

// TestWorkplaceMayFrameItself: the policy of the workplace lets it show letters.
func TestWorkplaceMayFrameItself(t *testing.T) {
	h := sqliteHub(t)
	res := h.as("ole").do(http.MethodGet, "/", "")
	csp := strings.Split(res.Header.Get("Content-Security-Policy"), "; ")
	if !slices.Contains(csp, "frame-src 'self'") || !slices.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy %q", csp)
	}
}

func TestOffers(t *testing.T) {
	h := sqliteHub(t)
	r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	h.write(canaryEmail)
	ole := h.as("ole")
	var c leads.Contact
	ole.get("/api/v1/contacts/"+r.contact, &c)
	offer := func(value string) string {
		n := slices.IndexFunc(c.Offered, func(o leads.Offer) bool { return o.Identity.Value == value })
		return "/api/v1/contacts/" + r.contact + "/offers/" + c.Offered[n].ID
	}
	first, second := offer("+79035556677"), offer("+79035556688")
	h.serve("max", "+79035556688", "second@example.ru", "Second")
	if p := ole.refused(http.StatusConflict, http.MethodPost, second, `{"decision":"add"}`); !strings.Contains(p.Title, "Another contact") || strings.Contains(p.Title+p.Detail, "Second") {
		t.Errorf("refused with %+v", p)
	}
	ole.refused(http.StatusBadRequest, http.MethodPost, first, `{"decision":"maybe"}`)
	ole.refused(http.StatusBadRequest, http.MethodPost, first, `{}`)
	ole.send(http.MethodPost, first, `{"decision":"add"}`, &c)
	if len(c.Identities) != 3 || len(c.Offered) != 1 {
		t.Errorf("the contact is %+v", c)
	}
	ole.refused(http.StatusConflict, http.MethodPost, first, `{"decision":"dismiss"}`)
	ole.send(http.MethodPost, second, `{"decision":"dismiss"}`, &c)
	if ole.get("/api/v1/contacts/"+r.contact, &c); len(c.Identities) != 3 {
		t.Errorf("the contact is %+v", c)
	}
}

// TestUnreadIsCorrected: a phone that cannot be read is shown as it was
// written, and added only as a number that can be.
func TestUnreadIsCorrected(t *testing.T) {
	h := sqliteHub(t)
	h.put(leads.Touch{ExternalID: "u", Channel: leads.ChannelForm, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindPhone, Value: "8-916-12"}}})
	sue := h.as("sue")
	var list struct{ Items []leads.Contact }
	sue.get("/api/v1/contacts?q=8-916-12", &list)
	if len(list.Items) != 1 {
		t.Fatalf("contacts %+v", list.Items)
	}
	var c leads.Contact
	path := "/api/v1/contacts/" + list.Items[0].ID
	sue.get(path, &c)
	if len(c.Offered) != 1 || !c.Offered[0].Unread || c.Offered[0].Identity.Value != "8-916-12" {
		t.Fatalf("offered %+v", c.Offered)
	}
	offer := path + "/offers/" + c.Offered[0].ID
	for _, body := range []string{`{"decision":"add"}`, `{"decision":"add","value":"8-916-12"}`, `{"decision":"add","value":"8 916 123-45-67, 8 916 123-45-68"}`, `{"decision":"add","value":"olga@client.example"}`} {
		if p := sue.refused(http.StatusBadRequest, http.MethodPost, offer, body); p.Field != "value" || !strings.Contains(p.Detail, "phone number") {
			t.Errorf("%s: refused with %+v", body, p)
		}
	}
	c = leads.Contact{}
	sue.send(http.MethodPost, offer, `{"decision":"add","value":"8 (916) 123-45-67"}`, &c)
	if len(c.Identities) != 1 || c.Identities[0].Value != "+79161234567" || len(c.Offered) != 0 {
		t.Errorf("the contact is %+v", c)
	}
	sue.send(http.MethodPost, offer, `{"decision":"add","value":"8 (916) 123-45-67"}`, &c) // said twice
}
