package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/leads"
	"ctihub/storage"
)

// fleet is one or more hubs on one database, made to be killed.
type fleet struct {
	t         *testing.T
	data, dsn string
	token     string // of a supervisor
	hubs      []*fleetHub
	mu        sync.Mutex
	killed    map[string]int // by step
}

// fleetHub is one place in the fleet, whatever process fills it.
type fleetHub struct {
	file, url string
	feed      string // address of its upstream; empty: none
}

// newFleet furnishes a database and writes a configuration for each hub.
func newFleet(t *testing.T, dir, dsn, redis string, hubs int, rest string) *fleet {
	t.Helper()
	f := &fleet{t: t, data: dir, dsn: dsn, token: furnish(t, dsn, dir), killed: map[string]int{}}
	for n := range hubs {
		address := hubtest.FreeAddress(t)
		h := &fleetHub{file: filepath.Join(dir, fmt.Sprintf("hub%d.yaml", n)), url: "http://" + address}
		text := fmt.Sprintf("listen: %s\nhub: hub%d\ndata: %s\ndatabase: %q\nredis: %q\n%s", address, n, dir, dsn, redis, rest)
		if err := os.WriteFile(h.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f.hubs = append(f.hubs, h)
	}
	return f
}

// furnish adds the people before the first start and returns a supervisor's token.
func furnish(t *testing.T, dsn, dir string) string {
	t.Helper()
	var token string
	h := hubtest.Start(t, func(c *config.Config) { c.Data, c.Database = dir, dsn })
	h.Person("oleg", "Oleg", leads.RoleManager)
	h.Person("olga", "Olga", leads.RoleManager)
	_, token = h.Person("chief", "Chief", leads.RoleAdmin)
	h.Stop()
	return token
}

func (f *fleet) urls() (all []string) {
	for _, h := range f.hubs {
		all = append(all, h.url)
	}
	return all
}

// lives lets a hub live and die so many times, at a step, beginning with the
// first one given, and at any time in turn.
func (f *fleet) lives(h *fleetHub, first, times int, random *rand.Rand) error {
	steps := []storage.Step{
		storage.StepReceived, storage.StepWritten, storage.StepStored, storage.StepRouting,
		storage.StepAssigned, storage.StepClaimed, storage.StepSent,
	}
	if h.feed != "" {
		steps = append([]storage.Step{storage.StepCursor}, steps...)
	}
	for k := range times {
		step, limit := storage.Step(""), time.Duration(50+random.IntN(400))*time.Millisecond
		if k%2 == 0 {
			step, limit = steps[(first+k/2)%len(steps)], hubtest.Patience
		}
		v, err := f.start(h, step, 1+random.IntN(10))
		if err != nil {
			return err
		}
		select {
		case <-v.gone:
		case <-time.After(limit):
			v.kill()
			if step != "" {
				return fmt.Errorf("step %s was not reached within %v", step, limit)
			}
		}
		if err := f.note(v, step); err != nil {
			return err
		}
	}
	return nil
}

// start starts a hub that dies at the n-th time of a step, never if it is
// empty, and waits until it works or is dead.
func (f *fleet) start(h *fleetHub, step storage.Step, n int) (*victim, error) {
	crash := ""
	if step != "" {
		crash = fmt.Sprintf("%s:%d", step, n)
	}
	v, err := startVictim(h.file, crash, h.feed)
	if err != nil {
		return nil, err
	}
	if !v.ready(h.url + "/readyz") {
		v.kill()
		return nil, fmt.Errorf("a hub does not come back; killed so far: %s", f.tally())
	}
	return v, nil
}

// note counts a death.
func (f *fleet) note(v *victim, step storage.Step) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !v.slain() {
		return fmt.Errorf("a hub ended by itself: %v", v.cmd.ProcessState)
	}
	if step == "" {
		step = "any time"
	}
	f.killed[string(step)]++
	return nil
}

// tally tells how often hubs died, and where.
func (f *fleet) tally() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := 0
	var where []string
	for _, step := range slices.Sorted(maps.Keys(f.killed)) {
		all += f.killed[step]
		where = append(where, fmt.Sprintf("%s %d", step, f.killed[step]))
	}
	return fmt.Sprintf("%d times: %s", all, strings.Join(where, ", "))
}

// heal starts all hubs to stay, and returns them to be read from.
func (f *fleet) heal() (views []*hubtest.Hub) {
	f.t.Helper()
	for _, h := range f.hubs {
		v, err := f.start(h, "", 0)
		if err != nil {
			f.t.Fatal(err)
		}
		f.t.Cleanup(v.kill)
		views = append(views, f.view(h))
	}
	return views
}

// view is a hub of the fleet as others see it: over its API alone.
func (f *fleet) view(h *fleetHub) *hubtest.Hub {
	return &hubtest.Hub{T: f.t, URL: h.url, Data: f.data, DSN: f.dsn}
}
