package vktest

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// failure is an error of a method.
type failure struct {
	code int
	text string
}

func (s *Server) method(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		refuse(w, 8, "Invalid request: POST a form")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		refuse(w, 8, "Invalid request")
		return
	}
	p := r.PostForm
	if r.Header.Get("Authorization") != "Bearer "+Token || p.Get("access_token") != "" {
		refuse(w, 5, "User authorization failed: invalid access_token (4).")
		return
	}
	if p.Get("v") != "5.199" {
		refuse(w, 8, "Invalid request: v (version) is required")
		return
	}
	var f Fault
	var struck bool
	s.mu.Change(func() {
		s.calls[name]++
		f, struck = s.fault(name)
	})
	if struck && !f.After {
		answerFault(w, f)
		return
	}
	var response any
	var failed *failure
	s.mu.Change(func() { response, failed = s.work(name, p) })
	switch {
	case struck:
		answerFault(w, f)
	case failed != nil:
		refuse(w, failed.code, failed.text)
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(map[string]any{"response": response})
	}
}

func (s *Server) work(name string, p url.Values) (any, *failure) {
	if g := p.Get("group_id"); g != "" && g != strconv.Itoa(GroupID) {
		return nil, &failure{100, "One of the parameters specified was missing or invalid: group_id is incorrect"}
	}
	switch name {
	case "groups.getLongPollServer":
		if s.disabled || p.Get("group_id") == "" {
			return nil, &failure{100, "longpoll for this group is not enabled"}
		}
		return map[string]any{"key": s.keyText(), "server": s.URL + "/lp", "ts": strconv.Itoa(s.base + len(s.events))}, nil
	case "groups.getLongPollSettings":
		return map[string]any{"is_enabled": !s.disabled, "api_version": "5.199", "events": map[string]int{"message_new": 1, "message_reply": 1}}, nil
	case "users.get":
		id, err := strconv.ParseInt(p.Get("user_ids"), 10, 64)
		if err != nil {
			return nil, &failure{113, "Invalid user id"}
		}
		return []any{map[string]any{"id": id, "first_name": s.names[id], "last_name": ""}}, nil
	case "messages.send":
		return s.send(p)
	case "messages.getHistory":
		return s.history(p)
	case "messages.getConversations":
		return s.conversations(p)
	case "messages.getById":
		for _, all := range s.peers {
			for _, m := range all {
				if fmt.Sprint(m["id"]) == p.Get("message_ids") {
					return map[string]any{"count": 1, "items": []any{m}}, nil
				}
			}
		}
		return map[string]any{"count": 0, "items": []any{}}, nil
	case "photos.getMessagesUploadServer", "docs.getMessagesUploadServer":
		if p.Get("peer_id") == "" {
			return nil, &failure{100, "peer_id is required"}
		}
		kind, _, _ := strings.Cut(name, ".")
		return map[string]any{"upload_url": s.URL + "/upload/" + kind}, nil
	case "photos.saveMessagesPhoto":
		return s.save("photo", p.Get("photo"), p.Get("server") == "1" && p.Get("hash") == "h")
	case "docs.save":
		saved, failed := s.save("doc", p.Get("file"), true)
		if failed != nil {
			return nil, failed
		}
		return map[string]any{"type": "doc", "doc": saved.([]any)[0]}, nil
	}
	return nil, &failure{3, "Unknown method passed"}
}

func (s *Server) save(kind, token string, right bool) (any, *failure) {
	content, ok := s.uploads["token:"+token]
	if !ok || !right {
		return nil, &failure{105, "Couldn't save file"}
	}
	s.lastID++
	s.uploads[fmt.Sprintf("%s-%d_%d_ak", kind, GroupID, s.lastID)] = content
	return []any{map[string]any{"id": s.lastID, "owner_id": -GroupID, "access_key": "ak"}}, nil
}

// upload takes a file as VK's upload servers do.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	field := map[string]string{"photos": "photo", "docs": "file"}[r.PathValue("kind")]
	s.mu.Lock()
	f, struck := s.fault("upload")
	s.mu.Unlock()
	if struck {
		answerFault(w, f)
		return
	}
	if r.ContentLength < 0 || r.Header.Get("Authorization") != "" {
		http.Error(w, "length required", http.StatusLengthRequired)
		return
	}
	file, head, err := r.FormFile(field)
	if err != nil {
		http.Error(w, "no field "+field, http.StatusBadRequest)
		return
	}
	content, _ := io.ReadAll(file)
	if field == "file" && strings.HasSuffix(head.Filename, ".exe") {
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "wrong_file_type"})
		return
	}
	token := fmt.Sprintf("%x", hash(content))
	s.mu.Change(func() { s.uploads["token:"+token] = content })
	answer := map[string]any{"file": token}
	if field == "photo" {
		answer = map[string]any{"server": 1, "photo": token, "hash": "h"}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) send(p url.Values) (any, *failure) {
	random, err := strconv.ParseInt(p.Get("random_id"), 10, 64)
	if err != nil || random == 0 || random > math.MaxInt32 || random < math.MinInt32 {
		return nil, &failure{100, "random_id is required"}
	}
	peer, err := strconv.ParseInt(p.Get("peer_ids"), 10, 64)
	if err != nil {
		return nil, &failure{100, "peer_ids is required"}
	}
	text, attached := p.Get("message"), p.Get("attachment")
	if text == "" && attached == "" {
		return nil, &failure{100, "message is empty"}
	}
	if utf8.RuneCountInString(text) > 4096 {
		return nil, &failure{914, "Message is too long"}
	}
	if attached != "" {
		all := strings.Split(attached, ",")
		if len(all) > 10 {
			return nil, &failure{100, "too many attachments"}
		}
		for _, a := range all {
			if _, ok := s.uploads[a]; !ok {
				return nil, &failure{100, "attachment is not found"}
			}
		}
	}
	code := s.denied[peer]
	if len(s.peers[peer]) == 0 && code == 0 {
		code = 901 // only users who wrote before can be written to
	}
	if code != 0 {
		return []any{map[string]any{"peer_id": peer, "message_id": 0, "error": map[string]any{"code": code, "description": "Can't send messages"}}}, nil
	}
	for _, m := range s.peers[peer] {
		if m["random_id"] == random {
			return s.delivered(m), nil
		}
	}
	m := Message{"from_id": -GroupID, "out": 1, "random_id": random, "text": text, "payload": p.Get("payload"), "attachment": attached}
	s.write(peer, m)
	// A message of the community comes back as an event, at once.
	s.events = append(s.events, Event("message_reply", m))
	return s.delivered(m), nil
}

func (s *Server) delivered(m Message) any {
	if s.numbers {
		return m["id"]
	}
	return []any{map[string]any{"peer_id": m["peer_id"], "message_id": m["id"], "conversation_message_id": m["conversation_message_id"]}}
}

// Sent returns the texts that the community sent to a person.
func (s *Server) Sent(peer int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.peers[peer]), func(m Message) bool { return m["out"] != 1 })
}

func page[T any](p url.Values, all []T) ([]T, *failure) {
	count, err := strconv.Atoi(p.Get("count"))
	if err != nil || count < 1 || count > 200 {
		return nil, &failure{100, "count should be from 1 to 200"}
	}
	offset, _ := strconv.Atoi(p.Get("offset"))
	if offset > len(all) {
		offset = len(all)
	}
	return all[offset:min(len(all), offset+count)], nil
}

func (s *Server) history(p url.Values) (any, *failure) {
	peer, err := strconv.ParseInt(p.Get("peer_id"), 10, 64)
	if err != nil {
		return nil, &failure{100, "peer_id is required"}
	}
	all := slices.Clone(s.peers[peer])
	slices.Reverse(all)
	items, failed := page(p, all)
	return map[string]any{"count": len(all), "items": items}, failed
}

func (s *Server) conversations(p url.Values) (any, *failure) {
	var all []Message
	for _, messages := range s.peers {
		if len(messages) > 0 {
			all = append(all, messages[len(messages)-1])
		}
	}
	slices.SortFunc(all, func(a, b Message) int { return int(b["date"].(int64) - a["date"].(int64)) })
	items, failed := page(p, all)
	list := []any{}
	for _, m := range items {
		list = append(list, map[string]any{"conversation": map[string]any{"peer": map[string]any{"id": m["peer_id"], "type": "user"}}, "last_message": m})
	}
	return map[string]any{"count": len(all), "items": list}, failed
}
