package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"ctihub/leads"
)

// dialPollInterval is how often the player polls for dials, in case a kick was lost.
const dialPollInterval = time.Second

// hangup asks the player to end the call of a channel.
type hangup struct {
	channel string
	done    chan error
}

// CheckNumber implements [connectors.Dialler]: extensions and Russian or
// international numbers. Nothing is dialled outside of the demo.
func (p *player) CheckNumber(number string) (string, error) {
	if leads.CheckDialable(number) != nil {
		return "", fmt.Errorf("%w: %w", leads.ErrInvalid, leads.ErrUndialable)
	}
	if len(number) <= 3 {
		return number, nil
	}
	phone, _, err := leads.NormalisePhone(number, "RU")
	if err != nil {
		return "", fmt.Errorf("%w: %w", leads.ErrInvalid, err)
	}
	return phone, nil
}

// KickDials implements [connectors.Dialler].
func (p *player) KickDials() {
	select {
	case p.kick <- struct{}{}:
	default:
	}
}

// Hangup implements [connectors.Dialler].
func (p *player) Hangup(ctx context.Context, channel string) error {
	h := hangup{channel, make(chan error, 1)}
	select {
	case p.hang <- h:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-h.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pollDials starts requested dials and ends cancelled ones.
func (p *player) pollDials(ctx context.Context, in leads.Inbox) error {
	open, err := p.dials.Open(ctx)
	if err != nil {
		return err
	}
	for _, d := range open {
		c := p.callOf(d.ID)
		switch {
		case c != nil && d.Cancelled:
			err = p.endByOperator(ctx, in, c)
		case c != nil:
		case d.State != leads.DialAsked: // begun by a hub that was killed
			err = p.dials.Move(ctx, d.ID, leads.DialFailed, leads.DialLost)
		default:
			if err = p.dials.Take(ctx, d.ID); errors.Is(err, leads.ErrConflict) {
				err = nil
			} else if err == nil {
				s := dialled(p.rand, d)
				p.calls = append(p.calls, &playing{Call: leads.Call{Linkedid: d.ID}, from: s.from, todo: s.steps, at: p.now(), dial: true})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *player) callOf(linkedid string) *playing {
	for _, c := range p.calls {
		if c.Call.Linkedid == linkedid {
			return c
		}
	}
	return nil
}

// hangUp ends the call that has a channel. The user who placed it hangs up its first
// channel, whose id is the linkedid.
func (p *player) hangUp(ctx context.Context, in leads.Inbox, channel string) error {
	if c := p.callOf(channel); c != nil {
		return p.endByOperator(ctx, in, c)
	}
	for _, c := range p.calls {
		for _, l := range c.Call.Legs {
			if l.Channel == channel && l.Ended.IsZero() {
				return p.endByOperator(ctx, in, c)
			}
		}
	}
	return leads.ErrNotFound
}

// endByOperator ends a call as hung up by the operator.
func (p *player) endByOperator(ctx context.Context, in leads.Inbox, c *playing) error {
	last := end(0, leads.Answered, "operator")
	last.dial = progress{state: leads.DialEnded}
	if c.Call.Answered.IsZero() {
		last = end(0, leads.Abandoned, "operator")
		last.dial = progress{leads.DialFailed, leads.DialCancelled}
	}
	if !c.dial {
		last.dial = progress{}
	}
	if c.Call.Started.IsZero() { // it has not begun
		c.todo = append(c.todo[:1:1], last)
	} else {
		c.todo = []step{last}
	}
	c.at = p.now()
	return p.runDueSteps(ctx, in)
}

// dialled is the script of a call that a user requested: their telephone rings and is
// picked up, then the number answers, or is busy if it ends with 0.
func dialled(r *rand.Rand, d leads.Dial) script {
	begin := step{do: func(c *leads.Call, at time.Time) {
		c.From, c.To, c.DID = d.Extension, d.Number, lines[0].number
		c.Direction, c.State, c.Started, c.Operator = leads.Out, leads.CallRinging, at, d.Extension
		if len(d.Number) <= 3 { // a colleague
			c.Direction = leads.Internal
		}
	}}
	pickUp := step{after: between(r, 2*time.Second, 4*time.Second), dial: progress{state: leads.DialCustomer}, do: func(*leads.Call, time.Time) {}}
	s := script{from: customer{phone: d.Number}, steps: []step{begin, pickUp}}
	if len(d.Number) <= 3 {
		s.from = customer{}
	}
	if strings.HasSuffix(d.Number, "0") {
		busy := end(between(r, time.Second, 3*time.Second), leads.Busy, "")
		busy.dial = progress{leads.DialFailed, leads.DialCustomerBusy}
		s.steps = append(s.steps, busy)
		return s
	}
	over := end(between(r, 10*time.Second, 40*time.Second), leads.Answered, "caller")
	over.dial = progress{state: leads.DialEnded}
	s.steps = append(s.steps, step{
		after: between(r, 2*time.Second, 5*time.Second), dial: progress{state: leads.DialTalking},
		do: func(c *leads.Call, at time.Time) { c.State, c.Answered = leads.CallTalking, at },
	}, over)
	return s
}
