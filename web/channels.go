package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListChannels tells in which channels a lead's customer can be answered.
func (o operations) ListChannels(ctx context.Context, req api.ListChannelsRequestObject) (api.ListChannelsResponseObject, error) {
	lead, err := o.Store.Lead(ctx, viewer(ctx), req.Id)
	if err != nil {
		return nil, err
	}
	list, err := o.channels(ctx, lead)
	return api.ListChannels200JSONResponse{Items: items(leads.List[leads.ReplyChannel]{Items: list})}, err
}

// channels returns every source that can send, those that can be used for this
// contact first, and of them the one in which they wrote last.
func (o operations) channels(ctx context.Context, lead leads.Lead) ([]leads.ReplyChannel, error) {
	contact, err := o.Store.Contact(ctx, viewer(ctx), lead.ContactID)
	if err != nil {
		return nil, err
	}
	written, err := o.Store.Written(ctx, contact.ID)
	if err != nil {
		return nil, err
	}
	trouble := map[string]string{}
	for _, s := range o.Sources.States() {
		if s.State == leads.SourceFailed {
			trouble[s.Name] = s.Error
		}
	}
	var list []leads.ReplyChannel
	for _, s := range o.Sources.Senders() {
		c := leads.ReplyChannel{
			Source: s.Source, Channel: s.Channel, Can: true,
			Subject: s.Subject, MaxText: s.MaxText, MaxFile: min(s.MaxFile, maxUpload),
		}
		if o.Uploads == nil {
			c.MaxFile = 0
		}
		c.Kind, c.To = reached(contact, s)
		c.Written, c.Title = written[s.Source].At, written[s.Source].Subject
		switch {
		case len(c.To) == 0:
			c.Can, c.Reason, c.Detail = false, leads.NoAddress, "The contact has no address in this channel."
		case !s.Cold && c.Written.IsZero():
			c.Can, c.Reason, c.Detail = false, leads.NeverWrote, "The customer has not written here, and only those who did can be answered."
		case trouble[s.Source] != "":
			c.Reason, c.Detail = leads.SourceDown, "The source is in trouble; the reply will wait: "+trouble[s.Source]
		}
		list = append(list, c)
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
	return list, nil
}

// reached returns the contact's addresses that the source prefers, or else those
// of the first of its kinds of which there are any.
func reached(contact leads.Contact, by Sender) (kind leads.IdentityKind, addresses []string) {
	addresses = []string{}
	for _, id := range contact.Identities {
		if by.Prefers != nil && by.Prefers(id) {
			kind, addresses = id.Kind, append(addresses, id.Value)
		}
	}
	if len(addresses) > 0 {
		return kind, addresses
	}
	for _, kind = range by.To {
		for _, id := range contact.Identities {
			if id.Kind == kind {
				addresses = append(addresses, id.Value)
			}
		}
		if len(addresses) > 0 {
			break
		}
	}
	return kind, addresses
}

// counted says how much there is of what there may be.
func counted(n, most int) string { return strconv.Itoa(n) + " of " + strconv.Itoa(most) }
