package e2e

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
)

// oracle records the truth: durably, before each touch is sent, its person and key,
// and afterwards the hub's answer.
type oracle struct {
	mu   sync.Mutex
	file *os.File
	sent atomic.Int64 // persons drawn
}

func newOracle(t *testing.T, path string) *oracle {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return &oracle{file: f}
}

// nextPerson draws the next person: a new one, or one who was drawn before.
func (o *oracle) nextPerson() int { return rand.IntN(50 + int(o.sent.Add(1))/3) }

// recordSent is called before a touch is sent; it returns when the record is on disk.
func (o *oracle) recordSent(key string, person int) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := fmt.Fprintf(o.file, "invoke %s %d\n", key, person); err != nil {
		return err
	}
	return o.file.Sync()
}

// recordAccepted is called when the hub has accepted a touch. After any other answer,
// or none, the touch may or may not be stored.
func (o *oracle) recordAccepted(key string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := fmt.Fprintf(o.file, "ok %s\n", key)
	return err
}

// history is the oracle's record.
type history struct {
	invoked map[string]int // key → person
	ok      map[string]bool
}

// history reads the file.
func (o *oracle) history() (history, error) {
	h := history{invoked: map[string]int{}, ok: map[string]bool{}}
	f, err := os.Open(o.file.Name())
	if err != nil {
		return h, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var key string
		var person int
		if n, _ := fmt.Sscanf(lines.Text(), "invoke %s %d", &key, &person); n == 2 {
			h.invoked[key] = person
		} else if n, _ := fmt.Sscanf(lines.Text(), "ok %s", &key); n == 1 {
			h.ok[key] = true
		} else {
			return h, fmt.Errorf("a line of the history is broken: %q", lines.Text())
		}
	}
	return h, lines.Err()
}

// verdict is the result of comparing the truth with a [snapshot].
type verdict struct {
	stored, persons, recovered int

	lost      int // accepted and not stored
	doubled   int // keys with more than one interaction
	phantom   int // interactions that nobody sent
	merged    int // contacts that hold several persons, or a number that is not the person's
	split     int // persons with several contacts
	strays    int // interactions without their person's contact or lead, contacts without an interaction
	openLeads int // contacts with more than one open lead
	unserved  int // leads without a manager
	reassign  int // leads that were not assigned exactly once; only the SQL snapshot has that
	ringing   int // calls that never end
}

// faults is the verdict without the numbers that are no faults.
func (v verdict) faults() verdict {
	v.stored, v.persons, v.recovered = 0, 0, 0
	return v
}

// judge compares the truth with a snapshot of the hub, and lists what is lost,
// doubled, invented or astray.
func (h history) judge(p snapshot) (v verdict, shown []string) {
	show := func(what string, of any) { shown = append(shown, fmt.Sprintf("%s %+v", what, of)) }
	final := map[string]int{}
	contactsOf := map[int]map[string]bool{} // person → contacts
	personsOf := map[string]map[int]bool{}  // contact → persons
	leadOf := map[string]string{}           // lead → contact
	for _, l := range p.leads {
		leadOf[l.id] = l.contact
	}
	for _, i := range p.touches {
		key, _, _ := strings.Cut(i.key, handedOut)
		final[key]++
		if i.state != "" && i.state != "ended" {
			v.ringing++
		}
		person, known := h.invoked[key]
		if !known {
			v.phantom++
			show("invented", i)
			continue
		}
		if _, has := p.phones[i.contact]; !has || leadOf[i.lead] != i.contact {
			v.strays++
			show("astray", i)
			continue
		}
		for _, phone := range p.phones[i.contact] {
			if phone != phoneOf(person) {
				v.merged++
			}
		}
		put(contactsOf, person, i.contact)
		put(personsOf, i.contact, person)
	}
	v.stored, v.persons = len(final), len(contactsOf)
	for key := range h.ok {
		if final[key] == 0 {
			v.lost++
			show("lost", key)
		}
	}
	for key, n := range final {
		if n > 1 {
			v.doubled++
			show("doubled", key)
		}
		if _, sent := h.invoked[key]; sent && !h.ok[key] {
			v.recovered++
		}
	}
	v.split = count(maps.Values(contactsOf), func(in map[string]bool) bool { return len(in) > 1 })
	v.merged += count(maps.Values(personsOf), func(of map[int]bool) bool { return len(of) > 1 })
	v.strays += count(maps.Keys(p.phones), func(id string) bool { return len(personsOf[id]) == 0 })
	open := map[string]int{}
	for _, l := range p.leads {
		if l.open {
			open[l.contact]++
		}
		if l.manager == "" {
			v.unserved++
		}
		if p.assigned != nil && p.assigned[l.id] != 1 {
			v.reassign++
		}
	}
	v.openLeads = count(maps.Values(open), func(n int) bool { return n > 1 })
	return v, shown
}

func put[K, V comparable](m map[K]map[V]bool, k K, v V) {
	if m[k] == nil {
		m[k] = map[V]bool{}
	}
	m[k][v] = true
}

func count[T any](all func(func(T) bool), fits func(T) bool) (n int) {
	for v := range all {
		if fits(v) {
			n++
		}
	}
	return n
}

// judge compares the truth with snapshots of the database and of every hub's API, and
// these with each other. No touch may be in flight.
func (o *oracle) judge(t *testing.T, h *hubtest.Hub, token, seed string, others ...*hubtest.Hub) {
	t.Helper()
	truth, err := o.history()
	if err != nil {
		t.Fatal(err)
	}
	truth.report(t, seed, token, append([]*hubtest.Hub{h}, others...))
}

// report judges, and prints the figures.
func (h history) report(t *testing.T, seed, token string, hubs []*hubtest.Hub) {
	t.Helper()
	stored := snapshotOfSQL(t, hubs[0])
	v, shown := h.judge(stored)
	if v.faults() != (verdict{}) {
		t.Errorf("SQL: %+v, for example %v", v.faults(), shown[:min(len(shown), 5)])
	}
	for n, each := range hubs {
		seen := snapshotOfAPI(each, token)
		if v, _ := h.judge(seen); v.faults() != (verdict{}) {
			t.Errorf("API of hub %d: %+v", n+1, v.faults())
		}
		if !slices.Equal(seen.touches, stored.touches) || !slices.Equal(seen.leads, stored.leads) || !maps.EqualFunc(seen.phones, stored.phones, slices.Equal) {
			t.Errorf("hub %d tells %d interactions, %d leads, %d contacts; the database has %d, %d, %d, or others", n+1,
				len(seen.touches), len(seen.leads), len(seen.phones), len(stored.touches), len(stored.leads), len(stored.phones))
		}
	}
	if len(h.ok) == 0 {
		t.Error("the hub accepted nothing: the run proves nothing")
		return
	}
	upper := "–"
	if v.lost == 0 {
		upper = fmt.Sprintf("%.2g", 3/float64(len(h.ok)))
	}
	t.Logf("sent %d, accepted N=%d, stored %d, recovered %d, lost %d (95%% upper bound %s), doubled %d, phantom %d, false merges %d, false splits %d, persons %d; read from %d hubs and over SQL; seed %s",
		len(h.invoked), len(h.ok), v.stored, v.recovered, v.lost, upper, v.doubled, v.phantom, v.merged, v.split, v.persons, len(hubs), seed)
}

// people is the number of persons of one run; most of them write more than once.
const people = 1500

// formOf is a person's form, in one of many spellings. It always has the phone, which
// identifies the person.
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
