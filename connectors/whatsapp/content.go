package whatsapp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// content sets the text of the touch from a message, in words where it is not text.
func (f *found) content(m message) {
	switch m.Type {
	case "edit":
		var inner message
		_, err := decode(m.Edit.Message, &inner)
		at, original := m.Timestamp.time(), string(m.Edit.Original)
		inner.raw = m.Edit.Message
		if err == nil && inner.Type != "" && inner.Type != "edit" && !at.IsZero() && original != "" && len(original) <= 500 {
			f.ExternalID, f.MessageID, f.Edited = original, original, at
			f.content(inner)
			return
		}
		f.Text = bracket(f.say.unknownEdit)
	case "revoke":
		f.Text = bracket(f.say.deleted)
		f.addReference(m.Revoke.Original)
	case "reaction":
		f.Text = bracket(f.say.reaction, m.Reaction.Emoji)
		if m.Reaction.Emoji == "" {
			f.Text = bracket(f.say.unreacted)
		}
		f.addReference(m.Reaction.MessageID)
	case "system":
		f.addSystemNote(m)
	case "contacts":
		f.addContacts(m)
	default:
		f.Text, f.file, f.what = m.contentOf(f.say)
		for _, id := range m.filledIn().Identities() {
			f.offer(id)
		}
		if m.Interactive.Calls.Source == "automatic" {
			f.Automatic = leads.Notice
		}
	}
	if m.Context.Forwarded || m.Context.OftenForwarded {
		f.Text = bracket(f.say.forwarded) + "\n" + f.Text
	}
	if p := m.Context.ReferredProduct.ID; p != "" {
		f.Text += "\n" + bracket(f.say.product, p)
	}
}

func (f *found) addReference(id text) {
	if id != "" {
		f.References = []string{string(id)}
	}
}

// contentOf returns the text of a message, and its file if it has one.
func (m message) contentOf(say *texts) (words string, with *file, what string) {
	for _, c := range []struct {
		kind text
		file *file
		what string
	}{
		{"image", m.Image, say.photo}, {"audio", m.Audio, say.audio}, {"voice", m.Voice, say.voice},
		{"video", m.Video, say.video}, {"document", m.Document, say.document}, {"sticker", m.Sticker, say.sticker},
	} {
		if c.kind != m.Type || c.file == nil || c.file.ID == "" {
			continue
		}
		if c.file.Voice {
			c.what = say.voice
		}
		return string(c.file.Caption), c.file, c.what
	}
	switch m.Type {
	case "text":
		return string(m.Text.Body), nil, ""
	case "button":
		return string(firstOf(m.Button.Text, m.Button.Payload)), nil, ""
	case "interactive":
		return m.choiceText(say), nil, ""
	case "location":
		l := m.Location
		at := bracket(say.location, l.Latitude+", "+l.Longitude)
		return lines(at, string(l.Name), string(l.Address), string(l.URL)), nil, ""
	case "order":
		return m.ordered(say), nil, ""
	case "request_welcome":
		return bracket(say.first), nil, ""
	case "unsupported", "unknown", "":
		what := firstOf(m.Unsupported.Type, text(say.hiddenKind))
		return bracket(say.hidden, what), nil, ""
	}
	return lines(bracket(say.unknown, text(leads.Clip(string(m.Type), 60))), m.other(string(m.Type))), nil, ""
}

// choiceText returns the answer to buttons, a list or a form.
func (m message) choiceText(say *texts) string {
	i := m.Interactive
	for _, c := range []choice{i.Button, i.List} {
		if c != (choice{}) {
			return lines(string(firstOf(c.Title, c.ID)), string(c.Description))
		}
	}
	switch {
	case i.Calls.Response == "accept" && i.Calls.Until.time().IsZero():
		return bracket(say.mayCall)
	case i.Calls.Response == "accept":
		return bracket(say.mayCallUntil, text(i.Calls.Until.time().Format("02.01.2006 15:04 UTC")))
	case i.Calls.Response != "":
		return bracket(say.mayNotCall)
	case i.Flow.Response == "":
		return lines(bracket(say.answered, text(leads.Clip(string(firstOf(i.Type, "button")), 60))), m.other("interactive", string(i.Type)))
	}
	fields, ok := answers.Read([]byte(i.Flow.Response))
	if !ok {
		return lines(string(i.Flow.Body), string(i.Flow.Response))
	}
	return lines(bracket(say.form), fields.Without("flow_token").String())
}

// filledIn are the answers of a form.
func (m message) filledIn() answers.Fields {
	fields, _ := answers.Read([]byte(m.Interactive.Flow.Response))
	return fields
}

// other shows the value of a key of the message that the hub does not know.
func (m message) other(keys ...string) string {
	raw := m.raw
	for _, key := range keys {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return ""
		}
		raw = members[key]
	}
	return answers.Shown(raw)
}

func (m message) ordered(say *texts) string {
	words := []string{bracket(say.order)}
	for _, i := range m.Order.Items {
		words = append(words, fmt.Sprintf(say.item, i.Quantity, i.ID, i.Price, i.Currency))
	}
	return lines(append(words, string(m.Order.Text))...)
}

// addSystemNote adds WhatsApp's own note about a customer, which no person wrote.
func (f *found) addSystemNote(m message) {
	f.Automatic = leads.Notice
	f.Text = string(firstOf(m.System.Body, text(bracket(f.say.note))))
	if n := digits(firstOf(m.System.NewWaID, m.System.WaID)); n != "" {
		f.Offered = append(f.Offered, leads.Identity{Kind: leads.KindPhone, Value: "+" + n})
	}
}

// maxOffered bounds the identities that cards of contacts offer.
const maxOffered = 20

// addContacts are contacts passed on. Their phones are offered only: they are the
// sender's own when we asked for it (contact_request), which Meta says, or when
// the number is the sender's, which is known already.
func (f *found) addContacts(m message) {
	var words []string
	for _, c := range m.Contacts {
		name := strings.TrimSpace(string(firstOf(c.Name.Formatted, c.Name.First+" "+c.Name.Last)))
		words = append(words, bracket(f.say.contact, text(strings.Trim(name+", "+string(c.Org.Company), ", "))))
		// The documentation shows origin beside the contacts; it is taken inside of them, too.
		own := (m.Origin == "contact_request" || c.Origin == "contact_request") && len(m.Contacts) == 1 && len(c.Phones) == 1
		for _, p := range c.Phones {
			words = append(words, string(firstOf(p.Phone, p.WaID)))
			id := leads.Identity{Kind: leads.KindPhone, Value: string(firstOf(p.Phone, p.WaID))}
			if n := digits(p.WaID); n != "" {
				id.Value = "+" + n
			}
			switch {
			case slices.Contains(f.From, id):
			case own:
				f.From = append(f.From, id)
			default:
				f.offer(id)
			}
		}
		for _, e := range c.Emails {
			words = append(words, string(e.Email))
			f.offer(leads.Identity{Kind: leads.KindEmail, Value: string(e.Email)})
		}
	}
	f.Text = lines(words...)
}

func (f *found) offer(id leads.Identity) {
	if id.Value != "" && len(f.Offered) < maxOffered {
		f.Offered = append(f.Offered, id)
	}
}

// bracket puts words of the hub into brackets; what is inserted for %s is the customer's.
func bracket(words string, what ...text) string {
	said := "["
	for _, w := range what {
		before, after, _ := strings.Cut(words, "%s")
		said, words = said+before+string(w), after
	}
	return said + words + "]"
}

// lines joins what is not empty.
func lines(of ...string) string {
	return strings.Join(slices.DeleteFunc(of, func(s string) bool { return strings.TrimSpace(s) == "" }), "\n")
}
