package web

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/web/api"
	"ctihub/web/formatted"
)

const (
	htmlRoute       = "GET /api/v1/interactions/{id}/html"
	attachmentRoute = "GET /api/v1/interactions/{id}/attachments/{attachment}"
)

// Bounds of the pictures inside one formatted message, in bytes.
const (
	pictureMost  = 4 << 20
	picturesMost = 12 << 20
)

var errNoFile = &problem{status: http.StatusNotFound, code: codeNotFound, title: "The file is not there",
	detail: "It was deleted, or lies on another hub."}

// GetInteraction returns one interaction with the texts that lists leave out.
func (o operations) GetInteraction(ctx context.Context, req api.GetInteractionRequestObject) (api.GetInteractionResponseObject, error) {
	i, html, err := o.Store.HTML(ctx, viewer(ctx), req.Id)
	if err == nil && html != "" {
		i.RemotePictures = formatted.Make(html, formatted.Options{}).Remote
	}
	if err == nil {
		err = o.Facts.MarkEditable(ctx, viewer(ctx), i)
	}
	if err != nil {
		return nil, err
	}
	return api.GetInteraction200JSONResponse{Body: i, Headers: api.GetInteraction200ResponseHeaders{ETag: factsState(i).tag()}}, nil
}

// showFormatted serves the sanitised HTML of a message, for a sandboxed frame.
func (s *Server) showFormatted(w http.ResponseWriter, r *http.Request) {
	remote, err := flagParam(r, "remote")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	i, html, err := s.Store.HTML(r.Context(), viewer(r.Context()), r.PathValue("id"))
	if err == nil && html == "" {
		err = errNotFound
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	d := formatted.Make(html, formatted.Options{Remote: remote, Picture: s.pictures(r.Context(), i.Attachments)})
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", formatted.Policy(remote))
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-DNS-Prefetch-Control", "off")
	_, _ = io.WriteString(w, d.HTML)
}

// flagParam reads a parameter that is 1 or left out.
func flagParam(r *http.Request, name string) (bool, error) {
	v := r.URL.Query().Get(name)
	if v != "" && v != "1" {
		return false, invalid(name, "1, or left out.")
	}
	return v == "1", nil
}

// pictures returns inline attachments by their Content-ID, as data: URLs, because the sandboxed
// frame sends no cookie to fetch them.
func (s *Server) pictures(ctx context.Context, files []leads.Attachment) func(cid string) string {
	left := int64(picturesMost)
	made := map[string]string{}
	return func(cid string) string {
		n := slices.IndexFunc(files, func(a leads.Attachment) bool { return a.CID != "" && a.CID == cid })
		if n < 0 {
			return ""
		}
		a := files[n]
		if address, ok := made[a.ID]; ok {
			return address
		}
		if !strings.HasPrefix(a.Type, "image/") || !a.Shown() || a.Size > min(left, pictureMost) {
			return ""
		}
		f, err := s.Attachments.Open(ctx, a.ID)
		if err != nil {
			return ""
		}
		defer func() { _ = f.Close() }()
		b, err := io.ReadAll(io.LimitReader(f, a.Size))
		if err != nil {
			return ""
		}
		left -= a.Size
		made[a.ID] = "data:" + a.Type + ";base64," + base64.StdEncoding.EncodeToString(b)
		return made[a.ID]
	}
}

// serveAttachment serves a file that came with a message, whole or in ranges: as a download,
// or inline if the type allows it and the request asks for it.
func (s *Server) serveAttachment(w http.ResponseWriter, r *http.Request) {
	inline, err := flagParam(r, "inline")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	i, err := s.Store.Interaction(r.Context(), viewer(r.Context()), r.PathValue("id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	n := slices.IndexFunc(i.Attachments, func(a leads.Attachment) bool { return a.ID == r.PathValue("attachment") })
	if n < 0 {
		s.fail(w, r, errNotFound)
		return
	}
	a := i.Attachments[n]
	f, err := s.Attachments.Open(r.Context(), a.ID)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoFile
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer func() { _ = f.Close() }()
	kind, disposition := "application/octet-stream", "attachment"
	if a.Shown() {
		kind = a.Type
		if inline {
			disposition = "inline"
		}
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", contentDisposition(disposition, a.Name))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-cache") // revalidated at each use, so that the rights are checked
	h.Set("ETag", `"`+a.ID+`"`)
	http.ServeContent(w, r, "", time.Time{}, f)
}

// contentDisposition returns the header Content-Disposition (RFC 6266) of a file with an
// untrusted name.
func contentDisposition(how, name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '_' // also bidi marks, which display "gpj.exe" reversed
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" {
		name = "file"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": name})
}

// DecideOffer adds an offered identity to a contact or dismisses it.
func (o operations) DecideOffer(ctx context.Context, req api.DecideOfferRequestObject) (api.DecideOfferResponseObject, error) {
	decision := map[string]leads.OfferDecision{"add": leads.OfferAdded, "dismiss": leads.OfferDismissed}[req.Body.Decision]
	if decision == "" {
		return nil, invalid("decision", "One of add dismiss.")
	}
	c, err := o.Contacts.DecideOffer(ctx, viewer(ctx), req.Id, req.Offer, decision, req.Body.Value)
	return api.DecideOffer200JSONResponse(c), err
}
