package webform

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"ctihub/connectors/vendors/posted"
)

// Bounds on one post.
const (
	maxBody   = 128 << 10 // bytes of all values together
	maxUpload = 32 << 20  // bytes of a multipart body whose files are only read past
)

// sent is a post as it came.
type sent struct {
	tree   posted.Value
	fields []posted.Field // of the whole tree
	files  []file
	raw    string // the body, of a multipart one its inputs as an urlencoded line
}

// file is one of a form's inputs for files.
type file struct {
	input, name string
	upload      *upload // nil: the form takes no files, or the input is left empty
}

// Errors of parsing a body.
var (
	errType      = errors.New("the content type is none that forms have")
	errTooLarge  = errors.New("the body is too large")
	errMalformed = errors.New("the body cannot be read")
)

// parse reads a post. Files are stored by up; with nil, they are skipped. With an
// error, raw is the part of the body that was read.
func parse(w http.ResponseWriter, r *http.Request, up *uploads) (s sent, err error) {
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" && params["boundary"] != "" {
		s, err = parseMultipart(http.MaxBytesReader(w, r.Body, up.most()), params, up)
	} else {
		var b []byte
		if b, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err == nil {
			s.raw = string(b)
			s.tree, err = posted.Read(r.Header.Get("Content-Type"), b)
		}
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, errNoRoom), errors.Is(err, errTooLarge):
		return s, err
	case errors.As(err, &tooLarge), errors.Is(err, posted.ErrLarge):
		return s, errTooLarge
	case errors.Is(err, posted.ErrType):
		return s, errType
	}
	return s, fmt.Errorf("%w: %w", errMalformed, err)
}

// parseMultipart reads the values and the files.
func parseMultipart(body io.Reader, params map[string]string, up *uploads) (s sent, err error) {
	var pairs []posted.Pair
	left, count := int64(maxBody), 0
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		if count++; count > posted.MaxInputs { // what is no input counts too
			return s, errTooLarge
		}
		pair, isFile, ok := posted.Part(p)
		switch {
		case !ok:
		case isFile:
			in := file{input: pair.Name, name: pair.Value}
			if in.upload, err = up.take(p, in); err != nil {
				return s, err
			}
			s.files = append(s.files, in)
		default:
			b, err := io.ReadAll(io.LimitReader(p, left+1))
			if err != nil {
				return s, err
			}
			if left -= int64(len(b)); left < 0 {
				return s, errTooLarge
			}
			pair.Value = string(b)
			pairs = append(pairs, pair)
		}
	}
	// Names of inputs and files are in the charset of the form.
	for _, f := range s.files {
		pairs = append(pairs, posted.Pair{Name: f.input, Value: f.name})
	}
	s.tree = posted.Form(pairs, params["charset"])
	values := len(pairs) - len(s.files)
	for i, m := range s.tree.Members[values:] {
		s.files[i].input, s.files[i].name = m.Name, m.Text()
	}
	s.tree.Members = s.tree.Members[:values]
	s.raw = line(s.tree, s.files)
	return s, nil
}

// line writes inputs as one urlencoded line.
func line(tree posted.Value, files []file) string {
	var parts []string
	for _, m := range tree.Members {
		parts = append(parts, url.QueryEscape(m.Name)+"="+url.QueryEscape(m.Text()))
	}
	for _, f := range files {
		parts = append(parts, url.QueryEscape(f.input)+"="+url.QueryEscape(f.name))
	}
	return strings.Join(parts, "&")
}
