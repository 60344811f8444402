package asterisk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Journal reads the exchange's journal again, with the rotated files. Calls from
// before the hub first followed it are left out. See [connectors.Source].
func (c *connector) Journal(ctx context.Context, from, until time.Time) (calls []leads.Touch, open []string, err error) {
	t := c.tail.Load()
	if t == nil {
		return nil, nil, connectors.ErrNoJournal
	}
	if !t.caughtUp.Load() {
		return nil, nil, connectors.ErrJournalBehind
	}
	if at, _ := t.open.position(); at.Since.After(from) {
		from = at.Since.Add(1)
	}
	files, err := celFiles(c.cel, c.plan.zone)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the call journal again: %w", err)
	}
	first := 0
	for i, f := range files {
		if !f.first.After(from) {
			first = i
		}
	}
	if len(files) == 0 {
		return nil, nil, nil
	}
	d := &day{from: from, until: until, assembler: newCELAssembler(&c.plan), clock: celClock{zone: c.plan.zone}, last: map[string]snapshot{}}
	r := &celReader{path: c.cel, zone: c.plan.zone, at: celPosition{File: files[first].id}}
	defer r.close()
	for ctx.Err() == nil {
		lines, more, err := r.read(celBatch)
		if err != nil && !errors.Is(err, errNoJournal) {
			return nil, nil, fmt.Errorf("reading the call journal again: %w", err)
		}
		if d.take(lines); !more {
			d.keep(d.assembler.completedAtEnd())
			if boot := t.boot.Load(); boot != nil {
				d.keep(d.assembler.interruptBefore(*boot))
			}
			break
		}
		if d.complete() {
			break
		}
	}
	return d.touches(&c.plan), d.open(), ctx.Err()
}

// day collects the calls of one day from the journal.
type day struct {
	from, until time.Time
	assembler   *celAssembler
	clock       celClock
	rows        int64
	last        map[string]snapshot
}

func (d *day) take(lines []celLine) {
	for _, l := range lines {
		if row, err := parseRow(l.text, &d.clock); err == nil && !l.long {
			d.rows++
			row.place = d.rows
			d.assembler.addRow(row)
		}
	}
	d.keep(d.assembler.completedCalls())
}

func (d *day) keep(calls []snapshot) {
	for _, s := range calls {
		if d.contains(s.Started) {
			d.last[s.Linkedid] = s
		}
	}
}

func (d *day) contains(at time.Time) bool { return !at.Before(d.from) && at.Before(d.until) }

// complete reports whether the rest of the journal has no rows of the day's calls.
func (d *day) complete() bool {
	return d.assembler.now.After(d.until) && len(d.open()) == 0
}

// open returns the linkedids of the day that are not complete.
func (d *day) open() (ids []string) {
	for _, s := range d.assembler.sets {
		if !s.done && slices.ContainsFunc(s.rows, func(r celRow) bool { return d.contains(r.at) }) {
			ids = append(ids, s.linked...)
		}
	}
	return ids
}

func (d *day) touches(p *plan) []leads.Touch {
	all := make([]leads.Touch, 0, len(d.last))
	for _, s := range d.last {
		all = append(all, p.touch(s))
	}
	slices.SortFunc(all, func(a, b leads.Touch) int { return a.At.Compare(b.At) })
	return all
}
