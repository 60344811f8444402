package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// Two hubs share a database; the clock of one is an hour fast, that of the other
// an hour slow. Nothing accepted is lost or doubled; the exchange has one owner and
// fails over in time; a session of one hub is valid on the other; a failed delivery is
// retried after the same backoff.
func TestTortureClocksDiffer(t *testing.T) {
	var tries atomic.Int64
	delivered := make(chan time.Time, 1000)
	failed := make(chan time.Time, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if tries.Add(1) == 1 {
			failed <- time.Now()
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		delivered <- time.Now()
	}))
	t.Cleanup(receiver.Close)
	sink, err := config.NewSink("my-program", "webhook", []string{"lead.created"}, map[string]any{
		"url": receiver.URL, "secret": "whsec_bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyE=", "allow": []string{"127.0.0.1/32"},
	})
	if err != nil {
		t.Fatal(err)
	}
	pbx, dsn, redis := asterisktest.Start(t), storagetest.Postgres(t), storagetest.Redis(t)
	shared := func(c *config.Config) { c.Database, c.Redis, c.Sinks = dsn, redis, append(c.Sinks, sink) }
	off := func(by time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(by) } }
	fast := hubtest.StartAt(t, off(time.Hour), shared, site(t), hubtest.Exchange(t, pbx))
	_, admin := fast.Person("root", "Анна Админ", leads.RoleAdmin)
	fast.Connected("pbx")

	// One lead, delivered to the receiver at the second attempt.
	if ok, err := postOnce(fast.URL+"/in/site", "first", formOf(people).Encode()); err != nil || !ok {
		t.Fatalf("the first form: %v, %v", ok, err)
	}
	slow := hubtest.StartAt(t, off(-time.Hour), shared, site(t), hubtest.Exchange(t, pbx))
	beside := time.Now()
	began := <-failed
	select {
	case at := <-delivered:
		t.Logf("delivered %v after the failure", at.Sub(began))
	case <-time.After(hubtest.Patience):
		t.Fatalf("not delivered %v after a failure", hubtest.Patience)
	}

	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	signIn, err := http.NewRequest(http.MethodPost, fast.URL+"/api/v1/session", strings.NewReader(`{"login": "root", "password": "`+hubtest.Password+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	signIn.Header.Set("Content-Type", "application/json")
	resp, err := browser.Do(signIn)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("signing in: %s", resp.Status)
	}
	for range 2 {
		for _, h := range []*hubtest.Hub{slow, fast} { // cookies ignore the port
			resp, err := browser.Get(h.URL + "/api/v1/session")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("the session at %s: %s", h.URL, resp.Status)
			}
		}
	}

	// A lease's duration passes, and the owner keeps the exchange.
	time.Sleep(time.Until(beside.Add(7 * time.Second)))
	l, err := slow.Store().Lease(t.Context(), "pbx")
	if err != nil || l.Epoch != 1 {
		t.Errorf("the lease: %+v, %v", l, err)
	}
	if n := len(hubtest.List[leads.Interaction](slow, admin, "/api/v1/interactions", nil)); n != 1 {
		t.Errorf("%d interactions, want 1", n)
	}
	fast.Stop()
	slow.Connected("pbx")
}

// The same under a constant load of forms.
func TestTortureClocksDifferUnderLoad(t *testing.T) {
	t.Parallel()
	dsn, redis := storagetest.Postgres(t), storagetest.Redis(t)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis }
	off := func(by time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(by) } }
	w := startTraffic(t, hubtest.StartAt(t, off(time.Hour), shared, site(t)), hubtest.StartAt(t, off(-time.Hour), shared, site(t)))
	w.awaitProgress("the clocks differ by two hours", false)
	w.end()
}
