package storage

import (
	"cmp"
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
	return mapRows(rows, templateOf), nil
}

// Template returns one template.
func (s *Store) Template(ctx context.Context, id string) (leads.Template, error) {
	row, err := s.read.GetTemplate(ctx, id)
	if err != nil {
		return leads.Template{}, fmt.Errorf("template %q: %w", id, orNotFound(err))
	}
	return templateOf(row), nil
}

// AddTemplate stores a new template. leads.ErrExists when another one has its name.
func (s *Store) AddTemplate(ctx context.Context, v leads.Viewer, t leads.Template) (leads.Template, error) {
	t.ID, t.Updated = newID(), s.now()
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.q.InsertTemplate(ctx, db.InsertTemplateParams{
			ID: t.ID, Name: t.Name, Folded: strings.ToLower(t.Name), Subject: t.Subject, Body: t.Text, Updated: micros(t.Updated),
		})
		if err == nil && n == 0 {
			err = leads.ErrExists
		}
		if err != nil {
			return err
		}
		return tx.AddHistory(ctx, templateRecord(t).One(v, leads.HistoryEntry{Field: leads.FieldCreated, After: t.Name}))
	})
	if err != nil {
		return leads.Template{}, fmt.Errorf("storing a template: %w", err)
	}
	return t, nil
}

// ChangeTemplate changes what the change names of a template; the rest stays.
// leads.ErrExists when another one has its name. The checks run on the stored template in
// the same transaction.
func (s *Store) ChangeTemplate(ctx context.Context, v leads.Viewer, id string, change leads.TemplateChange, checks ...func(leads.Template) error) (t leads.Template, err error) {
	err = s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		row, err := q.GetTemplate(ctx, id)
		if err != nil {
			return orNotFound(err)
		}
		was := templateOf(row)
		if err := leads.CheckAll(was, checks); err != nil {
			return err
		}
		if t = change.Apply(was); t == was {
			return nil
		}
		folded := strings.ToLower(t.Name)
		holder, err := q.TemplateNamed(ctx, folded)
		if err == nil && holder != id {
			return leads.ErrExists
		} else if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		t.Updated = s.now()
		if err := requireRow(q.UpdateTemplate(ctx, db.UpdateTemplateParams{
			ID: id, Name: t.Name, Folded: folded, Subject: t.Subject, Body: t.Text, Updated: micros(t.Updated),
			OldName: row.Name, OldSubject: row.Subject, OldBody: row.Body,
		})); err != nil {
			return err
		}
		h := leads.History{Of: templateRecord(t), By: v}
		h.Field(leads.FieldName, was.Name, t.Name)
		h.Field(leads.FieldSubject, was.Subject, t.Subject)
		h.Field(leads.FieldText, was.Text, t.Text)
		return tx.AddHistory(ctx, h.Entries...)
	})
	if err != nil {
		return leads.Template{}, fmt.Errorf("changing template %q: %w", id, err)
	}
	return t, nil
}

// DropTemplate deletes a template.
func (s *Store) DropTemplate(ctx context.Context, v leads.Viewer, id string) error {
	return s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		row, err := tx.q.GetTemplate(ctx, id)
		if err != nil {
			return orNotFound(err)
		}
		if err := requireRow(tx.q.DeleteTemplate(ctx, id)); err != nil {
			return err
		}
		return tx.AddHistory(ctx, templateRecord(templateOf(row)).One(v, leads.HistoryEntry{Field: leads.FieldDeleted, Before: row.Name}))
	})
}

// templateRecord returns a template as a record of the history.
func templateRecord(t leads.Template) leads.Record {
	return leads.Record{Object: leads.ObjectTemplate, ID: t.ID, Name: t.Name}
}

// Signature returns a user's mail signature, empty for none.
func (s *Store) Signature(ctx context.Context, userID string) (string, error) {
	return signatureOf(ctx, s.read, userID)
}

func signatureOf(ctx context.Context, q *db.Queries, userID string) (string, error) {
	text, err := q.GetSignature(ctx, userID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return text, err
}

// SetSignature stores a user's mail signature. The checks run on the stored one in the same
// transaction.
func (s *Store) SetSignature(ctx context.Context, userID, signature string, checks ...func(string) error) error {
	return s.retryQueries(ctx, func(q *db.Queries) error {
		was, err := signatureOf(ctx, q, userID)
		if err := cmp.Or(err, leads.CheckAll(was, checks)); err != nil {
			return err
		}
		return requireRow(q.PutSignature(ctx, db.PutSignatureParams{UserID: userID, Body: signature, OldBody: was}))
	})
}

// NoteUpload stores a file that a user uploaded for a reply.
func (s *Store) NoteUpload(ctx context.Context, userID string, a leads.Attachment) error {
	return s.retryQueries(ctx, func(q *db.Queries) error {
		return requireRow(q.InsertUpload(ctx, db.InsertUploadParams{
			ID: a.ID, UserID: userID, Name: a.Name, Type: a.Type, Size: a.Size, At: micros(s.now()),
		}))
	})
}

// UploadsWaiting counts the files that a user uploaded since then and that no reply has, and
// their bytes.
func (s *Store) UploadsWaiting(ctx context.Context, userID string, since time.Time) (count int, bytes int64, err error) {
	w, err := s.read.UploadsWaiting(ctx, db.UploadsWaitingParams{UserID: userID, Since: micros(since)})
	return int(w.Count), w.Bytes, err
}

// Upload returns a file that a user uploaded and that no reply has.
func (s *Store) Upload(ctx context.Context, userID, id string) (leads.Attachment, error) {
	u, err := s.read.GetUpload(ctx, db.GetUploadParams{ID: id, UserID: userID})
	if err != nil {
		return leads.Attachment{}, fmt.Errorf("upload %q: %w", id, orNotFound(err))
	}
	return leads.Attachment{ID: u.ID, Name: u.Name, Type: u.Type, Size: u.Size}, nil
}
