package demo

import (
	"context"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
)

// diligentDays is for how many days contacts were described and next steps planned.
const diligentDays = 14

// require requires facts of calls, from the first time on.
func (p *past) require(ctx context.Context) error {
	if p.required {
		return nil
	}
	p.required = true
	_, err := p.Facts.Require(ctx, p.supervisor, leads.RequiredFacts{
		Sources: []leads.Required{{Name: LineSource, Facts: []leads.Fact{leads.FactNature, leads.FactOutcome}}},
	})
	return err
}

// describe writes the facts of most contacts of the day, by those who had them.
func (p *past) describe(ctx context.Context, evening time.Time, managers map[string]string) error {
	if err := p.require(ctx); err != nil {
		return err
	}
	day, err := all(func(page leads.Page) (leads.List[leads.Interaction], error) {
		return p.Store.Interactions(ctx, p.supervisor, leads.InteractionFilter{Since: evening.AddDate(0, 0, -1), Until: evening}, page)
	})
	if err != nil {
		return err
	}
	for _, i := range day {
		talked := i.Call != nil && i.Call.HadTalk()
		if !talked && (i.Call != nil || i.Automatic != "") || p.rand.IntN(10) == 0 {
			continue
		}
		by, ok := p.staff[managers[i.LeadID]]
		if talked && i.Call.OperatorUser != nil {
			by, ok = p.staff[i.Call.OperatorUser.ID]
		}
		if !ok {
			by = p.supervisor
		}
		about := inquiries[p.rand.IntN(len(inquiries))]
		is := func(s string) leads.OptionalText { return leads.OptionalText{Given: true, Text: s} }
		c := leads.FactsChange{
			Nature:  is([]string{"enquiry", "enquiry", "order", "complaint", "proposal"}[p.rand.IntN(5)]),
			Outcome: is([]string{"answered", "answered", "ordered", "appointment", "offer_promised", "passed_on"}[p.rand.IntN(6)]),
			Subject: is(about.subject),
		}
		if talked {
			c.Summary = is(about.text)
		}
		if _, err := p.Facts.Write(ctx, by, i.ID, c); err != nil {
			return err
		}
	}
	return nil
}

// planNext plans the next step with the customer of a lead.
func (p *past) planNext(ctx context.Context, l leads.Lead, evening time.Time) error {
	kind, title := leads.TaskFollowUp, "Узнать, что решили"
	if p.rand.IntN(3) == 0 {
		kind, title = leads.TaskMeeting, "Замер на объекте"
	}
	due := evening.AddDate(0, 0, 1+p.rand.IntN(4)).Add(-between(p.rand, 3*time.Hour, 10*time.Hour)).Truncate(15 * time.Minute)
	_, err := p.Tasks.Plan(ctx, p.staff[l.ManagerID], tasks.Plan{Kind: kind, Title: title, Due: due, LeadID: l.ID})
	return err
}

// markContacts gives the newest leads' customers tags, and some a warning.
func (p *past) markContacts(ctx context.Context) error {
	list, err := p.Store.Leads(ctx, p.supervisor, leads.LeadFilter{}, leads.Page{Limit: 60})
	if err != nil {
		return err
	}
	for n, l := range list.Items {
		if n%3 > 0 {
			continue
		}
		change := leads.ContactChange{Tags: &[]string{[]string{"постоянный клиент", "опт", "дача", "новостройка"}[n%4]}, Fields: customOf(n)}
		if n%15 == 0 {
			warning := []string{"VIP", "Звонить после шести"}[n/15%2]
			change.Warning = &warning
		}
		if _, err := p.Contacts.Change(ctx, p.supervisor, l.ContactID, change); err != nil {
			return err
		}
	}
	return nil
}
