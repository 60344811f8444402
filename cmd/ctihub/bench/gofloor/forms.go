package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nyaruka/phonenumbers"
	"github.com/redis/go-redis/v9"
	"golang.org/x/net/idna"
)

const (
	maxBody    = 256 << 10
	sameWithin = 30 * time.Second // identical posts without a key are one post
	keyWithin  = 24 * time.Hour   // how long Redis keeps an Idempotency-Key
)

// forms takes in web forms.
type forms struct {
	pool   *pgxpool.Pool
	redis  *redis.Client
	region string
}

// form is a valid form.
type form struct {
	id            string // key of the interaction
	name, message string
	kinds, values []string // identities, normalised
	utm           string   // JSON, empty for none
	raw, digest   string
}

func (f *forms) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /in/site", f.receive)
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if f.pool.Ping(r.Context()) != nil || f.redis.Ping(r.Context()).Err() != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}

func (f *forms) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "The form is too large")
		return
	}
	var fields map[string]string
	if err := json.Unmarshal(body, &fields); err != nil {
		refuse(w, http.StatusBadRequest, "The body cannot be read")
		return
	}
	p := f.read(fields)
	if len(p.values) == 0 {
		refuse(w, http.StatusUnprocessableEntity, "A phone number or an e-mail address is needed")
		return
	}
	sum := sha256.Sum256(body)
	p.raw, p.digest = string(body), hex.EncodeToString(sum[:])
	if p.id, err = f.key(r, p.digest); err == nil {
		err = f.store(r.Context(), p)
	}
	if err != nil {
		slog.Warn("form not stored", "error", err)
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, "The form is not stored; send it again")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "id": p.id})
}

// read takes what is usable from the fields of a form.
func (f *forms) read(fields map[string]string) form {
	p := form{name: strings.TrimSpace(fields["name"]), message: strings.TrimSpace(fields["message"])}
	if n, err := phonenumbers.Parse(fields["phone"], f.region); err == nil && phonenumbers.IsValidNumber(n) {
		p.kinds, p.values = append(p.kinds, "phone"), append(p.values, phonenumbers.Format(n, phonenumbers.E164))
	}
	if address := normaliseEmail(fields["email"]); address != "" {
		p.kinds, p.values = append(p.kinds, "email"), append(p.values, address)
	}
	utm := map[string]string{}
	for name, value := range fields {
		if strings.HasPrefix(name, "utm_") && value != "" {
			utm[name] = value
		}
	}
	if len(utm) > 0 {
		text, _ := json.Marshal(utm) // texts only: it cannot fail
		p.utm = string(text)
	}
	return p
}

// normaliseEmail returns an address in lower case with a punycoded domain, empty if it
// is not an address.
func normaliseEmail(s string) string {
	local, domain, found := strings.Cut(strings.TrimSpace(s), "@")
	domain, err := idna.Lookup.ToASCII(domain)
	if !found || err != nil || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(local, " <>,;:") {
		return ""
	}
	return strings.ToLower(local + "@" + domain)
}

// key returns the id of a post: its Idempotency-Key, or else the id of the first
// identical post from the same address. Redis only remembers the id; the database's
// unique key decides whether the post is stored.
func (f *forms) key(r *http.Request, digest string) (string, error) {
	id, remembered, within := r.Header.Get("Idempotency-Key"), "", keyWithin
	if id == "" {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		id, remembered, within = "post-"+uuid.NewString(), host+" "+digest, sameWithin
	}
	first, err := f.redis.SetArgs(r.Context(), "form:"+cmp.Or(remembered, id), id, redis.SetArgs{Mode: "NX", Get: true, TTL: within}).Result()
	if errors.Is(err, redis.Nil) { // there was none before
		return id, nil
	}
	return first, err
}

// refuse answers with problem+json (RFC 9457).
func refuse(w http.ResponseWriter, status int, title string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": title, "status": status})
}
