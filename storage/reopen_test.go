package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/pipeline"
)

func (o office) leadHistory(id string) (all []string) {
	o.t.Helper()
	for _, e := range must(o.RecordHistory(o.t.Context(), admin, leads.ObjectLead, id))(o.t) {
		by := "-"
		if e.By != nil {
			by = e.By.Name
		}
		all = append(all, fmt.Sprintf("%s: %s to %s (%s) by %s", e.Field, e.Before, e.After, e.Note, by))
	}
	return all
}

// testReopen: a closed lead goes on with its manager; why it was closed stays in its history.
func testReopen(t *testing.T, o office) {
	ctx, anna, boris := t.Context(), o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	chief, p := sees(o.hire("chief", leads.RoleSupervisor, "")), pipelineOf(o.Store)
	id := o.put(form("1", ivan))[0].LeadID
	must(o.Take(ctx, anna, id))(t)
	_ = isProblem(t, second(p.Reopen(ctx, chief, id)), leads.ErrInvalid, "reopen")
	must(p.Move(ctx, sees(anna), id, leads.LeadRefused, "too dear"))(t)
	if _, err := p.Reopen(ctx, sees(boris), id); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("boris reopens anna's: %v", err)
	}
	events := o.recorded(func() error { return second(p.Reopen(ctx, chief, id)) })
	l := must(o.Lead(ctx, admin, id))(t)
	if l.Status != leads.LeadWorking || l.ManagerID != anna.ID || l.Refusal != "" || !l.Closed.IsZero() || !slices.Equal(types(events), []leads.EventType{leads.EventLeadUpdated}) {
		t.Errorf("reopened: %+v, %v", l, types(events))
	}
	want := []string{"status: refused to working () by The chief", "status: new to refused (too dear) by The anna", "manager:  to The anna (by_hand:The anna) by The anna"}
	if got := o.leadHistory(id); !slices.Equal(got, want) {
		t.Errorf("history\n%q, want\n%q", got, want)
	}
	if s := o.put(form("2", ivan))[0]; s.LeadID != id {
		t.Errorf("the next form opened %+v", s)
	}
	must(p.Move(ctx, sees(anna), id, leads.LeadWon, ""))(t)
	next := o.put(form("3", ivan))[0].LeadID
	if p := isProblem(t, second(p.Reopen(ctx, chief, id)), leads.ErrExists, ""); next == id || p.Value != next || p.Reason != pipeline.ReasonLeadOpen {
		t.Errorf("with another open lead: %+v", p)
	}
	must(o.Reassign(ctx, admin, next, boris.ID, "by_hand:x"))(t)
	if p := isProblem(t, second(p.Reopen(ctx, sees(anna), id)), leads.ErrExists, ""); p.Value != "" {
		t.Errorf("anna learns the id of boris's lead: %+v", p)
	}
}

// testReopenRace: while a closed lead is reopened and the customer writes, there is one open lead.
func testReopenRace(t *testing.T, o office) {
	chief := sees(o.hire("chief", leads.RoleSupervisor, ""))
	for n := range 8 {
		s := o.put(form(fmt.Sprint("first ", n), phone(n)))[0]
		must(o.SetLeadStatus(t.Context(), chief, s.LeadID, leads.LeadWon, ""))(t)
		var work sync.WaitGroup
		work.Go(func() { o.put(form(fmt.Sprint("second ", n), phone(n))) })
		work.Go(func() {
			if _, err := pipelineOf(o.Store).Reopen(t.Context(), chief, s.LeadID); err != nil && !errors.Is(err, leads.ErrExists) {
				t.Error(err)
			}
		})
		work.Wait()
		yes := true
		if open := o.leads(admin, leads.LeadFilter{ContactID: s.ContactID, Open: &yes}); len(open) != 1 {
			t.Errorf("%d leads are open", len(open))
		}
	}
}

// testLeadByHand: a lead that a user opens is theirs, or the owner's, or waits for the router.
func testLeadByHand(t *testing.T, o office) {
	ctx, anna, p := t.Context(), o.hire("anna", leads.RoleManager, ""), pipelineOf(o.Store)
	chief := o.hire("chief", leads.RoleSupervisor, "")
	first := o.put(form("1", ivan))[0]
	must(o.Take(ctx, anna, first.LeadID))(t)
	if p := isProblem(t, second(p.Open(ctx, anna, first.ContactID, "", "", nil)), leads.ErrExists, ""); p.Value != first.LeadID {
		t.Errorf("%+v", p)
	}
	must(p.Move(ctx, sees(anna), first.LeadID, leads.LeadWon, ""))(t)
	var l leads.Lead
	events := o.recorded(func() (err error) {
		l, err = p.Open(ctx, chief, first.ContactID, "  More   windows ", "", nil)
		return err
	})
	if l.Subject != "More windows" || l.ManagerID != anna.ID || l.Reason != leads.ReasonOwner || !l.Repeat || l.Source != leads.SourceByHand ||
		!slices.Equal(types(events), []leads.EventType{leads.EventLeadCreated}) {
		t.Errorf("opened %+v, %v", l, types(events))
	}
	if s := o.put(form("2", ivan))[0]; s.LeadID != l.ID {
		t.Errorf("the next form is of %+v", s)
	}
	boris := o.hire("boris", leads.RoleManager, "")
	if _, err := p.Open(ctx, boris, first.ContactID, "", "", nil); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("boris opens a lead of anna's contact: %v", err)
	}
	to := ""
	must(o.ChangeContact(ctx, sees(chief), first.ContactID, leads.ContactChange{OwnerID: &to}))(t)
	must(p.Move(ctx, sees(anna), l.ID, leads.LeadWon, ""))(t)
	if l = must(p.Open(ctx, chief, first.ContactID, "", "", nil))(t); l.ManagerID != "" {
		t.Errorf("of nobody's contact: %+v", l)
	}
	if w := must(o.Waiting(ctx, []string{l.ID}))(t); len(w) != 1 {
		t.Error("the router does not find it")
	}
}

// testFiles: the files of a contact, newest first, page by page, for who sees the contact.
func testFiles(t *testing.T, o office) {
	ctx, anna := t.Context(), o.hire("anna", leads.RoleManager, "")
	first := letter("<1@x>", mail)
	next := letter("<2@x>", mail)
	next.At, next.Attachments = noon.Add(time.Second), []leads.Attachment{{ID: "b1", Name: "b1.pdf"}, {ID: "b2", Name: "b2.pdf"}}
	bare := letter("<3@x>", mail)
	bare.At, bare.Attachments = noon.Add(2*time.Second), nil
	s := o.put(first, next, bare)[0]
	other := letter("<4@x>", stranger)
	o.put(other)
	must(o.Take(ctx, anna, s.LeadID))(t)
	var names []string
	for p := (leads.Page{Limit: 1}); ; {
		list := must(o.Files(ctx, sees(anna), s.ContactID, p))(t)
		for _, f := range list.Items {
			names = append(names, f.Name)
		}
		if p.Cursor = list.Next; p.Cursor == "" {
			break
		}
	}
	if !slices.Equal(names, []string{"b1.pdf", "b2.pdf", "план.png"}) {
		t.Errorf("files %v", names)
	}
	if _, err := o.Files(ctx, sees(o.hire("boris", leads.RoleManager, "")), s.ContactID, whole); !errors.Is(err, leads.ErrNotFound) {
		t.Errorf("boris sees the files: %v", err)
	}
}
