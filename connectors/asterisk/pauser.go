package asterisk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

// Times of pausing.
const (
	lookAtPauses = 3 * time.Second  // when nothing is heard
	lookForSeats = 15 * time.Second // for members who were not there
	// tryAgain is for members whom Asterisk did not pause, because they have
	// logged out of the queue: each attempt is an error in its log.
	tryAgain = time.Minute
)

// pauser brings the members of the exchange's queues to what people said of
// themselves, again and again: what was lost, or undone by a restart, is done
// at the next look. It ends no pause that it has not begun.
type pauser struct {
	queues     *queues // nil: nobody is paused any more, as the configuration says
	people     connectors.Pauses
	rest       *rest
	checkpoint *checkpoint
	in         leads.Inbox
	health     *reports
	log        *slog.Logger
	link       chan bool // whether the exchange is there now; the newest word alone
	later      map[seat]time.Time
	sought     []string  // queues in which nobody of the workplace has been found yet
	unserved   []string  // those of them in which it was looked for
	search     time.Time // when it is looked for again
}

// newPauser returns nil when there is nothing to do.
func newPauser(c *connector, in leads.Inbox, j *checkpoint, health *reports) *pauser {
	if c.env.Calls.Pauses == nil || c.queues == nil && len(j.pauses()) == 0 {
		return nil
	}
	return &pauser{
		queues: cmp.Or(c.queues, &queues{}), people: c.env.Calls.Pauses, rest: c.rest, checkpoint: j, in: in, health: health, log: c.log, link: make(chan bool, 1),
	}
}

// connected notes whether the exchange can be reached. It never blocks.
func (p *pauser) connected(yes bool) {
	select {
	case <-p.link:
	default:
	}
	p.link <- yes
}

// run works until ctx ends.
func (p *pauser) run(ctx context.Context) {
	changed := p.people.Changed(ctx)
	tick := time.NewTicker(lookAtPauses)
	defer tick.Stop()
	online := false
	for {
		select {
		case <-ctx.Done():
			return
		case online = <-p.link:
			p.later, p.search, p.sought, p.unserved = map[seat]time.Time{}, time.Time{}, p.queues.names, nil
		case <-changed:
		case <-tick.C:
		}
		if !online {
			continue
		}
		if err := p.look(ctx); ctx.Err() == nil {
			p.health.pausing(err)
		}
	}
}

// look compares once and does what differs.
func (p *pauser) look(ctx context.Context) error {
	phones, err := p.people.Telephones(ctx)
	if err != nil {
		return fmt.Errorf("who is paused could not be read, so pauses may not reach the exchange's queues: %w", err)
	}
	away := map[seat]bool{}
	for _, phone := range phones {
		for _, queue := range p.queues.names {
			if s, safe := p.queues.seat(queue, phone.Extension); safe && phone.Away {
				away[s] = true
			}
		}
	}
	if err := errors.Join(p.end(ctx, away), p.begin(ctx, away), p.findServed(ctx, phones)); err != nil {
		return err
	}
	if len(p.unserved) > 0 {
		return fmt.Errorf("no telephone of the workplace's users is a member of the queue %s, so their pauses do not reach it: compare \"queues\" in the configuration with \"queue show\" at the exchange", strings.Join(p.unserved, ", "))
	}
	return nil
}

// begin pauses those who are away and not paused yet. That it will is stored
// before, so that a hub that dies in between knows whose pause it is.
func (p *pauser) begin(ctx context.Context, away map[seat]bool) error {
	now := time.Now()
	ours := p.checkpoint.pauses()
	var open, unnoted []seat
	for s := range away {
		if now.Before(p.later[s]) {
			continue
		}
		state, err := p.rest.seatState(ctx, s)
		switch {
		case err != nil:
			return p.inWords(err)
		case state == seatNobodys:
			p.later[s] = now.Add(lookForSeats)
		case state == seatOpen:
			open = append(open, s)
			if !ours[s] {
				unnoted = append(unnoted, s)
			}
		}
	}
	if len(unnoted) > 0 {
		if err := p.checkpoint.notePauses(ctx, p.in, unnoted, nil); err != nil {
			return fmt.Errorf("pauses could not be stored, so they do not reach the exchange's queues: %w", err)
		}
	}
	for _, s := range open {
		state, err := p.pause(ctx, s, true)
		if err != nil {
			return err
		}
		if state != seatPaused {
			p.later[s] = now.Add(tryAgain)
		}
	}
	return nil
}

// end ends the pauses that this source began, of those who are back and of
// those whom the configuration no longer names.
func (p *pauser) end(ctx context.Context, away map[seat]bool) error {
	var ended []seat
	for s := range p.checkpoint.pauses() {
		if away[s] {
			continue
		}
		state, err := p.pause(ctx, s, false)
		if err != nil {
			return err
		}
		if state != seatPaused {
			ended = append(ended, s)
		}
	}
	if len(ended) == 0 {
		return nil
	}
	if err := p.checkpoint.notePauses(ctx, p.in, nil, ended); err != nil {
		return fmt.Errorf("the end of pauses could not be stored: %w", err)
	}
	return nil
}

// pause sets a member's pause and returns what came of it.
func (p *pauser) pause(ctx context.Context, s seat, paused bool) (seatState, error) {
	if err := p.rest.pauseSeat(ctx, s, paused); err != nil {
		return "", p.inWords(err)
	}
	state, err := p.rest.seatState(ctx, s)
	if err != nil {
		return "", p.inWords(err)
	}
	p.log.Debug("a member of a queue was paused or is back", "queue", s.Queue, "pause", paused, "state", state)
	return state, nil
}

// findServed looks for queues in which nobody of the workplace is: a wrong name
// would go unnoticed otherwise.
func (p *pauser) findServed(ctx context.Context, phones []leads.Telephone) error {
	if len(p.sought) == 0 || len(phones) == 0 || time.Now().Before(p.search) {
		return nil
	}
	var unserved []string
	for _, queue := range p.sought {
		served := false
		for _, phone := range phones {
			s, safe := p.queues.seat(queue, phone.Extension)
			if !safe {
				continue
			}
			state, err := p.rest.seatState(ctx, s)
			if err != nil {
				return p.inWords(err)
			}
			if served = state != seatNobodys; served {
				break
			}
		}
		if !served {
			unserved = append(unserved, queue)
		}
	}
	p.sought, p.unserved, p.search = unserved, unserved, time.Now().Add(lookForSeats)
	return nil
}

func (p *pauser) inWords(err error) error {
	if errors.Is(err, errNoDeviceStates) {
		return err
	}
	return fmt.Errorf("pauses do not reach the exchange's queues: %w", p.rest.inWords(err))
}
