package web

import (
	"net/http"
	"testing"
	"time"

	"ctihub/leads"
)

// expectJournal asks for every route of the journal; all is what those get who
// may look.
func (h *hub) expectJournal(c *client, login string, all int) {
	h.t.Helper()
	const path = "/api/v1/reconciliations"
	h.expect(c, login, "GET", "/api/v1/gaps?source=pbx", "", all)
	h.expect(c, login, "GET", path+"?source=pbx&day=2026-11-21", "", all)
	h.expect(c, login, "POST", path, `{"source":"pbx","day":"2026-01-21"}`, all)
	if all == http.StatusOK {
		h.expect(c, login, "POST", path, `{"source":"site","day":"2026-01-21"}`, http.StatusBadRequest)
		h.expect(c, login, "POST", path, `{"source":"pbx","day":"yesterday"}`, http.StatusBadRequest)
		h.expect(c, login, "POST", path, `{"source":"pbx","day":"2999-01-01"}`, http.StatusBadRequest)
	}
}

func TestGapsAndReconciliations(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		from := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
		if err := h.store.PutGap(t.Context(), leads.Gap{Source: "pbx", Cause: leads.GapHub, From: from, Until: from.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		sue := h.as("sue")
		var gaps struct{ Items []leads.Gap }
		sue.get("/api/v1/gaps", &gaps)
		if len(gaps.Items) != 1 || !gaps.Items[0].From.Equal(from) || !gaps.Items[0].Filled.IsZero() {
			t.Errorf("gaps: %+v", gaps.Items)
		}
		var r leads.Reconciliation
		sue.send("POST", "/api/v1/reconciliations", `{"source":"pbx","day":"2026-01-21"}`, &r)
		if r.Asked.IsZero() || !r.At.IsZero() || r.Differences == nil {
			t.Errorf("asked: %+v", r)
		}
	})
}
