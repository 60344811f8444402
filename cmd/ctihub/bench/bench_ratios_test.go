package bench

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample is what one turn of a contender gave.
type sample struct {
	perSecond float64
	p50, p99  time.Duration
	cpu       []time.Duration // for a touch, by the contender's processes
}

func (s sample) cpuOfAll() (sum time.Duration) {
	for _, t := range s.cpu {
		sum += t
	}
	return sum
}

// turn names a contender and its load.
type turn struct {
	name        string
	half        bool
	connections int
}

// results hold the samples of each turn, one for each round.
type results struct {
	rounds  int
	samples map[turn][]sample
}

func rate(s sample) float64 { return s.perSecond }
func lone(s sample) float64 { return float64(s.p50) }

// median is the median over the rounds of a figure of one turn. Of two it is the greater.
func (r results) median(at turn, figure func(sample) float64) float64 {
	return median(r.rounds, func(round int) float64 { return figure(r.samples[at][round]) })
}

// ratio is the median over the rounds of a's figure divided by b's of the same round.
func (r results) ratio(a, b turn, figure func(sample) float64) float64 {
	return median(r.rounds, func(round int) float64 { return figure(r.samples[a][round]) / figure(r.samples[b][round]) })
}

func median(n int, figure func(int) float64) float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = figure(i)
	}
	slices.Sort(all)
	return all[n/2]
}

// printSamples prints what each contender gave: medians over the rounds.
func (r results) printSamples(contenders []contender) {
	table("touches per second, p50 / p99; median of %d rounds | 1 connection | 8 connections | 32 connections", r.rounds)
	table("--- | --- | --- | ---")
	for _, c := range contenders {
		names := make([]string, len(c.uses))
		for i, u := range c.uses {
			names[i] = u.name
		}
		for _, half := range []bool{false, true} {
			who := "new persons"
			if half {
				who = "half repeat persons"
			}
			var figures, cpu [3]string
			for i, connections := range degrees {
				at := turn{c.name, half, connections}
				if !c.takesPart(half, connections) {
					continue
				}
				cell := i
				if c.once {
					cell = 0
				}
				spread := func(p func(sample) time.Duration) time.Duration {
					return round(time.Duration(r.median(at, func(s sample) float64 { return float64(p(s)) })))
				}
				figures[cell] = fmt.Sprintf("%.0f/s, %v / %v", r.median(at, rate),
					spread(func(s sample) time.Duration { return s.p50 }), spread(func(s sample) time.Duration { return s.p99 }))
				parts := make([]string, len(c.uses))
				for u := range parts {
					parts[u] = fmt.Sprintf("%.2f", r.median(at, func(s sample) float64 { return milliseconds(s.cpu[u]) }))
				}
				cpu[cell] = strings.Join(parts, " + ")
			}
			if figures == [3]string{} {
				continue
			}
			table("%s, %s | %s | %s | %s", c.name, who, figures[0], figures[1], figures[2])
			table("CPU of a touch: %s, ms | %s | %s | %s", strings.Join(names, " + "), cpu[0], cpu[1], cpu[2])
		}
	}
}

// printShares prints the hub's share of the raw limits, with new persons.
func (r results) printShares() {
	for _, pair := range [][2]string{{onPostgres, limit1}, {onPostgres, limit2}, {onSQLite, limit3}, {onSQLite, limit16}} {
		var shares [3]float64
		limitAt := func(connections int) turn {
			if pair[0] == onSQLite {
				connections = 32
			}
			return turn{pair[1], false, connections}
		}
		for i, connections := range degrees {
			shares[i] = 100 * r.ratio(turn{pair[0], false, connections}, limitAt(connections), rate)
		}
		short, _, _ := strings.Cut(pair[1], ":")
		table("%s, share of %s; p50 of a lone touch %.1f × its | %.0f %% | %.0f %% | %.0f %%", pair[0], short,
			r.ratio(turn{pair[0], false, 1}, limitAt(1), lone), shares[0], shares[1], shares[2])
	}
}

// printTargets prints the ratios that the project has set itself, beside their targets.
func (r results) printTargets(hub *peer) {
	table("median of the ratios of %d rounds | new persons | half repeat persons | target", r.rounds)
	table("--- | --- | --- | ---")
	row := func(what, target string, figure func(half bool) float64) {
		table("%s | %.2f | %.2f | %s", what, figure(false), figure(true), target)
	}
	against := func(a, b string, connections int, figure func(sample) float64) func(bool) float64 {
		return func(half bool) float64 {
			return r.ratio(turn{a, half, connections}, turn{b, half, connections}, figure)
		}
	}
	row("hub on PostgreSQL + Redis ÷ gofloor, 32 connections", "≥ 1.5", against(onPostgres, onFloor, 32, rate))
	row("the same, 8 connections", "≥ 1.2", against(onPostgres, onFloor, 8, rate))
	row("p50 of a lone touch, hub ÷ gofloor", "≤ 1.5", against(onPostgres, onFloor, 1, lone))
	row("hub on SQLite, 32 connections ÷ SQLite limit with 16 a commit", "≥ 0.8", func(half bool) float64 {
		return r.ratio(turn{onSQLite, half, 32}, turn{limit16, false, 32}, rate)
	})
	row("CPU of hub + PostgreSQL + Redis for a touch, 32 connections, ms", "≤ 0.6", func(half bool) float64 {
		return r.median(turn{onPostgres, half, 32}, func(s sample) float64 { return milliseconds(s.cpuOfAll()) })
	})
	table("memory of the hub at rest / greatest after a load, MB | %.0f / %.0f | | ≤ 40 / ≤ 80", hub.rest, hub.loaded)
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// The ratio of each round counts, not the ratio of medians.
func TestMedianOfTheRatios(t *testing.T) {
	r := results{3, map[turn][]sample{
		{"hub", true, 8}:   {{perSecond: 10}, {perSecond: 300}, {perSecond: 40}},
		{"floor", true, 8}: {{perSecond: 10}, {perSecond: 100}, {perSecond: 20}},
	}}
	if got := r.ratio(turn{"hub", true, 8}, turn{"floor", true, 8}, rate); got != 2 {
		t.Errorf("the ratios 1, 3 and 2 have the median %v", got)
	}
	if got := r.median(turn{"hub", true, 8}, rate); got != 40 {
		t.Errorf("10, 300 and 40 have the median %v", got)
	}
}
