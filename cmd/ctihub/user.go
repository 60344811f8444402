package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"ctihub/leads"
	"ctihub/leads/people"
	"ctihub/storage"
	"ctihub/web"
)

type userCmd struct {
	Add  userAddCmd  `cmd:"" help:"Add a person who signs in."`
	List userListCmd `cmd:"" help:"List the people who sign in."`
	Set  userSetCmd  `cmd:"" help:"Change a person: name, role, team, phones, password, or whether they may sign in."`
}

type userAddCmd struct {
	Login      string        `arg:"" help:"What the person signs in with, such as anna or anna@example.com."`
	Name       string        `required:"" help:"Full name, as colleagues see it."`
	Role       leads.Role    `required:"" enum:"operator,manager,supervisor,admin" help:"What the person may see and do: ${enum}."`
	Team       string        `help:"Team that the person serves; none: every team."`
	Extensions []string      `name:"extension" short:"e" sep:"none" placeholder:"NUMBER" help:"Internal phone number; repeat for several. Where two exchanges use the same numbers, prefix the source: spb:100."`
	Password   passwordFlags `embed:""`
}

// Help is shown by user add --help.
func (userAddCmd) Help() string {
	return `Without one of the password flags the password is asked for on the terminal. It has at least 10 characters.

Examples:

    ctihub user add anna --name "Anna Orlova" --role operator --extension 100
    ctihub user add boris --name "Boris Klimov" --role manager --team sales --generate
    pass show hub/admin | ctihub user add admin --name Admin --role admin --password-stdin`
}

// Run adds the person.
func (c userAddCmd) Run(t terminal, s settings) error {
	u := leads.User{
		Login: strings.ToLower(strings.TrimSpace(c.Login)), Name: strings.TrimSpace(c.Name), Role: c.Role,
		Team: strings.TrimSpace(c.Team), Extensions: c.Extensions, Presence: leads.Offline,
	}
	if err := checkUser(u); err != nil {
		return err
	}
	return withStore(s, func(ctx context.Context, st *storage.Store) error {
		if _, err := st.UserByLogin(ctx, u.Login); err == nil {
			return fmt.Errorf("login %s is taken; change that person with: ctihub user set %[1]s", u.Login)
		} else if !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		password, err := c.Password.read(t)
		if err != nil {
			return err
		}
		u.PasswordHash = web.HashPassword(password)
		if _, err := st.CreateUser(ctx, u); err != nil {
			return explainTaken(err)
		}
		return c.Password.confirm(t, "added "+u.Login, password)
	})
}

type userSetCmd struct {
	Login        string        `arg:"" help:"Login of the person to change."`
	Name         *string       `help:"Full name."`
	Role         *leads.Role   `enum:"operator,manager,supervisor,admin" help:"Role: ${enum}."`
	Team         *string       `help:"Team; an empty one: every team."`
	Extensions   []string      `name:"extension" short:"e" sep:"none" placeholder:"NUMBER" xor:"phones" help:"Internal phone numbers from now on, instead of all earlier ones; spb:100 is phone 100 at the source spb alone."`
	NoExtensions bool          `xor:"phones" help:"The person has no phone."`
	Shifts       []string      `name:"shift" sep:"none" placeholder:"HOURS" xor:"shifts" help:"Working hours from now on, such as 'mon-fri 09:00-18:00'; repeat for several."`
	NoShifts     bool          `xor:"shifts" help:"The person works always."`
	Disable      bool          `xor:"state" help:"The person may not sign in any more."`
	Enable       bool          `xor:"state" help:"The person may sign in again."`
	AskPassword  bool          `name:"password" xor:"password" help:"Ask for a new password on the terminal."`
	RevokeTokens bool          `help:"Revoke all API tokens of the person at once."`
	Password     passwordFlags `embed:""`
}

// Run changes the person.
func (c userSetCmd) Run(t terminal, s settings) error {
	newPassword := c.AskPassword || c.Password.given()
	if c.Name == nil && c.Role == nil && c.Team == nil && len(c.Extensions) == 0 && !c.NoExtensions && len(c.Shifts) == 0 && !c.NoShifts && !c.Disable && !c.Enable && !newPassword && !c.RevokeTokens {
		return usageError{errors.New("there is nothing to change; see ctihub user set --help")}
	}
	return withStore(s, func(ctx context.Context, st *storage.Store) error {
		u, err := st.UserByLogin(ctx, strings.ToLower(strings.TrimSpace(c.Login)))
		if err != nil {
			return explainUnknownLogin(err, c.Login)
		}
		if err := c.apply(&u); err != nil {
			return err
		}
		if err := checkUser(u); err != nil {
			return err
		}
		var password string
		if newPassword {
			if password, err = c.Password.read(t); err != nil {
				return err
			}
			u.PasswordHash = web.HashPassword(password)
		}
		if _, err := st.UpdateUser(ctx, u); err != nil {
			return explainTaken(err)
		}
		done := "changed " + u.Login
		if newPassword {
			done += "; all sessions of " + u.Login + " are ended"
		}
		if c.RevokeTokens {
			if err := st.RevokeTokensOf(ctx, u.ID); err != nil {
				return err
			}
			done += "; all their API tokens are revoked"
		}
		if err := c.Password.confirm(t, done, password); err != nil || !newPassword {
			return err
		}
		return warnOfTokens(ctx, t, st, u)
	})
}

// warnOfTokens lists the tokens that still work after a password change.
func warnOfTokens(ctx context.Context, t terminal, st *storage.Store, u leads.User) error {
	list, err := st.TokensOf(ctx, u.ID)
	if err != nil || len(list) == 0 {
		return err
	}
	names := make([]string, len(list))
	for i, k := range list {
		names[i] = strconv.Quote(k.Name)
	}
	_, err = fmt.Fprintf(t.err, "API tokens of %s still work (%d): %s; if somebody else knew the old password, revoke them too: ctihub user set %[1]s --revoke-tokens\n",
		u.Login, len(list), strings.Join(names, ", "))
	return err
}

func (c userSetCmd) apply(u *leads.User) error {
	if c.Name != nil {
		u.Name = strings.TrimSpace(*c.Name)
	}
	if c.Role != nil {
		u.Role = *c.Role
	}
	if c.Team != nil {
		u.Team = strings.TrimSpace(*c.Team)
	}
	if c.NoExtensions || len(c.Extensions) > 0 {
		u.Extensions = c.Extensions
	}
	if c.Disable || c.Enable {
		u.Disabled = c.Disable
	}
	if c.NoShifts || len(c.Shifts) > 0 {
		u.Shifts = nil
	}
	for _, text := range c.Shifts {
		shift, err := leads.ParseShift(text)
		if err != nil {
			return usageError{err}
		}
		u.Shifts = append(u.Shifts, shift)
	}
	return nil
}

// Help is shown by user set --help.
func (userSetCmd) Help() string {
	return `A new password ends all sessions of the person; their API tokens keep working unless --revoke-tokens is given.

Working hours are in the zone that the configuration names (timezone). Outside of them a person is
given no new leads or calls, except by hand and as the owner of the contact.

Examples:

    ctihub user set anna --shift "mon-fri 09:00-18:00" --shift "sat 10:00-14:00"
    ctihub user set boris --shift "mon-sun 20:00-08:00"
    ctihub user set vera --no-shifts
    ctihub user set anna --password --revoke-tokens`
}

type userListCmd struct {
	JSON bool `name:"json" help:"Print JSON, one person a line."`
}

// Run lists all users.
func (c userListCmd) Run(t terminal, s settings) error {
	return withStore(s, func(ctx context.Context, st *storage.Store) error {
		tab := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		if !c.JSON {
			fmt.Fprintln(tab, "LOGIN\tNAME\tROLE\tTEAM\tPHONES\tHOURS\tSTATE")
		}
		people, err := st.ListUsers(ctx)
		for _, u := range people {
			if c.JSON {
				err = errors.Join(err, json.NewEncoder(t.out).Encode(u))
			} else {
				fmt.Fprintf(tab, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Login, u.Name, u.Role, orDash(u.Team), orDash(strings.Join(u.Extensions, " ")), hoursOf(u), stateOf(u))
			}
		}
		return errors.Join(err, tab.Flush())
	})
}

func stateOf(u leads.User) string {
	if u.Disabled {
		return "disabled"
	}
	return string(u.Presence)
}

func hoursOf(u leads.User) string {
	if len(u.Shifts) == 0 {
		return "always"
	}
	words := make([]string, len(u.Shifts))
	for i, s := range u.Shifts {
		words[i] = s.String()
	}
	return strings.Join(words, "; ")
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// checkUser turns a broken rule of a user into a usage error.
func checkUser(u leads.User) error {
	err := people.CheckUser(u)
	if problem := (*leads.Problem)(nil); errors.As(err, &problem) {
		return usageError{errors.New(problem.Field + ": " + problem.Detail)}
	}
	return err
}

// explainUnknownLogin says that a login does not exist.
func explainUnknownLogin(err error, login string) error {
	if errors.Is(err, leads.ErrNotFound) {
		return fmt.Errorf("nobody has the login %q; see: ctihub user list", login)
	}
	return err
}

// explainTaken says that a unique value, such as a login, belongs to another user.
func explainTaken(err error) error {
	if errors.Is(err, leads.ErrExists) {
		return fmt.Errorf("%w; see: ctihub user list", err)
	}
	return err
}
