package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctihub/leads"
	"ctihub/web/api"
)

// Limits of one reply.
const (
	maxReply       = 20_000 // characters of its text
	maxAttachments = 10
	maxSignature   = 2_000 // characters
)

var (
	errNoSender = &problem{status: http.StatusConflict, code: codeConflict, title: "The customer cannot be answered",
		detail: "No source is set up to send, or the customer wrote in none of those that are."}
	errReplyKey = &problem{status: http.StatusConflict, code: codeConflict, title: "The key was used for another reply",
		detail: "A key goes with one reply: use a new one for each that you mean."}
	errReplyMoved = &problem{status: http.StatusConflict, code: codeConflict, title: "The reply is in another state by now",
		detail: "Look at it again: it may have been sent meanwhile."}
)

// Reply answers a lead's customer.
func (o operations) Reply(ctx context.Context, req api.ReplyRequestObject) (api.ReplyResponseObject, error) {
	b, me := req.Body, callerOf(ctx).user
	r := leads.Reply{LeadID: req.Id, User: leads.Person{ID: me.ID, Name: me.Name}, Key: req.Params.IdempotencyKey}
	if r.Key == "" {
		r.Key = b.Key
	}
	if r.Key == "" || len(r.Key) > maxKey || !clean(r.Key) || b.Key != "" && b.Key != r.Key {
		return nil, invalid("key", "Send one key, new for each reply that you mean, as Idempotency-Key or in the body: at most 100 bytes.")
	}
	lead, err := o.Store.Lead(ctx, viewer(ctx), req.Id)
	if err != nil {
		return nil, err
	}
	channels, err := o.channels(ctx, lead)
	if err != nil {
		return nil, err
	}
	c, err := chosen(channels, b.Source)
	if err != nil {
		return nil, err
	}
	r.Source, r.Channel, r.To = c.Source, c.Channel, leads.Identity{Kind: c.Kind, Value: b.To}
	if b.To == "" {
		r.To.Value = c.To[0]
	}
	if !slices.Contains(c.To, r.To.Value) {
		return nil, invalid("to", "It is none of the contact's addresses in this channel.")
	}
	if err := o.write(ctx, &r, lead, c, b); err != nil {
		return nil, err
	}
	r, err = o.Store.AskReply(ctx, viewer(ctx), r)
	switch {
	case errors.Is(err, leads.ErrConflict):
		return nil, errReplyKey
	case errors.Is(err, leads.ErrInvalid):
		return nil, invalid("attachments", "One is gone, or not yours: upload it again.")
	case err != nil:
		return nil, err
	}
	o.kickReplies(r.Source)
	return api.Reply200JSONResponse(r), nil
}

// chosen is the channel of a request, the first that can unless it names one.
func chosen(channels []leads.ReplyChannel, source string) (leads.ReplyChannel, error) {
	for _, c := range channels {
		switch {
		case source == "" && c.Can, c.Source == source && c.Can:
			return c, nil
		case c.Source == source && source != "":
			return c, invalid("source", c.Detail)
		}
	}
	if source == "" {
		return leads.ReplyChannel{}, errNoSender
	}
	return leads.ReplyChannel{}, invalid("source", "It is no source that can send.")
}

// write fills in what is said.
func (o operations) write(ctx context.Context, r *leads.Reply, lead leads.Lead, c leads.ReplyChannel, b *api.ReplyJSONRequestBody) (err error) {
	r.Subject, r.Text = b.Subject, b.Text
	if b.Template != "" && r.Text == "" {
		t, err := o.Store.Template(ctx, b.Template)
		if errors.Is(err, leads.ErrNotFound) {
			return invalid("template", "There is no such template (any more).")
		}
		if err != nil {
			return err
		}
		contact, err := o.Store.Contact(ctx, viewer(ctx), lead.ContactID)
		if err != nil {
			return err
		}
		if t, err = fill(t, lead, contact, callerOf(ctx).user.Name); err != nil {
			return err
		}
		r.Text = t.Text
		if r.Subject == "" {
			r.Subject = t.Subject
		}
	}
	if r.Subject, err = text("subject", r.Subject); err != nil {
		return err
	}
	if !c.Subject && r.Subject != "" {
		if b.Subject != "" {
			return invalid("subject", "Messages of this channel have none.")
		}
		r.Subject = ""
	}
	if c.Subject && r.Subject == "" {
		if r.Subject = lead.Subject; c.Title != "" {
			r.Subject = answerTo(c.Title)
		}
	}
	if r.Text, err = prose("text", r.Text, maxReply); err != nil {
		return err
	}
	if r.Text == "" && len(b.Attachments) == 0 {
		return invalid("text", "Write something, or attach a file.")
	}
	if c.Subject {
		signature, err := o.Store.Signature(ctx, r.User.ID)
		if err != nil {
			return err
		}
		if signature != "" {
			r.Text += "\n\n-- \n" + signature
		}
	}
	if n := utf8.RuneCountInString(r.Text); c.MaxText > 0 && n > c.MaxText {
		return invalid("text", "It is too long for this channel: "+counted(n, c.MaxText)+".")
	}
	if len(b.Attachments) > 0 && c.MaxFile == 0 {
		return invalid("attachments", "This channel takes no files.")
	}
	if len(b.Attachments) > maxAttachments {
		return invalid("attachments", "At most 10.")
	}
	for i, id := range b.Attachments {
		if len(id) > 64 || !clean(id) || slices.Contains(b.Attachments[:i], id) {
			return invalid("attachments", "Each is the id of one uploaded file.")
		}
		r.Attachments = append(r.Attachments, leads.Attachment{ID: id})
	}
	return o.fits(ctx, r, c)
}

// fits checks the sizes of the attachments against the channel's limit.
func (o operations) fits(ctx context.Context, r *leads.Reply, c leads.ReplyChannel) error {
	for _, a := range r.Attachments {
		u, err := o.Store.Upload(ctx, r.User.ID, a.ID)
		if errors.Is(err, leads.ErrNotFound) {
			continue // attached by the same key before, or gone: storage knows
		}
		if err != nil {
			return err
		}
		if u.Size > c.MaxFile {
			return invalid("attachments", "A file is too large for this channel: "+counted(int(u.Size), int(c.MaxFile))+" bytes.")
		}
	}
	return nil
}

// answerTo is the subject of an answer to a message of this subject.
func answerTo(title string) string {
	if lower := strings.ToLower(title); strings.HasPrefix(lower, "re:") {
		return title
	}
	answer := []rune("Re: " + title)
	return string(answer[:min(len(answer), maxLine)])
}

// prose checks a text of several lines and returns it with plain line ends and
// without blanks around it.
func prose(field, s string, most int) (string, error) {
	s = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if n := utf8.RuneCountInString(s); n > most {
		return "", invalid(field, "It is too long: "+counted(n, most)+" characters.")
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, control) {
		return "", invalid(field, "UTF-8 without control characters.")
	}
	return s, nil
}

// ListReplies lists the replies to a lead's contact.
func (o operations) ListReplies(ctx context.Context, req api.ListRepliesRequestObject) (api.ListRepliesResponseObject, error) {
	list, err := o.Store.Replies(ctx, viewer(ctx), req.Id)
	return api.ListReplies200JSONResponse{Items: items(leads.List[leads.Reply]{Items: list})}, err
}

// SendReplyAgain sends a reply once more.
func (o operations) SendReplyAgain(ctx context.Context, req api.SendReplyAgainRequestObject) (api.SendReplyAgainResponseObject, error) {
	r, err := o.moved(o.Store.ReplyAgain(ctx, viewer(ctx), req.Id))
	if err != nil {
		return nil, err
	}
	o.kickReplies(r.Source)
	return api.SendReplyAgain200JSONResponse(r), nil
}

// DismissReply leaves a reply as it is.
func (o operations) DismissReply(ctx context.Context, req api.DismissReplyRequestObject) (api.DismissReplyResponseObject, error) {
	r, err := o.moved(o.Store.DismissReply(ctx, viewer(ctx), req.Id))
	if err != nil {
		return nil, err
	}
	return api.DismissReply200JSONResponse(r), nil
}

// moved explains the error of a change.
func (o operations) moved(r leads.Reply, err error) (leads.Reply, error) {
	if errors.Is(err, leads.ErrConflict) {
		return r, errReplyMoved
	}
	return r, err
}

func (o operations) kickReplies(source string) {
	if o.OnReply != nil {
		o.OnReply(source)
	}
}
