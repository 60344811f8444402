package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// consentsShown is how many consents of a contact are listed.
const consentsShown = 50

// writeConsent stores what the customer agreed to with a new interaction.
func (w *touchWriter) writeConsent(context.Context) error {
	c := w.t.Consent
	if c == nil || !w.out.NewInteraction {
		return nil
	}
	tables.consents.Insert(w.tx, db.Consent{
		InteractionID: w.stored.InteractionID, Version: cleanText(c.Version), Body: cleanText(c.Text), Page: cleanText(c.Page), At: micros(c.At),
	})
	return nil
}

// Consents returns what a contact that the viewer may see has agreed to, the
// latest first.
func (s *Store) Consents(ctx context.Context, v leads.Viewer, contactID string) ([]leads.ConsentRecord, error) {
	if _, err := s.Contact(ctx, v, contactID); err != nil {
		return nil, err
	}
	rows, err := s.read.ConsentsOfContact(ctx, db.ConsentsOfContactParams{ContactID: contactID, Most: consentsShown})
	if err != nil {
		return nil, fmt.Errorf("listing consents: %w", err)
	}
	return mapRows(rows, func(r db.ConsentsOfContactRow) leads.ConsentRecord {
		return leads.ConsentRecord{
			Consent:       leads.Consent{Text: r.Body, Version: r.Version, Page: r.Page, At: fromMicros(r.At)},
			InteractionID: r.InteractionID, Source: r.Source,
		}
	}), nil
}
