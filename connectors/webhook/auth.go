package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"

	"ctihub/connectors"
)

// secretLeast is the least length of a token, password or secret in bytes; a shorter
// one can be guessed.
const secretLeast = 12

// signature is how the sender signs the raw body.
type signature struct {
	Secret   string `yaml:"secret"`
	Header   string `yaml:"header"`   // that holds the HMAC-SHA-256
	Prefix   string `yaml:"prefix"`   // before it
	Encoding string `yaml:"encoding"` // hex or base64
}

// checkAuth reports what is missing for knowing the sender, and fills in the
// signature's defaults.
func (c *sourceSettings) checkAuth() error {
	sign := &c.Signature
	var wrong connectors.Mistakes
	wrong.If(c.Token == "" && c.Password == "" && sign.Secret == "",
		`token: is missing; give "token_file", or "user" and "password_file", or "signature" with "secret_file": without one of them everybody may post`)
	wrong.If((c.User == "") != (c.Password == ""), "password: user and password belong together")
	wrong.If(sign.Secret == "" && *sign != (signature{}), "signature.secret: is missing; name a file with secret_file")
	wrong.If(c.TokenHeader != "" && c.Token == "", "token_header: there is no token")
	for _, s := range []struct{ key, secret string }{{"token", c.Token}, {"password", c.Password}, {"signature.secret", sign.Secret}} {
		wrong.If(s.secret != "" && len(s.secret) < secretLeast, "%s: must have at least %d characters; make one with: openssl rand -hex 24", s.key, secretLeast)
	}
	if sign.Header == "" {
		sign.Header = "X-Hub-Signature-256"
		if sign.Prefix == "" {
			sign.Prefix = "sha256="
		}
	}
	if sign.Encoding == "" {
		sign.Encoding = "hex"
	}
	return wrong.Err()
}

// authenticated checks the token and the password of a request. rest is its path
// below /in/<name>/.
func (c *sourceSettings) authenticated(r *http.Request, rest string) bool {
	ok := true
	if c.Token != "" {
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		shown := []string{rest, r.URL.Query().Get("token"), bearer}
		if r.Method == http.MethodGet && r.URL.Query().Get("hub.mode") == "subscribe" { // Meta
			shown = append(shown, r.URL.Query().Get("hub.verify_token"))
		}
		if c.TokenHeader != "" {
			shown = append(shown, r.Header.Get(c.TokenHeader))
		}
		any := false
		for _, token := range shown {
			any = constantTimeEqual(token, c.Token) || any
		}
		ok = ok && any
	}
	if c.Password != "" {
		user, password, _ := r.BasicAuth()
		right := constantTimeEqual(user, c.User)
		ok = constantTimeEqual(password, c.Password) && right && ok
	}
	return ok
}

// signed checks the signature of the body, if one is configured.
func (c *sourceSettings) signed(r *http.Request, body []byte) bool {
	if c.Signature.Secret == "" {
		return true
	}
	text, prefixed := strings.CutPrefix(strings.TrimSpace(r.Header.Get(c.Signature.Header)), c.Signature.Prefix)
	var sum []byte
	var err error
	if c.Signature.Encoding == "base64" {
		sum, err = base64.StdEncoding.DecodeString(text)
	} else {
		sum, err = hex.DecodeString(text)
	}
	mac := hmac.New(sha256.New, []byte(c.Signature.Secret))
	mac.Write(body)
	return prefixed && err == nil && hmac.Equal(sum, mac.Sum(nil))
}

// constantTimeEqual compares in a time that depends neither on content nor on length.
func constantTimeEqual(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
