package max

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/connectors/vendors/media"
	"ctihub/connectors/vendors/vcard"
	"ctihub/leads"
)

const (
	maxFiles = 20 // files of one message that are fetched
	maxWords = 1000
)

// content is what a message says in words, its files, and the phones that are
// shared in it.
type content struct {
	say     *texts
	lines   []string
	files   []media.Wanted
	own     []leads.Identity
	offered []leads.Identity
}

// note adds a line that is not the customer's own.
func (c *content) note(format string, args ...any) {
	c.lines = append(c.lines, "["+vendors.Shorten(fmt.Sprintf(format, args...), maxWords)+"]")
}

func (c *content) file(word, name, url string) {
	switch {
	case url == "":
		c.note("%s", word)
	case len(c.files) >= maxFiles:
		c.note("%s: %s", word, url)
	default:
		c.files = append(c.files, media.Wanted{Name: name, URL: url, Word: word})
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
		c.file(c.say.photo, "photo.jpg", url)
	case "audio":
		if a.Transcription != "" {
			c.note(c.say.spoken, a.Transcription)
		}
		c.file(c.say.voice, "voice.mp3", url)
	case "video":
		c.note(c.say.video, url)
	case "file":
		name := path.Base("/" + strings.ReplaceAll(a.FileName, `\`, "/"))
		c.file(fmt.Sprintf(c.say.document, a.FileName), name, url)
	case "sticker":
		c.note("%s", c.say.sticker)
		if url != "" {
			c.file(c.say.sticker, "sticker.webp", url)
		}
	case "share":
		c.note(c.say.link, a.Title, url)
	case "location":
		c.note(c.say.location, fmt.Sprintf("%.6f, %.6f", a.Payload.Latitude, a.Payload.Longitude))
	case "contact":
		c.contact(a, isOwn(a))
	case "inline_keyboard":
	default:
		c.note(c.say.unknown, a.Type)
		if held := answers.Shown(a.raw); held != "" {
			c.lines = append(c.lines, held)
		}
	}
}

func (c *content) contact(a attachment, own bool) {
	card := vcard.Read(a.Payload.VCF)
	if who := a.person(); card.Name == "" && who != nil {
		card.Name = who.name()
	}
	if len(card.Phones) == 0 && a.Payload.Phone != "" {
		card.Phones = []string{a.Payload.Phone}
	}
	card.Name = cmp.Or(card.Name, a.Payload.Name, "?")
	c.note(c.say.contact, strings.TrimSpace(card.Name+" "+strings.Join(slices.Concat(card.Phones, card.Emails), ", ")))
	if own {
		c.own = append(c.own, card.Identities()...)
	} else {
		c.offered = append(c.offered, card.Identities()...)
	}
}
