package asterisk

import (
	"cmp"
	"reflect"
	"slices"
	"time"
)

func sameSnapshot(a, b snapshot) bool { return reflect.DeepEqual(a, b) }

// celOrder orders the kinds of rows that have the same microsecond. Rows whose time
// is known to the second only stay in the order in which they were written.
var celOrder = []string{
	"CHAN_START", "ANSWER", "APP_START", "BRIDGE_EXIT", "BLINDTRANSFER", "ATTENDEDTRANSFER", "PICKUP", "LOCAL_OPTIMIZE",
	"BRIDGE_ENTER", "PARK_START", "PARK_END", "APP_END", "HANGUP", "CHAN_END", "LINKEDID_END",
}

func celBefore(a, b celRow) int {
	if a.coarse && b.coarse {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.place, b.place))
	}
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(slices.Index(celOrder, a.kind), slices.Index(celOrder, b.kind)),
		cmp.Compare(a.uniqueid, b.uniqueid))
}

// calls returns the calls of a set: usually one. A linkedid that became part of
// another call is returned with PartOf. Two customers in one conference stay two
// calls, and each talks with the operators in it.
func (s *celSet) calls(p *plan, lostAt time.Time) (out []snapshot) {
	slices.SortStableFunc(s.rows, celBefore)
	g := s.graph(p)
	owner := map[string]string{} // of a linkedid: the call that it belongs to
	for _, root := range g.roots() {
		reach := g.reach(root)
		var rows []celRow
		for _, r := range s.rows {
			if reach[g.home[r.uniqueid]] {
				rows = append(rows, r)
			}
		}
		for id := range reach {
			owner[id] = cmp.Or(owner[id], root)
		}
		if c, ok := assembleCall(p, root, rows, lostAt); ok && g.whole[root] {
			out = append(out, c)
		}
	}
	for id, of := range owner {
		if id == of || !g.whole[id] || !g.whole[of] {
			continue
		}
		var own []celRow
		for _, r := range s.rows {
			if g.home[r.uniqueid] == id {
				own = append(own, r)
			}
		}
		if c, ok := assembleCall(p, id, own, time.Time{}); ok {
			c.PartOf = of
			out = append(out, c)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

// celGraph says which linkedids of a set are connected.
type celGraph struct {
	ids     []string            // linkedids, the earliest first
	home    map[string]string   // of a channel: its first linkedid
	whole   map[string]bool     // linkedids whose beginning the journal holds
	inbound map[string]bool     // linkedids that a customer began
	edges   map[string][]string // between linkedids
}

// graph builds the graph from the rows, which are in order.
func (s *celSet) graph(p *plan) *celGraph {
	g := &celGraph{home: map[string]string{}, whole: map[string]bool{}, inbound: map[string]bool{}, edges: map[string][]string{}}
	inside := map[string][]string{} // channels in a bridge
	for _, r := range s.rows {
		if g.home[r.uniqueid] == "" {
			g.home[r.uniqueid] = r.linkedid
		}
		home := g.home[r.uniqueid]
		if !slices.Contains(g.ids, home) {
			g.ids = append(g.ids, home)
		}
		if r.kind == "CHAN_START" && r.uniqueid == r.linkedid {
			g.whole[r.linkedid], g.inbound[r.linkedid] = true, p.isTrunk(r.channel)
		}
		g.join(home, r.linkedid)
		for _, id := range []string{r.extra.Second, r.extra.Target, r.extra.Picker} {
			g.join(home, g.home[id])
		}
		switch b := r.extra.Bridge; {
		case r.extra.BridgeTech == holding:
		case r.kind == "BRIDGE_ENTER":
			for _, other := range inside[b] {
				g.join(home, g.home[other])
			}
			inside[b] = append(inside[b], r.uniqueid)
		case r.kind == "BRIDGE_EXIT":
			inside[b] = slices.DeleteFunc(inside[b], func(id string) bool { return id == r.uniqueid })
		}
	}
	return g
}

func (g *celGraph) join(a, b string) {
	if a != b && a != "" && b != "" && !slices.Contains(g.edges[a], b) {
		g.edges[a], g.edges[b] = append(g.edges[a], b), append(g.edges[b], a)
	}
}

// roots returns the linkedids that are calls: each inbound one, and the earliest of
// each group that is connected with no inbound one.
func (g *celGraph) roots() (roots []string) {
	taken := map[string]bool{}
	for _, inbound := range []bool{true, false} {
		for _, id := range g.ids {
			if g.inbound[id] == inbound && !taken[id] {
				roots = append(roots, id)
				for other := range g.reach(id) {
					taken[other] = taken[other] || !g.inbound[other] || other == id
				}
			}
		}
	}
	return roots
}

// reach returns the linkedids of the call that begins with root.
func (g *celGraph) reach(root string) map[string]bool {
	reach, queue := map[string]bool{root: true}, []string{root}
	for len(queue) > 0 {
		for _, next := range g.edges[queue[0]] {
			if !reach[next] && !g.inbound[next] {
				reach[next] = true
				queue = append(queue, next)
			}
		}
		queue = queue[1:]
	}
	return reach
}
