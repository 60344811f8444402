package replies

import (
	"cmp"
	"slices"

	"ctihub/leads"
)

// Sender is what a source is able to send (connectors.Sending).
type Sender struct {
	Source  string
	Channel leads.Channel
	To      []leads.IdentityKind      // the preferred first
	Prefers func(leads.Identity) bool // whether one is to be written to before all of To; nil: none is
	Cold    bool                      // whether a contact who never wrote can be written to
	Subject bool                      // whether a message has a subject
	MaxText int                       // in characters; 0: any
	MaxFile int64                     // of an attachment in bytes; 0: none can be sent
	Trouble string                    // why it is down now, empty if it is not
}

// Channels returns the channels in which a contact can be answered: usable ones first,
// then those in which the contact wrote last. written is the contact's last message,
// by source.
func Channels(c leads.Contact, written map[string]leads.Interaction, senders []Sender) []leads.ReplyChannel {
	var list []leads.ReplyChannel
	for _, s := range senders {
		list = append(list, channel(c, written[s.Source], s))
	}
	slices.SortStableFunc(list, func(a, b leads.ReplyChannel) int {
		if a.Can != b.Can {
			if a.Can {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Written.Compare(a.Written), cmp.Compare(a.Source, b.Source))
	})
	return list
}

func channel(contact leads.Contact, written leads.Interaction, s Sender) leads.ReplyChannel {
	c := leads.ReplyChannel{
		Source: s.Source, Channel: s.Channel, Can: true, Subject: s.Subject, MaxText: s.MaxText, MaxFile: min(s.MaxFile, FileMost),
		Written: written.At, Title: written.Subject,
	}
	c.Kind, c.To = addresses(contact, s)
	switch {
	case len(c.To) == 0:
		c.Can, c.Reason, c.Detail = false, leads.NoAddress, "The contact has no address in this channel."
	case !s.Cold && c.Written.IsZero():
		c.Can, c.Reason, c.Detail = false, leads.NeverWrote, "The customer has not written here, and only those who did can be answered."
	case s.Trouble != "":
		c.Reason, c.Detail = leads.SourceDown, "The source is in trouble; the reply will wait: "+s.Trouble
	}
	return c
}

// addresses returns the contact's addresses that the sender prefers, or else those of
// the sender's first kind that the contact has.
func addresses(contact leads.Contact, by Sender) (kind leads.IdentityKind, values []string) {
	values = []string{}
	for _, id := range contact.Identities {
		if by.Prefers != nil && by.Prefers(id) {
			kind, values = id.Kind, append(values, id.Value)
		}
	}
	if len(values) > 0 {
		return kind, values
	}
	for _, kind = range by.To {
		for _, id := range contact.Identities {
			if id.Kind == kind {
				values = append(values, id.Value)
			}
		}
		if len(values) > 0 {
			break
		}
	}
	return kind, values
}

// ErrNoSender says that no source can send to the customer.
var ErrNoSender = &leads.Problem{Kind: leads.ErrConflict, Title: "The customer cannot be answered",
	Detail: "No source is set up to send, or the customer wrote in none of those that are."}

// choose returns the channel of a source; without a source, the first usable one.
func choose(channels []leads.ReplyChannel, source string) (leads.ReplyChannel, error) {
	for _, c := range channels {
		switch {
		case source == "" && c.Can, c.Source == source && c.Can:
			return c, nil
		case c.Source == source && source != "":
			return c, leads.Invalid("source", c.Detail)
		}
	}
	if source == "" {
		return leads.ReplyChannel{}, ErrNoSender
	}
	return leads.ReplyChannel{}, leads.Invalid("source", "It is no source that can send.")
}
