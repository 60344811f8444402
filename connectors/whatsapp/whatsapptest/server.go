// Package whatsapptest is a strict fake of Meta's Cloud API: it checks
// tokens, required fields, types and limits, answers with Meta's own errors,
// and signs its webhooks.
package whatsapptest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"ctihub/connectors/connectortest"
)

// The business's account at Meta.
const (
	PhoneNumberID = "106540352242922"
	Number        = "74951234567"      // of the business
	Token         = "EAAJtoken-canary" //nolint:gosec // of a fake
	AppSecret     = "app-secret-canary"
	VerifyToken   = "verify-canary"
	Template      = "answer_later" // approved, in Russian, with one parameter
	Version       = "v24.0"
)

// Server is one business at Meta.
type Server struct {
	connectortest.RequestLog
	http *httptest.Server

	mu     sync.Mutex
	media  map[string]blob
	sent   []Sent
	faults []Fault
	next   int
}

type blob struct {
	kind    string
	content []byte
}

// Sent is a message that the server accepted.
type Sent struct {
	ID      string
	Body    map[string]any
	Content []byte // of its file
}

// Fault is the failure of a request.
type Fault struct {
	Path   string // a part of the request's path; empty: any
	Status int    // 0: the connection breaks without an answer
	Code   int    // Meta's; 0: an answer that is not the API's, as of a proxy
	After  bool   // the message is accepted nevertheless
	Header http.Header
}

// Start starts a server that ends with t.
func Start(t testing.TB) *Server {
	s := &Server{media: map[string]blob{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		s.Hang(false)
		s.Close()
	})
	return s
}

// Close ends the server: connections are refused.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL is the address of the API.
func (s *Server) URL() string { return s.http.URL }

// Settings are those of a source of this business, in YAML.
func (s *Server) Settings() string {
	return fmt.Sprintf("phone_number_id: %q\naccess_token: %s\napp_secret: %s\nverify_token: %s\napi_url: %s\n",
		PhoneNumberID, Token, AppSecret, VerifyToken, s.http.URL)
}

// Fail makes the next requests fail, in this order.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Media adds a file that a customer has sent.
func (s *Server) Media(id, kind string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.media[id] = blob{kind, content}
}

// Sent returns the accepted messages, in order.
func (s *Server) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Sent(nil), s.sent...)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 128<<20))
	if err != nil {
		return
	}
	if !s.Add(r.Context(), r.Method+" "+r.URL.Path) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !strings.Contains(r.URL.Path, f.Path) {
			continue
		}
		s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		if f.After {
			s.route(httptest.NewRecorder(), r, body)
		}
		f.answer(w)
		return
	}
	s.route(w, r, body)
}

func (f Fault) answer(w http.ResponseWriter) {
	if f.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	if f.Code == 0 {
		http.Error(w, "<html>bad gateway", f.Status)
		return
	}
	refuse(w, f.Status, f.Code, "as the test wants it")
}

func refuse(w http.ResponseWriter, status, code int, why string) {
	answer(w, status, M{"error": M{
		"message": fmt.Sprintf("(#%d) %s", code, why), "type": "OAuthException", "code": code,
		"error_data": M{"messaging_product": "whatsapp", "details": why}, "fbtrace_id": "Az8or2yhqkZfEZ",
	}})
}

func answer(w http.ResponseWriter, status int, body M) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// route answers a request without a fault. The caller holds s.mu.
func (s *Server) route(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Header.Get("Authorization") != "Bearer "+Token {
		refuse(w, http.StatusUnauthorized, 190, "Error validating access token")
		return
	}
	if id, ok := strings.CutPrefix(r.URL.Path, "/whatsapp_business/attachments/"); ok && r.Method == http.MethodGet {
		m, ok := s.media[id]
		if !ok || r.URL.Query().Get("hash") != "h" {
			http.Error(w, "URL signature expired", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", m.kind)
		_, _ = w.Write(m.content)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/"+Version+"/")
	if !ok {
		refuse(w, http.StatusBadRequest, 2500, "Unknown path components")
		return
	}
	switch r.Method + " " + path {
	case "GET " + PhoneNumberID:
		answer(w, http.StatusOK, M{"id": PhoneNumberID})
	case "POST " + PhoneNumberID + "/messages":
		s.message(w, r, body)
	case "POST " + PhoneNumberID + "/media":
		s.upload(w, r, body)
	default:
		m, ok := s.media[path]
		if r.Method != http.MethodGet || !ok {
			refuse(w, http.StatusBadRequest, 100, "Unsupported request - object does not exist")
			return
		}
		sum := sha256.Sum256(m.content)
		answer(w, http.StatusOK, M{
			"messaging_product": "whatsapp", "id": path, "mime_type": m.kind, "file_size": len(m.content), "sha256": hex.EncodeToString(sum[:]),
			"url": s.http.URL + "/whatsapp_business/attachments/" + url.PathEscape(path) + "?hash=h",
		})
	}
}
