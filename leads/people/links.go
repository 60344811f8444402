package people

import (
	"context"
	"log/slog"
	"time"

	"ctihub/leads"
)

// ErrMessengerAway says that a messenger could not make an invitation.
var ErrMessengerAway = &leads.Problem{Kind: leads.ErrUnavailable, Title: "The messenger cannot be reached", Detail: "Try again in a minute."}

// LinkStore is what [Links] needs from storage.
type LinkStore interface {
	// NewLinkCode makes a code by which a user can link an address of a channel.
	NewLinkCode(ctx context.Context, userID, via string) (code string, expires time.Time, err error)
	// LinksOf returns since when a user has a link, by channel.
	LinksOf(ctx context.Context, userID string) (map[string]time.Time, error)
	UnlinkUser(ctx context.Context, userID, via string) error
}

// Messenger is a sink that notifies users at a linked address.
type Messenger struct {
	Name, Kind string
	Inviter    interface {
		// Via names the channel and the hub's own account in it.
		Via() string
		// Invite returns the address that a user opens to link with a code.
		Invite(ctx context.Context, code string) (url string, err error)
	}
}

// Links lets users link a messenger address for notices of leads and calls.
type Links struct {
	Store      LinkStore
	Messengers []Messenger
	Log        *slog.Logger
}

// Link is a messenger in which a user can get notices.
type Link struct {
	Name, Kind string    // of the messenger
	Since      time.Time // zero: not linked
}

// List returns the messengers in which a user can get notices, linked or not.
func (l *Links) List(ctx context.Context, userID string) ([]Link, error) {
	since, err := l.Store.LinksOf(ctx, userID)
	if err != nil {
		return nil, err
	}
	list := make([]Link, len(l.Messengers))
	for i, m := range l.Messengers {
		list[i] = Link{Name: m.Name, Kind: m.Kind, Since: since[m.Inviter.Via()]}
	}
	return list, nil
}

// Invite returns the address that a user opens to link with a messenger, and
// until when it can be opened.
func (l *Links) Invite(ctx context.Context, userID, messenger string) (url string, expires time.Time, err error) {
	m, err := l.find(messenger)
	if err != nil {
		return "", expires, err
	}
	code, expires, err := l.Store.NewLinkCode(ctx, userID, m.Inviter.Via())
	if err != nil {
		return "", expires, err
	}
	if url, err = m.Inviter.Invite(ctx, code); err != nil {
		l.Log.WarnContext(ctx, "a link with a messenger cannot be offered", "sink", m.Name, "error", err)
		return "", expires, ErrMessengerAway
	}
	return url, expires, nil
}

// Drop ends a user's link with a messenger; none is no error.
func (l *Links) Drop(ctx context.Context, userID, messenger string) error {
	m, err := l.find(messenger)
	if err != nil {
		return err
	}
	return l.Store.UnlinkUser(ctx, userID, m.Inviter.Via())
}

func (l *Links) find(name string) (Messenger, error) {
	for _, m := range l.Messengers {
		if m.Name == name {
			return m, nil
		}
	}
	return Messenger{}, leads.ErrNotFound
}
