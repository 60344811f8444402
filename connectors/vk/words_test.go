package vk

import (
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
)

func TestWords(t *testing.T) { connectortest.CheckWords(t, words) }

// Where the office reads English, nothing of what the hub writes is Russian.
func TestEnglishOffice(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.c = r.open(longPollSettings(r.vk) + "lang: en\n")
	got := r.touchOf(messageNew(map[string]any{"text": "Вот", "payload": "1", "attachments": attachments{
		{"type": "doc", "doc": map[string]any{"title": "a.pdf", "url": "http://169.254.169.254/x"}},
		{"type": "market", "market": map[string]any{"id": 3, "owner_id": -4, "price": map[string]any{"text": "900"}}},
	}}))
	want := "Вот\n[product without a title, 900: https://vk.com/product-4_3]\n[button: 1]\n[file a.pdf, not fetched (the address is not one of VK): http://169.254.169.254/x]"
	if got == nil || got.Text != want {
		t.Errorf("%+v", got)
	}
	connectortest.CheckLanguage(t, longPollSettings(r.vk), func(env connectors.Env) (string, error) {
		made, err := newCommunity(env)
		if err != nil {
			return "", err
		}
		return made.say.photo, nil
	})
}
