package e2e

import (
	"bytes"
	"net/http"
	"strconv"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/viber/vibertest"
	"ctihub/connectors/whatsapp/whatsapptest"
	"ctihub/leads"
)

// A customer who fills in a form and then writes by WhatsApp is one contact; one who
// writes by Viber is another. Repeated deliveries make no second interaction.
func TestMessengersMakeLeads(t *testing.T) {
	meta, viber := whatsapptest.Start(t), vibertest.Start(t)
	h := hubtest.Start(t,
		hubtest.Source(t, "site", "webform", "", nil),
		hubtest.Source(t, "wa", "whatsapp", "", map[string]any{
			"phone_number_id": whatsapptest.PhoneNumberID, "access_token": whatsapptest.Token, "app_secret": whatsapptest.AppSecret,
			"verify_token": whatsapptest.VerifyToken, "api_url": meta.URL(),
		}),
		hubtest.Source(t, "vb", "viber", "", map[string]any{"auth_token": vibertest.Token, "api_url": viber.URL()}),
	)
	_, token := h.Person("oleg", "Олег Мещеряков", leads.RoleManager)
	viber.Await(t.Context(), "set_webhook")
	meta.Await(t.Context(), whatsapptest.PhoneNumberID)

	post := func(source, header, value string, body []byte, want int) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/in/"+source, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, value)
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", source, resp.StatusCode, want)
		}
	}
	post("site", "Idempotency-Key", "1", []byte(`{"phone":"8 916 123-45-67","message":"Окна"}`), http.StatusOK)
	written := whatsapptest.Body(whatsapptest.Change("79161234567", "Иван", whatsapptest.Text("79161234567", "wamid.1", "Это снова я")))
	for range 2 {
		post("wa", "X-Hub-Signature-256", whatsapptest.Sign(whatsapptest.AppSecret, written), written, http.StatusOK)
	}
	post("wa", "X-Hub-Signature-256", whatsapptest.Sign("another", written), written, http.StatusUnauthorized)
	said := vibertest.Message(vibertest.User, "Анна", 4912661846655238145, vibertest.M{"type": "text", "text": "Двери"})
	for range 2 {
		post("vb", "X-Viber-Content-Signature", vibertest.Sign(vibertest.Token, said), said, http.StatusOK)
	}
	post("vb", "X-Viber-Content-Signature", vibertest.Sign("another", said), said, http.StatusUnauthorized)

	texts := map[string]string{}
	for _, i := range hubtest.List[leads.Interaction](h, token, "/api/v1/interactions", nil) {
		texts[i.Text] = i.ContactID
	}
	all := hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil)
	if len(texts) != 3 || texts["Окна"] == "" || texts["Окна"] != texts["Это снова я"] || texts["Двери"] == "" || texts["Двери"] == texts["Окна"] || len(all) != 2 {
		t.Errorf("interactions %v, %d leads", texts, len(all))
	}
}

// A WhatsApp customer who hides the phone behind a user name is known, and
// answered, by Meta's id of the person.
func TestHiddenPhoneIsAnswered(t *testing.T) {
	const user = "RU.13491208655302741918"
	meta := whatsapptest.Start(t)
	h := hubtest.Start(t, hubtest.Source(t, "wa", "whatsapp", "", map[string]any{
		"phone_number_id": whatsapptest.PhoneNumberID, "access_token": whatsapptest.Token, "app_secret": whatsapptest.AppSecret,
		"verify_token": whatsapptest.VerifyToken, "api_url": meta.URL(),
	}))
	_, token := h.Person("oleg", "Олег Мещеряков", leads.RoleManager)
	body := whatsapptest.Body(whatsapptest.M{
		"messaging_product": "whatsapp",
		"metadata":          whatsapptest.M{"display_phone_number": whatsapptest.Number, "phone_number_id": whatsapptest.PhoneNumberID},
		"contacts":          []whatsapptest.M{{"profile": whatsapptest.M{"username": "ivan"}, "user_id": user}},
		"messages": []whatsapptest.M{{
			"from_user_id": user, "id": "wamid.1", "timestamp": strconv.FormatInt(time.Now().Unix(), 10), "type": "text", "text": whatsapptest.M{"body": "Окна?"},
		}},
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/in/wa", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Hub-Signature-256", whatsapptest.Sign(whatsapptest.AppSecret, body))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	all := hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil)
	if res.StatusCode != http.StatusOK || len(all) != 1 {
		t.Fatalf("%s, %d leads", res.Status, len(all))
	}
	awaitReply(h, token, sendReply(h, token, all[0].ID, "key", "Да, окна"), leads.ReplySent)
	if sent := meta.Sent(); len(sent) != 1 || sent[0].Body["recipient"] != user || sent[0].Body["to"] != nil {
		t.Errorf("%+v", sent)
	}
}
