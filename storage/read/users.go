package read

import (
	"context"

	"ctihub/leads"
)

var userList = list[UserRow]{rows: "user_rows", first: "", keyOf: func(r UserRow) (any, string) { return r.Folded, r.ID }}

// Users lists users by name.
func (l Lists) Users(ctx context.Context, p leads.Page) (Page[UserRow], error) {
	q := &query{}
	q.add(stream{from: "users u", key: "u.folded", id: "u.id"})
	return userList.read(ctx, l, q, p)
}
