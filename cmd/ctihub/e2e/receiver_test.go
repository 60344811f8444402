package e2e

import (
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// receiver is a webhook receiver. It records the events in order and accepts all of
// them.
type receiver struct {
	mu       sync.Mutex
	received []string          // event ids
	bodies   map[string]string // by event id
	forged   int               // repetitions with another body
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the hub died while it sent
	}
	id := req.Header.Get("Webhook-Id")
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, again := r.bodies[id]; again && before != string(body) {
		r.forged++
	}
	r.bodies[id] = string(body)
	r.received = append(r.received, id)
}

// judge compares the received events with the outbox: every event at least once and
// under one id, no others, and those of one lead in order, also when they are repeated.
// It returns the number of repetitions.
func (r *receiver) judge(t *testing.T, h *hubtest.Hub, token string) (again int) {
	t.Helper()
	r.awaitAll(t, h, token)
	r.mu.Lock()
	defer r.mu.Unlock()
	type row struct {
		seq             int64
		id, lead, state string
	}
	events := map[string]row{}
	query(t, openSQL(t, h), `SELECT e.seq, e.id, e.lead_id, COALESCE(d.state, 'missing') FROM events e LEFT JOIN deliveries d ON d.event_seq = e.seq
		WHERE e.type IN ('lead.created', 'lead.assigned')`, func(e *row) []any { return []any{&e.seq, &e.id, &e.lead, &e.state} },
		func(e row) { events[e.id] = e })
	latest := map[string]int64{} // by lead
	phantoms, disorder, missing, unfinished := 0, 0, 0, 0
	for _, id := range r.received {
		e, known := events[id]
		switch {
		case !known:
			phantoms++
		case e.seq < latest[e.lead]:
			disorder++
		}
		latest[e.lead] = e.seq
	}
	for id, e := range events {
		if _, told := r.bodies[id]; !told {
			missing++
		}
		if e.state != string(leads.DeliveryDone) {
			unfinished++
		}
	}
	again = len(r.received) - len(r.bodies)
	if missing+phantoms+disorder+unfinished+r.forged > 0 {
		t.Errorf("of %d events %d were not told, %d are not delivered by the outbox; %d were told out of order, %d of what was told never happened, %d changed when told again",
			len(events), missing, unfinished, disorder, phantoms, r.forged)
	}
	t.Logf("outbox: %d events of leads, each told; %d told again under the same id, none out of order", len(events), again)
	return again
}

// awaitAll waits until no delivery is pending. A delivery that a dead hub was sending
// is repeated when its lease has expired.
func (r *receiver) awaitAll(t *testing.T, h *hubtest.Hub, token string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) { // the API has no event of deliveries to await
		waiting := hubtest.List[leads.Delivery](h, token, "/api/v1/deliveries", url.Values{"state": {string(leads.DeliveryWaiting)}})
		if len(waiting) == 0 {
			return
		}
		if time.Since(began) > hubtest.Patience {
			t.Fatalf("%d deliveries wait after three minutes, the first: %+v", len(waiting), waiting[0])
		}
	}
}
