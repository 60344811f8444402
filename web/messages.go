package web

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
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

// GetInteraction returns one interaction with what lists leave out.
func (o operations) GetInteraction(ctx context.Context, req api.GetInteractionRequestObject) (api.GetInteractionResponseObject, error) {
	i, html, err := o.Store.HTML(ctx, viewer(ctx), req.Id)
	if err == nil && html != "" {
		i.RemotePictures = formatted.Make(html, formatted.Options{}).Remote
	}
	return api.GetInteraction200JSONResponse(i), err
}

// showFormatted serves a message as it was formatted, made harmless, for a
// frame of its own.
func (s *Server) showFormatted(w http.ResponseWriter, r *http.Request) {
	remote, err := asked(r, "remote")
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

// asked reads a parameter that is 1 or left out.
func asked(r *http.Request, name string) (bool, error) {
	v := r.URL.Query().Get(name)
	if v != "" && v != "1" {
		return false, invalid(name, "1, or left out.")
	}
	return v == "1", nil
}

// pictures returns those attachments by their Content-ID that a message shows
// inside itself, as data: addresses: a frame that is no part of the workplace
// sends no cookie with which it could fetch them.
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

// serveAttachment serves a file that came with a message, whole or in ranges:
// to be saved, unless it may be shown and that is asked for.
func (s *Server) serveAttachment(w http.ResponseWriter, r *http.Request) {
	inline, err := asked(r, "inline")
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
	h.Set("Content-Disposition", disposed(disposition, a.Name))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-cache") // asked for again at each use, so that a right that ended counts
	h.Set("ETag", `"`+a.ID+`"`)
	http.ServeContent(w, r, "", time.Time{}, f)
}

// disposed is the header Content-Disposition (RFC 6266) of a file whose name
// somebody else chose.
func disposed(how, name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '_' // also the marks that turn "gpj.exe" around
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
	if err := oneOf("decision", req.Body.Decision, "add", "dismiss"); err != nil || req.Body.Decision == "" {
		return nil, invalid("decision", "One of add dismiss.")
	}
	add := req.Body.Decision == "add"
	var corrected leads.Identity
	if add {
		var err error
		if corrected, err = o.corrected(ctx, req); err != nil {
			return nil, err
		}
	}
	c, err := o.Store.DecideOffer(ctx, viewer(ctx), req.Id, req.Offer, add, corrected)
	switch {
	case errors.Is(err, leads.ErrExists):
		return nil, &problem{status: http.StatusConflict, code: codeConflict, title: "Another contact has this already",
			detail: "Perhaps the two are one person; ask a supervisor to look at both."}
	case err != nil:
		return nil, fmt.Errorf("deciding an offer: %w", err)
	}
	return api.DecideOffer200JSONResponse(c), nil
}

// corrected reads what an unread offer is said to mean, zero for any other.
func (o operations) corrected(ctx context.Context, req api.DecideOfferRequestObject) (leads.Identity, error) {
	c, err := o.Store.Contact(ctx, viewer(ctx), req.Id)
	if err != nil {
		return leads.Identity{}, fmt.Errorf("deciding an offer: %w", err)
	}
	i := slices.IndexFunc(c.Offered, func(of leads.Offer) bool { return of.ID == req.Offer })
	if i < 0 || !c.Offered[i].Unread {
		return leads.Identity{}, nil
	}
	id, err := c.Offered[i].Correct(req.Body.Value, o.Region)
	if err != nil && c.Offered[i].Identity.Kind == leads.KindPhone {
		return id, invalid("value", "Give one phone number, as in +7 916 123-45-67.")
	} else if err != nil {
		return id, invalid("value", "Give one e-mail address, as in name@example.com.")
	}
	return id, nil
}
