package asterisk

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// celAssembler turns rows of the exchange's journal into whole calls. It is pure: no
// I/O, and no clock but the times of the rows. Rows may be repeated and in any
// order; a row that is known changes nothing.
//
// A call is complete with LINKEDID_END of each of its linkedids, or with CHAN_END
// of each of its channels and then no further row for celGrace of the journal's own
// time, or for celIdleReads reads that find nothing new. A call whose first row is
// not in the journal is never returned.
type celAssembler struct {
	plan      *plan
	sets      map[string]*celSet // by linkedid; several may mean one
	chans     map[string]*celSet // by uniqueid of a channel, and by id of a bridge
	dirty     map[*celSet]bool
	closing   map[*celSet]bool // all channels have ended, further rows may follow
	now       time.Time        // of the newest row
	idleReads int              // reads of the journal that found nothing new
}

// How long a call may go on after its last channel ended, without LINKEDID_END.
const (
	celGrace     = 3 * time.Second
	celIdleReads = 8 // two seconds, at one read each celPoll
)

// celSet holds the rows of linkedids that are connected by channels or bridges.
type celSet struct {
	linked     []string
	rows       []celRow
	seen       map[celKey]bool
	ended      map[string]bool     // linkedids whose LINKEDID_END came
	firstPlace int64               // celRow.place of the first row
	firstTime  time.Time           // of the first row
	idleReads  int                 // celAssembler.idleReads at the newest row
	lastTime   time.Time           // of the newest row
	done       bool                // complete, and returned
	reported   map[string]snapshot // calls as last returned, by linkedid
}

// celKey identifies a row, to skip repetitions.
type celKey struct {
	uniqueid, kind, app, bridge string
	at                          int64
}

func (r celRow) key() celKey {
	return celKey{r.uniqueid, r.kind, r.app, r.extra.Bridge, r.at.UnixMicro()}
}

// holding is the technology of bridges without audio between channels: parking.
const holding = "holding_bridge"

func newCELAssembler(p *plan) *celAssembler {
	return &celAssembler{plan: p, sets: map[string]*celSet{}, chans: map[string]*celSet{}, dirty: map[*celSet]bool{}, closing: map[*celSet]bool{}}
}

// addRow adds one row.
func (m *celAssembler) addRow(r celRow) {
	s := m.setFor(r)
	if s.seen[r.key()] {
		return
	}
	s.seen[r.key()] = true
	s.idleReads = m.idleReads
	s.rows = append(s.rows, r)
	if r.kind == "LINKEDID_END" {
		s.ended[r.linkedid] = true
	}
	if r.at.After(s.lastTime) {
		s.lastTime = r.at
	}
	if r.at.After(m.now) {
		m.now = r.at
	}
	m.dirty[s] = true
}

// setFor finds or makes the set of a row, and merges the sets that the row connects.
func (m *celAssembler) setFor(r celRow) *celSet {
	s := m.sets[r.linkedid]
	if s == nil {
		s = &celSet{linked: []string{r.linkedid}, seen: map[celKey]bool{}, ended: map[string]bool{}, firstPlace: r.place, firstTime: r.at, reported: map[string]snapshot{}}
		m.sets[r.linkedid] = s
	}
	bridge := r.extra.Bridge
	if r.extra.BridgeTech == holding {
		bridge = ""
	}
	for _, id := range []string{r.uniqueid, bridge, r.extra.Second, r.extra.Target, r.extra.Picker} {
		if o := m.chans[id]; id != "" && o != nil && o != s {
			s = m.merge(o, s)
		}
	}
	m.chans[r.uniqueid] = s
	if bridge != "" {
		m.chans[bridge] = s
	}
	return s
}

func (m *celAssembler) merge(a, b *celSet) *celSet {
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
	maps.Copy(a.reported, b.reported)
	if b.firstPlace < a.firstPlace {
		a.firstPlace, a.firstTime = b.firstPlace, b.firstTime
	}
	a.idleReads = max(a.idleReads, b.idleReads)
	if b.lastTime.After(a.lastTime) {
		a.lastTime = b.lastTime
	}
	delete(m.dirty, b)
	delete(m.closing, b)
	m.dirty[a] = true
	return a
}

// noteIdleRead notes that a read of the journal found nothing new.
func (m *celAssembler) noteIdleRead() { m.idleReads++ }

// completedCalls returns the calls that became complete, or changed, since it was
// last called, and drops those that ended long ago.
func (m *celAssembler) completedCalls() []snapshot {
	return m.collect(func(s *celSet) bool {
		return m.now.Sub(s.lastTime) >= celGrace || m.idleReads-s.idleReads >= celIdleReads
	})
}

// completedAtEnd is [celAssembler.completedCalls] for a journal that is read to its
// end: a call whose channels have all ended is complete.
func (m *celAssembler) completedAtEnd() []snapshot {
	return m.collect(func(*celSet) bool { return true })
}

func (m *celAssembler) collect(ended func(*celSet) bool) (out []snapshot) {
	for s := range m.dirty {
		delete(m.closing, s)
		switch {
		case s.complete(), s.done && s.closed():
			s.done = true
			out = append(out, s.changedCalls(m.plan, time.Time{})...)
		case s.closed():
			m.closing[s] = true
		}
	}
	clear(m.dirty)
	for s := range m.closing {
		if ended(s) {
			delete(m.closing, s)
			s.done = true
			out = append(out, s.changedCalls(m.plan, time.Time{})...)
		}
	}
	for _, s := range m.sets {
		if s.done && m.now.Sub(s.lastTime) > forget {
			m.drop(s)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

// interruptBefore ends the open calls from before the exchange's restart at boot, at
// the time of their last row.
func (m *celAssembler) interruptBefore(boot time.Time) (out []snapshot) {
	for _, s := range m.sets {
		if !s.done && s.lastTime.Before(boot) {
			lostAt := s.lastTime
			if m.closing[s] {
				lostAt = time.Time{}
			}
			s.done = true
			delete(m.closing, s)
			out = append(out, s.changedCalls(m.plan, lostAt)...)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

func byStart(a, b snapshot) int {
	return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Linkedid, b.Linkedid))
}

// resume returns the place and time of the first row of all incomplete calls: a
// reader that resumes there misses nothing. Open is false without incomplete calls.
func (m *celAssembler) resume() (place int64, at time.Time, open bool) {
	for _, s := range m.sets {
		if !s.done && (!open || s.firstPlace < place) {
			place, at, open = s.firstPlace, s.firstTime, true
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

// closed reports whether the journal holds the CHAN_END of every channel that
// occurs in a row.
func (s *celSet) closed() bool {
	return s.allEnded(func(r celRow) bool { return r.kind != "LINKEDID_END" })
}

// allEnded reports whether each channel with such a row has a CHAN_END.
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

// changedCalls returns the calls of a set that differ from those returned before.
// lostAt is when the exchange was lost, or zero.
func (s *celSet) changedCalls(p *plan, lostAt time.Time) (out []snapshot) {
	for _, c := range s.calls(p, lostAt) {
		if old, ok := s.reported[c.Linkedid]; ok && sameSnapshot(old, c) {
			continue
		}
		s.reported[c.Linkedid] = c
		out = append(out, c)
	}
	return out
}
