package asterisk

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// celAssembler turns rows of the exchange's journal into whole calls. It is pure: no
// I/O, and no clock but the times of the rows. Rows may come repeatedly and in
// any order; what is known already changes nothing.
//
// A call is told when the journal holds it to its end: LINKEDID_END of every
// linkedid that belongs to it, or else CHAN_END of every channel, and then no
// row of it for a while: celGrace of the journal's own time, or celLooks looks
// at a journal that does not grow. A call whose beginning the journal does not
// hold is never told.
type celAssembler struct {
	plan    *plan
	sets    map[string]*celSet // by linkedid; several may mean one
	chans   map[string]*celSet // by uniqueid of a channel, and by id of a bridge
	dirty   map[*celSet]bool
	endless map[*celSet]bool // whose channels have all ended, and which may go on
	now     time.Time        // of the newest row
	looks   int              // at the journal that found nothing new
}

// How long a call may go on after its last channel ended, without LINKEDID_END.
const (
	celGrace = 3 * time.Second
	celLooks = 8 // two seconds, at one look each celPoll
)

// celSet is the rows of linkedids that have anything to do with each other.
type celSet struct {
	linked []string
	rows   []celRow
	seen   map[celKey]bool
	ended  map[string]bool // linkedids whose LINKEDID_END came
	place  int64           // of the first row
	first  time.Time       // when that was
	looked int             // celAssembler.looks at the newest row
	last   time.Time
	done   bool
	told   map[string]snapshot // by linkedid
}

// celKey tells a repeated row.
type celKey struct {
	uniqueid, kind, app, bridge string
	at                          int64
}

func (r celRow) key() celKey {
	return celKey{r.uniqueid, r.kind, r.app, r.extra.Bridge, r.at.UnixMicro()}
}

// holding is the technology of bridges in which nobody hears anybody: parking.
const holding = "holding_bridge"

func newCELAssembler(p *plan) *celAssembler {
	return &celAssembler{plan: p, sets: map[string]*celSet{}, chans: map[string]*celSet{}, dirty: map[*celSet]bool{}, endless: map[*celSet]bool{}}
}

// take takes one row.
func (m *celAssembler) take(r celRow) {
	s := m.set(r)
	if s.seen[r.key()] {
		return
	}
	s.seen[r.key()] = true
	s.looked = m.looks
	s.rows = append(s.rows, r)
	if r.kind == "LINKEDID_END" {
		s.ended[r.linkedid] = true
	}
	if r.at.After(s.last) {
		s.last = r.at
	}
	if r.at.After(m.now) {
		m.now = r.at
	}
	m.dirty[s] = true
}

// set finds or makes the set of a row, and unites those that the row connects.
func (m *celAssembler) set(r celRow) *celSet {
	s := m.sets[r.linkedid]
	if s == nil {
		s = &celSet{linked: []string{r.linkedid}, seen: map[celKey]bool{}, ended: map[string]bool{}, place: r.place, first: r.at, told: map[string]snapshot{}}
		m.sets[r.linkedid] = s
	}
	meets := r.extra.Bridge
	if r.extra.BridgeTech == holding {
		meets = ""
	}
	for _, id := range []string{r.uniqueid, meets, r.extra.Second, r.extra.Target, r.extra.Picker} {
		if o := m.chans[id]; id != "" && o != nil && o != s {
			s = m.unite(o, s)
		}
	}
	m.chans[r.uniqueid] = s
	if meets != "" {
		m.chans[meets] = s
	}
	return s
}

func (m *celAssembler) unite(a, b *celSet) *celSet {
	for _, id := range b.linked {
		m.sets[id] = a
	}
	for _, r := range b.rows {
		for _, id := range []string{r.uniqueid, r.extra.Bridge} {
			if m.chans[id] == b {
				m.chans[id] = a
			}
		}
	}
	a.linked = append(a.linked, b.linked...)
	for _, r := range b.rows {
		if !a.seen[r.key()] {
			a.seen[r.key()] = true
			a.rows = append(a.rows, r)
		}
	}
	maps.Copy(a.ended, b.ended)
	maps.Copy(a.told, b.told)
	if b.place < a.place {
		a.place, a.first = b.place, b.first
	}
	a.looked = max(a.looked, b.looked)
	if b.last.After(a.last) {
		a.last = b.last
	}
	delete(m.dirty, b)
	delete(m.endless, b)
	m.dirty[a] = true
	return a
}

// look notes that the journal was looked at and holds nothing new.
func (m *celAssembler) look() { m.looks++ }

// news returns the complete calls that became complete, or changed, since it
// was last asked, and forgets those that ended long ago.
func (m *celAssembler) news() []snapshot {
	return m.tell(func(s *celSet) bool { return m.now.Sub(s.last) >= celGrace || m.looks-s.looked >= celLooks })
}

// settle is [celAssembler.news] for a journal that is read to its end: no call whose
// channels have all ended goes on.
func (m *celAssembler) settle() []snapshot {
	return m.tell(func(*celSet) bool { return true })
}

func (m *celAssembler) tell(over func(*celSet) bool) (out []snapshot) {
	for s := range m.dirty {
		delete(m.endless, s)
		switch {
		case s.complete(), s.done && s.closed():
			s.done = true
			out = append(out, s.tell(m.plan, time.Time{})...)
		case s.closed():
			m.endless[s] = true
		}
	}
	clear(m.dirty)
	for s := range m.endless {
		if over(s) {
			delete(m.endless, s)
			s.done = true
			out = append(out, s.tell(m.plan, time.Time{})...)
		}
	}
	for _, s := range m.sets {
		if s.done && m.now.Sub(s.last) > forget {
			m.drop(s)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

// interrupt ends the calls that the journal does not end, because the exchange
// started anew at boot: at their last known time.
func (m *celAssembler) interrupt(boot time.Time) (out []snapshot) {
	for _, s := range m.sets {
		if !s.done && s.last.Before(boot) {
			cut := s.last
			if m.endless[s] {
				cut = time.Time{}
			}
			s.done = true
			delete(m.endless, s)
			out = append(out, s.tell(m.plan, cut)...)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

func byStart(a, b snapshot) int {
	return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Linkedid, b.Linkedid))
}

// resume returns the place and time of the first row that belongs to a call
// which is not complete: a reader that begins there again misses nothing. False: there is
// no such call, and the reader may go on where it is.
func (m *celAssembler) resume() (place int64, at time.Time, open bool) {
	for _, s := range m.sets {
		if !s.done && (!open || s.place < place) {
			place, at, open = s.place, s.first, true
		}
	}
	return place, at, open
}

func (m *celAssembler) drop(s *celSet) {
	for _, id := range s.linked {
		delete(m.sets, id)
	}
	for _, r := range s.rows {
		for _, id := range []string{r.uniqueid, r.extra.Bridge} {
			if m.chans[id] == s {
				delete(m.chans, id)
			}
		}
	}
}

// complete reports whether the journal holds the end of every linkedid, and of
// every channel whose beginning it holds.
func (s *celSet) complete() bool {
	for _, id := range s.linked {
		if !s.ended[id] {
			return false
		}
	}
	return s.allEnded(func(r celRow) bool { return r.kind == "CHAN_START" })
}

// closed reports whether the journal holds the end of every channel of which it
// holds anything, so that nothing of the call can go on.
func (s *celSet) closed() bool {
	return s.allEnded(func(r celRow) bool { return r.kind != "LINKEDID_END" })
}

// allEnded reports whether there is a CHAN_END of the channel of every such row.
func (s *celSet) allEnded(such func(celRow) bool) bool {
	ended := map[string]bool{}
	for _, r := range s.rows {
		if r.kind == "CHAN_END" {
			ended[r.uniqueid] = true
		}
	}
	for _, r := range s.rows {
		if such(r) && !ended[r.uniqueid] {
			return false
		}
	}
	return true
}

// tell returns the calls of a set that differ from what was told before. A cut
// that is not zero is when the exchange was lost.
func (s *celSet) tell(p *plan, cut time.Time) (out []snapshot) {
	for _, c := range s.calls(p, cut) {
		if old, ok := s.told[c.Linkedid]; ok && sameSnapshot(old, c) {
			continue
		}
		s.told[c.Linkedid] = c
		out = append(out, c)
	}
	return out
}
