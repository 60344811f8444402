package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/leads"
)

const (
	// wanted are the updates that the bot asks for.
	wanted = `["message","edited_message","business_message","edited_business_message","deleted_business_messages","message_reaction",` +
		`"callback_query","shipping_query","pre_checkout_query","purchased_paid_media","poll_answer","my_chat_member","chat_join_request"]`
	// pageMost limits the updates of one answer: few enough to store them soon, many
	// enough for a backlog.
	pageMost = 100
	// emptyLeast is the least time between two requests that bring nothing.
	emptyLeast = 300 * time.Millisecond
	// repeatsMost is how often the same updates may come before the server counts as
	// one that ignores confirmations.
	repeatsMost = 3
)

// errPoller means that Telegram answers 409 to getUpdates.
var errPoller = errors.New("another program receives for this bot (409); stop it, or let @BotFather make a new token (/revoke) and put it into the file of token_file")

// poll asks for updates, puts them, and only then confirms them.
//
// An update is confirmed by the offset of the next request, and from then on no
// offset is sent until there is something else to confirm. So nothing depends
// on ids that grow: after an idle week they may begin lower, and an old offset
// would throw the new updates away. For the same reason no cursor is kept. A
// confirmation that was lost brings the same updates again, and the same keys.
func (b *bot) poll(ctx context.Context, in leads.Inbox) error {
	if err := b.noWebhook(ctx); err != nil {
		return err
	}
	confirm, repeats := int64(0), 0
	var before []byte
	for ctx.Err() == nil {
		asked := time.Now()
		page, err := b.updates(ctx, confirm)
		if wait := waitOf(err); wait > 0 {
			b.env.Report.Health(err)
			if !sleep(ctx, wait) {
				return nil
			}
			continue
		}
		if statusOf(err) == http.StatusConflict {
			return errPoller
		}
		if err != nil {
			return err
		}
		b.env.Report.Health(nil)
		if confirm = 0; len(page) == 0 {
			sleep(ctx, emptyLeast-time.Since(asked)) // a server that does not hold requests is not hammered
			continue
		}
		last, err := b.take(ctx, in, page)
		if err != nil {
			return err // nothing is confirmed: the next Run gets the same page
		}
		confirm = last + 1
		if all := bytes.Join(page, nil); bytes.Equal(all, before) {
			if repeats++; repeats == repeatsMost {
				return errors.New("Telegram's server sends the same updates again and again; if it is your own (api_url), restart it") //nolint:staticcheck,revive // a name
			}
		} else {
			before, repeats = all, 0
		}
	}
	return nil
}

// noWebhook deletes the webhook, so that updates wait for getUpdates; waiting ones
// are kept.
func (b *bot) noWebhook(ctx context.Context) error {
	return b.call(ctx, callLimit, "deleteWebhook", tgbotapi.Params{"drop_pending_updates": "false"}, nil)
}

// updates returns the waiting updates, each as it was sent.
func (b *bot) updates(ctx context.Context, confirm int64) ([][]byte, error) {
	params := tgbotapi.Params{"timeout": strconv.Itoa(pollSeconds), "limit": strconv.Itoa(pageMost), "allowed_updates": wanted}
	if confirm > 0 {
		params["offset"] = strconv.FormatInt(confirm, 10)
	}
	var raw []json.RawMessage
	if err := b.call(ctx, pollLimit, "getUpdates", params, &raw); err != nil {
		return nil, err
	}
	page := make([][]byte, len(raw))
	for i, r := range raw {
		page[i] = r
	}
	return page, nil
}

// take stores a page of updates in order and returns the greatest id in it.
// Messages that follow each other share a transaction.
func (b *bot) take(ctx context.Context, in leads.Inbox, page [][]byte) (last int64, err error) {
	budget := time.Now().Add(filesLimit)
	var touches []leads.Touch
	var after []func(context.Context)
	flush := func() error {
		if len(touches) > 0 {
			if err := in.Put(ctx, "", touches...); err != nil {
				return err
			}
		}
		for _, do := range after {
			do(ctx)
		}
		touches, after = nil, nil
		return nil
	}
	for _, raw := range page {
		u := b.read(raw)
		last = max(last, u.id)
		if err := b.handleStaff(ctx, &u); err != nil {
			return 0, err
		}
		if u.touch == nil {
			continue
		}
		if len(u.files) > 0 {
			if err := flush(); err != nil { // texts do not wait for files
				return 0, err
			}
			if err := b.fetch(ctx, &u, budget); err != nil {
				return 0, err
			}
		}
		touches = append(touches, *u.touch)
		if u.begins {
			after = append(after, func(ctx context.Context) { b.greet(ctx, u.chat, u.lang) })
		}
	}
	return last, flush()
}

// waitOf returns the time of Telegram's retry_after.
func waitOf(err error) time.Duration {
	var f *failure
	if errors.As(err, &f) {
		return f.wait
	}
	return 0
}

// sleep waits and reports whether ctx lasted.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
