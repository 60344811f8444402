package calls

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ctihub/leads"
)

// HangUp hangs up the user's own channel in a call that the viewer may see. A
// supervisor without a channel in it hangs up the whole call.
func (s *Service) HangUp(ctx context.Context, v leads.Viewer, me leads.User, callID string) error {
	call, err := s.Store.Call(ctx, v, callID)
	if err != nil {
		return err
	}
	channel := channelToHangUp(call, me)
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
	// The exchange cannot hang up, or has no such call any more. The record is ended
	// only if no source follows the call.
	if !me.Role.SeesAll() || s.Exchanges.FollowsCall(call.Source, call.Linkedid) {
		return refused
	}
	return s.EndLost(ctx, call, s.Now())
}

// channelToHangUp returns the channel that a user may hang up in a call, "" for none:
// that of their own telephone; for the user who placed the call and for a supervisor,
// the first channel of the call.
func channelToHangUp(call leads.CallRecord, u leads.User) string {
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

// EndLost ends the record of a call whose end no source reports, as interrupted. The
// stored legs stay.
func (s *Service) EndLost(ctx context.Context, c leads.CallRecord, at time.Time) error {
	if at.Before(c.LastChange()) {
		at = c.LastChange()
	}
	return s.Inbox(c.Source).Put(ctx, "", leads.Touch{
		ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started, To: c.To,
		Call: &leads.Call{
			Linkedid: c.Linkedid, Direction: c.Direction, State: leads.CallEnded, Disposition: leads.Interrupted, From: c.From, To: c.To, DID: c.DID,
			Started: c.Started, Ended: at, Legs: []leads.Leg{},
		},
	})
}
