package email

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// tokens gets and keeps the access token of one account (RFC 6749, section 6).
type tokens struct {
	set  *oauth
	env  connectors.Env
	path string // where a newer refresh token is kept

	mu      sync.Mutex
	refresh string
	access  string
	until   time.Time
}

// newTokens loads the refresh token that has replaced the configured one, if any.
func newTokens(o *oauth, env connectors.Env) *tokens {
	h := sha256.Sum256([]byte(o.TokenURL + "\n" + o.ClientID + "\n" + o.RefreshToken))
	t := &tokens{set: o, env: env, refresh: o.RefreshToken, path: filepath.Join(env.DataDir, "oauth-"+hex.EncodeToString(h[:8]))}
	if b, err := os.ReadFile(t.path); err == nil && len(b) > 0 {
		t.refresh = string(b)
	}
	return t
}

// token returns the access token of a server, empty if it wants a password.
func (c *connector) token(ctx context.Context, s *server) (string, error) {
	t := c.tokens[s]
	if t == nil {
		return "", nil
	}
	return t.get(ctx)
}

// get returns a token that is good for another minute.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.access != "" && t.env.Now().Before(t.until) {
		return t.access, nil
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {t.refresh}, "client_id": {t.set.ClientID}}
	if t.set.ClientSecret != "" {
		form.Set("client_secret", t.set.ClientSecret)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.set.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := t.env.Net.HTTP.Do(req)
	if err != nil {
		return "", fmt.Errorf("the server of access tokens is out of reach: check oauth.token_url (%w)", err)
	}
	defer resp.Body.Close()
	var answer struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    int64  `json:"expires_in"` // seconds
		Error        string `json:"error"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&answer)
	switch {
	case answer.Error == "invalid_grant":
		return "", leads.Because(leads.FaultSetup, errors.New("the access was withdrawn or has run out: sign in with the provider again and replace oauth.refresh_token (invalid_grant)"))
	case answer.Error == "invalid_client" || answer.Error == "unauthorized_client":
		return "", leads.Because(leads.FaultSetup, fmt.Errorf("the provider does not know this program: check oauth.client_id and client_secret (%s)", answer.Error))
	case resp.StatusCode != http.StatusOK || err != nil || answer.AccessToken == "":
		return "", fmt.Errorf("the server of access tokens answered %s and no token", resp.Status)
	}
	t.access = answer.AccessToken
	t.until = t.env.Now().Add(time.Duration(max(answer.ExpiresIn, 120))*time.Second - time.Minute)
	if answer.RefreshToken != "" && answer.RefreshToken != t.refresh {
		t.refresh = answer.RefreshToken
		if err := t.keep(); err != nil {
			return "", fmt.Errorf("the provider gave a new refresh token, which cannot be kept: %w", err)
		}
	}
	return t.access, nil
}

// keep writes the refresh token that takes the place of the configured one.
func (t *tokens) keep() error {
	if err := os.MkdirAll(filepath.Dir(t.path), 0o700); err != nil {
		return err
	}
	return vendors.ReplaceFile(t.path, []byte(t.refresh))
}

// forget drops the access token, which was refused.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.access = ""
}
