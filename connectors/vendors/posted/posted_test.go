package posted

import (
	"strings"
	"testing"
)

func TestGuess(t *testing.T) {
	for want, names := range map[Role]string{
		Name:      "name your-name client_name user[name] form_fields[name] fullName FIO ФИО fields.name.value Имя_клиента contact-name",
		FirstName: "firstname First_Name имя Ваше_имя",
		LastName:  "lastName surname Фамилия",
		Phone:     "phone Phone tel tel-123 your_phone Телефон Номер_телефона PhoneNumber mobile user.phone contact_phone phone_1 telefon",
		Email:     "email E-mail e_mail your-email Эл._почта Электронная_почта EMAIL mail",
		Subject:   "subject тема Тема_обращения",
		Message:   "message comment Comments Комментарий Сообщение textarea your-message Вопрос",
		"":        "company_name form_name filename hotel nametag phone_type telegram address agree 123 utm_source email_consent " + strings.Repeat("x", 200),
	} {
		for _, name := range strings.Fields(names) {
			if got := guess(strings.ReplaceAll(name, "_", " ")); got != want {
				t.Errorf("guess(%q) = %q, want %q", name, got, want)
			}
			if got := guess(name); got != want {
				t.Errorf("guess(%q) = %q, want %q", name, got, want)
			}
		}
	}
}
