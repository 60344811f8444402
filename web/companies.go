package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListCompanies is not written yet.
func (o operations) ListCompanies(context.Context, api.ListCompaniesRequestObject) (api.ListCompaniesResponseObject, error) {
	return nil, leads.ErrNotFound
}

// CreateCompany is not written yet.
func (o operations) CreateCompany(context.Context, api.CreateCompanyRequestObject) (api.CreateCompanyResponseObject, error) {
	return nil, leads.ErrNotFound
}

// GetCompany is not written yet.
func (o operations) GetCompany(context.Context, api.GetCompanyRequestObject) (api.GetCompanyResponseObject, error) {
	return nil, leads.ErrNotFound
}

// UpdateCompany is not written yet.
func (o operations) UpdateCompany(context.Context, api.UpdateCompanyRequestObject) (api.UpdateCompanyResponseObject, error) {
	return nil, leads.ErrNotFound
}

// DeleteCompany is not written yet.
func (o operations) DeleteCompany(context.Context, api.DeleteCompanyRequestObject) (api.DeleteCompanyResponseObject, error) {
	return nil, leads.ErrNotFound
}

// ListCompanyHistory is not written yet.
func (o operations) ListCompanyHistory(context.Context, api.ListCompanyHistoryRequestObject) (api.ListCompanyHistoryResponseObject, error) {
	return nil, leads.ErrNotFound
}

// ShareNumber is not written yet.
func (o operations) ShareNumber(context.Context, api.ShareNumberRequestObject) (api.ShareNumberResponseObject, error) {
	return nil, leads.ErrNotFound
}

// UnshareNumber is not written yet.
func (o operations) UnshareNumber(context.Context, api.UnshareNumberRequestObject) (api.UnshareNumberResponseObject, error) {
	return nil, leads.ErrNotFound
}

// AddDomain is not written yet.
func (o operations) AddDomain(context.Context, api.AddDomainRequestObject) (api.AddDomainResponseObject, error) {
	return nil, leads.ErrNotFound
}

// RemoveDomain is not written yet.
func (o operations) RemoveDomain(context.Context, api.RemoveDomainRequestObject) (api.RemoveDomainResponseObject, error) {
	return nil, leads.ErrNotFound
}

// SayCaller is not written yet.
func (o operations) SayCaller(context.Context, api.SayCallerRequestObject) (api.SayCallerResponseObject, error) {
	return nil, leads.ErrNotFound
}
