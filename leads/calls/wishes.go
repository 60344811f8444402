package calls

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

const (
	// routedWithin is how long a call-back waits until the customer's lead has a
	// manager. Routing takes milliseconds, on a busy machine seconds.
	routedWithin = 4 * time.Second
	routedPoll   = 25 * time.Millisecond
)

// Wish is a customer's stored wish to be called at once.
type Wish struct {
	InteractionID, Number string
	Dialled               bool // a telephone was rung for it
	Mine                  bool // the caller of ClaimWish is the first, and the only one to dial
}

// CallBack carries out the wish that came with a touch, once: it rings the manager
// of the customer's contact, and then the customer. client is the customer's IP
// address. False: no manager can be rung, no exchange dials, or the policy refuses the
// number; the task that came with the wish remains.
func (s *Service) CallBack(ctx context.Context, key leads.Key, client string) (bool, error) {
	diallers := s.Exchanges.Diallers()
	if len(diallers) == 0 {
		return false, nil
	}
	w, err := s.Store.ClaimWish(ctx, key)
	switch {
	case errors.Is(err, leads.ErrNotFound):
		return false, nil
	case err != nil || !w.Mine:
		return w.Dialled, err
	}
	for _, exchange := range diallers {
		who, err := s.waitForCallee(ctx, exchange, w.Number)
		if err != nil || who == nil {
			return false, err
		}
		extension := Reach(*who, s.Now())
		if extension == "" {
			continue
		}
		dialler := s.Exchanges.Dialler(exchange)
		number, err := dialler.CheckNumber(w.Number)
		if err != nil {
			continue // this exchange may not dial it
		}
		_, err = s.Add(ctx, leads.Dial{
			User: leads.Person{ID: who.ID}, Key: "wish-" + w.InteractionID, Source: exchange, Extension: extension, Number: number,
			Form: true, Address: client,
		})
		var refused leads.DialRefusal
		if errors.As(err, &refused) {
			s.Log.Info("a form's call back is left to its task", "source", key.Source, "why", string(refused))
			return false, nil
		}
		if errors.Is(err, leads.ErrConflict) {
			continue // the telephone already has a pending dial
		}
		if err != nil {
			return false, err
		}
		dialler.KickDials()
		return true, s.Store.WishDialled(ctx, w.InteractionID)
	}
	return false, nil
}

// waitForCallee returns the manager of a customer's contact. It waits while the lead is
// not routed, and returns nil after routedWithin.
func (s *Service) waitForCallee(ctx context.Context, exchange, number string) (*leads.Callee, error) {
	ctx, cancel := context.WithTimeout(ctx, routedWithin)
	defer cancel()
	for {
		who, err := s.Store.Callee(ctx, exchange, number)
		if err != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("who serves the customer: %w", err)
		}
		if who != nil {
			return who, nil
		}
		select {
		case <-time.After(routedPoll):
		case <-ctx.Done():
			return nil, nil
		}
	}
}
