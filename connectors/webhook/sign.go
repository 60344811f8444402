package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Headers of a request, as in the Standard Webhooks specification
// (github.com/standard-webhooks), so that its libraries verify them.
const (
	headerID        = "Webhook-Id"        // the event's id, the same at every try
	headerTime      = "Webhook-Timestamp" // of this try, in seconds since 1970
	headerSignature = "Webhook-Signature" // "v1," and base64 of the HMAC-SHA-256, one per secret, newest first, blanks between
)

const (
	secretPrefix  = "whsec_"
	keyLeast      = 24 // bytes
	keyMost       = 64
	secretsAtOnce = 4
)

// keysOf reads the secrets, newest first.
func keysOf(secrets string) ([][]byte, error) {
	var keys [][]byte
	for _, s := range strings.Fields(secrets) {
		text, ok := strings.CutPrefix(s, secretPrefix)
		key, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(key) < keyLeast || len(key) > keyMost {
			return nil, errors.New(`secret: must be "whsec_" and 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"`)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("secret: is missing; name a file with secret_file")
	}
	if len(keys) > secretsAtOnce {
		return nil, fmt.Errorf("secret: holds %d secrets; keep the newest and the one before", len(keys))
	}
	return keys, nil
}

// sign returns the value of the signature's header. What is signed is the id,
// the timestamp and the body, with a dot between them.
func sign(keys [][]byte, id string, at time.Time, body []byte) (timestamp, signature string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	all := make([]string, len(keys))
	for i, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		all[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return timestamp, strings.Join(all, " ")
}
