package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/router"
)

const (
	// routedWithin is how long a call back waits for the customer's lead to have
	// a manager. It has one within milliseconds, on a busy machine within seconds, or
	// nobody is there.
	routedWithin = 4 * time.Second
	routedLook   = 25 * time.Millisecond
)

// callBack carries out a customer's wish to be called at once: whoever serves
// them is rung, and then the customer. False: nobody is there, nothing dials, or
// the number may not be dialled at a form's wish; the task that came with the wish
// is then all. A wish is carried out once.
func (h *Hub) callBack(source string, now func() time.Time) func(context.Context, string, string) (bool, error) {
	return func(ctx context.Context, externalID, client string) (bool, error) {
		diallers := h.sources.Diallers()
		if len(diallers) == 0 {
			return false, nil
		}
		w, err := h.store.ClaimWish(ctx, leads.Key{Source: source, ExternalID: externalID})
		switch {
		case errors.Is(err, leads.ErrNotFound):
			return false, nil
		case err != nil || !w.Mine:
			return w.Dialled, err
		}
		for _, exchange := range diallers {
			who, err := h.serving(ctx, exchange, w.Number)
			if err != nil || who == nil {
				return false, err
			}
			extension := router.Reach(*who, now())
			if extension == "" {
				continue
			}
			dialler := h.sources.Dialler(exchange)
			number, err := dialler.CheckNumber(w.Number)
			if err != nil {
				continue // this exchange may not dial it
			}
			_, err = h.store.AskDial(ctx, leads.Dial{
				User: leads.Person{ID: who.ID}, Key: "wish-" + w.InteractionID, Source: exchange, Extension: extension, Number: number,
				Form: true, Address: client,
			})
			var refused leads.DialRefusal
			if errors.As(err, &refused) {
				h.log.Info("a form's call back is left to its task", "source", source, "why", string(refused))
				return false, nil
			}
			if errors.Is(err, leads.ErrConflict) {
				continue // the telephone is being called already
			}
			if err != nil {
				return false, err
			}
			dialler.KickDials()
			return true, h.store.WishDialled(ctx, w.InteractionID)
		}
		return false, nil
	}
}

// serving returns who serves a customer, nil for nobody: their lead may not be
// routed yet.
func (h *Hub) serving(ctx context.Context, exchange, number string) (*leads.Callee, error) {
	ctx, cancel := context.WithTimeout(ctx, routedWithin)
	defer cancel()
	for {
		who, err := h.store.Callee(ctx, exchange, number)
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
