package bench

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/storagetest"
)

// boardLeads is how many open leads the board of [BenchmarkBoard] has.
const boardLeads = 10_000

// BenchmarkBoard measures the board of 10,000 open leads in four stages, on both databases: the
// answer of the API, and the time from the navigation to the frame that shows the cards in real
// Chromium, which has the scripts in its cache; of a supervisor, who sees all of them.
func BenchmarkBoard(b *testing.B) {
	for range b.N {
		table("board of %d open leads | API, p50 / p95 / p99 | first paint, p50 / p95 / p99 |", boardLeads)
		table("--- | --- | ---")
		for name, change := range map[string]func(*config.Config){
			"SQLite": func(*config.Config) {}, "PostgreSQL": func(c *config.Config) { c.Database = storagetest.Postgres(b) },
		} {
			h := hubtest.Start(b, change)
			_, chief := h.Person("chief", "Chief", leads.RoleSupervisor)
			fillBoard(b, h, chief)
			var answers, paints []time.Duration
			for range 40 {
				began := time.Now()
				var board leads.Board
				h.Get(chief, "/api/v1/leads/board?open=true", &board)
				answers = append(answers, time.Since(began))
				if n := count(board); n != boardLeads {
					b.Fatalf("%d leads on the board", n)
				}
			}
			browser := hubtest.NewBrowser(b)
			browser.Do("open", "chief", map[string]any{"url": h.URL, "login": "chief", "password": hubtest.Password, "path": "/leads", "cards": false})
			for range 20 {
				ms := browser.Do("painted", "chief", map[string]any{"url": h.URL + "/leads?look=board", "selector": ".lead-card"}).(float64)
				paints = append(paints, time.Duration(ms*float64(time.Millisecond)))
			}
			table("%s | %s | %s |", name, hubtest.Percentiles(answers), hubtest.Percentiles(paints))
			h.Stop()
		}
	}
}

func count(board leads.Board) (n int64) {
	for _, c := range board.Columns {
		n += c.Count
	}
	return n
}

// fillBoard stores the leads of strangers: a fourth of them while each of four stages is the first.
func fillBoard(b *testing.B, h *hubtest.Hub, token string) {
	b.Helper()
	stages := []map[string]any{{"id": "new", "name": "New", "kind": "open"}, {"id": "working", "name": "In work", "kind": "open"}, {"name": "Offer", "kind": "open"}, {"name": "Contract", "kind": "open"}}
	closed := []map[string]any{{"id": "won", "name": "Won", "kind": "won"}, {"id": "refused", "name": "Refused", "kind": "lost"}}
	for part := range 4 {
		if status, body := h.Request(http.MethodPatch, token, "/api/v1/pipelines/main", map[string]any{"stages": append(append([]map[string]any{}, stages...), closed...)}); status != http.StatusOK {
			b.Fatalf("%d %s", status, body)
		}
		var made leads.Pipeline
		h.Get(token, "/api/v1/pipelines/main", &made)
		for i := range stages {
			stages[i]["id"] = made.Stages[i].ID
		}
		stages = append(stages[1:], stages[0])
		var batch intake.Batch
		for n := range boardLeads / 4 {
			key := part*boardLeads/4 + n
			batch.Touches = append(batch.Touches, leads.Touch{
				Source: "site", ExternalID: fmt.Sprint(key), Channel: leads.ChannelForm, Direction: leads.In, At: time.Now(), Name: fmt.Sprint("Customer ", key),
				From: []leads.Identity{{Kind: leads.KindPhone, Value: fmt.Sprint("+7916", 1_000_000+key)}}, Text: "How much?",
			})
		}
		batch.Source = "site"
		for len(batch.Touches) > 0 {
			some := batch
			some.Touches = batch.Touches[:min(100, len(batch.Touches))]
			if _, err := h.Store().Ingest(b.Context(), some); err != nil {
				b.Fatal(err)
			}
			batch.Touches = batch.Touches[len(some.Touches):]
		}
	}
}
