package storage

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"ctihub/leads"
)

// Bounds of shared commits.
const (
	groupMost = 32   // touches of one transaction, unless one batch alone has more
	queueMost = 1000 // touches that may wait for one writer; more are refused
	pgLanes   = 2    // writers of what is not a call, on PostgreSQL
)

// groups lets batches that arrive together share one transaction. No batch
// waits for company: a free writer takes what is there, and while it commits
// the next ones gather.
type groups struct {
	lanes []*lane // SQLite: one; PostgreSQL: that of the calls, then the others
	seed  maphash.Seed

	taken atomic.Int64 // groups that writers took, for tests
}

func newGroups(lanes int, store func([]*job)) *groups {
	g := &groups{seed: maphash.MakeSeed()}
	for range lanes {
		l := &lane{store: func(jobs []*job) { g.taken.Add(1); store(jobs) }}
		l.rest.L = &l.mu
		g.lanes = append(g.lanes, l)
	}
	return g
}

// lane returns where a batch waits. What has a cursor, or several touches, goes
// by its source, so that it stays in order; anything else by its person, so
// that two writers seldom work on the same one.
func (g *groups) lane(b leads.Batch) *lane {
	if len(g.lanes) == 1 || urgent(b) {
		return g.lanes[0]
	}
	by := b.Source
	if b.Cursor == "" && len(b.Touches) == 1 && len(b.Touches[0].From) > 0 {
		by = b.Touches[0].From[0].Value
	}
	return g.lanes[1+maphash.String(g.seed, by)%uint64(len(g.lanes)-1)]
}

// urgent reports whether a batch holds nothing but calls.
func urgent(b leads.Batch) bool {
	return len(b.Touches) > 0 && !slices.ContainsFunc(b.Touches, func(t leads.Touch) bool { return t.Call == nil })
}

// wait returns when nothing is being stored any more.
func (g *groups) wait() {
	for _, l := range g.lanes {
		l.mu.Lock()
		for l.writing {
			l.rest.Wait()
		}
		l.mu.Unlock()
	}
}

// job is one caller's batch on its way.
type job struct {
	batch   leads.Batch
	touches []leads.Touch // cleaned
	stored  []leads.Stored
	err     error
	state   atomic.Int32  // jobWaits, then one of the others
	done    chan struct{} // closed when stored and err are there
}

const (
	jobWaits int32 = iota
	jobTaken       // into a transaction
	jobLeft        // its caller gave up before
)

func newJob(b leads.Batch) *job {
	j := &job{batch: b, touches: make([]leads.Touch, len(b.Touches)), done: make(chan struct{})}
	for i, t := range b.Touches {
		j.touches[i] = cleanTouch(t)
	}
	return j
}

func (j *job) finish(err error) {
	if j.err = err; err != nil {
		j.stored = nil
	}
	close(j.done)
}

// line is a queue of jobs.
type line struct {
	jobs    []*job
	touches int
}

// take removes the first jobs, as many as one transaction takes.
func (q *line) take() (group []*job) {
	touches := 0
	for len(q.jobs) > 0 {
		j := q.jobs[0]
		if len(group) > 0 && touches+len(j.touches) > groupMost {
			break
		}
		q.jobs = q.jobs[1:]
		q.touches -= len(j.touches)
		if j.state.CompareAndSwap(jobWaits, jobTaken) {
			group = append(group, j)
			touches += max(1, len(j.touches))
		}
	}
	if len(q.jobs) == 0 {
		q.jobs = nil
	}
	return group
}

// lane has one writer. It stores batches in the order in which they came, but
// calls before everything else and apart from it.
type lane struct {
	store func([]*job)

	mu            sync.Mutex
	rest          sync.Cond // writing became false
	calls, others line
	writing       bool
}

// put returns when the job is done, or, with an error, when ctx ends before.
func (l *lane) put(ctx context.Context, j *job) error {
	l.mu.Lock()
	q := &l.others
	if urgent(j.batch) {
		q = &l.calls
	}
	if len(q.jobs) > 0 && q.touches+len(j.touches) > queueMost {
		l.mu.Unlock()
		return fmt.Errorf("%w: %d touches", leads.ErrBusy, queueMost)
	}
	q.jobs = append(q.jobs, j)
	q.touches += len(j.touches)
	if !l.writing {
		l.writing = true
		go l.write()
	}
	l.mu.Unlock()
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		j.state.CompareAndSwap(jobWaits, jobLeft)
		return ctx.Err() // what was taken may be stored yet; its key makes a repetition harmless
	}
}

// write stores what waits until nothing does.
func (l *lane) write() {
	for {
		l.mu.Lock()
		group := l.calls.take()
		if len(group) == 0 {
			group = l.others.take()
		}
		if len(group) == 0 {
			l.writing = false
			l.rest.Broadcast()
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		l.store(group)
	}
}
