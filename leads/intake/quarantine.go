package intake

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"ctihub/leads"

	"github.com/google/uuid"
)

// Retry is the part of a [Batch] that ends the quarantine of its only touch, or
// stores a new reason.
type Retry struct {
	ID     string                // of the quarantined touch
	By     string                // user
	Reason string                // why it is still refused; empty: it is in Touches
	Cause  leads.QuarantineCause // code of Reason
}

// maxKept is the greatest length of a touch that quarantine keeps for a retry,
// in bytes of JSON: a message with its HTML fits. Of a longer one only Raw is kept.
const maxKept = 4 << 20

// quarantine returns the quarantine record of a touch. Its id is a hash of the
// content: a repetition is stored once, and other content under the same key is a
// second record.
func quarantine(t leads.Touch, why error) leads.QuarantinedTouch {
	content := t.Digest
	if content == "" {
		sent := t // only what the sender wrote, without time and classification
		sent.At, sent.Team, sent.Suspect, sent.Refused, sent.Cause, sent.Facts = time.Time{}, "", "", "", "", nil
		b, _ := json.Marshal(keptTouch{Touch: sent})
		content = fmt.Sprintf("%x", sha256.Sum256(b))
	}
	return leads.QuarantinedTouch{
		ID:     uuid.NewSHA1(uuid.Nil, []byte(t.Source+"\n"+t.ExternalID+"\n"+content)).String(),
		Source: t.Source, ExternalID: leads.Clip(t.ExternalID, 500), Reason: why.Error(), Cause: leads.CauseOf(t, why), Facts: t.Facts, Raw: leads.RawOf(t), At: t.At, Touch: encodeKept(t),
	}
}

// QuarantineReused returns the quarantine record of a touch whose key was used with
// other content. A retry stores it under a key of its own.
func QuarantineReused(t leads.Touch) leads.QuarantinedTouch {
	t.ExternalID = leads.Clip(t.ExternalID, 400) + "." + leads.Clip(t.Digest, 64)
	return quarantine(t, leads.ErrKeyReused)
}

// keptTouch is the form in which quarantine keeps a touch.
type keptTouch struct {
	leads.Touch
	Legs []string `json:",omitempty"` // channels of the call's legs, which have no place in the API's JSON
}

// encodeKept returns the touch in a form for [Service.Retry], empty if it is too long.
func encodeKept(t leads.Touch) string {
	k := keptTouch{Touch: t}
	if t.Call != nil {
		for _, l := range t.Call.Legs {
			k.Legs = append(k.Legs, l.Channel)
		}
	}
	b, err := json.Marshal(k)
	if err != nil || len(b) > maxKept {
		return ""
	}
	return string(b)
}

// decodeKept reads what encodeKept wrote, or the touch that older versions kept in Raw.
func decodeKept(q leads.QuarantinedTouch) (leads.Touch, error) {
	text := q.Touch
	if text == "" {
		text = q.Raw
	}
	var k keptTouch
	if err := json.Unmarshal([]byte(text), &k); err != nil || k.Source != q.Source {
		return leads.Touch{}, fmt.Errorf("%w: only the raw text of this touch was kept, so it cannot be retried", leads.ErrInvalid)
	}
	if k.Call != nil && len(k.Legs) == len(k.Call.Legs) {
		for i, channel := range k.Legs {
			k.Call.Legs[i].Channel = channel
		}
	}
	return k.Touch, nil
}

// Retry ingests a quarantined touch again under its key: it becomes an interaction,
// or stays in quarantine with the new reason, which is not an error. Suspect and
// Refused are dropped, because a user has reviewed it. ErrConflict: it has left
// quarantine meanwhile.
func (in *Service) Retry(ctx context.Context, q leads.QuarantinedTouch, by string) error {
	began := in.Now()
	t, err := decodeKept(q)
	if err != nil {
		return err
	}
	t.Suspect, t.Refused, t.Cause, t.Facts = "", "", "", nil
	batch := Batch{Source: q.Source, Retry: &Retry{ID: q.ID, By: by}}
	if err := t.Validate(); err != nil {
		batch.Retry.Reason, batch.Retry.Cause = err.Error(), leads.CauseOf(t, err)
	} else {
		batch.Touches = []leads.Touch{t.Normalise(in.Region)}
	}
	return in.storeAndNotify(ctx, batch, began)
}

// Discard ends the quarantine of a touch without an interaction; note says why.
// ErrConflict: it has left quarantine meanwhile.
func (in *Service) Discard(ctx context.Context, id, by, note string) error {
	note, err := leads.Line("note", note)
	if err != nil {
		return err
	}
	if note == "" {
		return leads.Invalid("note", "Say why it is nothing.")
	}
	return in.Store.Discard(ctx, id, by, leads.OneSpace(note))
}
