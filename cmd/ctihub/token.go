package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"ctihub/leads"
	"ctihub/storage"
	"ctihub/web"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a token and print it once."`
	List   tokenListCmd   `cmd:"" help:"List tokens by name; the tokens themselves are not stored."`
	Revoke tokenRevokeCmd `cmd:"" help:"Revoke a token; it stops working at once."`
}

type tokenCreateCmd struct {
	User string `required:"" placeholder:"LOGIN" help:"User on whose behalf the script acts, with the rights of that user."`
	Name string `required:"" help:"What the token is for, unique: \"reports\", \"amoCRM export\"."`
}

// Help is shown by token create --help.
func (tokenCreateCmd) Help() string {
	return `The token is printed on standard output and nowhere else; only its hash is stored.

Example:

    TOKEN=$(ctihub token create --user boris --name reports)
    curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/api/v1/leads`
}

// Run makes the token.
func (c tokenCreateCmd) Run(t terminal, s settings) error {
	name := strings.TrimSpace(c.Name)
	if name == "" || len(name) > 100 {
		return usageError{errors.New("a token's name has 1 to 100 bytes")}
	}
	return withStore(s, func(ctx context.Context, st *storage.Store) error {
		u, err := st.UserByLogin(ctx, strings.ToLower(strings.TrimSpace(c.User)))
		if err != nil {
			return explainUnknownLogin(err, c.User)
		}
		if u.Disabled {
			return fmt.Errorf("%s is disabled, so a token would not work; first: ctihub user set %[1]s --enable", u.Login)
		}
		token, hash := web.NewToken()
		if _, err := st.CreateToken(ctx, u.ID, name, hash, time.Now()); errors.Is(err, leads.ErrExists) {
			return fmt.Errorf("there is a token named %q already; choose another name or first: ctihub token revoke %[1]q", name)
		} else if err != nil {
			return err
		}
		_, err = fmt.Fprintln(t.out, token)
		return err
	})
}

type tokenListCmd struct{}

// Run lists the tokens.
func (tokenListCmd) Run(t terminal, s settings) error {
	return withStore(s, func(ctx context.Context, st *storage.Store) error {
		list, err := st.ListTokens(ctx)
		if err != nil {
			return err
		}
		tab := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(tab, "NAME\tUSER\tCREATED")
		for _, k := range list {
			fmt.Fprintf(tab, "%s\t%s\t%s\n", k.Name, k.Login, k.Created.UTC().Format(time.DateTime))
		}
		return tab.Flush()
	})
}

type tokenRevokeCmd struct {
	Name string `arg:"" help:"The token's name, as in ctihub token list."`
}

// Run revokes the token.
func (c tokenRevokeCmd) Run(t terminal, s settings) error {
	return withStore(s, func(ctx context.Context, st *storage.Store) error {
		if err := st.RevokeToken(ctx, c.Name); errors.Is(err, leads.ErrNotFound) {
			return fmt.Errorf("there is no token named %q; see: ctihub token list", c.Name)
		} else if err != nil {
			return err
		}
		_, err := fmt.Fprintln(t.out, "revoked "+c.Name)
		return err
	})
}
