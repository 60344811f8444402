package webform

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"net/http"
	"strings"
	"time"

	"ctihub/connectors"
)

// inputProof holds a challenge and its solution, with a dot between them.
const inputProof = "_proof"

// What becomes of a post without a proof.
const (
	proofAccept     = "accept"
	proofQuarantine = "quarantine"
	proofRefuse     = "refuse"
)

// challengeFor is how long a challenge is good.
const challengeFor = 30 * time.Minute

// proofRules ask the visitor's browser for some work before each post.
type proofRules struct {
	Bits    int    `yaml:"bits"`    // leading zero bits of the hash; each doubles the work; 0: none is asked
	Without string `yaml:"without"` // what becomes of a post without a proof
	Secret  string `yaml:"secret"`  // that several hubs share; empty: a new one at each start
}

func (r proofRules) check() error {
	var wrong connectors.Mistakes
	wrong.If(r.Secret != "" && len(r.Secret) < 16, "proof.secret: must have at least 16 characters")
	return wrong.Err()
}

// proofKey is what challenges are signed with.
func (r proofRules) key() []byte {
	if r.Secret != "" {
		return []byte(r.Secret)
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}

// challenge makes one: 12 random bytes and the time of its end, signed.
func (f *form) challenge() string {
	b := make([]byte, 20, 36)
	_, _ = rand.Read(b[:12])
	binary.BigEndian.PutUint64(b[12:], uint64(f.now().Add(challengeFor).Unix())) //nolint:gosec // a time of today
	return base64.RawURLEncoding.EncodeToString(append(b, f.signChallenge(b)...))
}

func (f *form) signChallenge(b []byte) []byte {
	mac := hmac.New(sha256.New, f.proofKey)
	mac.Write([]byte(f.name + "\x00"))
	mac.Write(b)
	return mac.Sum(nil)[:16]
}

var (
	errNoProof    = errors.New("no proof of work")
	errWrongProof = errors.New("the proof of work is not right, too old or used")
)

// checkProof checks the proof of work of a post that has an interaction's key. The
// same post sent again may bring it again.
func (f *form) checkProof(proof, id string) error {
	if f.Proof.Bits == 0 {
		return nil
	}
	if proof == "" {
		return errNoProof
	}
	challenge, _, _ := strings.Cut(proof, ".")
	b, err := base64.RawURLEncoding.DecodeString(challenge)
	if err != nil || len(b) != 36 || len(proof) > 100 || !hmac.Equal(f.signChallenge(b[:20]), b[20:]) {
		return errWrongProof
	}
	if end := time.Unix(int64(binary.BigEndian.Uint64(b[12:20])), 0); f.now().After(end) { //nolint:gosec // it was signed by us
		return errWrongProof
	}
	if sum := sha256.Sum256([]byte(proof)); bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:4])) < f.Proof.Bits {
		return errWrongProof
	}
	if by := f.proofs.update(challenge, func(by string) string {
		if by == "" {
			return id
		}
		return by
	}); by != id {
		return errWrongProof
	}
	return nil
}

// serveChallenge is GET /in/<name>/challenge.
func (a *answer) serveChallenge() {
	if a.r.Method != http.MethodGet {
		a.w.Header().Set("Allow", http.MethodGet)
		a.problem(http.StatusMethodNotAllowed, "invalid", "Challenges are fetched with GET", nil)
		return
	}
	f := a.form
	a.w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(a.w).Encode(map[string]any{"challenge": f.challenge(), "bits": f.Proof.Bits, "seconds": int(challengeFor.Seconds())})
}

// proofMissing decides about a post without a valid proof: it returns a reason for
// quarantine, or an error that refuses it.
func (f *form) proofMissing(err error) (suspect string, refused error) {
	switch {
	case err == nil:
		return "", nil
	case errors.Is(err, errWrongProof), f.Proof.Without == proofRefuse:
		return "", err
	case f.Proof.Without == proofQuarantine:
		return fmt.Sprintf("form spam: %v", err), nil
	}
	return "", nil
}
