package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// Fifty posts of one person, under several spellings, reach two hubs at once:
// one contact, one open lead with one manager, fifty interactions; events of one hub
// are live on the other.
func TestTwoHubsFiftyTouchesOfOnePerson(t *testing.T) {
	dsn, redis := storagetest.Postgres(t), storagetest.Redis(t)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis }
	site := hubtest.Source(t, "site", "webform", "", map[string]any{"per_minute": 0})
	hubs := []*hubtest.Hub{hubtest.Start(t, shared, site), hubtest.Start(t, shared, site)}
	_, chief := hubs[0].Person("chief", "Вера Шеф", leads.RoleSupervisor)
	hubs[0].Person("oleg", "Олег Мещеряков", leads.RoleManager)
	hubs[0].Person("olga", "Ольга Ким", leads.RoleManager)
	live := hubs[1].Events(chief, leads.EventInteraction, leads.EventLeadAssigned)

	spellings := []map[string]string{
		{"phone": "8 (916) 123-45-67", "email": "Ivan@Example.com"},
		{"phone": "+7 916 123 45 67"},
		{"email": "ivan@example.com", "phone": "79161234567"},
	}
	const n = 50
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	status := make([]string, n)
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			form := url.Values{"message": {fmt.Sprint("touch ", i)}}
			for k, v := range spellings[i%len(spellings)] {
				form.Set(k, v)
			}
			ready.Done()
			<-start
			resp, err := http.PostForm(hubs[i%2].URL+"/in/site", form)
			if err != nil {
				status[i] = err.Error()
				return
			}
			defer resp.Body.Close()
			status[i] = resp.Status
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	for i, s := range status {
		if s != "200 OK" {
			t.Errorf("post %d: %s", i, s)
		}
	}

	seen, assigned := map[string]bool{}, 0
	for len(seen) < n || assigned == 0 {
		e := hubtest.Await(t, live, "every interaction on the other hub", func(hubtest.Received) bool { return true })
		if e.Interaction != nil {
			seen[e.Interaction.ID] = true
		}
		if e.Lead != nil && e.Lead.ManagerID != "" && e.Interaction == nil { // lead.created with a manager, or lead.assigned
			assigned++
		}
	}
	if assigned != 1 {
		t.Errorf("assigned %d times", assigned)
	}
	for _, h := range hubs {
		contacts := hubtest.List[leads.Contact](h, chief, "/api/v1/contacts", nil)
		open := hubtest.List[leads.Lead](h, chief, "/api/v1/leads", url.Values{"open": {"true"}})
		touches := hubtest.List[leads.Interaction](h, chief, "/api/v1/interactions", nil)
		if len(contacts) != 1 || len(open) != 1 || len(touches) != n {
			t.Fatalf("%d contacts, %d open leads, %d interactions; want 1, 1, %d", len(contacts), len(open), len(touches), n)
		}
		if len(contacts[0].Identities) != 2 {
			t.Errorf("identities %+v", contacts[0].Identities)
		}
		for _, i := range touches {
			if i.ContactID != contacts[0].ID || i.LeadID != open[0].ID {
				text, _ := json.Marshal(i)
				t.Errorf("an interaction belongs elsewhere: %s", text)
			}
		}
	}
}
