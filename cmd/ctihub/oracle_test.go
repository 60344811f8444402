package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"ctihub/leads"
)

// oracle knows the truth: it writes down, durably and before anything is sent,
// who turns to the company and under which key, and afterwards what the hub
// answered.
type oracle struct {
	mu      sync.Mutex
	file    *os.File
	invoked map[string]int // key → person
	ok      map[string]bool
}

func newOracle(t *testing.T, path string) *oracle {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return &oracle{file: f, invoked: map[string]int{}, ok: map[string]bool{}}
}

// invoke is called before a touch is sent.
func (o *oracle) invoke(key string, person int) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.invoked[key] = person
	if _, err := fmt.Fprintf(o.file, "invoke %s %d\n", key, person); err != nil {
		return err
	}
	return o.file.Sync()
}

// accepted is called when the hub has said yes. Any other answer, and none,
// leaves open whether the touch was stored.
func (o *oracle) accepted(key string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ok[key] = true
	_, err := fmt.Fprintf(o.file, "ok %s\n", key)
	return err
}

// person's form, in one of many spellings. The phone is always among it, so
// that there is one truth about who it is.
func formOf(person int) url.Values {
	digits := fmt.Sprintf("900%07d", person)
	phones := []string{
		"+7" + digits, "8" + digits, "7" + digits,
		fmt.Sprintf("8 (%s) %s-%s-%s", digits[:3], digits[3:6], digits[6:8], digits[8:]),
	}
	v := url.Values{"phone": {phones[rand.IntN(len(phones))]}, "message": {"price?"}}
	if rand.IntN(2) == 0 {
		mail := fmt.Sprintf("person%d@example.com", person)
		if rand.IntN(2) == 0 {
			mail = strings.ToUpper(mail)
		}
		v.Set("email", mail)
	}
	return v
}

func phoneOf(person int) string { return fmt.Sprintf("+7900%07d", person) }

// judge compares the truth with what the API of a hub tells.
func (o *oracle) judge(t *testing.T, h *hub, token, seed string) {
	t.Helper()
	touches := list[leads.Interaction](h, token, "/api/v1/interactions", nil)
	contacts := map[string]leads.Contact{}
	for _, c := range list[leads.Contact](h, token, "/api/v1/contacts", nil) {
		contacts[c.ID] = c
	}
	all := list[leads.Lead](h, token, "/api/v1/leads", nil)

	final := map[string]int{}
	homes := map[int]map[string]bool{} // person → contacts
	for _, i := range touches {
		final[i.ExternalID]++
		person, known := o.invoked[i.ExternalID]
		if !known {
			t.Errorf("phantom: %s was never sent", i.ExternalID)
			continue
		}
		c, has := contacts[i.ContactID]
		if !has || i.LeadID == "" {
			t.Errorf("%s belongs to contact %q and lead %q", i.ExternalID, i.ContactID, i.LeadID)
			continue
		}
		if homes[person] == nil {
			homes[person] = map[string]bool{}
		}
		homes[person][i.ContactID] = true
		for _, id := range c.Identities {
			if id.Kind == leads.KindPhone && id.Value != phoneOf(person) {
				t.Errorf("false merge: person %d is in a contact with %s", person, id.Value)
			}
		}
	}
	lost, doubled, recovered := 0, 0, 0
	for key := range o.ok {
		if final[key] == 0 {
			lost++
		}
	}
	for key, n := range final {
		if n > 1 {
			doubled++
		}
		if !o.ok[key] {
			recovered++
		}
	}
	split := 0
	for _, in := range homes {
		if len(in) > 1 {
			split++
		}
	}
	open := map[string]int{}
	for _, l := range all {
		if l.Status.Open() {
			open[l.ContactID]++
		}
		if l.ManagerID == "" {
			t.Errorf("lead %s has no manager", l.ID)
		}
	}
	for id, n := range open {
		if n > 1 {
			t.Errorf("contact %s has %d open leads", id, n)
		}
	}
	if lost+doubled+split > 0 || len(contacts) != len(homes) {
		t.Errorf("lost %d, doubled %d, split %d; %d contacts for %d persons", lost, doubled, split, len(contacts), len(homes))
	}
	upper := "–"
	if n := len(o.ok); n > 0 && lost == 0 {
		upper = fmt.Sprintf("%.2g", 3/float64(n))
	}
	t.Logf("invoked %d, accepted %d, stored %d, recovered %d, lost %d (95%% upper bound %s), doubled %d, persons %d; seed %s",
		len(o.invoked), len(o.ok), len(final), recovered, lost, upper, doubled, len(homes), seed)
	if len(o.ok) == 0 {
		t.Error("the hub accepted nothing: the run proves nothing")
	}
}
