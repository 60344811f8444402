package vendors

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"

	"ctihub/connectors"
)

// SignedReceiver receives signed posts of a vendor.
type SignedReceiver struct {
	bodies *connectors.Bodies
	slots  *connectors.Slots // one for each body that is being read or handled
	most   int64
}

// NewSignedReceiver bounds how many bodies are read and handled at once, at most half of them
// from one address, and the size of a body in bytes. Large bodies also wait for memory in bodies.
func NewSignedReceiver(bodies *connectors.Bodies, atOnce int, most int64) *SignedReceiver {
	return &SignedReceiver{bodies: bodies, slots: connectors.NewSlots(atOnce, max(1, atOnce/2)), most: most}
}

// Serve reads a body, checks its size, pace and signature, and passes it to take. It answers 200
// if take returned nil; 503 if the vendor is to post it again; 4xx otherwise.
func (p *SignedReceiver) Serve(w http.ResponseWriter, r *http.Request, signed func(body []byte) bool, take func(ctx context.Context, body []byte) error) {
	release, ok := p.slots.Take(r.RemoteAddr)
	if !ok {
		PostAgain(w)
		return
	}
	defer release()
	body, done, err := p.bodies.Read(w, r, p.most)
	defer done()
	switch {
	case errors.Is(err, connectors.ErrCrowded):
		PostAgain(w)
	case errors.As(err, new(*http.MaxBytesError)):
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
	case !signed(body):
		http.Error(w, "the signature is not right", http.StatusUnauthorized)
	case take(r.Context(), body) != nil:
		PostAgain(w)
	default:
		_, _ = io.WriteString(w, "ok")
	}
}

// PostAgain answers 503: the body was not stored, and the vendor posts it again.
func PostAgain(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "5")
	http.Error(w, "not stored; send it again", http.StatusServiceUnavailable)
}

// Signed reports whether a signature is the HMAC-SHA-256 of a body, in hex.
func Signed(secret, signature string, body []byte) bool {
	given, err := hex.DecodeString(signature)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}
