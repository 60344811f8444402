package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/engine"
	"ctihub/connectors/webhook"
	"ctihub/leads"
)

const (
	secretNew = "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE="
	secretOld = "whsec_b2xkIG9sZCBvbGQgb2xkIG9sZCBvbGQgb2xkIG9sZCE="
	canary    = "+79161234567"
)

func event(n int) leads.Event {
	id := fmt.Sprintf("018f-%d", n)
	return leads.Event{ID: id, Type: leads.EventLeadCreated, Data: fmt.Appendf(nil, `{"id":%q,"type":"lead.created","contact":{"name":"Жанна %s"}}`, id, canary)}
}

// taken is a request as a receiver reads it.
type taken struct {
	header http.Header
	body   []byte
}

// receiver is a real HTTP server that keeps what it takes; answer may be nil.
func receiver(t *testing.T, answer http.HandlerFunc) (*httptest.Server, chan taken) {
	got := make(chan taken, 100)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			t.Errorf("%s, %v", r.Method, err)
		}
		got <- taken{r.Header.Clone(), body}
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	return srv, got
}

func settings(url string, more ...string) string {
	return fmt.Sprintf("url: %q\nsecret: %q\nallow: [127.0.0.0/8]\n", url, secretNew) + strings.Join(more, "\n")
}

func open(t *testing.T, settings string) leads.Sink {
	t.Helper()
	s, err := engine.NewSink(webhook.Kind(), connectortest.Env(t, "hook", settings))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	connectortest.RunSink(t, connectortest.SinkSubject{
		Kind: webhook.Kind(),
		Start: func(t *testing.T) connectortest.Receiver {
			var refuse, hang atomic.Bool
			srv, got := receiver(t, func(w http.ResponseWriter, r *http.Request) {
				if refuse.Load() {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
				if hang.Load() {
					<-r.Context().Done()
				}
			})
			return connectortest.Receiver{
				Settings: settings(srv.URL), Refuse: refuse.Store, Hang: hang.Store,
				Taken: func(ctx context.Context) (string, error) {
					select {
					case r := <-got:
						return r.header.Get("Webhook-Id"), nil
					case <-ctx.Done():
						return "", ctx.Err()
					}
				},
			}
		},
		Canaries: []string{canary, secretNew, "Жанна"},
	})
}

// verify checks a signature as docs/webhooks.md tells receivers to.
func verify(secret string, r taken, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	at, err := strconv.ParseInt(r.header.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return errors.New("too old")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", r.header.Get("Webhook-Id"), at, r.body)
	for _, s := range strings.Fields(r.header.Get("Webhook-Signature")) {
		sum, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "v1,"))
		if hmac.Equal(sum, mac.Sum(nil)) {
			return nil
		}
	}
	return errors.New("no signature fits")
}

func TestSignature(t *testing.T) {
	srv, got := receiver(t, nil)
	rotating := open(t, fmt.Sprintf("url: %q\nsecret: \"%s\\n%s\\n\"\nallow: [127.0.0.1/32]\n", srv.URL, secretNew, secretOld))
	e := event(1)
	if err := rotating.Deliver(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	r, now := <-got, time.Now()
	if id := r.header.Get("Webhook-Id"); id != e.ID || string(r.body) != string(e.Data) || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("sent %q %q %v", id, r.body, r.header)
	}
	for name, secret := range map[string]string{"new": secretNew, "old": secretOld} {
		if err := verify(secret, r, now); err != nil {
			t.Errorf("during rotation, the receiver with the %s secret: %v", name, err)
		}
	}
	if n := len(strings.Fields(r.header.Get("Webhook-Signature"))); n != 2 {
		t.Errorf("%d signatures", n)
	}
	if err := open(t, settings(srv.URL)).Deliver(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	r = <-got
	if verify(secretNew, r, now) != nil || verify(secretOld, r, now) == nil {
		t.Error("after rotation only the new secret must fit")
	}
	for name, change := range map[string]func(*taken){
		"body":  func(r *taken) { r.body[len(r.body)-2] ^= 1 },
		"id":    func(r *taken) { r.header.Set("Webhook-Id", "other") },
		"time":  func(r *taken) { r.header.Set("Webhook-Timestamp", fmt.Sprint(now.Unix()-1)) },
		"old":   func(r *taken) { r.header.Set("Webhook-Timestamp", fmt.Sprint(now.Unix()-360)) },
		"blank": func(r *taken) { r.header.Del("Webhook-Signature") },
	} {
		changed := taken{r.header.Clone(), append([]byte(nil), r.body...)}
		change(&changed)
		if verify(secretNew, changed, now) == nil {
			t.Errorf("a changed %s is not noticed", name)
		}
	}
	// A fixed example, computed by openssl dgst -sha256 -mac HMAC; also in docs/webhooks.md.
	fixed := taken{http.Header{"Webhook-Id": {"evt-1"}, "Webhook-Timestamp": {"1700000000"}, "Webhook-Signature": {"v1,L6ZrukEg/gv+F+uTCy//qMzBWrJEbWS/ht9lGVd9Q+g="}}, []byte(`{"id":"evt-1"}`)}
	if err := verify(secretNew, fixed, time.Unix(1700000060, 0)); err != nil {
		t.Errorf("the example: %v", err)
	}
}

// What each answer means.
func TestAnswers(t *testing.T) {
	for _, x := range []struct {
		status    int
		header    string
		ok, final bool
		wait      time.Duration
	}{
		{status: 200, ok: true}, {status: 201, ok: true}, {status: 204, ok: true},
		{status: 400, final: true}, {status: 404, final: true}, {status: 410, final: true}, {status: 413, final: true}, {status: 422, final: true},
		{status: 401}, {status: 403}, {status: 408}, {status: 425}, {status: 500}, {status: 502}, {status: 504}, {status: 600},
		{status: 429, header: "17", wait: 17 * time.Second}, {status: 503, header: "Wed, 01 Jan 2098 00:00:00 GMT", wait: 1},
		{status: 503, header: "soon"}, {status: 503, header: "-5"}, {status: 503, header: "Wed, 01 Jan 2008 00:00:00 GMT"},
		{status: 301}, {status: 302}, {status: 307}, {status: 308}, {status: 304},
	} {
		var second atomic.Int64
		target, _ := receiver(t, func(http.ResponseWriter, *http.Request) { second.Add(1) })
		srv, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target.URL)
			if x.header != "" {
				w.Header().Set("Retry-After", x.header)
			}
			w.WriteHeader(x.status)
		})
		err := open(t, settings(srv.URL)).Deliver(t.Context(), event(1))
		if (err == nil) != x.ok || leads.IsPermanent(err) != x.final {
			t.Errorf("%d: %v, permanent %v", x.status, err, leads.IsPermanent(err))
		}
		if wait := leads.WaitOf(err); wait != x.wait && (x.wait != 1 || wait < time.Hour) {
			t.Errorf("%d with Retry-After %q: wait %s", x.status, x.header, wait)
		}
		if err != nil && !strings.Contains(err.Error(), strconv.Itoa(x.status)) {
			t.Errorf("%d is told as %q", x.status, err)
		}
		if second.Load() > 0 {
			t.Errorf("%d: the redirect was followed", x.status)
		}
	}
}

// Receivers that hang, break off, flood, or are not there.
func TestTroubles(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	flood := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}
	for name, x := range map[string]struct {
		url    string
		answer http.HandlerFunc
		want   string
	}{
		"gone":       {url: gone.URL + "?key=s3cret", want: "the receiver cannot be reached"},
		"no name":    {url: "http://no-such-host.invalid/?key=s3cret", want: "the receiver's name cannot be resolved"},
		"hangs":      {answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, want: "the receiver did not answer in time"},
		"breaks off": {answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, want: "the connection broke before the answer came"},
		"floods":     {answer: flood},
		"floods headers": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 1<<20))
		}, want: "the connection broke before the answer came"},
		"certificate": {url: "tls", want: "the receiver's certificate is not valid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			switch x.url {
			case "tls":
				srv := httptest.NewTLSServer(nil)
				srv.Config.ErrorLog = nil
				t.Cleanup(srv.Close)
				x.url = srv.URL
			case "":
				srv, _ := receiver(t, x.answer)
				x.url = srv.URL
			}
			err := open(t, settings(x.url, "timeout: 1s")).Deliver(t.Context(), event(1))
			if x.want == "" && err != nil || x.want != "" && (err == nil || err.Error() != x.want) || leads.IsPermanent(err) {
				t.Errorf("%v, want %q and not permanent", err, x.want)
			}
		})
	}
}

// The address is judged when it is dialled, whatever the name or the notation.
func TestNothingInsideIsDialled(t *testing.T) {
	var hits atomic.Int64
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.NotFoundHandler(), ConnState: func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			hits.Add(1)
		}
	}}}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, host := range []string{"localhost", "0x7f000001", "0x7f.1", "2130706433", "127.1", "017700000001", "localhost."} {
		s := open(t, fmt.Sprintf("url: https://%s:%s/\nsecret: %s\n", host, port, secretNew))
		if err := s.Deliver(t.Context(), event(1)); err == nil {
			t.Errorf("%s was reached", host)
		} else if strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: the error tells what is inside: %v", host, err)
		}
	}
	if hits.Load() > 0 {
		t.Errorf("%d connections came in", hits.Load())
	}
	t.Setenv("HTTPS_PROXY", srv.URL) // a proxy would dial for us
	t.Setenv("HTTP_PROXY", srv.URL)
	if err := open(t, "url: https://no-such-host.invalid/\nsecret: "+secretNew).Deliver(t.Context(), event(1)); err == nil || hits.Load() > 0 {
		t.Errorf("through a proxy: %v, %d hits", err, hits.Load())
	}
}

func TestSettings(t *testing.T) {
	for text, want := range map[string]string{
		"secret: " + secretNew:                                                            "url: is missing",
		"url: ftp://example.com/\nsecret: " + secretNew:                                   "https address",
		"url: https:///x\nsecret: " + secretNew:                                           "https address",
		"url: https://user:pw@example.com/\nsecret: " + secretNew:                         "neither a user",
		"url: http://example.com/\nsecret: " + secretNew:                                  "must be https",
		"url: https://169.254.169.254/\nsecret: " + secretNew:                             "not a public one",
		"url: https://[::ffff:127.0.0.1]/\nsecret: " + secretNew:                          "not a public one",
		"url: http://1.1.1.1/\nallow: [10.0.0.0/8]\nsecret: " + secretNew:                 "not a public one",
		"url: https://example.com/":                                                       "secret: is missing",
		"url: https://example.com/\nsecret: hunter2":                                      "secret: must be",
		"url: https://example.com/\nsecret: whsec_c2hvcnQ=":                               "secret: must be",
		"url: https://example.com/\nsecret: \"" + strings.Repeat(secretNew+" ", 5) + "\"": "holds 5 secrets",
		"url: https://example.com/\ntimeout: 1h\nsecret: " + secretNew:                    "timeout: must be",
		"url: https://example.com/\ntimeout: 0s\nsecret: " + secretNew:                    "timeout: must be",
	} {
		_, err := engine.NewSink(webhook.Kind(), connectortest.Env(t, "hook", text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "pw") {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
	// A sink of the sample's keys sends an event that is valid JSON.
	srv, got := receiver(t, nil)
	if err := open(t, settings(srv.URL, "timeout: 15s")).Deliver(t.Context(), event(2)); err != nil {
		t.Fatal(err)
	}
	var body leads.EventBody
	if err := json.Unmarshal((<-got).body, &body); err != nil || body.ID != "018f-2" {
		t.Errorf("body %+v, %v", body, err)
	}
}

// A receiver with a certificate of an authority of the hub's is trusted.
func TestAuthorityOfTheHub(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	for roots, trusted := range map[*x509.CertPool]bool{roots: true, x509.NewCertPool(): false} {
		env := connectortest.Env(t, "hook", fmt.Sprintf("url: %s\nsecret: %s\nallow: [127.0.0.0/8, \"::1/128\"]\n", srv.URL, secretNew))
		env.Net.Roots = roots
		s, err := engine.NewSink(webhook.Kind(), env)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Deliver(t.Context(), event(1)); (err == nil) != trusted {
			t.Errorf("trusted %v: %v", trusted, err)
		}
	}
}
