package whatsapptest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
)

// Sign returns the header X-Hub-Signature-256 of a body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Post delivers a webhook to a source as Meta does, and returns the status.
func Post(ctx context.Context, h http.Handler, source string, body []byte) int {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/in/"+source, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", Sign(AppSecret, body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// M is an object of JSON.
type M = map[string]any

// Change is the value of a change with these messages, all of one person.
func Change(phone, name string, messages ...M) M {
	return M{
		"messaging_product": "whatsapp",
		"metadata":          M{"display_phone_number": Number, "phone_number_id": PhoneNumberID},
		"contacts":          []M{{"profile": M{"name": name}, "wa_id": phone}},
		"messages":          messages,
	}
}

// Statuses is the value of a change with reports about messages of ours.
func Statuses(of ...M) M {
	return M{
		"messaging_product": "whatsapp",
		"metadata":          M{"display_phone_number": Number, "phone_number_id": PhoneNumberID},
		"statuses":          of,
	}
}

// Body is the body of a webhook, with one entry for each change.
func Body(values ...M) []byte {
	var entries []M
	for _, v := range values {
		entries = append(entries, M{"id": "102290129340398", "changes": []M{{"field": "messages", "value": v}}})
	}
	return must(json.Marshal(M{"object": "whatsapp_business_account", "entry": entries}))
}

// Text is a message of text.
func Text(phone, id, body string) M {
	return M{"from": phone, "id": id, "timestamp": "1763800000", "type": "text", "text": M{"body": body}}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
