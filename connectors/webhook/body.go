package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
)

// Bounds on one post.
const (
	maxBody   = 1 << 20 // bytes
	maxDepth  = 64      // of nested JSON
	maxFields = 2000    // of a form
	maxItems  = 500     // touches in one body
)

// parse reads a body into what JSON has: objects, lists, texts, numbers. A form
// is an object; an input that is given several times is a list.
func parse(contentType string, body []byte) (any, error) {
	kind, params, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "application/x-www-form-urlencoded":
		return parseForm(string(body))
	case "multipart/form-data":
		return parseMultipart(body, params["boundary"])
	}
	return parseJSON(body)
}

func parseJSON(body []byte) (any, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if depth(body) > maxDepth {
		return nil, fmt.Errorf("JSON is nested deeper than %d", maxDepth)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errors.New("neither JSON nor a form")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON")
	}
	switch v.(type) {
	case map[string]any, []any:
		return v, nil
	}
	return nil, errors.New("JSON of neither an object nor a list")
}

// depth is how deep the brackets outside of texts nest.
func depth(b []byte) (deepest int) {
	at, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			at++
			deepest = max(deepest, at)
		case c == '}' || c == ']':
			at--
		}
	}
	return deepest
}

func parseForm(body string) (any, error) {
	if strings.Count(body, "&") >= maxFields {
		return nil, errors.New("a form with too many fields")
	}
	values, err := url.ParseQuery(body)
	if err != nil || len(values) == 0 {
		return nil, errors.New("not a form")
	}
	return object(values), nil
}

func parseMultipart(body []byte, boundary string) (any, error) {
	if boundary == "" {
		return nil, errors.New("a multipart form without a boundary")
	}
	values := url.Values{}
	for parts, n := multipart.NewReader(bytes.NewReader(body), boundary), 0; ; n++ {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) && n > 0 {
			return object(values), nil
		}
		if err != nil {
			return nil, errors.New("not a multipart form")
		}
		if n >= maxFields {
			return nil, errors.New("a form with too many fields")
		}
		value := []byte(p.FileName())
		if len(value) == 0 {
			if value, err = io.ReadAll(p); err != nil {
				return nil, errors.New("a multipart form that breaks off")
			}
		}
		values.Add(p.FormName(), string(value))
	}
}

func object(values url.Values) map[string]any {
	o := make(map[string]any, len(values))
	for name, all := range values {
		if len(all) == 1 {
			o[name] = all[0]
			continue
		}
		list := make([]any, len(all))
		for i, v := range all {
			list[i] = v
		}
		o[name] = list
	}
	return o
}
