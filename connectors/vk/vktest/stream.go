package vktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

func (s *Server) longPoll(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	wait, err := strconv.Atoi(q.Get("wait"))
	if r.Method != http.MethodGet || q.Get("act") != "a_check" || err != nil || wait < 1 || wait > 90 {
		http.Error(w, "bad poll", http.StatusBadRequest)
		return
	}
	ts, err := strconv.Atoi(q.Get("ts"))
	s.mu.Change(func() { s.polls++ })
	for {
		s.mu.Lock()
		changed := s.mu.Changed()
		var answer []byte
		f, struck := s.fault("lp")
		switch {
		case struck:
			s.mu.Unlock()
			answerFault(w, f)
			return
		case len(s.raw) > 0:
			answer, s.raw = s.raw[0], s.raw[1:]
			defer s.mu.Change(func() {})
		case q.Get("key") != s.keyText():
			answer = []byte(`{"failed":2}`)
			n, _ := strconv.Atoi(strings.TrimPrefix(q.Get("key"), "key"))
			if err != nil || n < s.first || ts > s.base+len(s.events) {
				answer = []byte(`{"failed":3}`)
			}
		case err != nil || ts > s.base+len(s.events):
			answer = []byte(`{"failed":3}`)
		case ts < s.base:
			answer = fmt.Appendf(nil, `{"failed":1,"ts":%d}`, s.base+len(s.events))
		default:
			if ts > s.asked {
				s.asked = ts
				s.mu.Notify()
				changed = s.mu.Changed()
			}
			if news := s.events[ts-s.base:]; len(news) > 0 {
				b, _ := json.Marshal(map[string]any{"ts": strconv.Itoa(s.base + len(s.events)), "updates": news})
				answer = b
			}
		}
		s.mu.Unlock()
		if answer != nil {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(answer)
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
	}
}

func (s *Server) keyText() string { return fmt.Sprintf("key%d", s.key) }

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, struck := s.fault("file")
	b, ok := s.files[r.PathValue("name")]
	s.mu.Unlock()
	if struck {
		answerFault(w, f)
		return
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Header.Get("Authorization") != "" {
		http.Error(w, "the token is not for storages", http.StatusBadRequest)
		return
	}
	_, _ = w.Write(b)
}
