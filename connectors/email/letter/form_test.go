package letter

import (
	"strings"
	"testing"

	"ctihub/leads"
)

// TestFormHandsOverWhatItSays: phones and addresses reach the intake as they were typed.
func TestFormHandsOverWhatItSays(t *testing.T) {
	for text, want := range map[string]string{
		"Имя: Ольга\nТелефон: 8-916-123-45-67 Ольга":                                            "phone:8-916-123-45-67 Ольга",
		"Имя: Ольга\nТелефон: +7 (495) 123-45-67 вн. 12, 8 916 123 45 67 (WhatsApp)":            "phone:+7 (495) 123-45-67 вн. 12, 8 916 123 45 67 (WhatsApp)",
		"Name: Olga\nPhone: office 020 7946 0018 or mobile 07700 900123, after six please call": "phone:office 020 7946 0018 or mobile 07700 900123, after six please call",
		"Имя: Ольга\nТелефон: 8 916 123-45-67\nWhatsApp: +79261234567":                          "phone:8 916 123-45-67|phone:+79261234567",
		"Имя: Ольга\nТелефон: 12-34-56":                                                         "phone:12-34-56",
		"Имя: Ольга\nТелефон: 8 916 123-45-67\nE-mail: olga client.example":                     "email:olga client.example|phone:8 916 123-45-67",
		"Имя: Ольга\nE-mail: olga petrova@client@example\nСообщение: Цена?":                     "email:olga petrova@client@example",
		"Имя: Ольга\nE-mail: olga @ client.example":                                             "email:olga@client.example",
		"Имя: Ольга\nE-mail: Ольга <olga@client.example>":                                       "email:olga@client.example",
		"Имя: Ольга\nE-mail: mailto:olga@client.example\nТелефон: нет":                          "email:olga@client.example",
		"Телефон:\n8 916 123-45-67\nИмя:\nОльга":                                                "phone:8 916 123-45-67",
	} {
		touch := readOf(t, "From: Site <no-reply@site.example>\nSubject: Заявка", text)
		var got []string
		for _, id := range touch.From {
			got = append(got, string(id.Kind)+":"+id.Value)
		}
		if s := strings.Join(got, "|"); s != want || touch.Direction != leads.In || touch.Automatic != "" {
			t.Errorf("%s\ngot  %s (%s, %q)\nwant %s", text, s, touch.Direction, touch.Automatic, want)
		}
	}
}
