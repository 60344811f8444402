package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"ctihub/leads"
)

// uploadWithin bounds the uploading of one file.
const uploadWithin = 3 * time.Minute

// mediaKind is the kind of media as which WhatsApp shows a file.
type mediaKind struct {
	name string
	most int64 // greatest size in bytes
}

// mediaKindOf chooses by type and size; a file too large for its kind is a document.
func mediaKindOf(a leads.Attachment) mediaKind {
	kind, _, _ := strings.Cut(a.Type, ";")
	s := mediaKind{"document", maxFile}
	switch strings.TrimSpace(kind) {
	case "image/jpeg", "image/png":
		s = mediaKind{"image", 5 << 20}
	case "video/mp4", "video/3gpp":
		s = mediaKind{"video", 16 << 20}
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg":
		s = mediaKind{"audio", 16 << 20}
	}
	if a.Size > s.most {
		return mediaKind{"document", maxFile}
	}
	return s
}

// upload hands a file to WhatsApp, which keeps it for 30 days, and returns its
// id. No customer sees it yet: after a failure nothing was sent.
func (n *number) upload(ctx context.Context, a leads.Attachment) (string, error) {
	if n.env.Files == nil {
		return "", leads.Refuse(leads.FaultSetup, "this hub keeps no files")
	}
	ctx, cancel := context.WithTimeout(ctx, uploadWithin)
	defer cancel()
	content, err := n.env.Files.Open(ctx, a.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return "", leads.Refuse(leads.FaultFileGone, "the file is not there any more")
	}
	if err != nil {
		return "", fmt.Errorf("the file cannot be read: %w", leads.ErrNotSent)
	}
	defer content.Close()

	// The form is written around the file, so that its length is known and the
	// file never lies in memory.
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("messaging_product", "whatsapp") // a buffer takes everything
	_ = w.WriteField("type", a.Type)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition("file", oneLine(a.Name)))
	h.Set("Content-Type", oneLine(a.Type))
	_, _ = w.CreatePart(h)
	head := form.Len()
	_ = w.Close()
	before, after := bytes.NewReader(form.Bytes()[:head]), bytes.NewReader(form.Bytes()[head:])

	var taken struct {
		ID text `json:"id"`
	}
	err = n.call(ctx, http.MethodPost, n.path(n.PhoneNumberID, "media"), w.FormDataContentType(),
		io.MultiReader(before, io.LimitReader(content, a.Size), after), int64(form.Len())+a.Size, &taken)
	switch {
	case err == nil && taken.ID == "":
		return "", fmt.Errorf("WhatsApp gave the file no id: %w", leads.ErrNotSent)
	case err != nil && !leads.IsPermanent(err) && !errors.Is(err, leads.ErrNotSent):
		return "", fmt.Errorf("handing over the file: %s: %w", err.Error(), leads.ErrNotSent) //nolint:errorlint // nothing else is in it
	}
	return string(taken.ID), err
}

// oneLine takes line breaks out of what goes into a header.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, s)
}
