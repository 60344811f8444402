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
	pausePoll         = 3 * time.Second  // without a change of presence
	memberSearchEvery = 15 * time.Second // for queue members that Asterisk does not know
	// pauseRetry is for members that Asterisk did not pause because they have logged
	// out of the queue: each attempt is an error in its log.
	pauseRetry = time.Minute
)

// pauser reconciles the members of the exchange's queues with the users' presence:
// what was lost, or undone by a restart, is done at the next comparison. It ends no
// pause that it has not begun.
type pauser struct {
	queues       *queues // without names: the configuration has no queues, and pauses are only ended
	people       connectors.Pauses
	rest         *rest
	checkpoint   *checkpoint
	in           leads.Inbox
	health       *healthReports
	log          *slog.Logger
	online       chan bool // whether the exchange is reachable; only the newest value is kept
	retryAt      map[queueMember]time.Time
	unverified   []string  // queues in which no user's telephone has been found yet
	withoutUsers []string  // those of them that were searched
	nextSearch   time.Time // when they are searched again
}

// newPauser returns nil when there is nothing to do.
func newPauser(c *connector, in leads.Inbox, j *checkpoint, health *healthReports) *pauser {
	if c.env.Calls.Pauses == nil || c.queues == nil && len(j.pausedMembers()) == 0 {
		return nil
	}
	return &pauser{
		queues: cmp.Or(c.queues, &queues{}), people: c.env.Calls.Pauses, rest: c.rest, checkpoint: j, in: in, health: health, log: c.log, online: make(chan bool, 1),
	}
}

// setOnline sets whether the exchange is reachable. It never blocks.
func (p *pauser) setOnline(yes bool) {
	select {
	case <-p.online:
	default:
	}
	p.online <- yes
}

// run works until ctx ends.
func (p *pauser) run(ctx context.Context) {
	changed := p.people.Changed(ctx)
	tick := time.NewTicker(pausePoll)
	defer tick.Stop()
	online := false
	for {
		select {
		case <-ctx.Done():
			return
		case online = <-p.online:
			p.retryAt, p.nextSearch, p.unverified, p.withoutUsers = map[queueMember]time.Time{}, time.Time{}, p.queues.names, nil
		case <-changed:
		case <-tick.C:
		}
		if !online {
			continue
		}
		if err := p.reconcile(ctx); ctx.Err() == nil {
			p.health.setPausing(err)
		}
	}
}

// reconcile compares once and corrects the differences.
func (p *pauser) reconcile(ctx context.Context) error {
	phones, err := p.people.Telephones(ctx)
	if err != nil {
		return fmt.Errorf("who is paused could not be read, so pauses may not reach the exchange's queues: %w", err)
	}
	away := map[queueMember]bool{}
	for _, phone := range phones {
		for _, queue := range p.queues.names {
			if s, safe := p.queues.memberOf(queue, phone.Extension); safe && phone.Away {
				away[s] = true
			}
		}
	}
	if err := errors.Join(p.endPauses(ctx, away), p.beginPauses(ctx, away), p.verifyQueues(ctx, phones)); err != nil {
		return err
	}
	if len(p.withoutUsers) > 0 {
		return fmt.Errorf("no telephone of the workplace's users is a member of the queue %s, so their pauses do not reach it: compare \"queues\" in the configuration with \"queue show\" at the exchange", strings.Join(p.withoutUsers, ", "))
	}
	return nil
}

// beginPauses pauses those who are away and not paused yet. The intent is stored
// first, so that after a crash in between the hub still ends the pause.
func (p *pauser) beginPauses(ctx context.Context, away map[queueMember]bool) error {
	now := time.Now()
	own := p.checkpoint.pausedMembers()
	var active, unrecorded []queueMember
	for s := range away {
		if now.Before(p.retryAt[s]) {
			continue
		}
		state, err := p.rest.memberState(ctx, s)
		switch {
		case err != nil:
			return p.inWords(err)
		case state == memberUnknown:
			p.retryAt[s] = now.Add(memberSearchEvery)
		case state == memberActive:
			active = append(active, s)
			if !own[s] {
				unrecorded = append(unrecorded, s)
			}
		}
	}
	if len(unrecorded) > 0 {
		if err := p.checkpoint.storePauses(ctx, p.in, unrecorded, nil); err != nil {
			return fmt.Errorf("pauses could not be stored, so they do not reach the exchange's queues: %w", err)
		}
	}
	for _, s := range active {
		state, err := p.pause(ctx, s, true)
		if err != nil {
			return err
		}
		if state != memberPaused {
			p.retryAt[s] = now.Add(pauseRetry)
		}
	}
	return nil
}

// endPauses ends the pauses that this source began, of users who are back and of
// members that are no longer configured.
func (p *pauser) endPauses(ctx context.Context, away map[queueMember]bool) error {
	var ended []queueMember
	for s := range p.checkpoint.pausedMembers() {
		if away[s] {
			continue
		}
		state, err := p.pause(ctx, s, false)
		if err != nil {
			return err
		}
		if state != memberPaused {
			ended = append(ended, s)
		}
	}
	if len(ended) == 0 {
		return nil
	}
	if err := p.checkpoint.storePauses(ctx, p.in, nil, ended); err != nil {
		return fmt.Errorf("the end of pauses could not be stored: %w", err)
	}
	return nil
}

// pause pauses a member, or ends the pause, and returns the member's state then.
func (p *pauser) pause(ctx context.Context, s queueMember, paused bool) (memberState, error) {
	if err := p.rest.pauseMember(ctx, s, paused); err != nil {
		return "", p.inWords(err)
	}
	state, err := p.rest.memberState(ctx, s)
	if err != nil {
		return "", p.inWords(err)
	}
	p.log.Debug("a member of a queue was paused or is back", "queue", s.Queue, "pause", paused, "state", state)
	return state, nil
}

// verifyQueues looks for queues without any user's telephone: a wrong name in the
// configuration would go unnoticed otherwise.
func (p *pauser) verifyQueues(ctx context.Context, phones []leads.Telephone) error {
	if len(p.unverified) == 0 || len(phones) == 0 || time.Now().Before(p.nextSearch) {
		return nil
	}
	var withoutUsers []string
	for _, queue := range p.unverified {
		found := false
		for _, phone := range phones {
			s, safe := p.queues.memberOf(queue, phone.Extension)
			if !safe {
				continue
			}
			state, err := p.rest.memberState(ctx, s)
			if err != nil {
				return p.inWords(err)
			}
			if found = state != memberUnknown; found {
				break
			}
		}
		if !found {
			withoutUsers = append(withoutUsers, queue)
		}
	}
	p.unverified, p.withoutUsers, p.nextSearch = withoutUsers, withoutUsers, time.Now().Add(memberSearchEvery)
	return nil
}

func (p *pauser) inWords(err error) error {
	if errors.Is(err, errNoDeviceStates) {
		return err
	}
	return fmt.Errorf("pauses do not reach the exchange's queues: %w", p.rest.inWords(err))
}
