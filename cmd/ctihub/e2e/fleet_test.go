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

// fleet is one or more hubs on one database, each in a process that tests kill.
type fleet struct {
	t         *testing.T
	data, dsn string
	token     string // of a supervisor
	hubs      []*fleetHub
	mu        sync.Mutex
	killed    map[string]int // by step
}

// fleetHub is the configuration and address of one hub, over all its processes.
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

// furnish adds the users before the first start and returns an administrator's token.
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

// crashLoop starts and kills a hub a number of times: alternately at a step, beginning
// with step number first, and at a random time.
func (f *fleet) crashLoop(h *fleetHub, first, times int, random *rand.Rand) error {
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
		case <-v.exited:
		case <-time.After(limit):
			v.kill()
			if step != "" {
				return fmt.Errorf("step %s was not reached within %v", step, limit)
			}
		}
		if err := f.countDeath(v, step); err != nil {
			return err
		}
	}
	return nil
}

// start starts a hub that kills itself at the n-th time of a step, never if the step is
// empty, and waits until it is ready or dead.
func (f *fleet) start(h *fleetHub, step storage.Step, n int) (*hubProcess, error) {
	crash := ""
	if step != "" {
		crash = fmt.Sprintf("%s:%d", step, n)
	}
	v, err := startProcess(h.file, crash, h.feed)
	if err != nil {
		return nil, err
	}
	if !v.ready(h.url + "/readyz") {
		v.kill()
		return nil, fmt.Errorf("a hub does not come back; killed so far: %s", f.deaths())
	}
	return v, nil
}

// countDeath counts a death.
func (f *fleet) countDeath(v *hubProcess, step storage.Step) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !v.wasKilled() {
		return fmt.Errorf("a hub ended by itself: %v", v.cmd.ProcessState)
	}
	if step == "" {
		step = "any time"
	}
	f.killed[string(step)]++
	return nil
}

// deaths reports how often hubs died at which step.
func (f *fleet) deaths() string {
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

// startAll starts all hubs without a crash, and returns clients of their APIs.
func (f *fleet) startAll() (views []*hubtest.Hub) {
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

// view is a client of the API of one hub of the fleet.
func (f *fleet) view(h *fleetHub) *hubtest.Hub {
	return &hubtest.Hub{T: f.t, URL: h.url, Data: f.data, DSN: f.dsn}
}
