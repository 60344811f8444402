package web

import (
	"cmp"
	"context"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/web/api"
)

// ListContacts lists the contacts that the caller may see.
func (o operations) ListContacts(ctx context.Context, req api.ListContactsRequestObject) (api.ListContactsResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	page, wrongOrder := ordered(page, leads.ViewContacts, q.Order)
	f := leads.ContactFilter{OwnerID: userParam(ctx, q.OwnerId), CompanyID: q.CompanyId}
	var wrong, wrongTag error
	f.Query, wrong = leads.Line("q", q.Q)
	f.Tag, wrongTag = leads.Line("tag", q.Tag)
	if err := first(err, wrongOrder, wrong, wrongTag, o.contactKeys(&f, q.Phone, q.Email), fewOf("field", q.Field)); err != nil {
		return nil, err
	}
	if f.Fields, err = o.Fields.Filters(ctx, leads.CustomOfContact, q.Field); err != nil {
		return nil, unprocessable(err)
	}
	list, err := o.Store.Contacts(ctx, viewer(ctx), f, page)
	return api.ListContacts200JSONResponse{Items: items(list), Next: list.Next}, err
}

// contactKeys puts an exact phone and e-mail, in any notation, into the filter.
func (o operations) contactKeys(f *leads.ContactFilter, phone, email string) (err error) {
	if phone != "" {
		if f.Phone, _, err = leads.NormalisePhone(phone, o.Region); err != nil {
			return invalid("phone", "It is "+err.Error()+"; write it as +79161234567.")
		}
	}
	if email != "" {
		if f.Email, err = leads.NormaliseEmail(email); err != nil {
			return invalid("email", "It is "+err.Error()+".")
		}
	}
	return nil
}

// ListConsents lists what a contact has agreed to.
func (o operations) ListConsents(ctx context.Context, req api.ListConsentsRequestObject) (api.ListConsentsResponseObject, error) {
	list, err := o.Store.Consents(ctx, viewer(ctx), req.Id)
	return api.ListConsents200JSONResponse{Items: items(leads.List[leads.ConsentRecord]{Items: list})}, err
}

// GetContact returns one contact.
func (o operations) GetContact(ctx context.Context, req api.GetContactRequestObject) (api.GetContactResponseObject, error) {
	c, err := o.Store.Contact(ctx, viewer(ctx), req.Id)
	return api.GetContact200JSONResponse{Body: c, Headers: api.GetContact200ResponseHeaders{ETag: contactState(c).tag()}}, err
}

// ListContactHistory lists what people changed of a contact.
func (o operations) ListContactHistory(ctx context.Context, req api.ListContactHistoryRequestObject) (api.ListContactHistoryResponseObject, error) {
	list, err := o.Store.RecordHistory(ctx, viewer(ctx), leads.ObjectContact, req.Id)
	return api.ListContactHistory200JSONResponse{Items: items(leads.List[leads.HistoryEntry]{Items: list})}, err
}

// ListContactFiles lists the files of a contact's messages.
func (o operations) ListContactFiles(ctx context.Context, req api.ListContactFilesRequestObject) (api.ListContactFilesResponseObject, error) {
	page, err := pageOf(req.Params.Limit, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := o.Store.Files(ctx, viewer(ctx), req.Id, page)
	return api.ListContactFiles200JSONResponse{Items: items(list), Next: list.Next}, err
}

// CreateContact makes a contact by hand.
func (o operations) CreateContact(ctx context.Context, req api.CreateContactRequestObject) (api.CreateContactResponseObject, error) {
	b, key := req.Body, ""
	if req.Params.IdempotencyKey != "" || b.Key != "" {
		var err error
		if key, err = keyOf(req.Params.IdempotencyKey, b.Key, "contact"); err != nil {
			return nil, unprocessable(err)
		}
	}
	c, err := o.Contacts.Create(ctx, callerOf(ctx).user, contacts.Wanted{
		Key: key, Name: b.Name, Company: b.Company, CompanyID: b.CompanyId, Role: b.Role, Warning: b.Warning, Notes: b.Notes, Tags: b.Tags,
		Identities: b.Identities, OwnerID: userParam(ctx, b.OwnerId), Fields: b.Fields,
	})
	return api.CreateContact201JSONResponse{Body: c, Headers: api.CreateContact201ResponseHeaders{ETag: contactState(c).tag()}}, unprocessable(err)
}

// UpdateContact changes what people write down about a contact, and its owner.
func (o operations) UpdateContact(ctx context.Context, req api.UpdateContactRequestObject) (api.UpdateContactResponseObject, error) {
	b := req.Body
	change := leads.ContactChange{Name: b.Name, Company: b.Company, Role: b.Role, Warning: b.Warning, Notes: b.Notes, Tags: b.Tags, Fields: b.Fields}
	if b.CompanyId.Given {
		change.CompanyID = &b.CompanyId.Text
	}
	if b.OwnerId.Given {
		owner := userParam(ctx, b.OwnerId.Text)
		change.OwnerID = &owner
	}
	c, err := o.Contacts.Change(ctx, viewer(ctx), req.Id, change, unchanged(req.Params.IfMatch, contactState))
	return api.UpdateContact200JSONResponse{Body: c, Headers: api.UpdateContact200ResponseHeaders{ETag: contactState(c).tag()}}, unprocessable(err)
}

// AddIdentity gives a contact a phone number or an e-mail address.
func (o operations) AddIdentity(ctx context.Context, req api.AddIdentityRequestObject) (api.AddIdentityResponseObject, error) {
	c, err := o.Contacts.AddIdentity(ctx, viewer(ctx), req.Id, *req.Body, unchanged(req.Params.IfMatch, contactState))
	return api.AddIdentity200JSONResponse{Body: c, Headers: api.AddIdentity200ResponseHeaders{ETag: contactState(c).tag()}}, unprocessable(err)
}

// CorrectIdentity replaces an identity of a contact.
func (o operations) CorrectIdentity(ctx context.Context, req api.CorrectIdentityRequestObject) (api.CorrectIdentityResponseObject, error) {
	was := leads.Identity{Kind: leads.IdentityKind(req.Kind), Value: req.Value}
	is := leads.Identity{Kind: cmp.Or(leads.IdentityKind(req.Body.Kind), was.Kind), Value: req.Body.Value}
	c, err := o.Contacts.CorrectIdentity(ctx, viewer(ctx), req.Id, was, is, unchanged(req.Params.IfMatch, contactState))
	return api.CorrectIdentity200JSONResponse{Body: c, Headers: api.CorrectIdentity200ResponseHeaders{ETag: contactState(c).tag()}}, unprocessable(err)
}

// RemoveIdentity takes an identity from a contact.
func (o operations) RemoveIdentity(ctx context.Context, req api.RemoveIdentityRequestObject) (api.RemoveIdentityResponseObject, error) {
	id := leads.Identity{Kind: leads.IdentityKind(req.Kind), Value: req.Value}
	c, err := o.Contacts.RemoveIdentity(ctx, viewer(ctx), req.Id, id, unchanged(req.Params.IfMatch, contactState))
	return api.RemoveIdentity200JSONResponse{Body: c, Headers: api.RemoveIdentity200ResponseHeaders{ETag: contactState(c).tag()}}, err
}
