package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage"
)

// TestPostgresEqualsSQLite: any sequence of touches and of what people do
// leaves the same records on both databases.
func TestPostgresEqualsSQLite(t *testing.T) {
	t.Parallel()
	stores := []*storage.Store{
		open(t, storage.Config{DataDir: dataDir(t)}),
		open(t, storage.Config{Database: migrated(t)}),
	}
	anna := map[*storage.Store]leads.User{}
	for _, s := range stores {
		anna[s] = office{t, s}.hire("anna", leads.RoleManager, "", "100")
	}
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++ // one database for all runs: each uses people and keys of its own
		world := fmt.Sprintf("w%d", run)
		people := make([]leads.Identity, 4)
		for n := range people {
			people[n] = leads.Identity{Kind: leads.KindPhone, Value: fmt.Sprintf("+7%04d%06d", n, run)}
			if n%2 == 1 {
				people[n] = leads.Identity{Kind: leads.KindEmail, Value: fmt.Sprintf("p%d@%s.example.com", n, world)}
			}
		}
		leadsOf := make([][]string, len(stores)) // ids in the order of their making
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			if rapid.IntRange(0, 5).Draw(r, "step") == 0 && len(leadsOf[0]) > 0 {
				n := rapid.IntRange(0, len(leadsOf[0])-1).Draw(r, "lead")
				to := rapid.SampledFrom([]leads.LeadStatus{leads.LeadWorking, leads.LeadWon, leads.LeadRefused}).Draw(r, "status")
				var errs []string
				for i, s := range stores {
					refusal := strings.Repeat("no", map[bool]int{true: 1}[to == leads.LeadRefused])
					_, err := pipelineOf(s).Move(t.Context(), admin, leadsOf[i][n], to, refusal)
					errs = append(errs, fmt.Sprint(err != nil))
				}
				if errs[0] != errs[1] {
					r.Fatalf("moving a lead to %s failed: SQLite %s, PostgreSQL %s", to, errs[0], errs[1])
				}
				continue
			}
			batch := intake.Batch{Source: world}
			for range rapid.IntRange(1, 3).Draw(r, "touches") {
				batch.Touches = append(batch.Touches, drawTouch(r, world, people))
			}
			var results []string
			for i, s := range stores {
				stored, err := s.Ingest(t.Context(), batch)
				if err != nil {
					r.Fatal(err)
				}
				var said []string
				for _, st := range stored {
					if st.LeadID != "" && !slices.Contains(leadsOf[i], st.LeadID) {
						leadsOf[i] = append(leadsOf[i], st.LeadID)
					}
					said = append(said, fmt.Sprint(st.New, st.ContactID != "", slices.Index(leadsOf[i], st.LeadID), st.Unrouted, types(st.Events)))
				}
				results = append(results, strings.Join(said, "\n"))
			}
			if results[0] != results[1] {
				r.Fatalf("stored\n%s\nbut on PostgreSQL\n%s", results[0], results[1])
			}
		}
		one, two := picture(t, stores[0], world, anna[stores[0]]), picture(t, stores[1], world, anna[stores[1]])
		if one != two {
			r.Fatalf("SQLite holds\n%s\nPostgreSQL holds\n%s", one, two)
		}
	})
}

func drawTouch(r *rapid.T, world string, people []leads.Identity) leads.Touch {
	key := fmt.Sprintf("%s-%d", world, rapid.IntRange(0, 7).Draw(r, "key"))
	from := rapid.SliceOfNDistinct(rapid.SampledFrom(people), 0, 3, rapid.ID[leads.Identity]).Draw(r, "from")
	if rapid.Bool().Draw(r, "form") {
		f := form(key, from...)
		f.Source, f.Name = world, rapid.SampledFrom([]string{"", "Иван", "Пётр"}).Draw(r, "name")
		return f
	}
	c := call("call-"+key, leads.Identity{}, []string{"100", "101", "102"}[:rapid.IntRange(0, 3).Draw(r, "legs")]...)
	c.Source, c.From = world, from
	c.Direction = rapid.SampledFrom([]leads.Direction{leads.In, leads.In, leads.Out, leads.Internal}).Draw(r, "direction")
	c.Call.Direction = c.Direction
	state := rapid.IntRange(0, 2).Draw(r, "state")
	if state > 0 && len(c.Call.Legs) > 0 {
		c = answer(c, len(c.Call.Legs)-1)
	}
	if state == 2 {
		c = hangUp(c)
	}
	return c
}

// picture is all records of one world in words, with ids replaced by the order
// of their first mention.
func picture(t *testing.T, s *storage.Store, world string, anna leads.User) string {
	o, names := office{t, s}, map[string]string{"": "-", anna.ID: "anna"}
	name := func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprint("#", len(names))
		}
		return names[id]
	}
	var b strings.Builder
	interactions := o.interactions(admin, leads.InteractionFilter{Source: world})
	slices.SortFunc(interactions, func(x, y leads.Interaction) int { return strings.Compare(x.ExternalID, y.ExternalID) })
	contacts := []string{}
	for _, i := range interactions {
		fmt.Fprintf(&b, "%s %s %s contact %s %q lead %s\n", i.ExternalID, i.Channel, i.Direction, name(i.ContactID), i.ContactName, name(i.LeadID))
		if c := i.Call; c != nil {
			fmt.Fprintf(&b, "  %s %s operator %s %v wait %d talk %d\n", c.State, c.Disposition, c.Operator, c.OperatorUser != nil, c.WaitMS, c.TalkMS)
			for _, l := range c.Legs {
				fmt.Fprintf(&b, "  leg %s %s %s %v %s\n", l.Channel, l.Extension, l.State, l.User != nil, l.Rang.Format(time.RFC3339))
			}
		}
		if i.ContactID != "" && !slices.Contains(contacts, i.ContactID) {
			contacts = append(contacts, i.ContactID)
		}
	}
	for _, id := range contacts {
		c := must(o.Contact(t.Context(), admin, id))(t)
		fmt.Fprintf(&b, "contact %s %q %v\n", name(id), c.Name, c.Identities)
		for _, l := range o.leads(admin, leads.LeadFilter{ContactID: id}) {
			fmt.Fprintf(&b, "  lead %s %s %s repeat %v %q\n", l.Status, l.Channel, l.ContactKey, l.Repeat, l.Refusal)
		}
		seen := len(o.interactions(sees(anna), leads.InteractionFilter{ContactID: id}))
		fmt.Fprintf(&b, "  anna sees %d interactions, %d calls, %d leads\n", seen, len(o.calls(sees(anna), leads.CallFilter{ContactID: id})), len(o.leads(sees(anna), leads.LeadFilter{ContactID: id})))
	}
	return b.String()
}
