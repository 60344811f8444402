package handover

import "ctihub/leads"

// turns names the new owners in turn, all records of one contact the same.
type turns struct {
	to   []leads.Person
	next int
	of   map[string]leads.Person // by contact
}

// give names a new owner for each record; without anybody to give it to, one without a name.
func (t *turns) give(items []Item) []Given {
	given := make([]Given, len(items))
	for i, item := range items {
		given[i] = Given{item, t.owner(item.ContactID)}
	}
	return given
}

func (t *turns) owner(contactID string) leads.Person {
	if p, ok := t.of[contactID]; ok {
		return p
	}
	if len(t.to) == 0 {
		return leads.Person{}
	}
	p := t.to[t.next%len(t.to)]
	t.next++
	if contactID != "" {
		t.of[contactID] = p
	}
	return p
}

// count adds records that were given.
func (r *Result) count(given []Given) {
	for _, g := range given {
		r.add(g.What)
		for i := range r.To {
			if r.To[i].User.ID == g.To.ID {
				r.To[i].add(g.What)
			}
		}
	}
}

func (c *Counts) add(k What) {
	switch k {
	case Leads:
		c.Leads++
	case Contacts:
		c.Contacts++
	case Tasks:
		c.Tasks++
	case Companies:
		c.Companies++
	}
}
