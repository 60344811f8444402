package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors"
	"ctihub/leads"
)

// Limits of what a bot sends (Bot API, sendMessage, sendPhoto, sendDocument).
const (
	textMost   = 4096     // UTF-16 units of one message
	partsMost  = 5        // messages that one long text may become
	photoMost  = 10 << 20 // bytes
	uploadMost = 50 << 20 // bytes
	sendLimit  = 2 * time.Minute
	partTries  = 4 // of what follows the first message, while Telegram certainly did not take it
)

// Sends is what Send is able to.
func (b *bot) Sends() connectors.Sending {
	return connectors.Sending{Channel: leads.ChannelTelegram, To: []leads.IdentityKind{KindTelegram}, MaxText: textMost * partsMost, MaxFile: uploadMost}
}

// Send writes to the customer's chat: the text, in several messages if it is
// long, then each attachment. The id returned is the first message's.
//
// After the first message went out the reply is not retried as a whole: further
// messages are retried here, and a failure then means "perhaps sent".
func (b *bot) Send(ctx context.Context, r leads.Reply) (string, error) {
	chat, err := strconv.ParseInt(r.To.Value, 10, 64)
	if err != nil || r.To.Kind != KindTelegram {
		return "", leads.Refuse(leads.FaultNoAddress, "the customer has no Telegram id to write to")
	}
	business, answered := b.answered(r, chat)
	parts := split(r.Text)
	if len(parts)+len(r.Attachments) == 0 {
		return "", leads.Refuse(leads.FaultEmpty, "there is nothing to send")
	}
	if err := b.checkFiles(ctx, r.Attachments); err != nil {
		return "", err
	}
	all := len(parts) + len(r.Attachments)
	first := ""
	for n := range all {
		params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10)}
		if n == 0 && answered != "" {
			params["reply_parameters"] = `{"message_id":` + answered + `,"allow_sending_without_reply":true}`
		}
		if business != "" {
			params["business_connection_id"] = business
		}
		var sent tgbotapi.Message
		for try := 1; ; try++ {
			if n < len(parts) {
				params["text"] = parts[n]
				err = b.call(ctx, callLimit, "sendMessage", params, &sent)
			} else {
				err = b.sendFile(ctx, params, r.Attachments[n-len(parts)], &sent)
			}
			if err == nil || n == 0 || try == partTries || !notReceived(err) || !sleep(ctx, max(waitOf(err), time.Second)) {
				break
			}
		}
		switch {
		case err != nil && n == 0:
			return "", explain(err)
		case err != nil:
			return "", leads.Because(leads.FaultPartly, fmt.Errorf("%d of %d messages were sent, the next was not: %s", n, all, explain(err).Error())) //nolint:errorlint // the marks must not come along
		case n == 0:
			first = b.key(business, chat, sent.MessageID)
		}
	}
	return first, nil
}

// answered returns the id of the message that a reply answers, "" for none or one of
// another chat, and the business connection of that message, "" for none.
func (b *bot) answered(r leads.Reply, chat int64) (business, id string) {
	rest, ok := strings.CutPrefix(r.AnsweredID, b.id+":")
	if !ok {
		return "", ""
	}
	if over, ok := strings.CutPrefix(rest, businessMark); ok {
		business, rest, _ = strings.Cut(over, ":")
	}
	id, ok = strings.CutPrefix(rest, strconv.FormatInt(chat, 10)+":")
	if !ok {
		return "", ""
	}
	if !digits(id) {
		id = ""
	}
	return business, id
}

// explain classifies a failure as [connectors.Source].Send requires.
func explain(err error) error {
	switch statusOf(err) {
	case http.StatusForbidden:
		return leads.Refuse(leads.FaultBlocked, "the customer has blocked the bot, or deleted their account")
	case http.StatusBadRequest:
		if chatGone(err) {
			return leads.Refuse(leads.FaultNeverWrote, "the bot cannot write to this customer: they never began a chat with it (chat not found)")
		}
		return leads.Permanent(leads.Because(leads.FaultRefused, err))
	case http.StatusRequestEntityTooLarge:
		return leads.Permanent(leads.Beyond(leads.FaultFileTooLarge, uploadMost, errors.New("the attachment is too large for Telegram")))
	case http.StatusUnauthorized, http.StatusNotFound:
		err = leads.Because(leads.FaultSetup, err)
	case http.StatusTooManyRequests:
		err = leads.Because(leads.FaultBusy, err)
	}
	if !notReceived(err) {
		return err
	}
	err = fmt.Errorf("%w: %w", leads.ErrNotSent, err)
	if wait := waitOf(err); wait > 0 {
		return leads.NotBefore(err, wait)
	}
	return err
}

func notReceived(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.notReceived
}

// chatGone reports whether Telegram says that the chat does not exist.
func chatGone(err error) bool {
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "chat not found") || strings.Contains(text, "user not found") || strings.Contains(text, "peer_id_invalid")
}

// split cuts a text into messages, at line breaks or blanks where there are any.
func split(text string) []string {
	var parts []string
	text = strings.TrimSpace(text)
	for text != "" {
		cut, units := len(text), 0
		for i, r := range text {
			if units += max(utf16.RuneLen(r), 1); units > textMost {
				cut = i
				break
			}
		}
		if cut < len(text) {
			for _, at := range []string{"\n", " "} {
				if i := strings.LastIndex(text[:cut], at); i > cut/2 {
					cut = i
					break
				}
			}
		}
		if part := strings.TrimSpace(text[:cut]); part != "" {
			parts = append(parts, part)
		}
		text = strings.TrimSpace(text[cut:])
	}
	return parts
}

// length counts a text as Telegram does, in UTF-16 units.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// checkFiles checks that every attachment exists, before anything is sent.
func (b *bot) checkFiles(ctx context.Context, files []leads.Attachment) error {
	for _, f := range files {
		if f.Size > uploadMost {
			return leads.Permanent(leads.Beyond(leads.FaultFileTooLarge, uploadMost, fmt.Errorf("an attachment is larger than Telegram takes (%d MB)", uploadMost>>20)))
		}
		content, err := b.open(ctx, f)
		if err != nil {
			return err
		}
		_ = content.Close()
	}
	return nil
}

func (b *bot) open(ctx context.Context, f leads.Attachment) (io.ReadCloser, error) {
	if b.env.Files == nil {
		return nil, leads.Refuse(leads.FaultSetup, "the hub keeps no files")
	}
	content, err := b.env.Files.Open(ctx, f.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, leads.Refuse(leads.FaultFileGone, "an attachment is not there any more")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: reading an attachment: %w", leads.ErrNotSent, err)
	}
	return content, nil
}

// sendFile sends an attachment, a picture as such if Telegram takes it so.
func (b *bot) sendFile(ctx context.Context, params tgbotapi.Params, f leads.Attachment, sent *tgbotapi.Message) error {
	photo := (f.Type == "image/jpeg" || f.Type == "image/png") && f.Size <= photoMost
	for {
		content, err := b.open(ctx, f)
		if err != nil {
			return err
		}
		method, field := "sendDocument", "document"
		if photo {
			method, field = "sendPhoto", "photo"
		}
		err = b.call(ctx, sendLimit, method, params, sent, tgbotapi.RequestFile{
			Name: field, Data: tgbotapi.FileReader{Name: named(f.Name, "file"), Reader: content},
		})
		_ = content.Close()
		if !photo || statusOf(err) != http.StatusBadRequest || chatGone(err) {
			return err
		}
		photo = false // of a size or shape that Telegram shows as a file only
	}
}
