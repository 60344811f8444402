package leads

import (
	"context"
	"errors"
)

// OwnerOf returns the user of an id as the owner of a record, read by users; an [Invalid] of
// owner_id unless leads can be given to that user.
func OwnerOf(ctx context.Context, users interface {
	User(ctx context.Context, id string) (User, error)
}, id string) (*Person, error) {
	if err := CheckUserID("owner_id", id); err != nil {
		return nil, err
	}
	u, err := users.User(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && !u.TakesLeads():
		return nil, Invalid("owner_id", "Give a manager or an operator who is not disabled.")
	case err != nil:
		return nil, err
	}
	return &Person{ID: u.ID, Name: u.Name}, nil
}
