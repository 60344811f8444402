package max

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"ctihub/leads"
)

const (
	uploadWithin = 3 * time.Minute
	typeImage    = "image"
	typeFile     = "file"
	imageMost    = 50 << 20 // bytes, MAX's limit
)

// pictures are the media types that go as images. Everything else, sounds and
// videos too, goes as a file, which MAX takes as it is.
var pictures = []string{"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/heic"}

// attachable is an uploaded file as a message names it: the payload is what the
// upload server answered.
type attachable struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// upload gives MAX the files of a reply.
func (b *bot) upload(ctx context.Context, files []leads.Attachment) ([]attachable, error) {
	if len(files) > 0 && b.files == nil {
		return nil, leads.Refuse(leads.FaultSetup, "the hub keeps no files")
	}
	ctx, cancel := context.WithTimeout(ctx, uploadWithin)
	defer cancel()
	var all []attachable
	for _, a := range files {
		kind := typeFile
		if slices.Contains(pictures, a.Type) && a.Size <= imageMost {
			kind = typeImage
		}
		one, err := b.uploadOne(ctx, kind, a)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (b *bot) uploadOne(ctx context.Context, kind string, a leads.Attachment) (attachable, error) {
	var to struct {
		URL string `json:"url"`
	}
	if err := b.api.call(ctx, http.MethodPost, "/uploads", url.Values{"type": {kind}}, nil, &to); err != nil {
		return attachable{}, err
	}
	answer, err := b.vendor.Post(ctx, b.files, a, to.URL, "data")
	if err != nil {
		return attachable{}, err
	}
	var payload struct {
		Token  string `json:"token"`
		Photos map[string]struct {
			Token string `json:"token"`
		} `json:"photos"`
	}
	if err := json.Unmarshal(answer, &payload); err != nil || payload.Token == "" && len(payload.Photos) == 0 {
		return attachable{}, errors.New("MAX's answer to an upload cannot be read")
	}
	// Only what a message needs of it is handed on.
	told, err := json.Marshal(map[string]any{"photos": payload.Photos})
	if payload.Token != "" {
		told, err = json.Marshal(map[string]any{"token": payload.Token})
	}
	return attachable{kind, told}, err
}
