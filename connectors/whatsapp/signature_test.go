package whatsapp

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/whatsapp/whatsapptest"
)

func TestSignature(t *testing.T) {
	body := whatsapptest.Body(whatsapptest.Change(phone, "Иван", whatsapptest.Text(phone, "wamid.1", "Здравствуйте")))
	right := whatsapptest.Sign(whatsapptest.AppSecret, body)
	changed := bytes.Replace(body, []byte("wamid.1"), []byte("wamid.2"), 1)
	for name, c := range map[string]struct {
		header string
		body   []byte
		want   int
	}{
		"right":            {right, body, 200},
		"missing":          {"", body, 401},
		"one byte changed": {right, changed, 401},
		"one digit":        {right[:len(right)-1] + string("01"[(right[len(right)-1]&1)^1]), body, 401},
		"other secret":     {whatsapptest.Sign("another", body), body, 401},
		"empty secret":     {whatsapptest.Sign("", body), body, 401},
		"no prefix":        {strings.TrimPrefix(right, "sha256="), body, 401},
		"sha1":             {"sha1=" + strings.TrimPrefix(right, "sha256="), body, 401},
		"not hex":          {"sha256=zz", body, 401},
		"cut":              {right[:20], body, 401},
		"white space":      {right, append([]byte(" "), body...), 401},
		"too large":        {right, make([]byte, maxBody+1), 413},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, "")
			r := httptest.NewRequest(http.MethodPost, "/in/wa", bytes.NewReader(c.body))
			if c.header != "" {
				r.Header.Set("X-Hub-Signature-256", c.header)
			}
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("status %d, want %d", w.Code, c.want)
			}
			if stored := len(h.Inbox.Touches()); (stored == 1) != (c.want == 200) || h.Inbox.Puts() != stored {
				t.Errorf("%d touches, %d Puts", stored, h.Inbox.Puts())
			}
		})
	}
}

func TestReplayHasNoSecondEffect(t *testing.T) {
	h := newHub(t, "")
	body := whatsapptest.Body(whatsapptest.Change(phone, "Иван", whatsapptest.Text(phone, "wamid.1", "Здравствуйте")))
	for range 3 {
		if code := h.post(body); code != http.StatusOK {
			t.Fatalf("status %d", code)
		}
	}
	if keys := h.Inbox.Keys(); len(keys) != 1 {
		t.Errorf("keys %q", keys)
	}
}

func TestVerification(t *testing.T) {
	h := newHub(t, "")
	for name, c := range map[string]struct {
		mode, token string
		want        int
	}{
		"right":         {"subscribe", whatsapptest.VerifyToken, 200},
		"other token":   {"subscribe", "another", 403},
		"no token":      {"subscribe", "", 403},
		"another thing": {"unsubscribe", whatsapptest.VerifyToken, 403},
	} {
		q := url.Values{"hub.mode": {c.mode}, "hub.verify_token": {c.token}, "hub.challenge": {"<b>1158201444"}}
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/in/wa?"+q.Encode(), nil))
		if w.Code != c.want || (c.want == 200) != (w.Body.String() == "<b>1158201444") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %q %q", name, w.Code, w.Body, w.Header().Get("Content-Type"))
		}
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{{"PUT", "/in/wa", 405}, {"GET", "/in/wa/more", 404}, {"POST", "/in/wa/more", 404}} {
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}

func TestSettings(t *testing.T) {
	meta := whatsapptest.Start(t)
	for want, settings := range map[string]string{
		"phone_number_id": "access_token: a\napp_secret: b\nverify_token: c\n",
		"access_token":    "phone_number_id: \"123456\"\napp_secret: b\nverify_token: c\n",
		"app_secret":      "phone_number_id: \"123456\"\naccess_token: b\nverify_token: c\n",
		"verify_token":    "phone_number_id: \"123456\"\naccess_token: b\napp_secret: c\n",
		"version":         meta.Settings() + "version: latest\n",
		"api_url":         "phone_number_id: \"123456\"\naccess_token: b\napp_secret: c\nverify_token: d\napi_url: graph\n",
	} {
		if _, err := Kind().In(connectortest.Env(t, "wa", settings)); err == nil || !strings.HasPrefix(err.Error(), want+":") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	h := newHub(t, "")
	h.meta.Fail(whatsapptest.Fault{Status: 401, Code: 190})
	if err := h.number.Run(t.Context(), h.Inbox); err == nil || !strings.Contains(err.Error(), "expired") || strings.Contains(err.Error(), whatsapptest.Token) {
		t.Errorf("expired token: %v", err)
	}
	h.meta.Fail(whatsapptest.Fault{Status: 502})
	if err := h.number.Run(t.Context(), h.Inbox); err == nil || !strings.Contains(err.Error(), "trouble of its own") {
		t.Errorf("502: %v", err)
	}
}
