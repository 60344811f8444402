package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Pace of the simulated line.
const (
	firstCall = 4 * time.Second
	minPause  = 15 * time.Second // from the start of one call to the start of the next
	maxPause  = 30 * time.Second
	maxOpen   = 2 // calls at a time
)

// Line is a simulated phone line. It is a connector like any other and can be
// switched on and off while it runs.
type Line struct {
	mu      sync.Mutex
	on      bool
	changed chan struct{}
}

// NewLine returns a line that is switched on or off.
func NewLine(on bool) *Line { return &Line{on: on, changed: make(chan struct{}, 1)} }

// On reports whether new calls come in.
func (l *Line) On() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.on
}

// Set lets new calls come in or not. Calls that have begun go on to their end.
func (l *Line) Set(on bool) {
	l.mu.Lock()
	l.on = on
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Kind returns the line as a kind of connector, for this demo only.
func (l *Line) Kind() connectors.Kind {
	return connectors.Kind{Name: "demo-line", In: func(env connectors.Env) (connectors.Source, error) {
		if err := env.Settings(&struct{}{}); err != nil {
			return connectors.Source{}, err
		}
		return newPlayer(l, env).source(), nil
	}}
}

func newPlayer(l *Line, env connectors.Env) *player {
	return &player{line: l, devices: env.Calls.Devices, pauses: env.Calls.Pauses, dials: env.Calls.Dials, kick: make(chan struct{}, 1), hang: make(chan hangup), now: env.Now, health: env.Report.Health, log: env.Log, rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
}

func (p *player) source() connectors.Source {
	s := connectors.Source{Run: p.Run, Recording: p.recording}
	if p.dials != nil {
		s.Calls.Dialler = p
	}
	return s
}

// player plays scripts, several at a time, in one goroutine.
type player struct {
	line    *Line
	devices func(context.Context, ...leads.Device) error // nil: device states are not reported
	pauses  connectors.Pauses                            // nil: all are available
	dials   connectors.Dials                             // nil: no outbound calls
	kick    chan struct{}                                // a dial was asked for or cancelled
	hang    chan hangup
	now     func() time.Time
	health  func(error)
	log     *slog.Logger
	rand    *rand.Rand

	calls []*playing // not ended
	next  time.Time  // of the next call; zero while the line is off
	count int
}

// playing is a call in progress. The source's cursor holds all of them, so that a
// hub that was killed can end them after its restart.
type playing struct {
	Call     leads.Call
	from     customer
	todo     []step
	reserved string    // telephone that is kept free for it
	at       time.Time // of the next step
	dial     bool      // Call.Linkedid is the dial that asked for it
}

// Run plays calls until ctx ends, then ends the open ones as interrupted.
func (p *player) Run(ctx context.Context, in leads.Inbox) error {
	if err := p.closeOpenCalls(ctx, in); err != nil {
		return err
	}
	if err := p.reportDevices(ctx); err != nil {
		return err
	}
	p.calls, p.next = nil, time.Time{}
	p.health(nil)
	look := time.NewTicker(dialPollInterval)
	defer look.Stop()
	if p.dials == nil {
		look.Stop()
	}
	for {
		p.scheduleNext()
		timer := time.NewTimer(p.untilNext())
		select {
		case <-ctx.Done():
			timer.Stop()
			return p.interrupt(context.WithoutCancel(ctx), in)
		case <-p.line.changed:
			timer.Stop()
		case <-look.C:
			timer.Stop()
			if err := p.pollDials(ctx, in); err != nil {
				return err
			}
		case <-p.kick:
			timer.Stop()
			if err := p.pollDials(ctx, in); err != nil {
				return err
			}
		case h := <-p.hang:
			timer.Stop()
			h.done <- p.hangUp(ctx, in, h.channel)
		case <-timer.C:
			if err := p.runDueSteps(ctx, in); err != nil {
				return err
			}
		}
	}
}

// reportDevices reports all telephones as registered.
func (p *player) reportDevices(ctx context.Context) error {
	if p.devices == nil {
		return nil
	}
	var all []leads.Device
	for _, person := range People() {
		for _, ext := range person.Extensions {
			all = append(all, leads.Device{Extension: ext, State: leads.DeviceRegistered})
		}
	}
	return p.devices(ctx, all...)
}

// recording opens the recording of a played call.
func (p *player) recording(_ context.Context, file string) (io.ReadCloser, error) {
	sound, err := recording(file)
	return io.NopCloser(bytes.NewReader(sound)), err
}

// scheduleNext sets or clears the time of the next call.
func (p *player) scheduleNext() {
	switch on := p.line.On(); {
	case !on:
		p.next = time.Time{}
	case p.next.IsZero():
		p.next = p.now().Add(firstCall)
	}
}

// untilNext is the time until the next step or call.
func (p *player) untilNext() time.Duration {
	soonest := p.now().Add(time.Hour)
	if !p.next.IsZero() {
		soonest = p.next
	}
	for _, c := range p.calls {
		if c.at.Before(soonest) {
			soonest = c.at
		}
	}
	return soonest.Sub(p.now())
}

// runDueSteps starts the next call and runs the steps of open calls that are due.
func (p *player) runDueSteps(ctx context.Context, in leads.Inbox) error {
	now := p.now()
	if !p.next.IsZero() && !p.next.After(now) {
		p.next = now.Add(between(p.rand, minPause, maxPause))
		if len(p.calls) < maxOpen {
			free, err := p.freeTelephones(ctx)
			if err != nil {
				return err
			}
			s := newScript(p.rand, free)
			p.count++
			p.calls = append(p.calls, &playing{
				Call: leads.Call{Linkedid: fmt.Sprintf("demo-%d.%d", now.UnixMilli(), p.count)},
				from: s.from, todo: s.steps, reserved: s.later, at: now,
			})
		}
	}
	for _, c := range slices.Clone(p.calls) {
		if c.at.After(now) {
			continue
		}
		c.todo[0].do(&c.Call, now)
		dial := c.todo[0].dial
		if c.todo = c.todo[1:]; len(c.todo) == 0 {
			p.calls = slices.DeleteFunc(p.calls, func(o *playing) bool { return o == c })
		} else {
			c.at = now.Add(c.todo[0].after)
		}
		if err := in.Put(ctx, p.cursor(), touch(c.from, c.Call)); err != nil {
			return err
		}
		if dial.state != "" {
			if err := p.dials.Move(ctx, c.Call.Linkedid, dial.state, dial.reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// freeTelephones are those of people who are available and not on a call.
func (p *player) freeTelephones(ctx context.Context) ([]string, error) {
	busy := map[string]bool{}
	for _, c := range p.calls {
		busy[c.reserved], busy[c.Call.Operator] = true, true
		for _, l := range c.Call.Legs {
			if l.Ended.IsZero() {
				busy[l.Extension] = true
			}
		}
	}
	var free []string
	if p.pauses == nil {
		for _, person := range People() {
			free = append(free, person.Extensions...)
		}
	} else {
		all, err := p.pauses.Telephones(ctx)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			if !t.Away {
				free = append(free, t.Extension)
			}
		}
	}
	return slices.DeleteFunc(free, func(ext string) bool { return busy[ext] }), nil
}

// interrupt ends the open calls, for a clean stop.
func (p *player) interrupt(ctx context.Context, in leads.Inbox) error {
	var last []leads.Touch
	for _, c := range p.calls {
		finish(&c.Call, p.now(), leads.Interrupted, "")
		last = append(last, touch(c.from, c.Call))
		if c.dial {
			if err := p.dials.Move(ctx, c.Call.Linkedid, leads.DialFailed, leads.DialLost); err != nil {
				p.log.Warn("a dial of the demo was not ended", "error", err)
			}
		}
	}
	p.calls = nil
	if len(last) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return in.Put(ctx, p.cursor(), last...)
}

// cursor holds the open calls.
func (p *player) cursor() string {
	open := make([]leads.Call, 0, len(p.calls))
	for _, c := range p.calls {
		open = append(open, c.Call)
	}
	b, err := json.Marshal(open)
	if err != nil {
		return "[]"
	}
	return string(b)
}

// closeOpenCalls ends the calls that were open when the hub was killed.
func (p *player) closeOpenCalls(ctx context.Context, in leads.Inbox) error {
	cursor, err := in.Cursor(ctx)
	if err != nil {
		return err
	}
	var open []leads.Call
	if cursor == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(cursor), &open); err != nil {
		p.log.Warn("the line's cursor is not understood; open calls stay as they are", "error", err)
		return nil
	}
	var last []leads.Touch
	for _, c := range open {
		for i := range c.Legs { // not part of a leg's JSON
			c.Legs[i].Channel = fmt.Sprintf("%s-%d", c.Linkedid, i+1)
		}
		finish(&c, p.now(), leads.Interrupted, "")
		phone := c.From
		if c.Direction == leads.Out {
			phone = c.To
		}
		last = append(last, touch(customer{phone: phone}, c))
	}
	if len(last) == 0 {
		return nil
	}
	return in.Put(ctx, "[]", last...)
}
