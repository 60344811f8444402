package viber

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	maxText      = 7000     // characters of a text
	maxMessage   = 30 << 10 // bytes of a message with everything around it
	answerWithin = 20 * time.Second
	maxAnswer    = 1 << 20
	agent        = "ctihub-viber/1"
)

// Sends is what Send is able to. Viber fetches files by a public address
// that ends in the file's own name; this hub gives none away, so that no
// customer's file lies open, and sends texts only. Viber has no key by which it
// would recognise a repeated message.
func (b *bot) Sends() connectors.Sending {
	return connectors.Sending{Channel: leads.ChannelViber, To: []leads.IdentityKind{KindUser}, MaxText: maxText}
}

// Send sends one reply, see [connectors.Source].
func (b *bot) Send(ctx context.Context, r leads.Reply) (string, error) {
	switch {
	case r.To.Kind != KindUser || r.To.Value == "":
		return "", leads.Refuse(leads.FaultNeverWrote, "the customer has no Viber id yet; they get one by writing to the bot")
	case len(r.Attachments) > 0:
		return "", leads.Refuse(leads.FaultNoFiles, "files cannot be sent by Viber; send a link to the file")
	case strings.TrimSpace(r.Text) == "":
		return "", leads.Refuse(leads.FaultEmpty, "the reply is empty")
	case utf8.RuneCountInString(r.Text) > maxText:
		return "", leads.Permanent(leads.Beyond(leads.FaultTooLong, maxText, fmt.Errorf("a text may have at most %d characters in Viber", maxText)))
	}
	name, err := b.sender(ctx)
	if err != nil {
		if !leads.IsPermanent(err) && !errors.Is(err, leads.ErrNotSent) {
			err = fmt.Errorf("asking Viber for the bot's name: %s: %w", err.Error(), leads.ErrNotSent) //nolint:errorlint // nothing was sent yet
		}
		return "", err
	}
	var taken struct {
		Token text `json:"message_token"`
	}
	err = b.call(ctx, "send_message", map[string]any{
		"receiver": r.To.Value, "min_api_version": 1, "sender": map[string]string{"name": name}, "type": "text", "text": r.Text,
	}, &taken)
	if err != nil {
		return "", err
	}
	if taken.Token == "" {
		return "", errors.New("the answer of Viber names no message")
	}
	if b.sendFailed.CompareAndSwap(true, false) {
		b.env.Report.Health(nil)
	}
	return string(taken.Token), nil
}

// call makes one request. Its errors are marked as [connectors.Source] wants
// them: without a connection nothing was sent, and after one it perhaps was.
func (b *bot) call(ctx context.Context, method string, request, into any) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var body bytes.Buffer
	w := json.NewEncoder(&body)
	w.SetEscapeHTML(false)
	if err := w.Encode(request); err != nil {
		return err
	}
	if body.Len() > maxMessage {
		return leads.Refuse(leads.FaultTooLong, "the text is too long for Viber")
	}
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.APIURL+"/pa/"+method, &body)
	if err != nil {
		return leads.Refuse(leads.FaultSetup, "the address of Viber cannot be used; check api_url")
	}
	req.GetBody = nil // a request that broke off is not repeated in silence
	req.Header = http.Header{"X-Viber-Auth-Token": {b.AuthToken}, "Content-Type": {"application/json"}, "User-Agent": {agent}}
	client := *b.env.Net.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil && !connected {
		return fmt.Errorf("the servers of Viber cannot be reached: check the network, the name service and the firewall of this machine (%w)", leads.ErrNotSent)
	}
	if err != nil {
		return errors.New("the connection to Viber broke before its answer came")
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil && res.StatusCode == http.StatusOK {
		return errors.New("the connection to Viber broke within its answer")
	}
	return b.judge(res, answer, into)
}

// judge reads an answer. Viber answers 200 with a status of its own, 0 for yes.
func (b *bot) judge(res *http.Response, answer []byte, into any) error {
	var said struct {
		Status  *int   `json:"status"`
		Message string `json:"status_message"`
	}
	switch s := res.StatusCode; {
	case s == http.StatusTooManyRequests:
		return tooMany(res)
	case s >= 500:
		return fmt.Errorf("the servers of Viber have trouble of their own (%d)", s)
	case s != http.StatusOK:
		return leads.Permanent(leads.Because(leads.FaultSetup, fmt.Errorf("the answer of Viber was %d; check api_url", s)))
	case json.Unmarshal(answer, &said) != nil || said.Status == nil:
		return errors.New("the answer of Viber cannot be read")
	}
	code := *said.Status
	switch f, is := finalStatuses[code]; {
	case code == 0 && into == nil:
		return nil
	case code == 0:
		if json.Unmarshal(answer, into) != nil {
			return errors.New("the answer of Viber cannot be read")
		}
		return nil
	case code == statusTooMany:
		return tooMany(res)
	case is:
		err := fmt.Errorf("%s (%d)", f.words, code)
		if f.fault == leads.FaultSetup {
			b.sendFailed.Store(true)
			b.env.Report.Health(err)
		}
		return leads.Permanent(leads.Because(f.fault, err))
	}
	more := strings.ReplaceAll(strings.Join(strings.Fields(leads.Clip(said.Message, 200)), " "), b.AuthToken, "…")
	return fmt.Errorf("a fault of Viber's own (%d %s)", code, more)
}

// tooMany is the error of rate limiting: Viber takes 100 messages an hour to a
// customer who does not answer, and an undocumented number of messages of a bot.
func tooMany(res *http.Response) error {
	wait := 5 * time.Minute
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 && s <= 86400 {
		wait = time.Duration(s) * time.Second
	}
	return leads.NotBefore(leads.Because(leads.FaultBusy, fmt.Errorf("too many messages for Viber: %w", leads.ErrNotSent)), wait)
}

const statusTooMany = 12

// finalStatuses are Viber's status codes of final refusals; those of the setup
// concern every message, so that an administrator must act. What is not listed
// is a "general error", after which the message was perhaps sent.
var finalStatuses = map[int]struct {
	words string
	fault leads.ReplyFault
}{
	1:  {"Viber could not reach the hub's address: public_url must be https with an official certificate, and /in/ be open to the internet", leads.FaultSetup},
	2:  {"the auth_token is not valid (any more); copy the bot's app key anew", leads.FaultSetup},
	3:  {"Viber takes the message for invalid", leads.FaultRefused},
	4:  {"Viber takes the message for incomplete", leads.FaultRefused},
	5:  {"the customer is not a user of Viber any more", leads.FaultNoAddress},
	6:  {"the customer has unsubscribed: nothing can be sent until they write again", leads.FaultBlocked},
	7:  {"Viber has blocked the bot", leads.FaultSetup},
	8:  {"Viber does not know the bot of this auth_token", leads.FaultSetup},
	9:  {"Viber has suspended the bot", leads.FaultSetup},
	10: {"the bot has no webhook; restart the hub to set it", leads.FaultSetup},
	11: {"the customer's Viber does not support bots", leads.FaultRefused},
	13: {"the customer's Viber is too old for this message", leads.FaultRefused},
	14: {"the customer's Viber is too old for this message", leads.FaultRefused},
	15: {"Viber has not authorised the bot", leads.FaultSetup},
	16: {"the bot may not write into this chat", leads.FaultRefused},
	17: {"the bot may not write into this chat", leads.FaultRefused},
	21: {"Viber does not let the bot write to the customer's country", leads.FaultRefused},
	23: {"the bot's free messages of this month are used up", leads.FaultSetup},
	24: {"the bot's free messages of this month are used up and its balance is empty", leads.FaultSetup},
}
