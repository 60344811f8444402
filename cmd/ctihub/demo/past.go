package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"ctihub/leads"
	"ctihub/leads/pipeline"
)

// refusals are why customers of the past did not buy.
var refusals = []string{"Дорого", "Выбрали другую компанию", "Передумали", "Не работаем в их городе", "Не удалось связаться"}

// livePast stores the history as if each touch came at its time, and lets the staff move
// leads and end tasks every evening.
func livePast(ctx context.Context, o Office, staff []leads.User, sounds bool, now time.Time, days int) error {
	defer o.SetClock(time.Time{})
	p := &past{Office: o, rand: rand.New(rand.NewPCG(26, 20)), staff: map[string]leads.Viewer{}}
	for _, u := range staff {
		v := leads.Viewer{UserID: u.ID, Role: u.Role}
		p.staff[u.ID] = v
		if u.Role == leads.RoleSupervisor {
			p.supervisor = v
		}
	}
	if err := addPipelines(ctx, o, p.supervisor); err != nil {
		return err
	}
	if err := addFields(ctx, o, p.supervisor); err != nil {
		return err
	}
	var err error
	if p.pipelines, err = o.Pipeline.Pipelines(ctx); err != nil {
		return err
	}
	p.diligent = now.AddDate(0, 0, -diligentDays)
	evening := eveningOf(now.AddDate(0, 0, -days))
	for _, t := range history(now, days) {
		at := t.At
		if t.Call != nil {
			at = t.Call.Ended
			if !sounds {
				t.Call.Recorded = nil
			}
		}
		for ; evening.Before(at); evening = evening.AddDate(0, 0, 1) {
			if err := p.work(ctx, evening); err != nil {
				return err
			}
		}
		o.SetClock(at)
		if err := o.Inbox(t.Source, Team).Put(ctx, "", t); err != nil {
			return err
		}
	}
	return p.markContacts(ctx)
}

func eveningOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 20, 0, 0, 0, day.Location())
}

// past is the office in an evening of its history.
type past struct {
	Office
	rand       *rand.Rand
	staff      map[string]leads.Viewer
	supervisor leads.Viewer
	diligent   time.Time // from then on contacts are described and next steps planned
	required   bool      // facts of calls are
	pipelines  []leads.Pipeline
}

// work is what the staff does in an evening: leads get a manager, go on or are closed, old tasks
// are ended, and the contacts of the day are described.
func (p *past) work(ctx context.Context, evening time.Time) error {
	p.SetClock(evening)
	open := true
	managers := map[string]string{} // of the open leads
	list, err := all(func(page leads.Page) (leads.List[leads.Lead], error) {
		return p.Store.Leads(ctx, p.supervisor, leads.LeadFilter{Open: &open}, page)
	})
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.ManagerID == "" {
			if err := p.Route(ctx, l.ID); err != nil {
				return err
			}
			continue
		}
		managers[l.ID] = l.ManagerID
		if evening.After(p.diligent) && l.Status == leads.LeadWorking && l.NextTask == nil && p.rand.IntN(3) == 0 {
			if err := p.planNext(ctx, l, evening); err != nil {
				return err
			}
			continue
		}
		edit := p.nextStage(l, evening.Sub(l.Opened))
		if edit.Empty() {
			continue
		}
		if _, err := p.Pipeline.Change(ctx, p.staff[l.ManagerID], l.ID, budgeted(l, p.valued(l, edit))); err != nil {
			return err
		}
	}
	due, err := all(func(page leads.Page) (leads.List[leads.Task], error) {
		return p.Store.Tasks(ctx, p.supervisor, leads.TaskFilter{State: leads.TaskOpen, LateAt: evening.Add(-12 * time.Hour)}, page)
	})
	if err != nil {
		return err
	}
	for _, t := range due {
		outcome, result := leads.Finished, "Договорились, жду ответа"
		if t.Kind == leads.TaskCallback {
			outcome, result = []leads.TaskOutcome{leads.NotReached, leads.NotReached, leads.ReachedByHand, leads.NotNeeded}[p.rand.IntN(4)], ""
		}
		if _, err := p.Tasks.Finish(ctx, p.supervisor, t.ID, outcome, result); err != nil {
			return err
		}
	}
	if evening.Before(p.diligent) {
		return nil
	}
	return p.describe(ctx, evening, managers)
}

// nextStage decides what becomes of an open lead this evening; empty: nothing. Most leads
// are closed within two weeks.
func (p *past) nextStage(l leads.Lead, age time.Duration) (e pipeline.Edit) {
	const day = 24 * time.Hour
	reason := refusals[p.rand.IntN(len(refusals))]
	switch n := p.rand.IntN(100); {
	case age < 6*time.Hour:
	case age > 14*day:
		e.Status, e.Refusal = leads.LeadRefused, refusals[len(refusals)-1]
	case l.Status == leads.LeadNew && !l.Responded.IsZero() && n < 70:
		e.Status = leads.LeadWorking
	case age > 2*day && n < 12 && !l.Responded.IsZero():
		e.Status = leads.LeadWon
	case age > day && n < 26:
		e.Status, e.Refusal = leads.LeadRefused, reason
	case l.Status == leads.LeadWorking && n < 60:
		e.StageID = p.further(l)
	}
	return e
}

// all reads a list to its end.
func all[T any](read func(leads.Page) (leads.List[T], error)) (items []T, err error) {
	for page := (leads.Page{Limit: 200}); ; {
		l, err := read(page)
		if err != nil {
			return nil, err
		}
		items = append(items, l.Items...)
		if page.Cursor = l.Next; page.Cursor == "" {
			return items, nil
		}
	}
}
