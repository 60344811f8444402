package read

import (
	"context"

	"ctihub/leads"
)

var userList = list[UserRow]{rows: "user_rows", key: "folded", first: "", keyOf: func(r UserRow) (any, string) { return r.Folded, r.ID }}

// Users lists users by name.
func (l Lists) Users(ctx context.Context, p leads.Page) (Page[UserRow], error) {
	return userList.read(ctx, l.On, newQuery(), p)
}
