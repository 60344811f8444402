package telegram

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors/vendors/vcard"
)

// file is a file that Telegram keeps for a message.
type file struct {
	id   string
	name string // as the sender named it, or what it is
	size int64  // as Telegram says, 0: unknown
}

// content returns in words what a message holds beside its text, and notes its
// files. "" for nothing.
func (b *bot) content(u *update, m *message, say *texts) string {
	var note string
	add := func(what, id, name string, size int, more ...string) {
		u.files = append(u.files, file{id: id, name: name, size: int64(size)})
		note = "[" + strings.Join(append([]string{what}, more...), " ") + "]"
	}
	n := strconv.Itoa(m.MessageID)
	switch {
	case len(m.Photo) > 0:
		p := largest(m.Photo)
		add(say.photo, p.FileID, "photo-"+n+".jpg", p.FileSize)
	case m.Voice != nil:
		add(say.voice, m.Voice.FileID, "voice-"+n+".ogg", m.Voice.FileSize, clock(m.Voice.Duration))
	case m.Audio != nil:
		add(say.audio, m.Audio.FileID, named(m.Audio.FileName, "audio-"+n), m.Audio.FileSize, clock(m.Audio.Duration))
	case m.VideoNote != nil:
		add(say.video, m.VideoNote.FileID, "video-"+n+".mp4", m.VideoNote.FileSize, clock(m.VideoNote.Duration))
	case m.Video != nil:
		add(say.video, m.Video.FileID, named(m.Video.FileName, "video-"+n+".mp4"), m.Video.FileSize, clock(m.Video.Duration))
	case m.Animation != nil: // which repeats itself as a document
		add(say.animation, m.Animation.FileID, named(m.Animation.FileName, "animation-"+n+".mp4"), m.Animation.FileSize)
	case m.Document != nil:
		add(say.document, m.Document.FileID, named(m.Document.FileName, "file-"+n), m.Document.FileSize)
	case m.Sticker != nil:
		note = bracket(say.sticker, m.Sticker.Emoji)
	case m.Contact != nil:
		note = b.card(u, m, say)
	case m.Venue != nil:
		note = bracket(say.location, m.Venue.Title, m.Venue.Address) + "\n" + mapLink(m.Venue.Location)
	case m.Location != nil && m.Location.LivePeriod > 0:
		note = bracket(say.live) + "\n" + mapLink(*m.Location)
	case m.Location != nil:
		note = bracket(say.location) + "\n" + mapLink(*m.Location)
	case m.Poll != nil:
		what := say.poll
		if m.Poll.Type == "quiz" {
			what = say.quiz
		}
		lines := []string{bracket(what, m.Poll.Question)}
		for _, o := range m.Poll.Options {
			lines = append(lines, "— "+o.Text)
		}
		note = strings.Join(lines, "\n")
	case m.Dice != nil:
		note = bracket(m.Dice.Emoji, strconv.Itoa(m.Dice.Value))
	}
	return note
}

// card takes a shared contact, with every number of its vCard. They are the
// sender's own only if Telegram says that the card is; anybody's else are only
// offered.
func (b *bot) card(u *update, m *message, say *texts) string {
	phone := m.Contact.PhoneNumber // of nobody in Telegram as in an address book: 84951234567 is in Moscow
	if m.Contact.UserID != 0 {
		phone = wholePhone(phone)
	}
	card := vcard.Read(m.Contact.VCard)
	card.Phones = slices.DeleteFunc(card.Phones, func(p string) bool { return onlyDigits(p) == onlyDigits(phone) })
	if phone != "" {
		card.Phones = slices.Insert(card.Phones, 0, phone)
	}
	shown := strings.Join(slices.Concat(card.Phones, card.Emails), ", ")
	if m.Contact.UserID != 0 && m.Contact.UserID == m.From.ID && forwardedFrom(m) == "" {
		u.touch.From = append(u.touch.From, card.Identities()...)
		return bracket(say.ownPhone, shown)
	}
	u.touch.Offered = append(u.touch.Offered, card.Identities()...)
	name := strings.TrimSpace(m.Contact.FirstName + " " + m.Contact.LastName)
	if name == "" {
		name = card.Name
	}
	return bracket(say.contact, name, shown)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func largest(sizes []tgbotapi.PhotoSize) tgbotapi.PhotoSize {
	best := sizes[0]
	for _, p := range sizes[1:] {
		if p.Width*p.Height > best.Width*best.Height {
			best = p
		}
	}
	return best
}

func bracket(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			said = append(said, p)
		}
	}
	return "[" + strings.Join(said, " ") + "]"
}

// named is the name that the sender gave a file, without folders.
func named(given, otherwise string) string {
	if given = path.Base(strings.ReplaceAll(given, `\`, "/")); given == "." || given == "/" || given == ".." {
		return otherwise
	}
	return given
}

func clock(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }

func mapLink(l tgbotapi.Location) string {
	at := fmt.Sprintf("%.6f/%.6f", l.Latitude, l.Longitude)
	return fmt.Sprintf("https://www.openstreetmap.org/?mlat=%.6f&mlon=%.6f#map=17/%s", l.Latitude, l.Longitude, at)
}
