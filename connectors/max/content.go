package max

import (
	"fmt"
	"path"
	"strings"

	"ctihub/leads"
)

const (
	maxFiles = 20 // files of one message that are fetched
	maxWords = 1000
)

// file is one to be fetched.
type file struct {
	name, url string
	word      string // what it is, for when it cannot be had
}

// content is what a message says in words, its files, and the phones that are
// shared in it.
type content struct {
	lines   []string
	files   []file
	own     []leads.Identity
	offered []leads.Identity
}

// say adds a line that is not the customer's own.
func (c *content) say(format string, args ...any) {
	c.lines = append(c.lines, "["+clip(fmt.Sprintf(format, args...), maxWords)+"]")
}

func (c *content) file(word, name, url string) {
	switch {
	case url == "":
		c.say("%s", word)
	case len(c.files) >= maxFiles:
		c.say("%s: %s", word, url)
	default:
		c.files = append(c.files, file{name, url, word})
	}
}

// body adds a message's text and attachments. isOwn judges a shared contact.
func (c *content) body(m body, isOwn func(attachment) bool) {
	if m.Text != "" {
		c.lines = append(c.lines, m.Text)
	}
	for _, a := range m.Attachments {
		c.attachment(a, isOwn)
	}
}

func (c *content) attachment(a attachment, isOwn func(attachment) bool) {
	url := a.Payload.URL
	switch a.Type {
	case "image":
		c.file("фото", "photo.jpg", url)
	case "audio":
		if a.Transcription != "" {
			c.say("голосовое сообщение: %s", a.Transcription)
		}
		c.file("голосовое сообщение", "voice.mp3", url)
	case "video":
		c.say("видео: %s", url)
	case "file":
		name := path.Base("/" + strings.ReplaceAll(a.FileName, `\`, "/"))
		c.file("файл "+a.FileName, name, url)
	case "sticker":
		c.say("стикер")
		if url != "" {
			c.file("стикер", "sticker.webp", url)
		}
	case "share":
		c.say("ссылка %s: %s", a.Title, url)
	case "location":
		c.say("место: %.6f, %.6f", a.Latitude, a.Longitude)
	case "contact":
		c.contact(a, isOwn(a))
	case "inline_keyboard":
	default:
		c.say("вложение MAX, вид %q", a.Type)
	}
}

func (c *content) contact(a attachment, own bool) {
	name, phones := readCard(a.Payload.VCF)
	if name == "" && a.Payload.Info != nil {
		name = a.Payload.Info.name()
	}
	c.say("контакт: %s", strings.TrimSpace(name+" "+strings.Join(phones, ", ")))
	for _, p := range phones {
		id := leads.Identity{Kind: leads.KindPhone, Value: p}
		if own {
			c.own = append(c.own, id)
		} else {
			c.offered = append(c.offered, id)
		}
	}
}
