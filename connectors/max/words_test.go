package max

import (
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
)

func TestWords(t *testing.T) { connectortest.CheckWords(t, words) }

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
	connectortest.CheckLanguage(t, longPollSettings(r.max), func(env connectors.Env) (string, error) {
		made, err := newBot(env)
		if err != nil {
			return "", err
		}
		return made.say.photo, nil
	})
}
