package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	maxText     = 4096 // characters of a text
	maxCaption  = 1024 // characters below a photo, a video or a document
	maxTemplate = 900  // characters that the template carries, of the 1024 of its body
	// window is how long after their last message a customer can be answered
	// freely.
	window = 24 * time.Hour
)

// Sends is what Send is able to. WhatsApp has no key by which it would
// recognise a repeated message.
func (n *number) Sends() connectors.Sending {
	return connectors.Sending{
		Channel: leads.ChannelWhatsApp, To: []leads.IdentityKind{leads.KindPhone, KindUser}, Prefers: isNumber, Cold: n.Template != "",
		MaxText: maxText, MaxFile: maxFile,
	}
}

// isNumber reports whether an identity is a number as WhatsApp writes it.
func isNumber(id leads.Identity) bool {
	return id.Kind == KindUser && digits(text(id.Value)) == id.Value
}

// outgoing is the body of a message to be sent. A phone goes into to, the id of
// somebody who hides theirs into recipient.
type outgoing struct {
	Product   string     `json:"messaging_product"`
	To        string     `json:"to,omitempty"`
	Recipient string     `json:"recipient,omitempty"`
	Context   *reference `json:"context,omitempty"`
	Type      string     `json:"type"`
	Text      *plain     `json:"text,omitempty"`
	Image     *attached  `json:"image,omitempty"`
	Audio     *attached  `json:"audio,omitempty"`
	Video     *attached  `json:"video,omitempty"`
	Document  *attached  `json:"document,omitempty"`
	Template  *template  `json:"template,omitempty"`
}

type reference struct {
	MessageID string `json:"message_id"`
}

type plain struct {
	Body string `json:"body"`
}

type attached struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

type template struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []component `json:"components"`
}

type language struct {
	Code string `json:"code"`
}

type component struct {
	Type       string      `json:"type"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// Send sends one reply, see [connectors.Source]. Files are uploaded first, which no
// customer sees; then one message goes out for each, and for the text where no
// file can carry it. The id is that of the last one.
func (n *number) Send(ctx context.Context, r leads.Reply) (string, error) {
	base := outgoing{Product: "whatsapp"}
	switch {
	case (r.To.Kind == leads.KindPhone || isNumber(r.To)) && digits(text(r.To.Value)) != "":
		base.To = digits(text(r.To.Value))
	case r.To.Kind == KindUser && r.To.Value != "":
		base.Recipient = r.To.Value
	default:
		return "", leads.Refuse(leads.FaultNoAddress, "WhatsApp needs the customer's phone number")
	}
	if r.AnsweredID != "" {
		base.Context = &reference{r.AnsweredID}
	}
	var messages []outgoing
	var err error
	if age := n.env.Now().Sub(r.AnsweredAt); r.AnsweredAt.IsZero() || age >= window {
		messages, err = n.templateMessage(r, base)
	} else {
		messages, err = n.freeMessages(ctx, r, base)
	}
	if err != nil {
		return "", err
	}
	id := ""
	for i, m := range messages {
		next, err := n.send(ctx, m)
		if err != nil && i > 0 { // whatever the error is: a part of the reply is with the customer
			err = fmt.Errorf("only %d of %d messages were sent: %s", i, len(messages), err.Error()) //nolint:errorlint // its marks are about the part alone
			return id, leads.Because(leads.FaultPartly, err)
		}
		if err != nil {
			return "", err
		}
		id = next
	}
	if n.troubled.CompareAndSwap(true, false) {
		n.env.Report.Health(nil)
	}
	return id, nil
}

// send sends one message and returns its id.
func (n *number) send(ctx context.Context, m outgoing) (string, error) {
	var taken struct {
		Messages []struct {
			ID text `json:"id"`
		} `json:"messages"`
	}
	if err := n.post(ctx, n.path(n.PhoneNumberID, "messages"), m, &taken); err != nil {
		return "", err
	}
	if len(taken.Messages) == 0 || taken.Messages[0].ID == "" {
		return "", errors.New("WhatsApp's answer names no message")
	}
	return string(taken.Messages[0].ID), nil
}

// templateMessage wraps a short text into the template, if there is one.
func (n *number) templateMessage(r leads.Reply, m outgoing) ([]outgoing, error) {
	words, fault, limit := windowClosed, leads.FaultWindow, int64(window/time.Hour)
	if r.AnsweredAt.IsZero() {
		words, fault, limit = "the customer has not written by WhatsApp yet: WhatsApp only lets approved templates through", leads.FaultNeverWrote, 0
	}
	line := strings.Join(strings.Fields(r.Text), " ") // a template's place takes neither line breaks nor runs of blanks
	switch {
	case n.Template == "":
		return nil, leads.Permanent(leads.Beyond(fault, limit, errors.New(words)))
	case len(r.Attachments) > 0:
		return nil, leads.Permanent(leads.Beyond(leads.FaultTemplateOnly, maxTemplate, errors.New(words+", and the template carries no files")))
	case line == "" || utf8.RuneCountInString(line) > maxTemplate:
		return nil, leads.Permanent(leads.Beyond(leads.FaultTemplateOnly, maxTemplate, fmt.Errorf("%s, and the template carries 1 to %d characters", words, maxTemplate)))
	}
	m.Context, m.Type = nil, "template"
	m.Template = &template{
		Name: n.Template, Language: language{n.TemplateLanguage},
		Components: []component{{Type: "body", Parameters: []parameter{{Type: "text", Text: line}}}},
	}
	return []outgoing{m}, nil
}

// freeMessages returns the messages of a reply: its text is the caption of the first
// file, or a message before it when it does not fit there.
func (n *number) freeMessages(ctx context.Context, r leads.Reply, base outgoing) ([]outgoing, error) {
	if utf8.RuneCountInString(r.Text) > maxText {
		return nil, leads.Permanent(leads.Beyond(leads.FaultTooLong, maxText, fmt.Errorf("WhatsApp takes texts of at most %d characters", maxText)))
	}
	var messages []outgoing
	for _, a := range r.Attachments {
		if sort := mediaKindOf(a); sort.most < a.Size {
			return nil, leads.Permanent(leads.Beyond(leads.FaultFileTooLarge, sort.most, fmt.Errorf("WhatsApp takes files of at most %d MB", sort.most>>20)))
		}
	}
	rest := r.Text
	for i, a := range r.Attachments {
		id, err := n.upload(ctx, a)
		if err != nil {
			return nil, err
		}
		m, with := base, &attached{ID: id}
		m.Type = mediaKindOf(a).name
		if i == 0 && m.Type != "audio" && utf8.RuneCountInString(rest) <= maxCaption {
			with.Caption, rest = rest, ""
		}
		if i > 0 {
			m.Context = nil
		}
		switch m.Type {
		case "image":
			m.Image = with
		case "audio":
			m.Audio = with
		case "video":
			m.Video = with
		default:
			m.Document, with.Filename = with, a.Name
		}
		messages = append(messages, m)
	}
	if strings.TrimSpace(rest) == "" {
		if len(messages) == 0 {
			return nil, leads.Refuse(leads.FaultEmpty, "the reply is empty")
		}
		return messages, nil
	}
	if len(messages) > 0 {
		messages[0].Context = nil
	}
	base.Type, base.Text = "text", &plain{rest}
	return append([]outgoing{base}, messages...), nil
}
