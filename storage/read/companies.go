package read

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/search"
)

var companyList = newestFirst("company_rows", func(r CompanyRow) (int64, string) { return r.Created, r.ID }).sortedBy(map[leads.Order]sorting{
	leads.ByName: {from: "companies t", id: "t.id", key: "t.name", first: "", narrow: "owner_id"},
})

// Companies lists companies, newest first unless the page has an order. Every user sees all.
func (l Lists) Companies(ctx context.Context, f leads.CompanyFilter, p leads.Page) (Page[CompanyRow], error) {
	q := &query{}
	s := stream{from: "companies t", key: "t.created", id: "t.id"}
	if f.OwnerID != "" {
		s = s.with(where("t.owner_id = ?", f.OwnerID))
	}
	if len(f.Fields) > 0 && f.OwnerID == "" {
		s = fieldStream(f.Fields, "JOIN companies t ON t.id = g.record_id")
	}
	q.add(s)
	q.fields("t.id", f.Fields)
	if like := pattern(f.Query); like != "" {
		q.boundless = true
		if err := l.searched(ctx, q, "t.search", like, map[leads.CustomObject]string{leads.CustomOfCompany: "t.id"}); err != nil {
			return Page[CompanyRow]{}, err
		}
	}
	return companyList.read(ctx, l, q, p)
}

// CompaniesWith lists those of the newest companies whose texts have one of the parts of each of the
// terms.
func (l Lists) CompaniesWith(ctx context.Context, terms []search.Term, p leads.Page) (Page[CompanyRow], error) {
	q := &query{}
	q.add(stream{from: "companies t", key: "t.created", id: "t.id"})
	if err := l.withTerms(ctx, q, leads.CustomOfCompany, terms); err != nil {
		return Page[CompanyRow]{}, err
	}
	return companyList.read(ctx, l, q, p)
}
