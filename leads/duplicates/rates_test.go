package duplicates_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"ctihub/leads/duplicates"
)

// share counts what was right among all.
type share struct{ right, all int }

func (s share) rate() float64 { return float64(s.right) / float64(max(1, s.all)) }

// rates are precision by reason and recall by kind of error; of everything with the empty name.
type rates struct {
	precision, recall map[string]*share
	wrong             []string
	pairs             int // that were compared
}

// measure runs the rules over the records as storage does: candidates by keys, without those that
// too many records have.
func measure(records []record) rates {
	profiles, holders := make([]*duplicates.Profile, len(records)), map[string][]int32{}
	for i, r := range records {
		profiles[i] = duplicates.NewProfile(r.Person)
		for _, k := range profiles[i].Keys() {
			holders[k] = append(holders[k], int32(i))
		}
	}
	shared := func(key string) bool { return len(holders[key]) > duplicates.SharedBy }
	of := map[int][]int{}
	for i, r := range records {
		of[r.person] = append(of[r.person], i)
	}
	r := rates{precision: map[string]*share{"": {}}, recall: map[string]*share{"": {}}}
	count := func(in map[string]*share, name string, right bool) {
		if in[name] == nil {
			in[name] = &share{}
		}
		in[name].all++
		if right {
			in[name].right++
		}
	}
	found := map[[2]int]bool{}
	for i, p := range profiles {
		seen := map[int32]bool{}
		for _, k := range p.Keys() {
			if len(holders[k]) > duplicates.KeyMost {
				continue
			}
			for _, j := range holders[k] {
				if int(j) <= i || seen[j] {
					continue
				}
				seen[j] = true
				r.pairs++
				score, reasons := duplicates.Judge(p, profiles[j], shared)
				if score == 0 {
					continue
				}
				right := records[i].person == records[j].person
				found[[2]int{i, int(j)}] = right
				count(r.precision, "", right)
				for _, reason := range reasons {
					count(r.precision, reason.Code, right)
				}
				if !right {
					r.wrong = append(r.wrong, fmt.Sprintf("%d %v\n\t%+v\n\t%+v", score, reasons, records[i], records[j]))
				}
			}
		}
	}
	for _, same := range of {
		for n, i := range same {
			for _, j := range same[n+1:] {
				count(r.recall, "", found[[2]int{i, j}])
				count(r.recall, records[j].kind, found[[2]int{i, j}])
				if !found[[2]int{i, j}] {
					r.wrong = append(r.wrong, fmt.Sprintf("missed: %+v\n\t%+v", records[i], records[j]))
				}
			}
		}
	}
	return r
}

func (r rates) String() (s string) {
	for _, part := range []struct {
		name string
		of   map[string]*share
	}{{"precision", r.precision}, {"recall", r.recall}} {
		for _, name := range slices.Sorted(maps.Keys(part.of)) {
			v := part.of[name]
			s += fmt.Sprintf("%-10s %-28s %.4f (%d of %d)\n", part.name, name, v.rate(), v.right, v.all)
		}
	}
	return s
}

// TestRates: of a population with known errors nearly all second records are found, and nearly all
// that is suggested is right. Who is who is what the generator says.
func TestRates(t *testing.T) {
	r := measure(newPopulation(1, 5000).records)
	t.Logf("%d pairs compared\n%s", r.pairs, r)
	if p := r.precision[""].rate(); p < 0.95 {
		t.Errorf("precision %.3f, want 0.95 at least", p)
	}
	if p := r.recall[""].rate(); p < 0.90 {
		t.Errorf("recall %.3f, want 0.90 at least", p)
	}
	for _, kind := range []string{bySpelling, byAlias, byChannels, byCompany, byTypo} {
		if r.recall[kind] == nil || r.recall[kind].rate() < 0.80 {
			t.Errorf("recall of %s: %+v, want 0.80 at least", kind, r.recall[kind])
		}
	}
	if t.Failed() || testing.Verbose() {
		for _, w := range r.wrong[:min(len(r.wrong), 40)] {
			t.Log(w)
		}
	}
}

// BenchmarkRates prints the rates among 100,000 people:
//
//	go test ./leads/duplicates -run - -bench Rates -benchtime 1x -v
func BenchmarkRates(b *testing.B) {
	records := newPopulation(2, 100_000).records
	for b.Loop() {
		r := measure(records)
		b.ReportMetric(r.precision[""].rate(), "precision")
		b.ReportMetric(r.recall[""].rate(), "recall")
		b.ReportMetric(float64(r.pairs), "pairs")
		b.ReportMetric(float64(len(records)), "records")
		b.Log("\n" + r.String())
	}
}
