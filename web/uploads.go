package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"ctihub/leads"
	"ctihub/leads/replies"
)

const (
	uploadRoute = "POST /api/v1/files"
	maxName     = 120     // bytes of a file's name
	uploadFrame = 8 << 10 // bytes around the file in a multipart body

	uploadsAtOnce  = 4              // of one user
	uploadsWaiting = 200            // files of one user that no reply has
	uploadsFor     = 24 * time.Hour // how long they count, and are kept
)

// Uploads stores the files that users upload for their replies (connectors.Files). Files that no
// reply uses are deleted.
type Uploads interface {
	Keep(ctx context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error)
}

var (
	errManyUploads = &problem{status: http.StatusTooManyRequests, code: codeThrottled, title: "Too many files wait to be sent",
		detail: "Send the replies that they belong to, or wait for a day: files that no reply takes along are deleted.", field: "file", retry: 60}
	errUploadsAtOnce = &problem{status: http.StatusTooManyRequests, code: codeThrottled, title: "Too many files at once",
		detail: "Wait until the files on their way have arrived.", field: "file", retry: 5}
	errNoUploads = &problem{status: http.StatusConflict, code: codeConflict, title: "Files cannot be uploaded",
		detail: "This hub keeps none."}
	errUploadSize = &problem{status: http.StatusRequestEntityTooLarge, code: codeInvalid, title: "The file is too large",
		detail: "At most 25 MiB are accepted.", field: "file"}
	errNotMultipart = &problem{status: http.StatusUnsupportedMediaType, code: codeInvalid, title: "The request is not a form with a file",
		detail: "Send multipart/form-data with one part named file."}
)

// uploadFile stores a file until a reply uses it.
func (s *Server) uploadFile(w http.ResponseWriter, r *http.Request) {
	a, err := s.upload(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(a)
}

func (s *Server) upload(r *http.Request) (a leads.Attachment, err error) {
	if s.Uploads == nil {
		return a, errNoUploads
	}
	user := callerOf(r.Context()).user.ID
	done, ok := s.uploading.acquire(user)
	if !ok {
		return a, errUploadsAtOnce
	}
	defer done()
	if err := s.mayUpload(r.Context(), user); err != nil {
		return a, err
	}
	form, err := r.MultipartReader()
	if err != nil {
		return a, errNotMultipart
	}
	part, err := form.NextPart()
	if errors.Is(err, errSlowBody) {
		return a, errSlowBody
	}
	if err != nil || part.FormName() != "file" || part.FileName() == "" {
		return a, errors.Join(tooLarge(err), invalid("file", "The first part is named file and has a file name."))
	}
	key := "upload:" + uuid.Must(uuid.NewV7()).String()
	a, err = s.Uploads.Keep(r.Context(), key, 0, fileName(part.FileName()), part)
	if err != nil {
		if large := tooLarge(err); large != nil {
			return a, large
		}
		if errors.Is(err, errSlowBody) {
			return a, errSlowBody
		}
		if r.Context().Err() == nil {
			s.Log.ErrorContext(r.Context(), "an upload could not be kept", "error", err)
		}
		return a, errUnavailable
	}
	if a.Size > replies.FileMost {
		return a, errUploadSize
	}
	return a, s.Store.NoteUpload(r.Context(), user, a)
}

// mayUpload refuses a file of a user with too many uploads that no reply has used.
func (s *Server) mayUpload(ctx context.Context, user string) error {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	count, bytes, err := s.Store.UploadsWaiting(ctx, user, s.Now().Add(-uploadsFor))
	switch {
	case err != nil:
		return err
	case count >= uploadsWaiting, s.Limits.UploadsWaiting > 0 && bytes >= s.Limits.UploadsWaiting:
		return errManyUploads
	}
	return nil
}

// tooLarge returns the problem of a body over the limit, nil for another error.
func tooLarge(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return errUploadSize
	}
	return nil
}

// fileName returns the last part of a name, safe for every system.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?`, r) {
			return -1
		}
		return r
	}, name))
	for len(name) > maxName { // the end has the type
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:]
	}
	if strings.Trim(name, "./") == "" {
		return "file"
	}
	return name
}

// isUpload reports whether a request is a form with a file.
func isUpload(r *http.Request) bool {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && t == "multipart/form-data"
}
