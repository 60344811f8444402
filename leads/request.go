package leads

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// RequestDigest recognises a repetition of a request, which is a struct of texts, lists and flags.
func RequestDigest(request any) string {
	b, _ := json.Marshal(request) // of texts and flags: cannot fail
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
