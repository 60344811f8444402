package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/companies"
	"ctihub/web/api"
)

// ListCompanies lists companies.
func (o operations) ListCompanies(ctx context.Context, req api.ListCompaniesRequestObject) (api.ListCompaniesResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	page, wrongOrder := ordered(page, leads.ViewCompanies, q.Order)
	text, wrong := leads.Line("q", q.Q)
	if err := first(err, wrongOrder, wrong); err != nil {
		return nil, err
	}
	fields, err := o.Fields.Filters(ctx, leads.CustomOfCompany, q.Field)
	if err != nil {
		return nil, unprocessable(err)
	}
	list, err := o.Store.Companies(ctx, leads.CompanyFilter{Query: text, OwnerID: userParam(ctx, q.OwnerId), Fields: fields}, page)
	return api.ListCompanies200JSONResponse{Items: items(list), Next: list.Next}, err
}

// GetCompany returns one company.
func (o operations) GetCompany(ctx context.Context, req api.GetCompanyRequestObject) (api.GetCompanyResponseObject, error) {
	c, err := o.Store.Company(ctx, viewer(ctx), req.Id)
	return api.GetCompany200JSONResponse{Body: c, Headers: api.GetCompany200ResponseHeaders{ETag: companyState(c).tag()}}, err
}

// ListCompanyHistory lists what people changed of a company.
func (o operations) ListCompanyHistory(ctx context.Context, req api.ListCompanyHistoryRequestObject) (api.ListCompanyHistoryResponseObject, error) {
	list, err := o.Store.RecordHistory(ctx, viewer(ctx), leads.ObjectCompany, req.Id)
	return api.ListCompanyHistory200JSONResponse{Items: items(leads.List[leads.HistoryEntry]{Items: list})}, err
}

// CreateCompany makes a company.
func (o operations) CreateCompany(ctx context.Context, req api.CreateCompanyRequestObject) (api.CreateCompanyResponseObject, error) {
	b, key := req.Body, ""
	if req.Params.IdempotencyKey != "" || b.Key != "" {
		var err error
		if key, err = keyOf(req.Params.IdempotencyKey, b.Key, "company"); err != nil {
			return nil, unprocessable(err)
		}
	}
	owner := userParam(ctx, b.OwnerId)
	c, err := o.Companies.Create(ctx, callerOf(ctx).user, companies.Wanted{Key: key, TakeNamed: b.TakeNamed, Fields: leads.CompanyChange{
		Name: &b.Name, LegalName: &b.LegalName, Country: &b.Country, TaxID: &b.TaxId, KPP: &b.Kpp, Address: &b.Address, Website: &b.Website,
		Warning: &b.Warning, Notes: &b.Notes, OwnerID: &owner, Fields: b.Fields,
	}})
	return api.CreateCompany201JSONResponse{Body: c, Headers: api.CreateCompany201ResponseHeaders{ETag: companyState(c).tag()}}, unprocessable(err)
}

// UpdateCompany changes a company.
func (o operations) UpdateCompany(ctx context.Context, req api.UpdateCompanyRequestObject) (api.UpdateCompanyResponseObject, error) {
	b := req.Body
	change := leads.CompanyChange{
		Name: b.Name, LegalName: b.LegalName, Country: b.Country, TaxID: b.TaxId, KPP: b.Kpp, Address: b.Address, Website: b.Website, Warning: b.Warning, Notes: b.Notes,
		Fields: b.Fields,
	}
	if b.OwnerId.Given {
		owner := userParam(ctx, b.OwnerId.Text)
		change.OwnerID = &owner
	}
	c, err := o.Companies.Change(ctx, viewer(ctx), req.Id, change, b.TakeNamed, unchanged(req.Params.IfMatch, companyState))
	return api.UpdateCompany200JSONResponse{Body: c, Headers: api.UpdateCompany200ResponseHeaders{ETag: companyState(c).tag()}}, unprocessable(err)
}

// DeleteCompany deletes a company that has neither people nor shared numbers.
func (o operations) DeleteCompany(ctx context.Context, req api.DeleteCompanyRequestObject) (api.DeleteCompanyResponseObject, error) {
	return api.DeleteCompany204Response{}, o.Companies.Delete(ctx, viewer(ctx), req.Id, unchanged(req.Params.IfMatch, companyState))
}

// ShareNumber gives a company a shared number.
func (o operations) ShareNumber(ctx context.Context, req api.ShareNumberRequestObject) (api.ShareNumberResponseObject, error) {
	c, err := o.Companies.Share(ctx, viewer(ctx), req.Id, req.Value, req.Params.TakeOver, unchanged(req.Params.IfMatch, companyState))
	return api.ShareNumber200JSONResponse{Body: c, Headers: api.ShareNumber200ResponseHeaders{ETag: companyState(c).tag()}}, unprocessable(err)
}

// UnshareNumber takes a shared number from a company.
func (o operations) UnshareNumber(ctx context.Context, req api.UnshareNumberRequestObject) (api.UnshareNumberResponseObject, error) {
	c, err := o.Companies.Unshare(ctx, viewer(ctx), req.Id, req.Value, unchanged(req.Params.IfMatch, companyState))
	return api.UnshareNumber200JSONResponse{Body: c, Headers: api.UnshareNumber200ResponseHeaders{ETag: companyState(c).tag()}}, err
}

// AddDomain gives a company a mail domain.
func (o operations) AddDomain(ctx context.Context, req api.AddDomainRequestObject) (api.AddDomainResponseObject, error) {
	c, err := o.Companies.AddDomain(ctx, viewer(ctx), req.Id, req.Domain, unchanged(req.Params.IfMatch, companyState))
	return api.AddDomain200JSONResponse{Body: c, Headers: api.AddDomain200ResponseHeaders{ETag: companyState(c).tag()}}, unprocessable(err)
}

// RemoveDomain takes a mail domain from a company.
func (o operations) RemoveDomain(ctx context.Context, req api.RemoveDomainRequestObject) (api.RemoveDomainResponseObject, error) {
	c, err := o.Companies.RemoveDomain(ctx, viewer(ctx), req.Id, req.Domain, unchanged(req.Params.IfMatch, companyState))
	return api.RemoveDomain200JSONResponse{Body: c, Headers: api.RemoveDomain200ResponseHeaders{ETag: companyState(c).tag()}}, err
}

// SayCaller says who it was that called or wrote by a shared number.
func (o operations) SayCaller(ctx context.Context, req api.SayCallerRequestObject) (api.SayCallerResponseObject, error) {
	i, err := o.Companies.Caller(ctx, viewer(ctx), req.Id, req.Body.ContactId)
	if err != nil {
		return nil, unprocessable(err)
	}
	return api.SayCaller200JSONResponse{Body: i, Headers: api.SayCaller200ResponseHeaders{ETag: factsState(i).tag()}}, nil
}
