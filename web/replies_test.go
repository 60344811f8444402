package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/replies"
)

// uploads keeps nothing and forgets nothing.
type uploads struct{}

func (uploads) Keep(_ context.Context, externalID string, _ int, name string, content io.Reader) (leads.Attachment, error) {
	n, err := io.Copy(io.Discard, content)
	return leads.Attachment{ID: strings.TrimPrefix(externalID, "upload:"), Name: name, Type: "text/plain", Size: n}, err
}

// wantReplies: who sees a lead may answer its customer, and nobody else.
func (h *hub) wantReplies(oles, maxs records) {
	h.t.Helper()
	h.putFrom("bot", leads.Touch{
		ExternalID: "chat", Channel: leads.ChannelTelegram, Direction: leads.In, Text: "how much?",
		From: []leads.Identity{{Kind: leads.KindPhone, Value: canaryPhone}, {Kind: "telegram", Value: "100200"}},
	})
	path := "/api/v1/leads/" + oles.lead
	for login, status := range map[string]int{"ole": 200, "sue": 200, "root": 200, "ada": 404, "max": 404} {
		c := h.as(login)
		h.expect(c, login, "GET", path+"/replies", "", status)
		h.expect(c, login, "GET", path+"/channels", "", status)
		h.expect(c, login, "GET", path+"/templates", "", status)
		h.expect(c, login, "POST", path+"/replies", `{"key":"`+login+`","text":"hello"}`, status)
		if status == http.StatusNotFound {
			continue
		}
		var list struct{ Items []leads.Reply }
		c.get(path+"/replies", &list)
		for other, status := range map[string]int{"max": 404, login: 200} {
			h.expect(h.as(other), other, "POST", "/api/v1/replies/"+list.Items[0].ID+"/dismiss", "", status)
			h.expect(h.as(other), other, "POST", "/api/v1/replies/"+list.Items[0].ID+"/again", "", status)
		}
	}
	h.expect(h.as("max"), "max", "GET", "/api/v1/leads/"+maxs.lead+"/replies", "", http.StatusOK)
	for login, status := range map[string]int{"ole": 403, "max": 403, "sue": 200, "root": 200} {
		c := h.as(login)
		h.expect(c, login, "GET", "/api/v1/templates", "", http.StatusOK)
		h.expect(c, login, "POST", "/api/v1/templates", `{"name":"of `+login+`","text":"Hello {{name|customer}}"}`, status)
		var list struct{ Items []leads.Template }
		c.get("/api/v1/templates", &list)
		id := "none"
		if len(list.Items) > 0 {
			id = list.Items[0].ID
		}
		if id != "none" {
			h.expect(c, login, "GET", "/api/v1/templates/"+id, "", http.StatusOK)
		}
		h.expect(c, login, "PATCH", "/api/v1/templates/"+id, `{"name":"of `+login+`","text":"Hi {{name}}"}`, status)
		if status == http.StatusOK {
			status = http.StatusNoContent
		}
		h.expect(c, login, "DELETE", "/api/v1/templates/"+id, "", status)
		h.expect(c, login, "PUT", "/api/v1/me/signature", `{"text":"Best regards\n`+login+`"}`, http.StatusOK)
		h.expect(c, login, "GET", "/api/v1/me/signature", "", http.StatusOK)
		h.as(login).upload("a.txt", "content", http.StatusOK)
	}
}

// upload posts a file as a browser does.
func (c *client) upload(name, content string, want int) string {
	c.hub.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err = first(err, form.Close()); err != nil {
		c.hub.t.Fatal(err)
	}
	res := c.do("POST", "/api/v1/files", b.String(), header("Content-Type", form.FormDataContentType()))
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		c.hub.t.Errorf("uploading %s: %s %s", name, res.Status, body)
	}
	return string(body)
}

// What is wrong with a reply is named, and nothing is stored.
func TestReplyIsRefused(t *testing.T) {
	h := sqliteHub(t)
	oles := h.serve("ole", canaryPhone, canaryEmail, canaryName)
	path := "/api/v1/leads/" + oles.lead + "/replies"
	c := h.as("ole")
	var channels struct{ Items []leads.ReplyChannel }
	c.get("/api/v1/leads/"+oles.lead+"/channels", &channels)
	if l := channels.Items; len(l) != 2 || l[0].Source != "site" || !l[0].Can || l[0].To[0] != canaryEmail || l[1].Can || l[1].Reason != leads.NoAddress || l[0].Title != "Windows" {
		t.Errorf("channels %+v", l)
	}
	long := strings.Repeat("я", replies.TextMost+1)
	for _, wrong := range []struct{ body, field string }{
		{`{"text":"x"}`, "key"},
		{`{"key":"a\u0001","text":"x"}`, "key"},
		{`{"key":"k","text":""}`, "text"},
		{`{"key":"k","text":" \n "}`, "text"},
		{`{"key":"k","text":"a\u0000b"}`, "text"},
		{`{"key":"k","text":"` + long + `"}`, "text"},
		{`{"key":"k","text":"x","source":"bot"}`, "source"},
		{`{"key":"k","text":"x","source":"pbx"}`, "source"},
		{`{"key":"k","text":"x","to":"somebody@example.com"}`, "to"},
		{`{"key":"k","text":"x","subject":"a\u0007"}`, "subject"},
		{`{"key":"k","text":"x","attachments":["nothing"]}`, "attachments"},
		{`{"key":"k","text":"x","attachments":["a","a"]}`, "attachments"},
		{`{"key":"k","template":"nothing"}`, "template"},
	} {
		if p := c.refused(http.StatusBadRequest, "POST", path, wrong.body); p.Field != wrong.field {
			t.Errorf("%.60s: the field is %q, want %q", wrong.body, p.Field, wrong.field)
		}
	}
	var list struct{ Items []leads.Reply }
	c.get(path, &list)
	if len(list.Items) != 0 {
		t.Errorf("stored %+v", list.Items)
	}

	h.putFrom("bot", leads.Touch{ExternalID: "chat", Channel: leads.ChannelTelegram, Direction: leads.In, Text: "how much?", At: time.Now().Add(time.Minute),
		From: []leads.Identity{{Kind: leads.KindPhone, Value: canaryPhone}, {Kind: "telegram", Value: "100200"}}})
	for body, field := range map[string]string{
		`{"key":"k","text":"x","source":"bot","subject":"s"}`:                     "subject",
		`{"key":"k","text":"` + strings.Repeat("x", 41) + `","source":"bot"}`:     "text",
		`{"key":"k","text":"x","source":"bot","attachments":["` + "f" + `"]}`:     "attachments",
		`{"key":"k","text":"x","source":"bot","to":"` + canaryEmail + `"}`:        "to",
		`{"key":"k","text":"x","source":"site","attachments":["` + "gone" + `"]}`: "attachments",
	} {
		if p := c.refused(http.StatusBadRequest, "POST", path, body); p.Field != field {
			t.Errorf("%s: the field is %q, want %q", body, p.Field, field)
		}
	}
	var r leads.Reply
	c.send("POST", path, `{"key":"k","text":"x"}`, &r) // the channel of the last message
	if r.Source != "bot" || r.To.Value != "100200" || r.Subject != "" {
		t.Errorf("answered by %+v", r)
	}
	c.refused(http.StatusConflict, "POST", path, `{"key":"k","text":"y"}`)
	c.refused(http.StatusConflict, "POST", "/api/v1/replies/"+r.ID+"/again", "")
	if log := h.log.String(); strings.Contains(log, "100200") {
		t.Error("the log has an address")
	}
}

// The API names every code of a fault, and the hub knows each that it names.
func TestFaultsOfRepliesAreNamed(t *testing.T) {
	var named []leads.ReplyFault
	for _, v := range newContract(t).doc.Components.Schemas["Reply"].Value.Properties["fault"].Value.Enum {
		named = append(named, leads.ReplyFault(v.(string)))
	}
	if !slices.Equal(named, leads.ReplyFaults) {
		t.Errorf("openapi.yaml names %q, leads %q", named, leads.ReplyFaults)
	}
}

// A mail gets the subject of what it answers and the signature of who writes; a
// template says what is known, and what it has for the rest.
func TestReplyByMail(t *testing.T) {
	h := sqliteHub(t)
	oles := h.serve("ole", canaryPhone, canaryEmail, "Иван")
	c := h.as("ole")
	c.send("PUT", "/api/v1/me/signature", `{"text":"Ole\nWindows Ltd"}`, nil)
	var made leads.Template
	h.as("sue").send("POST", "/api/v1/templates", `{"name":"Hello","text":"Здравствуйте, {{name|клиент}}! {{company|—}} {{subject}}. {{manager}}"}`, &made)
	if p := h.as("sue").refused(http.StatusBadRequest, "POST", "/api/v1/templates", `{"name":"x","text":"{{nickname}}"}`); p.Field != "text" || !strings.Contains(p.Detail, "{{nickname}}") {
		t.Errorf("%+v", p)
	}
	if p := h.as("sue").refused(http.StatusConflict, "POST", "/api/v1/templates", `{"name":"hello","text":"x"}`); p.Field != "name" {
		t.Errorf("%+v", p)
	}
	var r leads.Reply
	c.send("POST", "/api/v1/leads/"+oles.lead+"/replies", `{"key":"k","template":"`+made.ID+`"}`, &r)
	if want := "Здравствуйте, Иван! — Windows. Ole\n\n-- \nOle\nWindows Ltd"; r.Text != want || r.Subject != "Re: Windows" {
		t.Errorf("%q: %q", r.Subject, r.Text)
	}
}

// A file that is too large, or no form, is refused before it is kept.
func TestUploadIsRefused(t *testing.T) {
	h := sqliteHub(t)
	c := h.as("ole")
	if body := c.upload(`C:\fakepath\..\сч"ёт.pdf`, "x", http.StatusOK); !strings.Contains(body, `"name":"счёт.pdf"`) {
		t.Error(body)
	}
	c.upload("large", strings.Repeat("x", replies.FileMost+1), http.StatusRequestEntityTooLarge)
	c.refused(http.StatusUnsupportedMediaType, "POST", "/api/v1/files", `{"file":"x"}`)
	c.refused(http.StatusBadRequest, "POST", "/api/v1/files", "--x--", header("Content-Type", "multipart/form-data; boundary=x"))
	none := sqliteHub(t, func(o *Options) { o.Uploads = nil })
	none.as("ole").upload("a.txt", "x", http.StatusConflict)
}

func TestFileName(t *testing.T) {
	for given, want := range map[string]string{
		"a.pdf": "a.pdf", "../../etc/passwd": "passwd", `C:\a\b.doc`: "b.doc", "": "file", "..": "file", "/": "file", "a\x00b\n.txt": "ab.txt", "a\xff.txt": "a.txt",
		strings.Repeat("я", 100) + ".pdf": strings.Repeat("я", 58) + ".pdf",
	} {
		if got := fileName(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
}
