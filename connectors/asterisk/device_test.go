package asterisk

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// deviceStore keeps the states of telephones as storage would.
type deviceStore struct {
	mu      sync.Mutex
	states  map[string]leads.DeviceState
	refuse  int // so many times storage is away
	changed chan struct{}
}

func (d *deviceStore) put(_ context.Context, changed ...leads.Device) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse > 0 {
		d.refuse--
		return errors.New("storage is away")
	}
	for _, c := range changed {
		d.states[c.Extension] = c.State
	}
	select {
	case d.changed <- struct{}{}:
	default:
	}
	return nil
}

func (d *deviceStore) until(t *testing.T, want map[string]leads.DeviceState) {
	t.Helper()
	for {
		asterisktest.Next(t, d.changed)
		d.mu.Lock()
		now := maps.Clone(d.states)
		d.mu.Unlock()
		fits := true
		for ext, state := range want {
			fits = fits && now[ext] == state
		}
		if fits {
			return
		}
		t.Logf("devices: %v", now)
	}
}

// The exchange tells which telephones it reaches; while it is out of reach
// itself nothing is known of them, and of those that it reaches again, it is.
func TestRealDevices(t *testing.T) {
	p := asterisktest.Start(t)
	address, user, secret := p.ARI()
	d := &deviceStore{states: map[string]leads.DeviceState{}, refuse: 1, changed: make(chan struct{}, 1)}
	e := env(map[string]any{"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}}, func(error) {})
	e.Calls.Devices = d.put
	c, err := Kind().In(e)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { _ = c.Run(ctx, newMemory()) })
	defer e.Net.HTTP.CloseIdleConnections()
	defer done.Wait()
	defer cancel()

	there := map[string]leads.DeviceState{"100": leads.DeviceRegistered, "110": leads.DeviceUnreachable}
	d.until(t, there)
	d.mu.Lock()
	if _, isPhone := d.states["trunk"]; isPhone {
		t.Error("the trunk is taken for a telephone")
	}
	d.mu.Unlock()
	p.Kill()
	d.until(t, map[string]leads.DeviceState{"100": leads.DeviceUnknown, "110": leads.DeviceUnknown})
	p.Restart()
	d.until(t, there)
}
