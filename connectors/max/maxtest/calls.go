package maxtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

func (s *Server) list(*http.Request, []byte) (any, *Fault) {
	all := []any{}
	for address := range s.hooks {
		all = append(all, map[string]any{"url": address, "time": 1})
	}
	return map[string]any{"subscriptions": all}, nil
}

var secret = regexp.MustCompile(`^[\w-]{5,256}$`)

func (s *Server) subscribe(_ *http.Request, body []byte) (any, *Fault) {
	var request map[string]any
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, &Fault{Status: http.StatusBadRequest, Code: "proto.payload"}
	}
	address, _ := request["url"].(string)
	given, has := request["secret"].(string)
	if !strings.HasPrefix(address, "https://") || has && !secret.MatchString(given) {
		return map[string]any{"success": false, "message": "the url must be https"}, nil
	}
	s.hooks[address] = request
	return map[string]any{"success": true}, nil
}

func (s *Server) unsubscribe(r *http.Request, _ []byte) (any, *Fault) {
	address := r.URL.Query().Get("url")
	if _, ok := s.hooks[address]; !ok {
		return map[string]any{"success": false, "message": "no such subscription"}, nil
	}
	delete(s.hooks, address)
	return map[string]any{"success": true}, nil
}

func (s *Server) message(r *http.Request, body []byte) (any, *Fault) {
	bad := &Fault{Status: http.StatusBadRequest, Code: "proto.payload"}
	user, err := strconv.ParseInt(r.URL.Query().Get("user_id"), 10, 64)
	var m struct {
		Text        string            `json:"text"`
		Attachments []json.RawMessage `json:"attachments"`
	}
	if err != nil || json.Unmarshal(body, &m) != nil || utf8.RuneCountInString(m.Text) > 4000 || m.Text == "" && len(m.Attachments) == 0 {
		return nil, bad
	}
	code, ok := s.people[user]
	if !ok {
		return nil, &Fault{Status: http.StatusNotFound, Code: "chat.not.found"}
	}
	if code != "" {
		return nil, &Fault{Status: http.StatusForbidden, Code: code}
	}
	for _, raw := range m.Attachments {
		var a struct {
			Type    string `json:"type"`
			Payload struct {
				Token  string `json:"token"`
				Photos map[string]struct {
					Token string `json:"token"`
				} `json:"photos"`
			} `json:"payload"`
		}
		if json.Unmarshal(raw, &a) != nil || a.Type == "file" && len(m.Attachments) > 1 || a.Type == "image" && len(a.Payload.Photos) != 1 {
			return nil, bad
		}
		tokens := []string{a.Payload.Token}
		for _, p := range a.Payload.Photos {
			tokens = []string{p.Token}
		}
		if _, ok := s.uploads[tokens[0]]; !ok {
			return nil, bad
		}
	}
	if len(m.Attachments) > 0 && s.unready > 0 {
		s.unready--
		return nil, &Fault{Status: http.StatusBadRequest, Code: "attachment.not.ready"}
	}
	mid := fmt.Sprintf("mid.out%d", len(s.sent)+1)
	s.sent = append(s.sent, Sent{UserID: user, MID: mid, Text: m.Text, Attachments: m.Attachments})
	return map[string]any{"message": map[string]any{"recipient": map[string]any{"user_id": user, "chat_type": "dialog"}, "timestamp": 1_790_000_000_000, "body": map[string]any{"mid": mid, "seq": 1, "text": m.Text}}}, nil
}

func (s *Server) endpoint(r *http.Request, _ []byte) (any, *Fault) {
	kind := r.URL.Query().Get("type")
	if kind != "image" && kind != "file" && kind != "video" && kind != "audio" {
		return nil, &Fault{Status: http.StatusBadRequest, Code: "proto.payload"}
	}
	return map[string]any{"url": s.URL + "/storage/" + kind}, nil
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.fault("upload")
	s.mu.Unlock()
	if f != nil {
		answerFault(w, *f)
		return
	}
	file, _, err := r.FormFile("data")
	if err != nil || r.Header.Get("Authorization") != "" || r.ContentLength < 0 {
		http.Error(w, "no data", http.StatusBadRequest)
		return
	}
	content, _ := io.ReadAll(file)
	var token string
	s.mu.Change(func() {
		token = fmt.Sprintf("token%d", len(s.uploads)+1)
		s.uploads[token] = content
	})
	answer := map[string]any{"fileId": 1, "token": token}
	if r.PathValue("kind") == "image" {
		answer = map[string]any{"photos": map[string]any{"id==": map[string]string{"token": token}}}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	b, ok := s.files[r.PathValue("name")]
	s.mu.Unlock()
	if !ok || r.Header.Get("Authorization") != "" {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(b)
}
