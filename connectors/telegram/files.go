package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"ctihub/connectors/vendors/media"
)

const (
	fileMost   = 20 << 20         // bytes that a bot may fetch (Bot API, getFile)
	fileLimit  = 60 * time.Second // of fetching one
	filesLimit = 3 * time.Minute  // of fetching those of a page of updates; the others are noted only
	fetchTries = 2
)

// errLarge says that a file is larger than fileMost.
var errLarge = errors.New("larger than a bot may fetch")

// fetch stores the files of a touch. One that cannot be fetched is noted in the text;
// its id stays in Raw. An error means that the hub could not store one: then nothing
// must be put.
func (b *bot) fetch(ctx context.Context, u *update, until time.Time) error {
	for n, f := range u.files {
		err := b.keep(ctx, u, n, f, until)
		switch {
		case err == nil:
			continue
		case errors.Is(err, media.ErrNotKept), ctx.Err() != nil:
			return err
		}
		note := words[b.Lang].noFile
		if errors.Is(err, errLarge) || media.TooLarge(err) {
			note = words[b.Lang].tooLarge
		}
		b.env.Log.Warn("a file of a message is left with Telegram", "error", err)
		u.touch.Text += "\n[" + fmt.Sprintf(note, f.name) + "]"
	}
	return nil
}

func (b *bot) keep(ctx context.Context, u *update, n int, f file, until time.Time) (err error) {
	if b.env.Files == nil {
		return errors.New("the hub keeps no files")
	}
	if f.size > fileMost {
		return errLarge
	}
	for range fetchTries {
		if !time.Now().Before(until) || ctx.Err() != nil {
			return errors.New("there is no time left for it")
		}
		err = b.keepOnce(ctx, u, n, f)
		if err == nil || errors.Is(err, media.ErrNotKept) || errors.Is(err, errLarge) || media.Final(err) || statusOf(err) == http.StatusBadRequest {
			return err
		}
		if wait := waitOf(err); wait > 0 && (wait > fileLimit || !sleep(ctx, wait)) {
			return err
		}
	}
	return err
}

func (b *bot) keepOnce(ctx context.Context, u *update, n int, f file) error {
	ctx, cancel := context.WithTimeout(ctx, fileLimit)
	defer cancel()
	var at tgbotapi.File
	if err := b.call(ctx, callLimit, "getFile", tgbotapi.Params{"file_id": f.id}, &at); err != nil {
		if strings.Contains(err.Error(), "too big") {
			return errLarge
		}
		return err
	}
	address, err := b.fileURL(at.FilePath)
	if err != nil {
		return err
	}
	name := f.name
	if path.Ext(name) == "" {
		name += path.Ext(at.FilePath)
	}
	kept, err := b.vendor().Keep(ctx, b.env.Files, u.touch.ExternalID, n, name, b.vendor().At(address, nil))
	if err != nil {
		return err
	}
	u.touch.Attachments = append(u.touch.Attachments, kept)
	return nil
}

// vendor is the server of the Bot API, which serves the files too.
func (a *api) vendor() media.Vendor {
	v := media.Vendor{Name: "Telegram", HTTP: a.http, Most: fileMost}
	v.API, _ = url.Parse(a.url) // checked by newAPI
	return v
}

// fileURL returns the address of a file by its file_path.
func (a *api) fileURL(at string) (string, error) {
	if strings.HasPrefix(at, "/") {
		return "", errors.New("the Bot API server runs with --local and gives no files over HTTP; run it without")
	}
	parts := strings.Split(at, "/")
	for i, p := range parts {
		if p == "" || p == "." || p == ".." {
			return "", errors.New("Telegram names no usable path of the file") //nolint:staticcheck,revive // a name
		}
		parts[i] = url.PathEscape(p)
	}
	return a.url + "/file/bot" + a.token + "/" + strings.Join(parts, "/"), nil
}
