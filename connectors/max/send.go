package max

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	maxText        = 4000 // characters, MAX's limit
	maxAttachments = 10
)

// notReady are the waits until MAX has processed an uploaded file, before a message
// may attach it.
var notReady = []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

// Sends is what Send is able to. MAX recognises no message that is sent
// again.
func (b *bot) Sends() connectors.Sending {
	return connectors.Sending{Channel: leads.ChannelMAX, To: []leads.IdentityKind{identity}, MaxText: maxText, MaxFile: int64(b.MaxFileMB) << 20}
}

// Send sends one reply, see [connectors.Source]. MAX takes one file a message, so that a
// reply of several files is several messages; the id is the first one's.
func (b *bot) Send(ctx context.Context, r leads.Reply) (string, error) {
	to, err := strconv.ParseInt(r.To.Value, 10, 64)
	switch {
	case r.To.Kind != identity || err != nil || to <= 0:
		return "", leads.Refuse(leads.FaultNoAddress, "the customer's MAX number is not one")
	case utf8.RuneCountInString(r.Text) > maxText:
		return "", leads.Permanent(leads.Beyond(leads.FaultTooLong, maxText, fmt.Errorf("the text is longer than MAX's limit of %d characters", maxText)))
	case len(r.Attachments) > maxAttachments:
		return "", leads.Permanent(leads.Beyond(leads.FaultTooManyFiles, maxAttachments, fmt.Errorf("at most %d attachments go into one reply", maxAttachments)))
	case strings.TrimSpace(r.Text) == "" && len(r.Attachments) == 0:
		return "", leads.Refuse(leads.FaultEmpty, "there is nothing to send")
	}
	uploaded, err := b.upload(ctx, r.Attachments)
	if err != nil {
		return "", b.sendError(err, true)
	}
	parts := split(r.Text, uploaded)
	first := ""
	for n, p := range parts {
		mid, err := b.send(ctx, to, p)
		switch {
		case err != nil && n == 0:
			return "", b.sendError(err, false)
		case err != nil:
			err = fmt.Errorf("the first %d of %d messages of this reply were sent, the others were not: send what is missing by a new reply (%s)", n, len(parts), b.sendError(err, false).Error())
			return "", leads.Because(leads.FaultPartly, err)
		case n == 0:
			first = mid
		}
	}
	return first, nil
}

// part is one message of a reply.
type part struct {
	Text        string       `json:"text,omitempty"`
	Attachments []attachable `json:"attachments,omitempty"`
}

// split divides a reply into messages: pictures go with the text, and so does a
// file when there are none; every further file is a message.
func split(text string, uploaded []attachable) []part {
	first := part{Text: text}
	var files []attachable
	for _, a := range uploaded {
		if a.Type == typeImage {
			first.Attachments = append(first.Attachments, a)
		} else {
			files = append(files, a)
		}
	}
	if len(first.Attachments) == 0 && len(files) > 0 {
		first.Attachments, files = files[:1:1], files[1:]
	}
	parts := []part{first}
	for _, a := range files {
		parts = append(parts, part{Attachments: []attachable{a}})
	}
	return parts
}

// send posts one message, again while MAX has not digested its files yet, and
// returns its mid.
func (b *bot) send(ctx context.Context, to int64, p part) (string, error) {
	for try := 0; ; try++ {
		var answer struct {
			Message message `json:"message"`
		}
		err := b.api.call(ctx, http.MethodPost, "/messages", url.Values{"user_id": {strconv.FormatInt(to, 10)}}, p, &answer)
		var r *refusal
		if errors.As(err, &r) && r.isFilePending() && try < len(notReady) && ctx.Err() == nil {
			b.pause(ctx, notReady[try])
			continue
		}
		if err != nil {
			return "", err
		}
		if answer.Message.Body.MID == "" {
			return "", errors.New("MAX has taken the message without saying under which id")
		}
		return answer.Message.Body.MID, nil
	}
}
