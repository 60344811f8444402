package storage_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

// twins lets the same customers live twice: one half of them is merged and taken apart again, the
// other half never is.
type twins struct {
	office
	r *rand.Rand
	n int
}

// apart is the distance between the phone numbers of a customer and their twin.
const apart = 100_000

// touch stores the same touch of both twins.
func (w *twins) touch(person, kind int) {
	w.n++
	at := noon.Add(time.Duration(w.n) * time.Hour)
	extra := w.r.IntN(2)
	for _, twin := range []int{0, apart} {
		id, key := phone(person+twin), fmt.Sprintf("k%d-%d", w.n, twin)
		address := leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("p%d-%d@example.com", person+twin, extra)}
		switch kind {
		case 0, 1:
			f := form(key, id)
			f.At, f.Name, f.Subject = at, "Person", fmt.Sprint("about ", w.n)
			w.put(f)
		case 2:
			f := form(key, id, address)
			f.At, f.Name = at, "Person"
			w.put(f)
		case 3, 4:
			w.missed(key, id, at)
		case 5:
			c := call(key, id, "100")
			c.At, c.Call.Started, c.Subject = at, at, "Line"
			w.put(c)
			c = answer(c, 0)
			c.Call.Answered = at.Add(5 * time.Second)
			w.put(c)
			c = hangUp(c)
			c.Call.Ended = at.Add(65 * time.Second)
			w.put(c)
		case 6:
			f := form(key, id)
			f.At, f.Offered = at, []leads.Identity{{Kind: leads.KindEmail, Value: fmt.Sprintf("offered%d-%d@example.com", person+twin, extra)}}
			w.put(f)
		}
	}
}

// contactOf returns the contact of a customer.
func (w *twins) contactOf(person int) leads.Contact {
	w.t.Helper()
	all := w.contacts(admin, leads.ContactFilter{Phone: phone(person).Value})
	if len(all) != 1 {
		w.t.Fatalf("%d contacts have the number of %d", len(all), person)
	}
	return must(w.Contact(w.t.Context(), admin, all[0].ID))(w.t)
}

// story is all that is known of a customer, without ids. What tells twins apart is left out.
func (w *twins) story(person int) string {
	c := w.contactOf(person)
	var b strings.Builder
	same := strings.NewReplacer(fmt.Sprintf("%07d", person), "N", fmt.Sprintf("p%d-", person), "pN-", fmt.Sprintf("offered%d-", person), "offeredN-")
	fmt.Fprintf(&b, "%s owner=%s tags=%v warning=%s notes=%s identities=%v\n", c.Name, leads.IDOf(c.Owner), c.Tags, c.Warning, c.Notes, c.Identities)
	for _, o := range c.Offered {
		fmt.Fprintf(&b, "offer %s\n", o.Identity.Value)
	}
	number := map[string]int{"": 0}
	all := w.leads(admin, leads.LeadFilter{ContactID: c.ID})
	slices.SortFunc(all, func(a, b leads.Lead) int { return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID)) })
	for n, l := range all {
		number[l.ID] = n + 1
		fmt.Fprintf(&b, "lead %d %s %s %s %q repeat=%t opened=%s answered=%s\n", n+1, l.Status, l.Source, l.Channel, l.Subject, l.Repeat, l.Opened, l.Responded)
	}
	for _, i := range w.interactions(admin, leads.InteractionFilter{ContactID: c.ID}) {
		fmt.Fprintf(&b, "%s %s lead %d\n", strings.Split(i.ExternalID, "-")[0], i.Channel, number[i.LeadID])
	}
	tasks := slices.Concat(w.tasks(admin, leads.TaskFilter{ContactID: c.ID}), w.tasks(admin, leads.TaskFilter{ContactID: c.ID, State: leads.TaskDone}))
	slices.SortFunc(tasks, func(a, b leads.Task) int { return cmp.Or(a.Missed.Compare(b.Missed), a.Done.Compare(b.Done)) })
	for _, t := range tasks {
		fmt.Fprintf(&b, "%s %s calls=%d missed=%s due=%s outcome=%s done=%s lead %d\n", t.Kind, t.State, t.Calls, t.Missed, t.Due, t.Outcome, t.Done, number[t.LeadID])
	}
	return same.Replace(b.String())
}

// testMergesBetween: what comes between merges, up to three deep, and their undoing belongs in the
// end to whom it would have belonged without them.
func testMergesBetween(t *testing.T, o office) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := &twins{office: o, r: rand.New(rand.NewPCG(seed, 0))}
	o.hire("anna", leads.RoleManager, "", "100")
	for round := range 10 {
		base, persons := round*10, 2+w.r.IntN(3)
		for p := range persons {
			w.touch(base+p, 0)
		}
		for range w.r.IntN(10) {
			w.touch(base+w.r.IntN(persons), w.r.IntN(7))
		}
		for p := range persons {
			if w.r.IntN(3) == 0 {
				for _, twin := range []int{0, apart} {
					for _, l := range w.leads(admin, leads.LeadFilter{ContactID: w.contactOf(base + p + twin).ID, Open: new(true)}) {
						must(o.SetLeadStatus(t.Context(), admin, l.ID, leads.LeadRefused, "price"))(t)
					}
				}
			}
		}
		var merges []leads.Merge
		for _, c := range (&mergeHistory{office: o, r: w.r}).joinable(base, persons) {
			merges = append(merges, o.merge(c[0], c[1:]...))
			for range w.r.IntN(6) {
				w.touch(base+w.r.IntN(persons), w.r.IntN(7))
			}
		}
		for _, m := range slices.Backward(merges) {
			o.unmerge(m)
			o.checkSights()
			if amiss := must(storage.MisplacedLeads(t.Context(), o.Store))(t); len(amiss) > 0 {
				t.Errorf("round %d: interactions in leads of other contacts: %v", round, amiss)
			}
		}
		for p := range persons {
			if got, want := w.story(base+p), w.story(base+p+apart); got != want {
				t.Errorf("round %d, person %d, after %d merges:\n%s\nwithout merges:\n%s", round, p, len(merges), got, want)
			}
		}
		if t.Failed() {
			return
		}
	}
}
