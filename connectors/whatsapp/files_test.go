package whatsapp

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"ctihub/connectors/whatsapp/whatsapptest"
)

var jpeg = append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), bytes.Repeat([]byte{7}, 1000)...)

func TestFiles(t *testing.T) {
	for name, c := range map[string]struct {
		message      m
		called, text string
	}{
		"photo":             {of("image", m{"id": "500", "mime_type": "image/jpeg", "caption": "наш двор"}), "photo.jpg", "наш двор"},
		"without a caption": {of("image", m{"id": "500", "mime_type": "image/jpeg"}), "photo.jpg", "[photo]"},
		"voice":             {of("audio", m{"id": "500", "mime_type": "audio/ogg; codecs=opus", "voice": true}), "voice-message.ogg", "[voice message]"},
		"audio":             {of("audio", m{"id": "500", "mime_type": "audio/mpeg"}), "audio.mp3", "[audio]"},
		"video":             {of("video", m{"id": "500", "mime_type": "video/mp4"}), "video.mp4", "[video]"},
		"document":          {of("document", m{"id": "500", "filename": "../../etc/Смета.pdf", "mime_type": "application/pdf"}), "Смета.pdf", "[document]"},
		"sticker":           {of("sticker", m{"id": "500", "mime_type": "image/webp", "animated": true}), "sticker.webp", "[sticker]"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, "")
			h.meta.Media("500", "image/jpeg", jpeg)
			got := h.receive(c.message)
			if len(got.Attachments) != 1 || got.Attachments[0].Name != c.called || got.Text != c.text {
				t.Fatalf("%q %+v", got.Text, got.Attachments)
			}
			if !bytes.Equal(h.Files.Content(got.Attachments[0].ID), jpeg) {
				t.Error("the content is another one")
			}
		})
	}
}

var photo = whatsapptest.Body(whatsapptest.Change(phone, "Иван", of("image", m{"id": "500", "mime_type": "image/jpeg", "caption": "двор"})))

func TestFileIsFetchedOnce(t *testing.T) {
	h := newHub(t, "")
	h.meta.Media("500", "image/jpeg", jpeg)
	h.Inbox.Fail(2)
	for _, want := range []int{503, 503, 200, 200} {
		if code := h.post(photo); code != want {
			t.Fatalf("%d, want %d", code, want)
		}
	}
	if h.Files.Kept() != 1 || h.asked("/500") != 2 {
		t.Errorf("kept %d times, asked %q", h.Files.Kept(), h.meta.Requests())
	}
}

func TestFileThatNeverComes(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*hub)
		want    string
	}{
		"unknown to Meta": {func(*hub) {}, "[photo is missing: it is denied: WhatsApp does not know something that the request names, or takes the recipient's number for invalid (100)]\nдвор"},
		"too large":       {func(h *hub) { h.meta.Media("500", "image/jpeg", make([]byte, 4096)); h.number.files.Most = 4095 }, "[photo is missing: it is larger than 0 MB]\nдвор"},
		"forbidden": {func(h *hub) {
			h.meta.Media("500", "image/jpeg", jpeg)
			h.meta.Fail(whatsapptest.Fault{Path: "attachments", Status: 403})
		}, "[photo is missing: WhatsApp answered 403]\nдвор"},
		"hub without a store":  {func(h *hub) { h.number.files.Files = nil }, "[photo is missing: files are not kept here]\nдвор"},
		"the token is no good": {func(h *hub) { h.meta.Fail(whatsapptest.Fault{Status: 401, Code: 190}) }, "[photo is missing: it is denied: the access token has expired or was withdrawn; make a new one and put it into access_token (190)]\nдвор"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, "")
			c.prepare(h)
			if code := h.post(photo); code != http.StatusOK {
				t.Fatalf("status %d", code)
			}
			if got := h.Inbox.Touches()[0]; got.Text != c.want || len(got.Attachments) != 0 {
				t.Errorf("%q", got.Text)
			}
			if name == "the token is no good" && !strings.Contains(fmt.Sprint(h.Health()), "expired") {
				t.Errorf("health %v", h.Health())
			}
		})
	}
}

// A file that cannot be had now may be had when Meta delivers again; in the end
// the message comes without it. Its neighbours do not wait.
func TestFileThatComesLater(t *testing.T) {
	broken := whatsapptest.Fault{Path: "/500", Status: 500, Code: 2}
	h := newHub(t, "")
	h.meta.Media("500", "image/jpeg", jpeg)
	h.meta.Fail(broken, whatsapptest.Fault{Path: "attachments", Status: 503})
	both := whatsapptest.Body(whatsapptest.Change(phone, "Иван", of("image", m{"id": "500", "caption": "двор"}), whatsapptest.Text(phone, "wamid.2", "рядом")))
	for range 2 {
		if code := h.post(both); code != http.StatusServiceUnavailable || len(h.Inbox.Keys()) != 1 || h.Inbox.Keys()[0] != "wamid.2" {
			t.Fatalf("status %d, keys %q", code, h.Inbox.Keys())
		}
	}
	if code := h.post(both); code != http.StatusOK || len(h.Inbox.Keys()) != 2 {
		t.Fatalf("status %d, keys %q", code, h.Inbox.Keys())
	}

	h = newHub(t, "")
	h.meta.Fail(broken, broken, broken, broken)
	for _, want := range []int{503, 503, 503, 200} {
		if want == 200 {
			h.pass(3 * time.Minute)
		}
		if code := h.post(photo); code != want {
			t.Fatalf("status %d, want %d", code, want)
		}
	}
	if got := h.Inbox.Touches()[0].Text; got != "[photo is missing: it could not be fetched]\nдвор" {
		t.Errorf("%q", got)
	}
}

// A full disk is no reason to lose a customer's photo: Meta keeps it.
func TestStoreOfFilesIsAway(t *testing.T) {
	h := newHub(t, "")
	h.meta.Media("500", "image/jpeg", jpeg)
	h.Files.Fail(5)
	for range 5 {
		h.pass(time.Hour)
		if code := h.post(photo); code != http.StatusServiceUnavailable || h.Inbox.Puts() != 0 {
			t.Fatalf("status %d", code)
		}
	}
	if code := h.post(photo); code != http.StatusOK || len(h.Inbox.Touches()[0].Attachments) != 1 {
		t.Errorf("status %d", code)
	}
}

// The address of a file comes with an answer of Meta's; even so the token goes
// to Meta's servers only.
func TestTokenStaysWithMeta(t *testing.T) {
	h := newHub(t, "")
	for _, address := range []string{
		"http://169.254.169.254/latest/meta-data", "https://fbsbx.com.evil.example/x", "https://evil.example/fbsbx.com",
		"https://user:pass@lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com:8443/x", "file:///etc/passwd", "https://127.0.0.1/x", "", "://",
	} {
		if body, err := h.number.files.Get(t.Context(), address, h.number.header()); err == nil || !strings.Contains(err.Error(), "the address is not one of WhatsApp") {
			t.Errorf("%q: %v %v", address, body, err)
		}
	}
}
