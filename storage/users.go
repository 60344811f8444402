package storage

import (
	"context"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/leads/people"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// ListUsers returns all users by name.
func (s *Store) ListUsers(ctx context.Context) ([]leads.User, error) {
	var users []leads.User
	for p := (leads.Page{Limit: read.MaxPage}); ; {
		list, err := s.Users(ctx, p)
		if err != nil {
			return nil, err
		}
		users = append(users, list.Items...)
		if p.Cursor = list.Next; p.Cursor == "" {
			return users, nil
		}
	}
}

// User returns one user.
func (s *Store) User(ctx context.Context, id string) (leads.User, error) {
	return oneUser(s.read.GetUser(ctx, id))
}

// UserByLogin returns the user with this login, in any case.
func (s *Store) UserByLogin(ctx context.Context, login string) (leads.User, error) {
	return oneUser(s.read.GetUserByLogin(ctx, loginOf(login)))
}

// UserByToken returns the user of the API token with this hash.
func (s *Store) UserByToken(ctx context.Context, tokenHash string) (leads.User, error) {
	return oneUser(s.read.GetUserByToken(ctx, tokenHash))
}

func oneUser(row db.UserRow, err error) (leads.User, error) {
	if err != nil {
		return leads.User{}, fmt.Errorf("user: %w", orNotFound(err))
	}
	return userOf(row), nil
}

func loginOf(s string) string { return strings.ToLower(oneLine(s)) }

// cleanUser cleans a user's fields and reports what is wrong with them.
func cleanUser(u *leads.User) error {
	u.Login, u.Name, u.Team = loginOf(u.Login), oneLine(u.Name), oneLine(u.Team)
	return people.CheckUser(*u)
}

// CreateUser stores a new user; ID, Presence and Created are filled in if
// empty. leads.ErrExists when the login or an extension is taken by an enabled
// user; the error names the user of the extension.
func (s *Store) CreateUser(ctx context.Context, u leads.User) (leads.User, error) {
	if err := cleanUser(&u); err != nil {
		return leads.User{}, err
	}
	if u.ID == "" {
		u.ID = newID()
	}
	if u.Presence == "" {
		u.Presence = leads.Offline
	}
	if u.Created.IsZero() {
		u.Created = s.now()
	}
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.q.InsertUser(ctx, db.InsertUserParams{
			ID: u.ID, Login: u.Login, Name: u.Name, Folded: fold(u.Name), Role: string(u.Role), Team: u.Team,
			Presence: string(u.Presence), Disabled: u.Disabled, PasswordHash: u.PasswordHash, Created: micros(u.Created), Shifts: toJSON(u.Shifts),
		})
		if err == nil && n == 0 {
			return fmt.Errorf("login %q: %w", u.Login, leads.ErrExists)
		}
		if err != nil {
			return err
		}
		if err := putExtensions(ctx, tx.q, u); err != nil {
			return err
		}
		return tx.AddHistory(ctx, userRecord(u).One(byHub, leads.HistoryEntry{Field: leads.FieldCreated, After: u.Name}))
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("creating a user: %w", err)
	}
	return s.User(ctx, u.ID)
}

// UpdateUser stores name, role, team, extensions, shifts, disabled and, unless it is
// empty, the password hash of the user with u.ID. leads.ErrExists when an
// extension belongs to another enabled user.
func (s *Store) UpdateUser(ctx context.Context, u leads.User) (leads.User, error) {
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		old, err := q.GetUser(ctx, u.ID)
		if err != nil {
			return orNotFound(err)
		}
		u.Login = old.Login
		if err := cleanUser(&u); err != nil {
			return err
		}
		if u.PasswordHash == "" {
			u.PasswordHash = old.PasswordHash
		}
		if err := requireRow(q.UpdateUser(ctx, db.UpdateUserParams{
			ID: u.ID, Name: u.Name, Folded: fold(u.Name), Role: string(u.Role), Team: u.Team,
			Disabled: u.Disabled, PasswordHash: u.PasswordHash, Shifts: toJSON(u.Shifts),
		})); err != nil {
			return err
		}
		if err := q.DropExtensions(ctx, u.ID); err != nil {
			return err
		}
		if err := putExtensions(ctx, q, u); err != nil {
			return err
		}
		if old.Disabled != u.Disabled {
			if err := q.HoldTasksOf(ctx, u.ID); err != nil {
				return err
			}
		}
		if err := tx.AddHistory(ctx, userChanges(byHub, userOf(old), u)...); err != nil {
			return err
		}
		return q.RightsChanged(ctx)
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("changing user %q: %w", u.ID, err)
	}
	return s.User(ctx, u.ID)
}

// ChangePassword replaces the password hash that was checked, which ends all sessions begun
// with it, and revokes the user's tokens if asked to. leads.ErrConflict when the stored hash
// is another one.
func (s *Store) ChangePassword(ctx context.Context, userID, was, hash string, revokeTokens bool) error {
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		if err := asConflict(requireRow(q.ChangePassword(ctx, db.ChangePasswordParams{ID: userID, Was: was, PasswordHash: hash}))); err != nil {
			return err
		}
		row, err := q.GetUser(ctx, userID)
		if err != nil {
			return err
		}
		h := leads.HistoryEntry{Field: leads.FieldPassword}
		if err := tx.AddHistory(ctx, userRecord(userOf(row)).One(leads.Viewer{UserID: userID, Way: leads.WayPage}, h)); err != nil {
			return err
		}
		if revokeTokens {
			if err := q.DropTokensOf(ctx, userID); err != nil {
				return err
			}
		}
		return q.RightsChanged(ctx)
	})
	if err != nil {
		return fmt.Errorf("changing the password of user %q: %w", userID, err)
	}
	return nil
}

// byHub is who makes the changes of the hub and of its command line.
var byHub = leads.Viewer{Way: leads.WayHub}

// userRecord returns a user as a record of the history.
func userRecord(u leads.User) leads.Record {
	return leads.Record{Object: leads.ObjectUser, ID: u.ID, Name: u.Name}
}

// userChanges is the history of a user who is changed. Passwords are not written down.
func userChanges(v leads.Viewer, was, is leads.User) []leads.HistoryEntry {
	h := leads.History{Of: userRecord(is), By: v}
	h.Field(leads.FieldName, was.Name, is.Name)
	h.Field(leads.FieldRole, string(was.Role), string(is.Role))
	h.Field(leads.FieldTeam, was.Team, is.Team)
	h.Field(leads.FieldExtensions, strings.Join(was.Extensions, ", "), strings.Join(is.Extensions, ", "))
	h.Field(leads.FieldShifts, shiftsText(was.Shifts), shiftsText(is.Shifts))
	h.Field(leads.FieldDisabled, leads.YesNo(was.Disabled), leads.YesNo(is.Disabled))
	if was.PasswordHash != is.PasswordHash {
		h.Add(leads.HistoryEntry{Field: leads.FieldPassword})
	}
	return h.Entries
}

func shiftsText(all []leads.Shift) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

func putExtensions(ctx context.Context, q *db.Queries, u leads.User) error {
	for i, e := range u.Extensions {
		source, number := leads.SplitExtension(e)
		if err := q.FreeExtension(ctx, db.FreeExtensionParams{Source: source, Number: number, Holder: u.ID}); err != nil {
			return err
		}
		n, err := q.InsertExtension(ctx, db.InsertExtensionParams{Extension: e, Source: source, Number: number, UserID: u.ID, Position: int64(i)})
		if err != nil {
			return err
		}
		if n == 0 {
			holder, err := q.HolderOfExtension(ctx, db.HolderOfExtensionParams{Source: source, Number: number})
			if err != nil {
				return fmt.Errorf("extension %s: %w", e, leads.ErrExists)
			}
			return fmt.Errorf("%w: extension %s belongs to %s (%s)", leads.ErrExists, e, holder.Name, holder.Login)
		}
	}
	return nil
}

// RightsVersion is a number that grows whenever a user, a token or a session
// changes in a way that may take a right away.
func (s *Store) RightsVersion(ctx context.Context) (int64, error) {
	v, err := s.read.RightsVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the version of rights: %w", err)
	}
	return v, nil
}
