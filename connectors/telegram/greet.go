package telegram

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// greet sends the greeting to a person who began the chat, once per chat on this
// hub. A failure is logged and not retried.
func (b *bot) greet(ctx context.Context, chat int64, lang string) {
	text := b.Greeting[lang]
	if text == "" {
		lang = b.Lang
		text = b.Greeting[lang]
	}
	if text == "" {
		return
	}
	first, err := b.greeted.mark(b.id + ":" + strconv.FormatInt(chat, 10))
	if err != nil {
		b.env.Log.Warn("no greeting is sent, because the list of greeted chats cannot be written", "error", err)
	}
	if !first {
		return
	}
	params := tgbotapi.Params{"chat_id": strconv.FormatInt(chat, 10), "text": text}
	if b.AskPhone {
		params["reply_markup"] = asJSON(tgbotapi.ReplyKeyboardMarkup{
			Keyboard:       [][]tgbotapi.KeyboardButton{{{Text: words[lang].sharePhone, RequestContact: true}}},
			ResizeKeyboard: true, OneTimeKeyboard: true,
		})
	}
	if err := b.call(ctx, callLimit, "sendMessage", params, nil); err != nil {
		b.env.Log.Warn("a greeting was not sent", "error", err)
	}
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(text)
}

// greetedChats keeps hashes of the chats that were greeted in a file.
type greetedChats struct {
	file string

	mu   sync.Mutex
	seen map[string]bool // nil: not read yet
}

// mark adds a chat and reports whether it is a new one.
func (g *greetedChats) mark(chat string) (first bool, err error) {
	sum := sha256.Sum256([]byte(chat))
	id := hex.EncodeToString(sum[:8])
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.read(); err != nil || g.seen[id] {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(g.file), 0o700); err != nil {
		return false, err
	}
	f, err := os.OpenFile(g.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(id + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	g.seen[id] = true
	return true, nil
}

func (g *greetedChats) read() error {
	if g.seen != nil {
		return nil
	}
	f, err := os.Open(g.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	seen := map[string]bool{}
	if err == nil {
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			seen[lines.Text()] = true
		}
		if err := lines.Err(); err != nil {
			return err
		}
	}
	g.seen = seen
	return nil
}
