package webform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// Bounds on one post.
const (
	maxBody   = 128 << 10 // bytes of all values together
	maxUpload = 32 << 20  // bytes of a multipart body whose files are only read past
	maxFields = 200
	maxDepth  = 8 // of nested JSON
)

// field is one value of a form, in the order in which it was sent. The value of
// a file is its name.
type field struct {
	name, value string
	file        bool
	upload      *upload // nil: the form takes no files, or the input is left empty
}

// Errors of parsing a body.
var (
	errType      = errors.New("the content type is none that forms have")
	errTooLarge  = errors.New("the body is too large")
	errMalformed = errors.New("the body cannot be read")
)

// parse reads the fields of a post. Files go to where up puts them; with nil,
// they are read past.
func parse(w http.ResponseWriter, r *http.Request, up *uploads) ([]field, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errType
	}
	var fields []field
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		fields, err = parseBytes(w, r, parseJSON)
	case kind == "application/x-www-form-urlencoded":
		fields, err = parseBytes(w, r, parseURLEncoded)
		fields = decodeCharset(fields, params["charset"])
	case kind == "multipart/form-data" && params["boundary"] != "":
		fields, err = parseMultipart(http.MaxBytesReader(w, r.Body, up.most()), params["boundary"], up)
		fields = decodeCharset(fields, params["charset"])
	default:
		return nil, errType
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case errors.Is(err, errNoRoom):
		return nil, err
	case err != nil && !errors.Is(err, errTooLarge):
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	case err == nil && len(fields) > maxFields:
		return nil, errTooLarge
	}
	return fields, err
}

func parseBytes(w http.ResponseWriter, r *http.Request, parse func([]byte) ([]field, error)) ([]field, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	return parse(b)
}

// parseURLEncoded reads name=value&…; an escape that is none is kept as it is.
func parseURLEncoded(b []byte) ([]field, error) {
	var fields []field
	for pair := range strings.SplitSeq(string(b), "&") {
		if pair == "" {
			continue
		}
		if len(fields) > maxFields {
			return nil, errTooLarge
		}
		name, value, _ := strings.Cut(pair, "=")
		fields = append(fields, field{name: unescape(name), value: unescape(value)})
	}
	return fields, nil
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return strings.ReplaceAll(s, "+", " ")
}

// parseMultipart reads the values and the files.
func parseMultipart(body io.Reader, boundary string, up *uploads) ([]field, error) {
	var fields []field
	left := int64(maxBody)
	for parts := multipart.NewReader(body, boundary); ; {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return nil, err
		}
		if len(fields) > maxFields {
			return nil, errTooLarge
		}
		_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if err != nil {
			continue // not a field of a form
		}
		if name, isFile := params["filename"]; isFile {
			in := field{name: params["name"], value: baseName(name), file: true}
			if in.upload, err = up.take(p, in); err != nil {
				return nil, err
			}
			fields = append(fields, in)
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, left+1))
		if err != nil {
			return nil, err
		}
		if left -= int64(len(b)); left < 0 {
			return nil, errTooLarge
		}
		fields = append(fields, field{name: params["name"], value: string(b)})
	}
}

// baseName returns the last part of a path of any system.
func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}

// parseJSON reads an object. Nested objects give names with dots, lists give
// their items one after the other under the same name.
func parseJSON(b []byte) ([]field, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	var fields []field
	if err := jsonObject(d, "", 1, &fields); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	return fields, nil
}

func jsonObject(d *json.Decoder, prefix string, depth int, fields *[]field) error {
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string)
		if err := jsonValue(d, prefix+name, depth, fields); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func jsonValue(d *json.Decoder, name string, depth int, fields *[]field) error {
	if depth > maxDepth || len(*fields) > maxFields {
		return errTooLarge
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t {
	case nil:
		return nil
	case json.Delim('{'):
		return jsonObject(d, name+".", depth+1, fields)
	case json.Delim('['):
		for d.More() {
			if err := jsonValue(d, name, depth+1, fields); err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	}
	*fields = append(*fields, field{name: name, value: fmt.Sprint(t)})
	return nil
}
