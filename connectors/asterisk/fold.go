package asterisk

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// fold turns rows of the exchange's journal into whole calls. It is pure: no
// I/O, and no clock but the times of the rows. Rows may come repeatedly and in
// any order; what is known already changes nothing.
//
// A call is told when the journal holds it to its end: LINKEDID_END of every
// linkedid that belongs to it, or else CHAN_END of every channel, and then no
// row of it for a while: celGrace of the journal's own time, or celLooks looks
// at a journal that does not grow. A call whose beginning the journal does not
// hold is never told.
type fold struct {
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
	looked int             // fold.looks at the newest row
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

func newFold(p *plan) *fold {
	return &fold{plan: p, sets: map[string]*celSet{}, chans: map[string]*celSet{}, dirty: map[*celSet]bool{}, endless: map[*celSet]bool{}}
}

// take takes one row.
func (f *fold) take(r celRow) {
	s := f.set(r)
	if s.seen[r.key()] {
		return
	}
	s.seen[r.key()] = true
	s.looked = f.looks
	s.rows = append(s.rows, r)
	if r.kind == "LINKEDID_END" {
		s.ended[r.linkedid] = true
	}
	if r.at.After(s.last) {
		s.last = r.at
	}
	if r.at.After(f.now) {
		f.now = r.at
	}
	f.dirty[s] = true
}

// set finds or makes the set of a row, and unites those that the row connects.
func (f *fold) set(r celRow) *celSet {
	s := f.sets[r.linkedid]
	if s == nil {
		s = &celSet{linked: []string{r.linkedid}, seen: map[celKey]bool{}, ended: map[string]bool{}, place: r.place, first: r.at, told: map[string]snapshot{}}
		f.sets[r.linkedid] = s
	}
	meets := r.extra.Bridge
	if r.extra.BridgeTech == holding {
		meets = ""
	}
	for _, id := range []string{r.uniqueid, meets, r.extra.Second, r.extra.Target, r.extra.Picker} {
		if o := f.chans[id]; id != "" && o != nil && o != s {
			s = f.unite(o, s)
		}
	}
	f.chans[r.uniqueid] = s
	if meets != "" {
		f.chans[meets] = s
	}
	return s
}

func (f *fold) unite(a, b *celSet) *celSet {
	for _, id := range b.linked {
		f.sets[id] = a
	}
	for _, r := range b.rows {
		for _, id := range []string{r.uniqueid, r.extra.Bridge} {
			if f.chans[id] == b {
				f.chans[id] = a
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
	delete(f.dirty, b)
	delete(f.endless, b)
	f.dirty[a] = true
	return a
}

// look notes that the journal was looked at and holds nothing new.
func (f *fold) look() { f.looks++ }

// news returns the complete calls that became complete, or changed, since it
// was last asked, and forgets those that ended long ago.
func (f *fold) news() []snapshot {
	return f.tell(func(s *celSet) bool { return f.now.Sub(s.last) >= celGrace || f.looks-s.looked >= celLooks })
}

// settle is [fold.news] for a journal that is read to its end: no call whose
// channels have all ended goes on.
func (f *fold) settle() []snapshot {
	return f.tell(func(*celSet) bool { return true })
}

func (f *fold) tell(over func(*celSet) bool) (out []snapshot) {
	for s := range f.dirty {
		delete(f.endless, s)
		switch {
		case s.complete(), s.done && s.closed():
			s.done = true
			out = append(out, s.tell(f.plan, time.Time{})...)
		case s.closed():
			f.endless[s] = true
		}
	}
	clear(f.dirty)
	for s := range f.endless {
		if over(s) {
			delete(f.endless, s)
			s.done = true
			out = append(out, s.tell(f.plan, time.Time{})...)
		}
	}
	for _, s := range f.sets {
		if s.done && f.now.Sub(s.last) > forget {
			f.drop(s)
		}
	}
	slices.SortFunc(out, byStart)
	return out
}

// interrupt ends the calls that the journal does not end, because the exchange
// started anew at boot: at their last known time.
func (f *fold) interrupt(boot time.Time) (out []snapshot) {
	for _, s := range f.sets {
		if !s.done && s.last.Before(boot) {
			cut := s.last
			if f.endless[s] {
				cut = time.Time{}
			}
			s.done = true
			delete(f.endless, s)
			out = append(out, s.tell(f.plan, cut)...)
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
func (f *fold) resume() (place int64, at time.Time, open bool) {
	for _, s := range f.sets {
		if !s.done && (!open || s.place < place) {
			place, at, open = s.place, s.first, true
		}
	}
	return place, at, open
}

func (f *fold) drop(s *celSet) {
	for _, id := range s.linked {
		delete(f.sets, id)
	}
	for _, r := range s.rows {
		for _, id := range []string{r.uniqueid, r.extra.Bridge} {
			if f.chans[id] == s {
				delete(f.chans, id)
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
