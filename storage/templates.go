package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

func templateOf(r db.Template) leads.Template {
	return leads.Template{ID: r.ID, Name: r.Name, Subject: r.Subject, Text: r.Body, Updated: fromMicros(r.Updated)}
}

// Templates lists all templates by name.
func (s *Store) Templates(ctx context.Context) ([]leads.Template, error) {
	rows, err := s.read.ListTemplates(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing templates: %w", err)
	}
	return all(rows, templateOf), nil
}

// Template returns one template.
func (s *Store) Template(ctx context.Context, id string) (leads.Template, error) {
	row, err := s.read.GetTemplate(ctx, id)
	if err != nil {
		return leads.Template{}, fmt.Errorf("template %q: %w", id, found(err))
	}
	return templateOf(row), nil
}

// PutTemplate stores a template: a new one if it has no id. leads.ErrExists
// when another one has its name.
func (s *Store) PutTemplate(ctx context.Context, t leads.Template) (made leads.Template, err error) {
	folded := strings.ToLower(t.Name)
	err = s.decide(ctx, func(q *db.Queries) error {
		id, at := t.ID, micros(s.now())
		if id == "" {
			id = newID()
			n, err := q.InsertTemplate(ctx, db.InsertTemplateParams{ID: id, Name: t.Name, Folded: folded, Subject: t.Subject, Body: t.Text, Updated: at})
			if err == nil && n == 0 {
				err = leads.ErrExists
			}
			if err != nil {
				return err
			}
		} else {
			if _, err := q.GetTemplate(ctx, id); err != nil {
				return found(err)
			}
			n, err := q.UpdateTemplate(ctx, db.UpdateTemplateParams{ID: id, Name: t.Name, Folded: folded, Subject: t.Subject, Body: t.Text, Updated: at})
			if err == nil && n == 0 {
				err = leads.ErrExists
			}
			if err != nil {
				return err
			}
		}
		row, err := q.GetTemplate(ctx, id)
		made = templateOf(row)
		return found(err)
	})
	if err != nil {
		return leads.Template{}, fmt.Errorf("storing a template: %w", err)
	}
	return made, nil
}

// DropTemplate deletes a template.
func (s *Store) DropTemplate(ctx context.Context, id string) error {
	return s.decide(ctx, func(q *db.Queries) error {
		n, err := q.DeleteTemplate(ctx, id)
		if err == nil && n == 0 {
			return leads.ErrNotFound
		}
		return err
	})
}

// Signature returns what ends a user's mails, empty for nothing.
func (s *Store) Signature(ctx context.Context, userID string) (string, error) {
	text, err := s.read.GetSignature(ctx, userID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return text, err
}

// SetSignature stores what ends a user's mails.
func (s *Store) SetSignature(ctx context.Context, userID, signature string) error {
	return s.decide(ctx, func(q *db.Queries) error {
		return q.PutSignature(ctx, db.PutSignatureParams{UserID: userID, Body: signature})
	})
}

// NoteUpload remembers a file that a user uploaded for a reply.
func (s *Store) NoteUpload(ctx context.Context, userID string, a leads.Attachment) error {
	return s.decide(ctx, func(q *db.Queries) error {
		return one(q.InsertUpload(ctx, db.InsertUploadParams{
			ID: a.ID, UserID: userID, Name: a.Name, Type: a.Type, Size: a.Size, At: micros(s.now()),
		}))
	})
}

// UploadsWaiting counts the files that a user uploaded since then and no reply
// took along, and their bytes.
func (s *Store) UploadsWaiting(ctx context.Context, userID string, since time.Time) (count int, bytes int64, err error) {
	w, err := s.read.UploadsWaiting(ctx, db.UploadsWaitingParams{UserID: userID, Since: micros(since)})
	return int(w.Count), w.Bytes, err
}

// Upload returns a file that a user uploaded and no reply took along yet.
func (s *Store) Upload(ctx context.Context, userID, id string) (leads.Attachment, error) {
	u, err := s.read.GetUpload(ctx, db.GetUploadParams{ID: id, UserID: userID})
	if err != nil {
		return leads.Attachment{}, fmt.Errorf("upload %q: %w", id, found(err))
	}
	return leads.Attachment{ID: u.ID, Name: u.Name, Type: u.Type, Size: u.Size}, nil
}
