package whatsapptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	phone  = regexp.MustCompile(`^[0-9]{7,15}$`)
	userID = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`)
)

// message accepts a message, or refuses it as Meta does.
func (s *Server) message(w http.ResponseWriter, r *http.Request, body []byte) {
	var m M
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || json.Unmarshal(body, &m) != nil {
		refuse(w, http.StatusBadRequest, 100, "Invalid parameter")
		return
	}
	if why, code := s.validate(m); why != "" {
		refuse(w, http.StatusBadRequest, code, why)
		return
	}
	s.next++
	id := fmt.Sprintf("wamid.OUT%04d", s.next)
	sent := Sent{ID: id, Body: m}
	if part, _ := m[fmt.Sprint(m["type"])].(M); part != nil {
		sent.Content = s.media[fmt.Sprint(part["id"])].content
	}
	s.sent = append(s.sent, sent)
	to, _ := m["to"].(string)
	answer(w, http.StatusOK, M{
		"messaging_product": "whatsapp", "contacts": []M{{"input": to, "wa_id": to}}, "messages": []M{{"id": id}},
	})
}

// validate returns Meta's error text and code for an invalid message; "" if it is valid.
func (s *Server) validate(m M) (string, int) {
	to, hasTo := m["to"].(string)
	user, hasUser := m["recipient"].(string)
	kind, _ := m["type"].(string)
	part, _ := m[kind].(M)
	allowed := []string{"messaging_product", "to", "recipient", "type", "context", kind}
	for k := range m {
		if !slices.Contains(allowed, k) {
			return "Unexpected key " + k + " on param messages", 100
		}
	}
	switch {
	case m["messaging_product"] != "whatsapp":
		return "The parameter messaging_product is required", 100
	case hasTo == hasUser, hasTo && !phone.MatchString(to), hasUser && !userID.MatchString(user):
		return "The parameter to is required", 131009
	case to == Number:
		return "Recipient cannot be sender", 131021
	case part == nil:
		return "The parameter " + kind + " is required", 131008
	}
	if c, ok := m["context"]; ok {
		if c, _ := c.(M); c == nil || !strings.HasPrefix(fmt.Sprint(c["message_id"]), "wamid.") {
			return "Invalid context", 131009
		}
	}
	caption, _ := part["caption"].(string)
	switch kind {
	case "text":
		body, _ := part["body"].(string)
		if n := utf8.RuneCountInString(body); n == 0 || n > 4096 {
			return "Param text['body'] must be at most 4096 characters long", 100
		}
	case "image", "video", "document", "audio":
		f, ok := s.media[fmt.Sprint(part["id"])]
		switch {
		case !ok:
			return "Media id does not exist", 131009
		case utf8.RuneCountInString(caption) > 1024, kind == "audio" && caption != "":
			return "Param caption is invalid", 100
		case kind != "document" && part["filename"] != nil:
			return "Unexpected key filename", 100
		case kind == "image" && f.kind != "image/jpeg" && f.kind != "image/png":
			return "Media type is not supported", 131053
		}
	case "template":
		return s.validateTemplate(part)
	default:
		return "Message type is not supported", 131051
	}
	return "", 0
}

func (s *Server) validateTemplate(part M) (string, int) {
	lang, _ := part["language"].(M)
	if part["name"] != Template || lang == nil || lang["code"] != "ru" {
		return "Template name does not exist in the translation", 132001
	}
	components, _ := part["components"].([]any)
	if len(components) != 1 {
		return "Number of parameters does not match", 132000
	}
	body, _ := components[0].(M)
	params, _ := body["parameters"].([]any)
	if body["type"] != "body" || len(params) != 1 {
		return "Number of parameters does not match", 132000
	}
	p, _ := params[0].(M)
	words, _ := p["text"].(string)
	switch {
	case p["type"] != "text" || words == "":
		return "Parameter format does not match", 132012
	case strings.ContainsAny(words, "\n\t") || strings.Contains(words, "     "):
		return "Param text cannot have new-line/tab characters or more than 4 consecutive spaces", 132018
	case utf8.RuneCountInString(words) > 1024:
		return "Translated text too long", 132005
	}
	return "", 0
}

// limits of a file by its type, in MB.
var limits = map[string]int{
	"image/jpeg": 5, "image/png": 5, "audio/ogg": 16, "audio/mpeg": 16, "audio/mp4": 16, "audio/aac": 16, "audio/amr": 16,
	"video/mp4": 16, "video/3gpp": 16, "application/pdf": 100, "text/plain": 100,
}

// upload accepts a file, or refuses it as Meta does.
func (s *Server) upload(w http.ResponseWriter, r *http.Request, body []byte) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || r.ContentLength != int64(len(body)) {
		refuse(w, http.StatusBadRequest, 100, "Invalid parameter")
		return
	}
	fields := map[string]string{}
	var file []byte
	var fileKind string
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := form.NextPart()
		if err != nil {
			break
		}
		content, _ := io.ReadAll(p)
		if p.FormName() == "file" && p.FileName() != "" {
			file, fileKind = content, p.Header.Get("Content-Type")
		} else {
			fields[p.FormName()] = string(content)
		}
	}
	most, ok := limits[fileKind]
	switch {
	case fields["messaging_product"] != "whatsapp", file == nil, fields["type"] != fileKind:
		refuse(w, http.StatusBadRequest, 100, "Invalid parameter")
	case !ok, len(file) == 0, len(file) > most<<20:
		refuse(w, http.StatusBadRequest, 131053, "Media upload error")
	default:
		s.next++
		id := fmt.Sprintf("9%07d", s.next)
		s.media[id] = blob{fileKind, file}
		answer(w, http.StatusOK, M{"id": id})
	}
}
