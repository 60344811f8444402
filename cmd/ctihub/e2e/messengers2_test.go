package e2e

import (
	"context"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/max/maxtest"
	"ctihub/connectors/vk/vktest"
	"ctihub/leads"
)

// People who write to a VK community and to a MAX bot are leads, once each,
// however often their messages are delivered.
func TestVKAndMAXMakeLeads(t *testing.T) {
	vk, max := vktest.New(), maxtest.New()
	t.Cleanup(vk.Close)
	t.Cleanup(max.Close)
	h := hubtest.Start(t,
		hubtest.Source(t, "vk", "vk", "", map[string]any{"group_id": vktest.GroupID, "token": vktest.Token, "api_url": vk.API()}),
		hubtest.Source(t, "max", "max", "", map[string]any{"token": maxtest.Token, "api_url": max.URL}),
	)
	_, token := h.Person("oleg", "Олег Мещеряков", leads.RoleManager)
	ctx, cancel := context.WithTimeout(t.Context(), hubtest.Patience)
	defer cancel()
	if err := vk.AwaitPoll(ctx, 1); err != nil {
		t.Fatal(err)
	}
	vk.Name(61, "Анна")
	event := vk.Write(61, vktest.Message{"text": "Окна"})
	vk.Push(event)
	if err := vk.AwaitAsked(ctx, vk.Push(event)); err != nil {
		t.Fatal(err)
	}
	update := []byte(`{"update_type":"message_created","timestamp":1790000000000,"message":{"sender":{"user_id":61,"first_name":"Иван"},
		"recipient":{"chat_id":5,"chat_type":"dialog"},"timestamp":1790000000000,"body":{"mid":"mid.1","seq":1,"text":"Двери"}}}`)
	max.Push(update)
	if err := max.AwaitAsked(ctx, max.Push(update)); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	all := hubtest.List[leads.Interaction](h, token, "/api/v1/interactions", nil)
	for _, i := range all {
		texts[i.Text] = i.ContactID
	}
	if len(all) != 2 || texts["Окна"] == "" || texts["Двери"] == "" || texts["Окна"] == texts["Двери"] {
		t.Errorf("interactions %v", texts) // 61 of VK is not 61 of MAX
	}
	if n := len(hubtest.List[leads.Lead](h, token, "/api/v1/leads", nil)); n != 2 {
		t.Errorf("%d leads", n)
	}
}
