package calls

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

const (
	// routedWithin is how long a call back waits for the customer's lead to have
	// a manager. It has one within milliseconds, on a busy machine within seconds, or
	// nobody is there.
	routedWithin = 4 * time.Second
	routedLook   = 25 * time.Millisecond
)

// Wish is a customer's stored wish to be called at once.
type Wish struct {
	InteractionID, Number string
	Dialled               bool // a telephone was rung for it
	Mine                  bool // whoever asked is the one to dial, nobody else will
}

// CallBack carries out the wish that came with a touch: whoever serves the
// customer is rung, and then the customer. client is the address from which they
// asked. False: nobody is there, nothing dials, or the number may not be dialled
// at a form's wish; the task that came with the wish is then all. A wish is
// carried out once.
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
		who, err := s.serving(ctx, exchange, w.Number)
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
			continue // the telephone is being called already
		}
		if err != nil {
			return false, err
		}
		dialler.KickDials()
		return true, s.Store.WishDialled(ctx, w.InteractionID)
	}
	return false, nil
}

// serving returns who serves a customer, nil for nobody: their lead may not be
// routed yet.
func (s *Service) serving(ctx context.Context, exchange, number string) (*leads.Callee, error) {
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
		case <-time.After(routedLook):
		case <-ctx.Done():
			return nil, nil
		}
	}
}
