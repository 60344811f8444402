package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	fileMost   = 20 << 20         // bytes that a bot may fetch (Bot API, getFile)
	fileLimit  = 60 * time.Second // of fetching one
	filesLimit = 3 * time.Minute  // of fetching those of a page of updates; the others are noted only
	fetchTries = 2
)

// errLarge says that a file is larger than fileMost.
var errLarge = errors.New("larger than a bot may fetch")

// storeError is trouble of the hub's own storage: the touch waits.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// fetch brings the files of a touch into the hub. One that cannot be had is
// noted in the text; its id stays in Raw. An error means that the hub could
// not keep one: nothing must be put then.
func (b *bot) fetch(ctx context.Context, u *update, until time.Time) error {
	for n, f := range u.files {
		err := b.keep(ctx, u, n, f, until)
		var own storeError
		switch {
		case err == nil:
			continue
		case errors.As(err, &own), ctx.Err() != nil:
			return err
		}
		note := words[b.Lang].noFile
		if errors.Is(err, errLarge) {
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
		if err = b.keepOnce(ctx, u, n, f); err == nil {
			return nil
		}
		var own storeError
		if errors.As(err, &own) || errors.Is(err, errLarge) || statusOf(err) == http.StatusBadRequest {
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
	body, err := b.download(ctx, at.FilePath)
	if err != nil {
		return err
	}
	defer body.Close()
	content := &bounded{from: io.LimitReader(body, fileMost+1)}
	name := f.name
	if path.Ext(name) == "" {
		name += path.Ext(at.FilePath)
	}
	kept, err := b.env.Files.Keep(ctx, u.touch.ExternalID, n, name, content)
	switch {
	case content.err != nil:
		return content.err
	case err != nil:
		return storeError{fmt.Errorf("keeping a file: %w", err)}
	}
	u.touch.Attachments = append(u.touch.Attachments, kept)
	return nil
}

// download opens a file at the server that the bot talks to.
func (a *api) download(ctx context.Context, at string) (io.ReadCloser, error) {
	if strings.HasPrefix(at, "/") {
		return nil, errors.New("the Bot API server runs with --local and gives no files over HTTP; run it without")
	}
	parts := strings.Split(at, "/")
	for i, p := range parts {
		if p == "" || p == "." || p == ".." {
			return nil, errors.New("Telegram names no usable path of the file") //nolint:staticcheck,revive // a name
		}
		parts[i] = url.PathEscape(p)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/file/bot"+a.token+"/"+strings.Join(parts, "/"), nil)
	if err != nil {
		return nil, errors.New("the file's address cannot be used")
	}
	res, err := a.http.Do(req)
	if err != nil {
		return nil, plain(err)
	}
	if res.StatusCode != http.StatusOK {
		_ = res.Body.Close()
		return nil, fmt.Errorf("Telegram answered %d to the download", res.StatusCode) //nolint:staticcheck,revive // a name
	}
	return res.Body, nil
}

// bounded tells trouble of reading apart from trouble of storing.
type bounded struct {
	from io.Reader
	had  int64
	err  error
}

func (r *bounded) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if r.had += int64(n); r.had > fileMost {
		n, err = 0, errLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = plain(err)
	}
	return n, err
}
