package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/vendors/media/mediatest"
	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

// reply is one to somebody who wrote an hour ago.
func (h *hub) reply(words string, files ...leads.Attachment) leads.Reply {
	return leads.Reply{ID: "r1", To: id(leads.KindPhone, "+"+phone), Text: words, Attachments: files, AnsweredAt: h.number.env.Now().Add(-time.Hour)}
}

func TestSendText(t *testing.T) {
	h := newHub(t, "")
	r := h.reply("Добрый день!\nЖдём вас.")
	r.AnsweredID = "wamid.1"
	got, err := h.number.Send(t.Context(), r)
	if err != nil || got != "wamid.OUT0001" {
		t.Fatalf("%q %v", got, err)
	}
	want := m{"messaging_product": "whatsapp", "to": phone, "type": "text", "text": m{"body": r.Text}, "context": m{"message_id": "wamid.1"}}
	if body := h.meta.Sent()[0].Body; !reflect.DeepEqual(body, want) {
		t.Errorf("%v", body)
	}
	r.To, r.AnsweredID = id(KindUser, "RU.13491208655302741918"), ""
	if _, err := h.number.Send(t.Context(), r); err != nil || h.meta.Sent()[1].Body["recipient"] != r.To.Value {
		t.Errorf("hidden phone: %v", err)
	}
	sends := h.number.Sends()
	if sends.Cold || sends.Repeated || sends.MaxText != 4096 || !slices.Equal(sends.To, []leads.IdentityKind{leads.KindPhone, KindUser}) || sends.Channel != leads.ChannelWhatsApp {
		t.Errorf("%+v", sends)
	}
}

func TestSendFiles(t *testing.T) {
	h := newHub(t, "")
	picture := h.Files.Add("a", "двор \"1\"\r\n.jpg", jpeg)
	pdf := h.Files.Add("b", "Смета.pdf", []byte("%PDF-1.7 …"))
	voice := h.Files.Add("c", "ответ.ogg", append([]byte("OggS\x00"), make([]byte, 100)...))
	voice.Type = "audio/ogg"

	if _, err := h.number.Send(t.Context(), h.reply("смотрите", picture, pdf)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.number.Send(t.Context(), h.reply("послушайте", voice)); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ж", maxCaption+1)
	if _, err := h.number.Send(t.Context(), h.reply(long, picture)); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, s := range h.meta.Sent() {
		kinds = append(kinds, s.Body["type"].(string))
	}
	if !reflect.DeepEqual(kinds, []string{"image", "document", "text", "audio", "text", "image"}) {
		t.Fatalf("%q", kinds)
	}
	sent := h.meta.Sent()
	if !bytes.Equal(sent[0].Content, jpeg) || sent[0].Body["image"].(m)["caption"] != "смотрите" || sent[1].Body["document"].(m)["filename"] != "Смета.pdf" {
		t.Errorf("%v %v", sent[0].Body, sent[1].Body)
	}
	gone := leads.Attachment{ID: "gone", Type: "image/jpeg", Size: 3}
	_, err := h.number.Send(t.Context(), h.reply("x", gone))
	checkRefusal(t, err, leads.FaultFileGone, 0)
	huge := leads.Attachment{ID: "a", Type: "application/zip", Size: maxFile + 1}
	_, err = h.number.Send(t.Context(), h.reply("x", huge))
	checkError(t, err, "never", leads.FaultFileTooLarge, "100 MB")
	checkRefusal(t, err, leads.FaultFileTooLarge, maxFile)
	_, err = h.number.Send(t.Context(), h.reply(strings.Repeat("ж", maxText+1)))
	checkRefusal(t, err, leads.FaultTooLong, maxText)
	_, err = h.number.Send(t.Context(), h.reply(" "))
	checkRefusal(t, err, leads.FaultEmpty, 0)
	if len(h.meta.Sent()) != 6 {
		t.Error("something was sent all the same")
	}
}

func TestWindow(t *testing.T) {
	h := newHub(t, "")
	for name, at := range map[string]time.Duration{"a day": 24 * time.Hour, "a week": 7 * 24 * time.Hour} {
		r := h.reply("привет")
		r.AnsweredAt = h.now.Add(-at)
		_, err := h.number.Send(t.Context(), r)
		checkRefusal(t, err, leads.FaultWindow, 24)
		if err.Error() != windowClosed {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := h.reply("привет")
	r.AnsweredAt = time.Time{}
	_, err := h.number.Send(t.Context(), r)
	checkError(t, err, "never", leads.FaultNeverWrote, "not written by WhatsApp yet")
	if len(h.meta.Requests()) != 0 {
		t.Errorf("Meta was asked: %q", h.meta.Requests())
	}
	r.AnsweredAt = h.now.Add(-24*time.Hour + time.Second)
	if _, err := h.number.Send(t.Context(), r); err != nil {
		t.Errorf("just within the day: %v", err)
	}
}

func TestTemplate(t *testing.T) {
	h := newHub(t, "template: "+whatsapptest.Template+"\n")
	r := h.reply("Добрый  день!\n\n\tВаш заказ      готов.")
	r.AnsweredAt = h.now.Add(-48 * time.Hour)
	if _, err := h.number.Send(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want := m{"name": whatsapptest.Template, "language": m{"code": "ru"}, "components": []any{m{"type": "body", "parameters": []any{m{"type": "text", "text": "Добрый день! Ваш заказ готов."}}}}}
	if got := h.meta.Sent()[0].Body["template"]; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if !h.number.Sends().Cold {
		t.Error("with a template anybody can be written to")
	}
	r.Text = strings.Repeat("ж", maxTemplate+1)
	_, err := h.number.Send(t.Context(), r)
	checkRefusal(t, err, leads.FaultTemplateOnly, maxTemplate)
	r.Text, r.Attachments = "x", []leads.Attachment{{ID: "a"}}
	_, err = h.number.Send(t.Context(), r)
	checkRefusal(t, err, leads.FaultTemplateOnly, maxTemplate)
}

// What Meta answers decides between never, later and perhaps.
func TestSendErrors(t *testing.T) {
	const never, later, perhaps = "never", "later", "perhaps"
	fault := func(status, code int) whatsapptest.Fault { return whatsapptest.Fault{Status: status, Code: code} }
	for name, c := range map[string]struct {
		fault  whatsapptest.Fault
		class  string
		words  string
		wait   time.Duration
		health bool
		code   leads.ReplyFault
	}{
		"window closed":      {fault(400, 131047), never, windowClosed, 0, false, leads.FaultWindow},
		"not on WhatsApp":    {fault(400, 131026), never, "has no WhatsApp", 0, false, leads.FaultNoAddress},
		"test number":        {fault(400, 131030), never, "list of recipients", 0, false, leads.FaultSetup},
		"invalid number":     {fault(400, 100), never, "invalid", 0, false, leads.FaultRefused},
		"unknown fault":      {fault(400, 999999), never, "as the test wants it (999999)", 0, false, leads.FaultRefused},
		"token expired":      {fault(401, 190), never, "token has expired", 0, true, leads.FaultSetup},
		"token, no code":     {fault(401, 0), never, "token has expired", 0, true, leads.FaultSetup},
		"permission":         {fault(403, 200), never, "lacks the permission", 0, true, leads.FaultSetup},
		"not paid":           {fault(400, 131042), never, "paid first", 0, true, leads.FaultSetup},
		"account locked":     {fault(403, 131031), never, "locked", 0, true, leads.FaultSetup},
		"no such number id":  {fault(400, 33), never, "phone_number_id", 0, true, leads.FaultSetup},
		"too many":           {fault(400, 130429), later, "fewer messages", 10 * time.Second, false, leads.FaultBusy},
		"too many to one":    {fault(400, 131056), later, "fewer messages", 10 * time.Second, false, leads.FaultBusy},
		"429":                {fault(429, 0), later, "fewer messages", time.Minute, false, leads.FaultBusy},
		"429 with a time":    {whatsapptest.Fault{Status: 429, Code: 4, Header: http.Header{"Retry-After": {"77"}}}, later, "", 77 * time.Second, false, leads.FaultBusy},
		"in maintenance":     {fault(500, 131057), later, "", 5 * time.Minute, false, leads.FaultBusy},
		"gateway":            {fault(502, 0), perhaps, "trouble of its own", 0, false, leads.FaultInterrupted},
		"service":            {fault(500, 131016), perhaps, "trouble of its own", 0, false, leads.FaultInterrupted},
		"unknown, temporary": {fault(400, 131000), perhaps, "trouble of its own", 0, false, leads.FaultInterrupted},
		"broken off":         {whatsapptest.Fault{After: true}, perhaps, "broke before its answer", 0, false, leads.FaultInterrupted},
		"redirect":           {whatsapptest.Fault{Status: 302, Header: http.Header{"Location": {"https://evil.example"}}}, never, "HTTP 302", 0, false, leads.FaultRefused},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, "")
			h.meta.Fail(c.fault)
			got, err := h.number.Send(t.Context(), h.reply("привет"))
			checkError(t, err, c.class, c.code, c.words)
			if got != "" || leads.WaitOf(err) != c.wait {
				t.Errorf("id %q, wait %s, want %s", got, leads.WaitOf(err), c.wait)
			}
			if (h.Health() != nil) != c.health {
				t.Errorf("health %v", h.Health())
			}
			if _, err := h.number.Send(t.Context(), h.reply("привет")); err != nil || h.Health() != nil {
				t.Errorf("afterwards: %v, health %v", err, h.Health())
			}
		})
	}
}

func checkError(t *testing.T, err error, class string, code leads.ReplyFault, words string) {
	t.Helper()
	connectortest.SendError(t, err, class, code, words, whatsapptest.Token, phone)
}

// checkRefusal checks a refusal for good and the limit that its code tells.
func checkRefusal(t *testing.T, err error, code leads.ReplyFault, limit int64) {
	t.Helper()
	checkError(t, err, "never", code, "")
	if _, got := leads.FaultOf(err); got != limit {
		t.Errorf("%v: the limit is %d, want %d", err, got, limit)
	}
}

func TestSendWithoutAConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	l.Close()
	for _, address := range []string{nobody, "http://nobody.invalid"} {
		settings := "phone_number_id: \"123456\"\naccess_token: a\napp_secret: b\nverify_token: c\napi_url: " + address
		c, err := Kind().In(connectortest.Env(t, "wa", settings))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Send(t.Context(), leads.Reply{To: id(leads.KindPhone, "+"+phone), Text: "x", AnsweredAt: time.Now()})
		checkError(t, err, "later", leads.FaultUnreachable, "cannot be reached")
	}
}

func TestSendThatIsNotAnswered(t *testing.T) {
	h := newHub(t, "")
	h.meta.Hang(true)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := h.number.Send(ctx, h.reply("привет"))
		done <- err
	}()
	h.meta.Await(t.Context(), "/messages")
	cancel()
	checkError(t, <-done, "perhaps", leads.FaultInterrupted, "broke before its answer")
}

// An upload that fails was seen by nobody; a second message that fails leaves a
// part of the reply with the customer.
func TestSendHalf(t *testing.T) {
	h := newHub(t, "")
	a, b := h.Files.Add("a", "1.jpg", jpeg), h.Files.Add("b", "2.jpg", jpeg)
	h.meta.Fail(whatsapptest.Fault{Path: "/media"})
	_, err := h.number.Send(t.Context(), h.reply("x", a, b))
	checkError(t, err, "later", leads.FaultUnreachable, "handing over the file")
	h.meta.Fail(whatsapptest.Fault{Path: "/media", Status: 400, Code: 131053})
	_, err = h.number.Send(t.Context(), h.reply("x", a, b))
	checkError(t, err, "never", leads.FaultFileKind, "does not take this file")
	if len(h.meta.Sent()) != 0 {
		t.Fatal("a part was sent")
	}
	for _, f := range []whatsapptest.Fault{{Path: "/messages", Status: 429}, {Path: "/messages", Status: 400, Code: 131026}} {
		h.meta.Fail(whatsapptest.Fault{Path: "/messages", Status: 200}) // taken, it seems, but no id
		_, err = h.number.Send(t.Context(), h.reply("x", a, b))
		checkError(t, err, "perhaps", leads.FaultInterrupted, "")
		h.meta.Fail(f)
		_, err = h.number.Send(t.Context(), h.reply("x", a))
		if errors.Is(err, leads.ErrNotSent) == leads.IsPermanent(err) {
			t.Errorf("the only message: %v", err)
		}
	}
	first := true
	h.number.env.Net.HTTP.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/messages") {
			if !first {
				h.meta.Fail(whatsapptest.Fault{Path: "/messages", Status: 429})
			}
			first = false
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	before := len(h.meta.Sent())
	got, err := h.number.Send(t.Context(), h.reply("x", a, b))
	checkError(t, err, "perhaps", leads.FaultPartly, "only 1 of 2 messages were sent")
	if got == "" || len(h.meta.Sent()) != before+1 {
		t.Errorf("id %q, %d sent", got, len(h.meta.Sent())-before)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var _ connectors.Files = (*mediatest.Files)(nil)
