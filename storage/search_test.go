package storage_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage"
	"ctihub/storage/storagetest"
)

// index brings the search index up to date, as a hub does that has just started.
func (o office) index() {
	o.t.Helper()
	x := o.SearchIndex()
	for filled := false; ; {
		more, err := x.Changes(o.t.Context())
		if err != nil {
			o.t.Fatal(err)
		}
		if !filled {
			f := must(x.Fill(o.t.Context()))(o.t)
			filled = f.Done
		}
		if filled && !more {
			return
		}
	}
}

// search returns what a viewer finds.
func (o office) search(v leads.Viewer, typed string, kind search.Kind) []search.Hit {
	o.t.Helper()
	q, ok := search.Parse(typed)
	if !ok {
		o.t.Fatalf("%q is no query", typed)
	}
	return must(o.Search(o.t.Context(), v, q, kind, search.LimitMost))(o.t)
}

// found returns the hits of a kind as "title: why".
func (o office) found(v leads.Viewer, typed string, kind search.Kind) string {
	o.t.Helper()
	var all []string
	for _, h := range o.search(v, typed, kind) {
		all = append(all, h.Title+": "+h.Why)
	}
	return strings.Join(all, ", ")
}

func written(key, name, subject, text string, from ...leads.Identity) leads.Touch {
	t := form(key, from...)
	t.Name, t.Subject, t.Text = name, subject, text
	return t
}

func email(address string) leads.Identity {
	return leads.Identity{Kind: leads.KindEmail, Value: address}
}

func testSearch(t *testing.T, o office) {
	o.put(
		written("1", "Иванов Пётр", "Пластиковые окна", "Сколько стоит доставка в Королёв?", ivan),
		written("2", "Анна Сидорова", "Двери", "Добрый день, жду счёт", email("anna.sid@mail.example.com")),
		written("3", "Константин Иванович", "", "Ok", phone(7654321)),
		call("c1", phone(5550000), "100"),
	)
	company := o.contacts(admin, leads.ContactFilter{Email: "anna.sid@mail.example.com"})[0]
	must(o.ChangeContact(t.Context(), admin, company.ID, renamed("Анна Сидорова", "ООО Ромашка")))(t)
	firm := o.company(o.hire("anna", leads.RoleManager, ""), "ООО Ромашка-Опт")
	must(o.companies().Change(t.Context(), admin, firm.ID, leads.CompanyChange{Country: textOf("RU"), TaxID: textOf("7707083893")}, false))(t)
	must(o.companies().Share(t.Context(), admin, firm.ID, phone(7770000).Value, false))(t)
	o.index()
	for _, c := range []struct {
		typed string
		kind  search.Kind
		want  string
	}{
		{"иванов петр", "contact", "Иванов Пётр: +79161234567"},
		{"ПЁТР иван", "contact", "Иванов Пётр: +79161234567"},
		{"иванов", "contact", "Иванов Пётр: +79161234567, Константин Иванович: +79167654321"},
		{"8 (916) 123", "contact", "Иванов Пётр: +79161234567"},
		{"4567", "contact", "Иванов Пётр: +79161234567"},
		{"9161234567", "contact", "Иванов Пётр: +79161234567"},
		{"765 43", "contact", "Константин Иванович: +79167654321"},
		{"5550000", "contact", "+79165550000: +79165550000"},
		{"sid@mail", "contact", "Анна Сидорова: anna.sid@mail.example.com"},
		{"ромаш", "contact", "Анна Сидорова: ООО Ромашка"},
		{"иваноф пйотр", "contact", ""},
		{"опт ромаш", "company", "ООО Ромашка-Опт: 7707083893"},
		{"770708", "company", "ООО Ромашка-Опт: 7707083893"},
		{"777 00 00", "company", "ООО Ромашка-Опт: 7707083893"},
		{"hjvfirf", "company", "ООО Ромашка-Опт: 7707083893"},
		{"лютик", "company", ""},
		{"иваноф петр", "contact", "Иванов Пётр: +79161234567"},
		{"кандстантин", "contact", "Константин Иванович: +79167654321"},
		{"cbljhjdf", "contact", "Анна Сидорова: ООО Ромашка"},
		{"петров", "contact", ""},
		{"окна", "lead", "Иванов Пётр: Пластиковые окна"},
		{"сидорова дверь", "lead", "Анна Сидорова: Двери"},
		{"сидорова двери", "lead", "Анна Сидорова: Двери"},
		{"4567", "lead", "Иванов Пётр: Пластиковые окна"},
		{"королев дост", "interaction", "Иванов Пётр: Пластиковые окна – Сколько стоит доставка в Королёв?"},
		{"счет", "interaction", "Анна Сидорова: Двери – Добрый день, жду счёт"},
		{"доствака", "interaction", "Иванов Пётр: Пластиковые окна – Сколько стоит доставка в Королёв?"},
		{"'\" OR * :* & |!x", "contact", ""},
	} {
		if got := o.found(admin, c.typed, c.kind); got != c.want {
			t.Errorf("%q finds the %s %q, want %q", c.typed, c.kind, got, c.want)
		}
	}
	hits := o.search(admin, "иванов", "")
	if !slices.IsSortedFunc(hits, func(a, b search.Hit) int {
		return cmp.Compare(slices.Index(search.Found, a.Kind), slices.Index(search.Found, b.Kind))
	}) || len(hits) < 4 {
		t.Errorf("all kinds: %+v", hits)
	}
}

// Changes are found when they are in the index, and what is no longer there is not found
// even before.
func testSearchChanges(t *testing.T, o office) {
	first := chat("1", viaBot)
	first.Name, first.Text = "Пётр", "Ищу зеленый шкаф"
	stored := o.put(first)[0]
	o.index()
	edited := first
	edited.Text, edited.Edited = "Ищу синий диван", noon.Add(time.Minute)
	o.put(edited)
	must(o.ChangeContact(t.Context(), admin, stored.ContactID, renamed("Павел", "")))(t)
	for _, when := range []string{"before the index knows", "after"} {
		for typed, kind := range map[string]search.Kind{"шкаф": search.KindInteraction, "петр": search.KindContact} {
			if got := o.found(admin, typed, kind); got != "" {
				t.Errorf("%s: %q still finds %q", when, typed, got)
			}
		}
		o.index()
	}
	for typed, kind := range map[string]search.Kind{"диван": search.KindInteraction, "павел": search.KindContact, "павел окна": search.KindLead} {
		if got := o.search(admin, typed, kind); len(got) != 1 {
			t.Errorf("%q finds %+v", typed, got)
		}
	}
	if err := storage.DeleteInteraction(t.Context(), o.Store, stored.InteractionID); err != nil {
		t.Fatal(err)
	}
	if got := o.found(admin, "диван", search.KindInteraction); got != "" {
		t.Errorf("an erased text finds %q", got)
	}
}

// A hub that was killed between two steps leaves the rest to the next one; two hubs do not
// write the same step; and what a new index lacks are not the records that were there.
func testSearchCatchesUp(t *testing.T, o office) {
	const before, after = 350, 20 // more than a page
	for i := range before {
		o.put(written(fmt.Sprint("b", i), fmt.Sprintf("Прежний%03d", i), "", "Старое", phone(i)))
	}
	killed := o.SearchIndex()
	must(killed.Changes(t.Context()))(t)
	must(killed.Fill(t.Context()))(t) // one page
	if n := len(o.search(admin, "прежний", search.KindContact)); n != search.LimitMost {
		t.Errorf("the newest %d are found after a page", n)
	}
	other := o.SearchIndex()
	for i := range after {
		o.put(written(fmt.Sprint("a", i), fmt.Sprintf("Новый%02d", i), "", "Свежее", phone(1000+i)))
	}
	must(killed.Changes(t.Context()))(t)
	must(other.Changes(t.Context()))(t)
	o.index()
	o.index() // changes nothing
	if n := len(o.search(admin, "новый", search.KindContact)); n != after {
		t.Errorf("%d of %d new contacts are found", n, after)
	}
	for _, i := range []int{0, 1, 49, 50, 51, 349} {
		if got := o.search(admin, fmt.Sprintf("прежний%03d", i), search.KindContact); len(got) != 1 {
			t.Errorf("contact %d: %+v", i, got)
		}
	}
	if n := must(storage.CountDocs(t.Context(), o.Store))(t); n != 3*(before+after) {
		t.Errorf("%d documents, want %d: a contact, a lead and a message each", n, 3*(before+after))
	}
	// The newest come first, wherever they came from.
	if hits := o.search(admin, "старое", search.KindInteraction); hits[0].Title != "Прежний349" || hits[99].Title != "Прежний250" {
		t.Errorf("old messages from %s to %s", hits[0].Title, hits[99].Title)
	}
}

// While two hubs read the same events, one of them writes and the other one is told.
func testSearchTwoHubs(t *testing.T, o office) {
	o.index()
	a, b := o.SearchIndex(), o.SearchIndex()
	done := make(chan error, 2)
	for i := range 20 {
		o.put(written(fmt.Sprint("r", i), "Ромашкин", "", "Привет", phone(i)))
		for _, x := range []*storage.SearchIndex{a, b} {
			go func() { _, err := x.Changes(t.Context()); done <- err }()
		}
		for range 2 {
			if err := <-done; err != nil && !errors.Is(err, leads.ErrConflict) {
				t.Fatal(err)
			}
		}
	}
	o.index()
	if n := len(o.search(admin, "ромашкин", search.KindContact)); n != 20 {
		t.Errorf("%d contacts are found", n)
	}
}

// Nobody finds what the lists do not show, and everybody finds what they do.
func testSearchRights(t *testing.T, o office) {
	rnd := rand.New(rand.NewPCG(1, 2))
	users := []leads.User{
		o.hire("m1", leads.RoleManager, ""), o.hire("m2", leads.RoleManager, "sales"), o.hire("m3", leads.RoleManager, "parts"),
		o.hire("o1", leads.RoleOperator, "", "100"), o.hire("s1", leads.RoleSupervisor, ""),
	}
	for i := range 40 {
		touch := written(fmt.Sprint("t", i), fmt.Sprintf("Общий Клиент%02d", i), "Тема общая", "Слово общее", phone(i))
		touch.Team = []string{"", "sales", "parts"}[rnd.IntN(3)]
		stored := o.put(touch)[0]
		if rnd.IntN(3) > 0 {
			o.give(stored.LeadID, users[rnd.IntN(3)])
		}
	}
	o.put(call("ringing", phone(3), "100"), hangUp(answer(call("over", phone(4), "100"), 0)))
	o.index()
	for _, u := range users {
		v := sees(u)
		want := map[search.Kind][]string{}
		for _, c := range o.contacts(v, leads.ContactFilter{}) {
			want[search.KindContact] = append(want[search.KindContact], c.ID)
		}
		for _, l := range o.leads(v, leads.LeadFilter{}) {
			want[search.KindLead] = append(want[search.KindLead], l.ID)
		}
		for _, i := range o.interactions(v, leads.InteractionFilter{}) {
			if i.Channel != leads.ChannelCall {
				want[search.KindInteraction] = append(want[search.KindInteraction], i.ID)
			}
		}
		for kind, typed := range map[search.Kind]string{search.KindContact: "общий клиент", search.KindLead: "тема", search.KindInteraction: "слово"} {
			var got []string
			for _, h := range o.search(v, typed, kind) {
				got = append(got, h.ID)
			}
			slices.Sort(got)
			slices.Sort(want[kind])
			if !slices.Equal(got, want[kind]) {
				t.Errorf("%s finds %d of kind %s, the list shows %d", u.Login, len(got), kind, len(want[kind]))
			}
		}
	}
}

// Who sees a few of many that fit finds theirs, however old.
func testSearchOwn(t *testing.T, o office) {
	anna := o.hire("anna", leads.RoleManager, "parts")
	many := func(from, to int, name string, owner *leads.User) {
		for i := from; i < to; i++ {
			touch := written(fmt.Sprint("t", i), fmt.Sprint(name, " Клиент", i), "", "Слово", phone(i))
			touch.Team = "sales"
			stored := o.put(touch)[0]
			if owner != nil {
				o.give(stored.LeadID, *owner)
			}
		}
	}
	many(0, 2, "Иванов", &anna)
	many(2, 210, "Петров", &anna)
	many(210, 420, "Иванов", nil)
	o.index()
	for _, typed := range []string{"иванов", "клиент иван"} {
		for _, kind := range []search.Kind{search.KindContact, search.KindLead} {
			if hits := o.search(sees(anna), typed, kind); len(hits) != 2 {
				t.Errorf("%q finds %d of Anna's two of kind %s", typed, len(hits), kind)
			}
		}
	}
}

// A backup has no index; a restored database gets a new one, on either database.
func TestSearchAfterRestore(t *testing.T) {
	t.Parallel()
	from, to := storage.Config{DataDir: dataDir(t)}, storage.Config{Database: storagetest.Postgres(t), DataDir: t.TempDir()}
	s, err := storage.Open(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	o := office{t, s}
	o.put(written("1", "Иванов Пётр", "Окна", "Привет", ivan))
	o.index()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	storage.CopyTo(t, from, to)
	restored := office{t, open(t, to)}
	if got := restored.search(admin, "иванов", ""); len(got) != 0 {
		t.Errorf("the index was copied: %+v", got)
	}
	restored.index()
	if got := restored.search(admin, "иванов", ""); len(got) != 2 {
		t.Errorf("contact and lead are not found: %+v", got)
	}
}

// A word of a new index is looked up in one part of it, however many steps filled it.
func TestNewSearchIndexIsMerged(t *testing.T) {
	t.Parallel()
	o := office{t, open(t, storage.Config{DataDir: dataDir(t)})}
	for i := range 1000 { // four pages of contacts, of leads and of messages
		o.put(written(fmt.Sprint("t", i), fmt.Sprintf("Клиент%03d", i), "Крыша", fmt.Sprintf("Нужно %d метров", i), phone(i)))
	}
	o.index()
	if n := must(storage.CountSearchParts(t.Context(), o.Store))(t); n != 1 {
		t.Errorf("the index has %d parts", n)
	}
	if hits := o.search(admin, "клиент999", ""); len(hits) != 2 {
		t.Errorf("contact and lead are not found: %+v", hits)
	}
	for _, frequent := range []string{"метров нужно", "нуж метр"} {
		if hits := o.search(admin, frequent, search.KindInteraction); len(hits) != search.LimitMost || hits[0].Title != "Клиент999" {
			t.Errorf("%q, which every message has, finds %d: %+v", frequent, len(hits), hits)
		}
	}
}

// The documents of a word are found by the index of words, also of one that every second
// document has, and come in the order of their numbers.
func TestSearchReadsNoDocumentsButTheWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config storage.Config
		fill   []string
		index  string // in the text of the plan
	}{
		"SQLite": {storage.Config{DataDir: dataDir(t)}, []string{
			"INSERT INTO search_index (rowid, words) SELECT doc, 'odd' || doc % 2 FROM search_docs",
		}, "VIRTUAL TABLE INDEX"},
		"Postgres": {storage.Config{Database: storagetest.Postgres(t)}, []string{
			"INSERT INTO search_index (doc, words) SELECT doc, CAST('odd' || doc % 2 AS tsvector) FROM search_docs", "ANALYZE",
		}, "search_index_words"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.config)
			docs := "INSERT INTO search_docs (doc, id, hash) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000) SELECT n, CAST(n AS TEXT), 0 FROM n"
			for _, text := range append([]string{docs}, c.fill...) {
				if err := storage.Exec(t.Context(), s, text); err != nil {
					t.Fatal(err)
				}
			}
			p := must(storage.SearchPlan(t.Context(), s, "odd1"))(t)
			whole := slices.DeleteFunc(p.Whole, func(table string) bool { return table == "i" && name == "SQLite" })
			if len(whole) > 0 || !strings.Contains(p.Text, c.index) || name == "SQLite" && strings.Contains(p.Text, "B-TREE") {
				t.Errorf("reads whole %v:\n%s", whole, p.Text)
			}
		})
	}
}
