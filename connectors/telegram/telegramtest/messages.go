package telegramtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
)

// call is one request to a method.
type call struct {
	s       *Server
	r       *http.Request
	method  string
	form    map[string]string
	file    string // name of the uploaded file
	content []byte
	field   string // form field of the file

	result  any
	raw     []byte // the answer in place of result
	status  int    // of a refusal
	refusal string
}

func (c *call) fail(status int, text string) { c.status, c.refusal = status, text }

// parse reads the parameters, as a form or as multipart.
func (c *call) parse() error {
	c.form = map[string]string{}
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := c.r.ParseForm(); err != nil {
			return err
		}
		for k := range c.r.PostForm {
			c.form[k] = c.r.PostForm.Get(k)
		}
		return nil
	}
	parts, err := c.r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // as the reader says it
			return nil
		}
		if err != nil {
			return err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return err
		}
		if p.FileName() != "" {
			c.file, c.content, c.field = p.FileName(), b, p.FormName()
		} else {
			c.form[p.FormName()] = string(b)
		}
	}
}

func (c *call) number(name string, otherwise int64) int64 {
	if c.form[name] == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(c.form[name], 10, 64)
	if err != nil {
		c.s.t.Errorf("telegramtest: %s: %s=%q is not a number", c.method, name, c.form[name])
	}
	return n
}

func (s *Server) sendMessage(c *call) {
	text := c.form["text"]
	switch n := len(utf16.Encode([]rune(text))); {
	case strings.TrimSpace(text) == "":
		c.fail(http.StatusBadRequest, "Bad Request: message text is empty")
	case n > 4096:
		c.fail(http.StatusBadRequest, "Bad Request: message is too long")
	default:
		s.send(c, Sent{Text: text})
	}
}

func (s *Server) sendDocument(c *call) {
	if c.field != "document" || len(c.content) == 0 {
		c.fail(http.StatusBadRequest, "Bad Request: there is no document in the request")
		return
	}
	if len(c.content) > 50<<20 {
		c.fail(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	s.send(c, Sent{Text: c.form["caption"], File: c.file, Content: c.content})
}

// sendPhoto accepts files that begin like a picture.
func (s *Server) sendPhoto(c *call) {
	switch {
	case c.field != "photo" || len(c.content) == 0:
		c.fail(http.StatusBadRequest, "Bad Request: there is no photo in the request")
	case len(c.content) > 10<<20:
		c.fail(http.StatusBadRequest, "Bad Request: file is too big")
	case !strings.HasPrefix(http.DetectContentType(c.content), "image/"):
		c.fail(http.StatusBadRequest, "Bad Request: IMAGE_PROCESS_FAILED")
	default:
		s.send(c, Sent{Text: c.form["caption"], File: c.file, Content: c.content})
	}
}

// send records a message to a private chat.
func (s *Server) send(c *call, m Sent) {
	chat := c.number("chat_id", 0)
	var reply struct {
		MessageID int `json:"message_id"`
	}
	if p := c.form["reply_parameters"]; p != "" && json.Unmarshal([]byte(p), &reply) != nil {
		c.fail(http.StatusBadRequest, "Bad Request: can't parse reply parameters JSON object")
		return
	}
	if err := checkMarkup(c.form["reply_markup"]); err != nil {
		c.fail(http.StatusBadRequest, "Bad Request: "+err.Error())
		return
	}
	s.mu.Change(func() {
		began, known := s.people[chat]
		switch {
		case !known:
			c.fail(http.StatusBadRequest, "Bad Request: chat not found")
		case !began:
			c.fail(http.StatusForbidden, "Forbidden: bot was blocked by the user")
		default:
			s.nextMsg++
			m.Method, m.Chat, m.MessageID, m.ReplyTo, m.Markup = c.method, chat, s.nextMsg, reply.MessageID, c.form["reply_markup"]
			s.sent = append(s.sent, m)
			c.result = map[string]any{"message_id": m.MessageID, "date": s.now().Unix(), "chat": map[string]any{"id": chat, "type": "private"}, "text": m.Text}
		}
	})
}

// checkMarkup checks buttons as Telegram does.
func checkMarkup(markup string) error {
	if markup == "" {
		return nil
	}
	var m struct {
		Inline [][]struct {
			Text string  `json:"text"`
			URL  *string `json:"url"`
			Data *string `json:"callback_data"`
		} `json:"inline_keyboard"`
		Keyboard [][]struct {
			Text string `json:"text"`
		} `json:"keyboard"`
	}
	if err := json.Unmarshal([]byte(markup), &m); err != nil {
		return fmt.Errorf("can't parse reply keyboard markup JSON object")
	}
	for _, row := range m.Inline {
		for _, b := range row {
			switch {
			case b.Text == "", (b.URL == nil) == (b.Data == nil):
				return fmt.Errorf("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
			case b.Data != nil && (len(*b.Data) < 1 || len(*b.Data) > 64):
				return fmt.Errorf("BUTTON_DATA_INVALID")
			case b.URL != nil && (!strings.HasPrefix(*b.URL, "http") || strings.Contains(*b.URL, "//localhost") || strings.Contains(*b.URL, "//127.")):
				return fmt.Errorf("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", *b.URL)
			}
		}
	}
	return nil
}

func (s *Server) answerCallbackQuery(c *call) {
	id := c.form["callback_query_id"]
	if len([]rune(c.form["text"])) > 200 {
		c.fail(http.StatusBadRequest, "Bad Request: MESSAGE_TOO_LONG")
		return
	}
	s.mu.Change(func() {
		if !s.presses[id] {
			c.fail(http.StatusBadRequest, "Bad Request: query is too old and response timeout expired or query ID is invalid")
			return
		}
		delete(s.presses, id)
		s.answers = append(s.answers, Answer{id, c.form["text"]})
		c.result = true
	})
}

func (s *Server) editMarkup(c *call) {
	chat, id := c.number("chat_id", 0), int(c.number("message_id", 0))
	if err := checkMarkup(c.form["reply_markup"]); err != nil {
		c.fail(http.StatusBadRequest, "Bad Request: "+err.Error())
		return
	}
	s.mu.Change(func() {
		for i, m := range s.sent {
			if m.Chat == chat && m.MessageID == id {
				s.sent[i].Markup, c.result = c.form["reply_markup"], true
				return
			}
		}
		c.fail(http.StatusBadRequest, "Bad Request: message to edit not found")
	})
}

// File stores a file at Telegram and returns its id. A size other than 0 is reported in place of
// the real one.
func (s *Server) File(path string, content []byte, size int64) string {
	id := "AgAD" + strconv.Itoa(len(path)) + strings.NewReplacer("/", "_", ".", "_").Replace(path)
	if size == 0 {
		size = int64(len(content))
	}
	s.mu.Change(func() { s.files[id] = stored{path, content, size} })
	return id
}

func (s *Server) getFile(c *call) {
	s.mu.Lock()
	f, ok := s.files[c.form["file_id"]]
	s.mu.Unlock()
	switch {
	case !ok:
		c.fail(http.StatusBadRequest, "Bad Request: wrong file_id or the file is temporarily unavailable")
	case f.size > 20<<20:
		c.fail(http.StatusBadRequest, "Bad Request: file is too big")
	default:
		c.result = map[string]any{"file_id": c.form["file_id"], "file_unique_id": "u" + c.form["file_id"], "file_size": f.size, "file_path": f.path}
	}
}

func (s *Server) serveFile(w http.ResponseWriter, rest string) {
	token, path, _ := strings.Cut(rest, "/")
	fault := s.faultOf("file")
	var content []byte
	s.mu.Change(func() {
		for _, f := range s.files {
			if f.path == path {
				content = f.content
			}
		}
	})
	switch {
	case token != s.Token:
		refuse(w, http.StatusUnauthorized, "Unauthorized", 0)
	case fault.Drop:
		panic(http.ErrAbortHandler)
	case fault.DropAfter:
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content[:len(content)/2])
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		refuse(w, fault.Status, "Internal Server Error", 0)
	case content == nil:
		refuse(w, http.StatusNotFound, "Not Found", 0)
	default:
		_, _ = w.Write(content)
	}
}
