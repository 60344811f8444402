package vk

import (
	"fmt"
	"slices"
	"strings"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/connectors/vendors/media"
)

// Bounds on what one message may bring.
const (
	maxFiles     = 20 // files that are fetched
	maxForwarded = 50 // messages in messages
	maxDepth     = 5  // of messages in messages
	maxWords     = 1000
)

// content is what a message says in words, and its files.
type content struct {
	say      *texts
	lines    []string
	files    []media.Wanted
	messages int
}

// note adds a line that is not the customer's own.
func (c *content) note(format string, args ...any) {
	c.lines = append(c.lines, "["+vendors.Shorten(fmt.Sprintf(format, args...), maxWords)+"]")
}

// message adds what a message itself says, and what was forwarded with it.
func (c *content) message(m message, depth int) {
	if m.Text != "" {
		c.lines = append(c.lines, m.Text)
	}
	for _, a := range m.Attachments {
		c.attachment(a)
	}
	if g := m.Geo; g != nil {
		c.note(c.say.place, strings.TrimSpace(fmt.Sprintf("%.6f, %.6f %s", g.Coordinates.Latitude, g.Coordinates.Longitude, g.Place.Title)))
	}
	if m.Payload != "" && depth == 0 {
		c.note(c.say.button, readable(m.Payload))
	}
	if m.Cropped {
		c.note("%s", c.say.cropped)
	}
	if depth >= maxDepth {
		return
	}
	for _, f := range m.Forwarded {
		if c.messages++; c.messages > maxForwarded {
			return
		}
		c.note("%s", c.say.forwarded)
		c.message(f, depth+1)
	}
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

func (c *content) attachment(a attachment) {
	i := a.Item
	switch a.Type {
	case "photo":
		c.file(c.say.photo, fmt.Sprintf("photo%d_%d.jpg", i.OwnerID, i.ID), largest(i))
	case "audio_message":
		if i.Transcript != "" {
			c.note(c.say.spoken, i.Transcript)
		}
		if i.LinkMP3 != "" {
			c.file(c.say.voice, fmt.Sprintf("voice%d.mp3", i.ID), i.LinkMP3)
		} else {
			c.file(c.say.voice, fmt.Sprintf("voice%d.ogg", i.ID), i.LinkOGG)
		}
	case "audio":
		c.note(c.say.song, strings.Trim(i.Artist+" — "+i.Title, " —"))
		if i.URL != "" {
			c.file(c.say.audio, fmt.Sprintf("audio%d_%d.mp3", i.OwnerID, i.ID), i.URL)
		}
	case "doc":
		c.file(fmt.Sprintf(c.say.document, i.Title), docName(i), i.URL)
	case "graffiti":
		c.file(c.say.graffiti, fmt.Sprintf("graffiti%d.png", i.ID), i.URL)
	case "sticker":
		c.note("%s", c.say.sticker)
		if u := largest(i); u != "" {
			c.file(c.say.sticker, "sticker.png", u)
		}
	case "video":
		link := fmt.Sprintf("https://vk.com/video%d_%d", i.OwnerID, i.ID)
		c.note(c.say.video, c.quoted(i.Title), link)
	case "market":
		c.note(c.say.product, c.quoted(i.Title), i.Price.Text, fmt.Sprintf("https://vk.com/product%d_%d", i.OwnerID, i.ID))
	case "wall":
		owner := firstOf(i.OwnerID, i.ToID, i.FromID)
		c.note(c.say.post, fmt.Sprintf("https://vk.com/wall%d_%d", owner, i.ID), i.Text)
	case "wall_reply":
		c.note(c.say.comment, fmt.Sprintf("https://vk.com/wall%d_%d?reply=%d", i.OwnerID, i.PostID, i.ID), i.Text)
	case "link":
		c.note(c.say.link, c.quoted(i.Title), i.URL)
	case "poll":
		c.note(c.say.poll, c.quoted(i.Question))
	case "call":
		c.note("%s", c.say.call)
	case "story":
		c.note(c.say.story, fmt.Sprintf("https://vk.com/story%d_%d", i.OwnerID, i.ID))
	case "gift":
		c.note("%s", c.say.gift)
	default:
		c.note(c.say.unknown, a.Type)
		if held := answers.Shown(a.raw); held != "" {
			c.lines = append(c.lines, held)
		}
	}
}

// readable is what the community's own program put into a button, as people
// read it.
func readable(payload string) string {
	f, ok := answers.Read([]byte(payload))
	if !ok {
		return payload
	}
	return strings.Join(f.Lines(), ", ")
}

func (c *content) quoted(title string) string {
	if title == "" {
		return c.say.untitled
	}
	return fmt.Sprintf(c.say.quoted, title)
}

func firstOf(ids ...int64) int64 {
	for _, id := range ids {
		if id != 0 {
			return id
		}
	}
	return 0
}

func docName(i item) string {
	name := i.Title
	if name == "" {
		name = fmt.Sprintf("doc%d", i.ID)
	}
	if ext := "." + i.Ext; i.Ext != "" && !strings.HasSuffix(strings.ToLower(name), strings.ToLower(ext)) {
		name += ext
	}
	return name
}

// order ranks the sizes of photos that come without width and height, by
// VK's letters for them.
const order = "smxopqryzw"

// largest returns the address of the largest picture of an item.
func largest(i item) string {
	all := append(slices.Clone(i.Sizes), i.Images...)
	if i.Original != nil {
		all = append(all, *i.Original)
	}
	best := image{}
	for _, s := range all {
		a, b := s.Width*s.Height, best.Width*best.Height
		if s.URL != "" && (best.URL == "" || a > b || a == b && strings.Index(order, s.Type) > strings.Index(order, best.Type)) {
			best = s
		}
	}
	return best.URL
}
