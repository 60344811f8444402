package leads

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// QuarantineState is what became of a quarantined touch.
type QuarantineState string

// States of a quarantined touch. It leaves the first one once, and is deleted
// after that only, see [Retention].
const (
	QuarantineWaiting   QuarantineState = "waiting"
	QuarantineAccepted  QuarantineState = "accepted"  // it is an interaction
	QuarantineDiscarded QuarantineState = "discarded" // somebody decided that it is nothing
)

// QuarantinedTouch is input that could not become an interaction, kept raw.
type QuarantinedTouch struct {
	ID            string          `json:"id"`
	Source        string          `json:"source"`
	ExternalID    string          `json:"external_id"`
	Reason        string          `json:"reason"`          // in words, of the last try
	Cause         QuarantineCause `json:"cause"`           // code of Reason
	Facts         []string        `json:"facts,omitempty"` // that Cause goes by, each as "code:value"
	Raw           string          `json:"raw,omitempty"`   // what the upstream sent; lists leave it out
	At            time.Time       `json:"at"`
	State         QuarantineState `json:"state"`
	Retries       int64           `json:"retries"`
	Decided       time.Time       `json:"decided,omitzero"`         // when it left QuarantineWaiting
	DecidedBy     *Person         `json:"decided_by,omitempty"`     // who decided
	Note          string          `json:"note,omitempty"`           // why it was discarded
	InteractionID string          `json:"interaction_id,omitempty"` // that it became
	Touch         string          `json:"-"`                        // the touch as the connector put it, see [Intake.Retry]; lists leave it out
}

// Retry is the part of a [Batch] that ends the quarantine of its only touch,
// or gives it a new reason.
type Retry struct {
	ID     string          // of the quarantined touch
	By     string          // user
	Reason string          // why it is still refused; empty: it is in Touches
	Cause  QuarantineCause // code of Reason
}

// maxKept is the greatest length of a touch that quarantine keeps for a retry,
// in bytes of JSON: a message with its HTML fits. Of a longer one only Raw is kept.
const maxKept = 4 << 20

// quarantine returns what is kept of a touch that was refused. Its id names the
// content: repetitions are kept once, and other content under the same key is
// kept beside it.
func quarantine(t Touch, why error) QuarantinedTouch {
	content := t.Digest
	if content == "" {
		sent := t // what its sender wrote of it, not when and how it was read
		sent.At, sent.Team, sent.Suspect, sent.Refused, sent.Cause, sent.Facts = time.Time{}, "", "", "", "", nil
		b, _ := json.Marshal(keptTouch{Touch: sent})
		content = fmt.Sprintf("%x", sha256.Sum256(b))
	}
	return QuarantinedTouch{
		ID:     uuid.NewSHA1(uuid.Nil, []byte(t.Source+"\n"+t.ExternalID+"\n"+content)).String(),
		Source: t.Source, ExternalID: Clip(t.ExternalID, 500), Reason: why.Error(), Cause: causeOf(t, why), Facts: t.Facts, Raw: rawOf(t), At: t.At, Touch: keep(t),
	}
}

// QuarantineReused returns what is kept of a touch whose key belongs to another
// content. It can be taken in under a key of its own.
func QuarantineReused(t Touch) QuarantinedTouch {
	t.ExternalID = Clip(t.ExternalID, 400) + "." + Clip(t.Digest, 64)
	return quarantine(t, ErrKeyReused)
}

// keptTouch is the form in which quarantine keeps a touch.
type keptTouch struct {
	Touch
	Legs []string `json:",omitempty"` // channels of the call's legs, which have no place in the API's JSON
}

// keep returns the touch in a form for [Intake.Retry], empty if it is too long.
func keep(t Touch) string {
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

// kept reads what keep has written, or the touch that older hubs left in Raw.
func kept(q QuarantinedTouch) (Touch, error) {
	text := q.Touch
	if text == "" {
		text = q.Raw
	}
	var k keptTouch
	if err := json.Unmarshal([]byte(text), &k); err != nil || k.Source != q.Source {
		return Touch{}, fmt.Errorf("%w: only the raw text of this touch was kept, so it cannot be retried", ErrInvalid)
	}
	if k.Call != nil && len(k.Legs) == len(k.Call.Legs) {
		for i, channel := range k.Legs {
			k.Call.Legs[i].Channel = channel
		}
	}
	return k.Touch, nil
}

// Retry takes a quarantined touch in as if it came now, with its key: it
// becomes an interaction, or stays in quarantine with the new reason, which is
// not an error. Suspicion and refusal are dropped, because a person has looked at it.
// ErrConflict: it has left quarantine meanwhile.
func (in *Intake) Retry(ctx context.Context, q QuarantinedTouch, by string) error {
	began := in.Now()
	t, err := kept(q)
	if err != nil {
		return err
	}
	t.Suspect, t.Refused, t.Cause, t.Facts = "", "", "", nil
	batch := Batch{Source: q.Source, Retry: &Retry{ID: q.ID, By: by}}
	if err := t.Validate(); err != nil {
		batch.Retry.Reason, batch.Retry.Cause = err.Error(), causeOf(t, err)
	} else {
		batch.Touches = []Touch{t.Normalise(in.Region)}
	}
	return in.take(ctx, batch, began)
}
