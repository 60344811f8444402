package web

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"ctihub/leads"
)

// rows counts what all pages of a list hold.
func (c *client) rows(path string, query url.Values) (n int) {
	c.hub.t.Helper()
	query.Set("limit", "3")
	for {
		var list struct {
			Items []struct{ ID string }
			Next  string
		}
		c.get(path+"?"+query.Encode(), &list)
		n += len(list.Items)
		if list.Next == "" {
			return n
		}
		query.Set("cursor", list.Next)
	}
}

// The figures of calls that were not answered are the rows that their links
// open, and those of tasks likewise. What is not answered does not depend on
// how the call came out.
func TestFiguresAreTheirRows(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		began := time.Now().UTC().Truncate(time.Second).Add(-time.Hour)
		want, queued := 0, 0
		for n, x := range []struct {
			direction    leads.Direction
			how          leads.Disposition
			partOf       string
			talked, live bool
			not          bool // answered
		}{
			{leads.In, leads.Missed, "", false, false, true},
			{leads.In, leads.Abandoned, "", false, false, true},
			{leads.In, leads.Abandoned, "", false, false, true},
			{leads.In, leads.Busy, "", false, false, true},
			{leads.In, leads.Declined, "", false, false, true},
			{leads.In, leads.Unreachable, "", false, false, true},
			{leads.In, leads.Failed, "", false, false, true},
			{leads.In, leads.Voicemail, "", false, false, true},
			{leads.In, leads.Interrupted, "", false, false, true},
			{leads.In, leads.Interrupted, "", true, false, false},
			{leads.In, leads.Answered, "", true, false, false},
			{leads.In, leads.Barred, "", false, false, false},
			{leads.In, leads.Missed, "another", false, false, false},
			{leads.In, "", "", false, true, false},
			{leads.Out, leads.Missed, "", false, false, false},
			{leads.Internal, leads.Missed, "", false, false, false},
		} {
			started := began.Add(time.Duration(n) * time.Minute)
			c := leads.Call{
				Linkedid: fmt.Sprint("call ", n), Direction: x.direction, State: leads.CallEnded, Disposition: x.how, PartOf: x.partOf, Journal: !x.live,
				From: fmt.Sprintf("+7916555%04d", n), To: "200", DID: "+74951234567", Queue: []string{"", "sales"}[n%2],
				Started: started, Ended: started.Add(30 * time.Second),
				Legs: []leads.Leg{{Channel: "c1", Extension: "102", State: leads.LegCancelled, Rang: started}},
			}
			touch := leads.Touch{ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: x.direction, At: started, Call: &c}
			if x.direction == leads.In {
				touch.From = []leads.Identity{{Kind: leads.KindPhone, Value: c.From}}
			}
			if x.talked {
				c.Operator, c.Answered = "102", started.Add(5*time.Second)
			}
			if x.live {
				c.State, c.Ended = leads.CallRinging, time.Time{}
			}
			h.put(touch)
			if x.not {
				want++
				queued += n % 2
			}
		}
		sue, max := h.as("sue"), h.as("max")
		var r leads.MissedReport
		sue.get("/api/v1/reports/not-answered?from="+url.QueryEscape(began.Format(time.RFC3339)), &r)
		period := func(queue string) url.Values {
			v := url.Values{"not_answered": {"true"}, "since": {r.From.Format(time.RFC3339Nano)}, "until": {r.To.Format(time.RFC3339Nano)}}
			if queue != "" {
				v.Set("queue", queue)
			}
			return v
		}
		if n := sue.rows("/api/v1/calls", period("")); r.Total.Missed != want || n != want {
			t.Errorf("the report counts %d, its link opens %d, want %d", r.Total.Missed, n, want)
		}
		for _, g := range r.Queues {
			if g.Name == "" {
				continue
			}
			if n := sue.rows("/api/v1/calls", period(g.Name)); g.Missed != queued || n != queued {
				t.Errorf("queue %s: the report counts %d, its link opens %d, want %d", g.Name, g.Missed, n, queued)
			}
		}
		if n := max.rows("/api/v1/calls", url.Values{"not_answered": {"true"}}); n != want {
			t.Errorf("whose telephone rang sees %d, want %d", n, want)
		}
		// Each of the customers is to be called back.
		if r.Total.Open != want {
			t.Errorf("%d wait for a call, want %d", r.Total.Open, want)
		}
		var tasks struct{ Open, Late int }
		var all struct{ Items []leads.Task }
		sue.get("/api/v1/tasks?limit=200", &all)
		for _, task := range all.Items[:3] {
			max.send("POST", "/api/v1/tasks/"+task.ID+"/take", "", nil)
		}
		max.get("/api/v1/tasks", &tasks)
		if mine, late := max.rows("/api/v1/tasks", url.Values{"mine": {"true"}}), max.rows("/api/v1/tasks", url.Values{"mine": {"true"}, "late": {"true"}}); len(all.Items) != want || tasks.Open != mine || tasks.Late != late || mine < 3 {
			t.Errorf("%d tasks of %d; of mine %d are counted and %d listed, %d and %d late", len(all.Items), want, tasks.Open, mine, tasks.Late, late)
		}
	})
}
