// Package posted reads bodies that browsers and other programs post over HTTP: forms and JSON in
// the charsets and shapes that website builders really send. It returns a tree of values, and
// guesses which of them are a person's name, phone, address and words.
package posted

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
)

// MaxInputs bounds the inputs of one form.
const MaxInputs = 2000

// Pair is one input of a form, in the bytes and the charset of the sender.
type Pair struct {
	Name, Value string
	Charset     string // as its part of a multipart form declares it; empty: as the body
}

// Errors of reading a body, in words that follow "the body is".
var (
	ErrType   = errors.New("neither JSON nor a form")
	ErrBroken = errors.New("not a form")
)

// Read reads a body. Its content decides the format first, because programs send JSON under every
// type: an object or a list from the first to the last byte is JSON. Errors: ErrType, ErrBroken,
// ErrLarge, or words that follow "the body is".
func Read(contentType string, body []byte) (Value, error) {
	kind, params := mediaType(contentType)
	if kind == "multipart/form-data" {
		pairs, err := readMultipart(body, params["boundary"])
		if err != nil {
			return Value{}, err
		}
		return Form(pairs, params["charset"]), nil
	}
	text := strings.TrimRight(decodeBody(body, params["charset"], isJSON(kind)), "\x00")
	if start := strings.TrimLeft(text, " \t\r\n"); start != "" && (start[0] == '{' || start[0] == '[') {
		v, err := parseJSON(text)
		if inner, ok := jsonInText(text); err != nil && ok {
			return inner, nil
		}
		return v, err
	}
	switch {
	case isJSON(kind):
		if t := strings.TrimSpace(text); t == "null" || t == `""` {
			return Value{}, nil
		}
		if v, ok := jsonInText(text); ok { // encoded twice
			return v, nil
		}
		if !looksLikeForm(text) {
			return Value{}, ErrType
		}
	case kind == "application/x-www-form-urlencoded":
	case (kind == "" || kind == "text/plain" || kind == "application/octet-stream") && looksLikeForm(text):
		if v, ok := plainForm(text); ok {
			return v, nil
		}
	default:
		if v, ok := jsonInText(text); ok && kind != "" && !strings.Contains(kind, "xml") {
			return v, nil
		}
		return Value{}, ErrType
	}
	return readURLEncoded(text, params["charset"])
}

// mediaType is lenient: a broken parameter does not hide the type.
func mediaType(contentType string) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil && kind == "" {
		kind, _, _ = strings.Cut(contentType, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	if params == nil {
		params = map[string]string{}
	}
	return kind, params
}

func isJSON(kind string) bool {
	return strings.HasSuffix(kind, "/json") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "/x-json")
}

// looksLikeForm reports whether a text that is not declared as a form is one: its first name has
// only characters of names.
func looksLikeForm(text string) bool {
	name, _, ok := strings.Cut(text, "=")
	return ok && name != "" && len(name) < 200 && !strings.ContainsAny(name, "<>{}\"\n")
}

// plainForm reads the enctype text/plain of HTML forms: a line for each input.
func plainForm(text string) (Value, bool) {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	if len(lines) < 2 && (strings.Contains(text, "&") || strings.Contains(text, "%")) || len(lines) > MaxInputs {
		return Value{}, false
	}
	var pairs []Pair
	for _, line := range lines {
		name, value, ok := strings.Cut(line, "=")
		switch {
		case ok && looksLikeForm(line):
			pairs = append(pairs, Pair{Name: name, Value: value})
		case len(pairs) > 0: // the text of an input goes on
			pairs[len(pairs)-1].Value += "\n" + line
		default:
			return Value{}, false
		}
	}
	return Form(pairs, "utf-8"), true
}

// readURLEncoded reads name=value&…; an invalid escape is kept as it is. Some clients escape JSON
// as if it were a form.
func readURLEncoded(text, charset string) (Value, error) {
	if strings.Count(text, "&") >= MaxInputs {
		return Value{}, ErrLarge
	}
	if start := strings.TrimLeft(text, " \t\r\n"); len(start) > 3 && (strings.EqualFold(start[:3], "%7b") || strings.EqualFold(start[:3], "%5b")) {
		if v, ok := jsonInText(decodeBytes(unescape(strings.TrimRight(text, "= \r\n")), charset)); ok {
			return v, nil
		}
	}
	var pairs []Pair
	for pair := range strings.SplitSeq(strings.Trim(text, "\r\n"), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		pairs = append(pairs, Pair{Name: unescape(name), Value: unescape(value)})
	}
	if len(pairs) == 0 || !strings.Contains(text, "=") {
		return Value{}, ErrBroken
	}
	return Form(pairs, charset), nil
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	// Keep invalid escapes, and decode the others.
	parts := strings.Split(strings.ReplaceAll(s, "+", " "), "%")
	for i, p := range parts[1:] {
		if u, err := url.PathUnescape("%" + p[:min(2, len(p))]); err == nil && len(p) >= 2 {
			parts[i+1] = u + p[2:]
		} else {
			parts[i+1] = "%" + p
		}
	}
	return strings.Join(parts, "")
}

// readMultipart reads a multipart form in memory. The value of a file is its name.
func readMultipart(body []byte, boundary string) ([]Pair, error) {
	if boundary == "" { // some clients forget it in the header
		line, _, _ := bytes.Cut(bytes.TrimLeft(body, "\r\n"), []byte("\n"))
		begins := false
		boundary, begins = strings.CutPrefix(strings.TrimSpace(string(line)), "--")
		if !begins || boundary == "" || len(boundary) > 70 {
			return nil, ErrType
		}
	}
	var pairs []Pair
	count := 0
	for parts := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		p, err := parts.NextRawPart()
		if err == io.EOF && len(pairs) > 0 { //nolint:errorlint // an unexpected end is wrapped
			return pairs, nil
		}
		if err != nil {
			return nil, errors.New("not a multipart form")
		}
		if count++; count > MaxInputs { // what is no input counts too
			return nil, ErrLarge
		}
		pair, isFile, ok := Part(p)
		if !ok {
			continue
		}
		if !isFile {
			value, err := io.ReadAll(p)
			if err != nil {
				return nil, errors.New("a multipart form that breaks off")
			}
			pair.Value = string(value)
		}
		pairs = append(pairs, pair)
	}
}

// Part reads the header of one part of a multipart form. The value of a file is its name without
// folders. It is not ok if the part is no input.
func Part(p *multipart.Part) (pair Pair, isFile, ok bool) {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return Pair{}, false, false
	}
	pair.Name = params["name"]
	if name, is := params["filename"]; is {
		pair.Value = name[strings.LastIndexAny(name, `/\`)+1:]
		return pair, true, true
	}
	if _, inner, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err == nil {
		pair.Charset = inner["charset"]
	}
	return pair, false, true
}

// Form returns the object of a form's inputs, in UTF-8, each member named as its input. declared
// is the charset of the body, which may be empty.
func Form(pairs []Pair, declared string) Value {
	v := Value{Kind: Object}
	for _, p := range decodePairs(pairs, declared) {
		v.Members = append(v.Members, Value{Name: p.Name, Sent: p.Name, Leaf: p.Value})
	}
	return v
}
