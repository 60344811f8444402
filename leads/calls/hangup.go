package calls

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
)

// HangUp ends the user's part of a call that the viewer may see, or for a
// supervisor without one the whole call.
func (s *Service) HangUp(ctx context.Context, v leads.Viewer, me leads.User, callID string) error {
	call, err := s.Store.Call(ctx, v, callID)
	if err != nil {
		return err
	}
	channel := partOf(call, me)
	if channel == "" {
		return ErrNotLive
	}
	refused := ErrOnlyListens
	if dialler := s.Exchanges.Dialler(call.Source); dialler != nil {
		switch err := dialler.Hangup(ctx, channel); {
		case err == nil:
			return nil
		case !errors.Is(err, leads.ErrNotFound):
			return fmt.Errorf("%w: hanging up: %w", leads.ErrUnavailable, err)
		}
		refused = ErrNotLive
	}
	// The exchange cannot hang up, or has no such call any more. A record of a
	// call whose end was lost is ended; one that goes on is not.
	if !me.Role.SeesAll() || s.Exchanges.FollowsCall(call.Source, call.Linkedid) {
		return refused
	}
	return s.EndLost(ctx, call, s.Now())
}

// partOf is the channel that a user may hang up in a call, "" for none: that of
// their own telephone; the one that began the call, for whoever placed it and
// for a supervisor.
func partOf(call leads.CallRecord, u leads.User) string {
	if call.State == leads.CallEnded {
		return ""
	}
	for _, l := range call.Legs {
		if l.User != nil && l.User.ID == u.ID && (l.State == leads.LegRinging || l.State == leads.LegTalking) {
			return l.Channel
		}
	}
	mine := call.Direction != leads.In && slices.Contains(u.Extensions, call.From)
	if mine || u.Role.SeesAll() {
		return call.Linkedid
	}
	return ""
}

// EndLost ends the record of a call of whose end nobody tells, as interrupted.
// What storage knows of it stays.
func (s *Service) EndLost(ctx context.Context, c leads.CallRecord, at time.Time) error {
	if at.Before(c.LastNews()) {
		at = c.LastNews()
	}
	return s.Inbox(c.Source).Put(ctx, "", leads.Touch{
		ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started, To: c.To,
		Call: &leads.Call{
			Linkedid: c.Linkedid, Direction: c.Direction, State: leads.CallEnded, Disposition: leads.Interrupted, From: c.From, To: c.To, DID: c.DID,
			Started: c.Started, Ended: at, Legs: []leads.Leg{},
		},
	})
}
