package max

import (
	"strings"
	"testing"

	"ctihub/connectors/connectortest"
)

func TestWords(t *testing.T) { connectortest.Words(t, words) }

// Where the office reads English, nothing of what the hub writes is Russian.
func TestEnglishOffice(t *testing.T) {
	r := newRig(t, longPollSettings)
	r.b = r.open(longPollSettings(r.max) + "lang: en\n")
	got := r.touchOf(created(61, "mid.1", "Вот", object{"attachments": list{
		object{"type": "location", "latitude": 55.75, "longitude": 37.61},
		object{"type": "image", "payload": object{"url": "http://169.254.169.254/x"}},
	}}))
	want := "Вот\n[location: 55.750000, 37.610000]\n[photo, not fetched (the address is not one of MAX): http://169.254.169.254/x]"
	if got == nil || got.Text != want {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct{ region, want string }{{"RU", "фото"}, {"DE", "photo"}} {
		env := envOf(t, longPollSettings(r.max))
		env.Region = c.region
		made, err := Kind().In(env)
		if err != nil || made.(*bot).say.photo != c.want {
			t.Errorf("%s: %v", c.region, err)
		}
	}
	if _, err := Kind().In(envOf(t, longPollSettings(r.max)+"lang: de\n")); err == nil || !strings.Contains(err.Error(), "lang") {
		t.Error(err)
	}
}
