package e2e

import (
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// A call begins, is answered and ends while the database has been down for longer than
// a lease: the owner of the exchange goes on following it, and the whole call is in the
// log once the database is back.
func TestRealCallDuringAnOutage(t *testing.T) {
	pbx := asterisktest.Start(t)
	pg := storagetest.StartPostgres(t)
	h := hubtest.Start(t, func(c *config.Config) { c.Database = pg.DSN() }, hubtest.Exchange(t, pbx))
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	h.Connected("pbx")
	pbx.Phone("100", 0, 0)

	pg.Stop()
	time.Sleep(7 * time.Second) // longer than a lease, which lasts six
	call := pbx.Call("79161234501", "7001")
	asterisktest.Wait(t, "the answer", call.Answered())
	call.Hangup()
	pg.Start()

	ended := time.Now()
	for {
		calls := hubtest.List[leads.CallRecord](h, chief, "/api/v1/calls", nil)
		if len(calls) == 1 && calls[0].State == leads.CallEnded {
			if c := calls[0]; c.Disposition != leads.Answered || c.Answered.IsZero() || len(c.Legs) != 1 {
				t.Errorf("the call as stored: %+v", c)
			}
			break
		}
		if time.Since(ended) > hubtest.Patience {
			t.Fatalf("%v after the database came back: %+v", hubtest.Patience, calls)
		}
		time.Sleep(20 * time.Millisecond) // a reader of live events may have been cut
	}
	t.Logf("in the log %v after the database came back", time.Since(ended))
	if l, err := h.Store().Lease(t.Context(), "pbx"); err != nil || l.Epoch != 1 {
		t.Errorf("the lease after the outage: %+v, %v", l, err)
	}
}
