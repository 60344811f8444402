package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// BenchmarkLists prints how long the first page of each list takes among a million
// interactions, for each kind of viewer: p50 and p99 of 60 pages, in milliseconds.
func BenchmarkLists(b *testing.B) {
	for name, open := range map[string]func() storage.Config{
		"SQLite":   func() storage.Config { return storage.Config{DataDir: dataDir(b)} },
		"Postgres": func() storage.Config { return storage.Config{Database: storagetest.Postgres(b)} },
	} {
		b.Run(name, func(b *testing.B) {
			s, err := storage.Open(b.Context(), open())
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			fillHistory(b, s, 1_000_000)
			for range b.N {
				timeLists(b, s)
			}
		})
	}
}

func timeLists(b *testing.B, s *storage.Store) {
	var slowest time.Duration
	for _, c := range plans(b, s) {
		line := fmt.Sprintf("%-42s", c.name)
		for _, v := range []leads.Viewer{historyChief, historyManager, historyTalker, historyNewcomer, historyOnce, historyNobody} {
			var took []time.Duration
			for began := time.Now(); len(took) < 60 && time.Since(began) < 2*time.Second; {
				asked := time.Now()
				if err := c.list(v); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(asked))
			}
			slices.Sort(took)
			p50, p99 := took[len(took)/2], took[(len(took)*99-1)/100]
			slowest = max(slowest, p50)
			line += fmt.Sprintf(" %7.1f/%6.1f", ms(p50), ms(p99))
		}
		fmt.Println(line) // a log of a benchmark is cut
	}
	b.ReportMetric(ms(slowest), "ms-slowest-p50")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
