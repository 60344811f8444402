package asterisk

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"ctihub/leads"
)

// device is how the dialplan rings an extension: "PJSIP/{extension}".
type device struct{ before, after string }

const extensionMark = "{extension}"

// rings is the only accepted form of a Dial's argument: one device.
var rings = regexp.MustCompile(`^[A-Za-z0-9]+/[A-Za-z0-9_.-]+$`)

func newDevice(pattern string) (device, error) {
	if pattern == "" {
		pattern = "PJSIP/" + extensionMark
	}
	before, after, _ := strings.Cut(pattern, extensionMark)
	if strings.Count(pattern, extensionMark) != 1 || !rings.MatchString(before+"100"+after) {
		return device{}, fmt.Errorf("device: %q does not say how an extension is rung; write it like PJSIP/{extension}", pattern)
	}
	return device{before, after}, nil
}

// of returns the device of an extension; false if it cannot be dialled safely.
func (d device) of(extension string) (string, bool) {
	name := d.before + extension + d.after
	return name, extension != "" && rings.MatchString(name)
}

// extension is the reverse of of, for an endpoint's name; false: no such device.
func (d device) extension(endpoint string) (string, bool) {
	s, found := strings.CutPrefix(endpoint, d.before)
	s, fits := strings.CutSuffix(s, d.after)
	return s, found && fits && s != ""
}

// devicePoll is how often the states of telephones are read. A subscription to
// device states can lock ARI up, see [rest.subscribe].
const devicePoll = 3 * time.Second

// devices lists the telephones that the exchange knows.
func (r *rest) devices(ctx context.Context, p plan) (map[string]leads.DeviceState, error) {
	var list []struct{ Technology, Resource, State string }
	if err := r.call(ctx, http.MethodGet, "endpoints", nil, nil, &list); err != nil {
		return nil, err
	}
	found := map[string]leads.DeviceState{}
	for _, e := range list {
		ext, ok := p.device.extension(e.Technology + "/" + e.Resource)
		if !ok || !p.isExtension(ext) {
			continue
		}
		switch e.State {
		case "online":
			found[ext] = leads.DeviceRegistered
		case "offline":
			found[ext] = leads.DeviceUnreachable
		default:
			found[ext] = leads.DeviceUnknown
		}
	}
	return found, nil
}

// watchDevices stores the states of telephones when they change, until ctx ends.
func (w *watch) watchDevices(ctx context.Context) {
	if w.env.Calls.Devices == nil {
		return
	}
	tick := time.NewTicker(devicePoll)
	defer tick.Stop()
	for {
		if found, err := w.rest.devices(ctx, w.plan); err == nil {
			w.storeDevices(ctx, found)
		} else if ctx.Err() == nil {
			w.log.Debug("the exchange does not list its telephones", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// storeDevices stores the states that have changed. A telephone that the exchange no
// longer knows is unreachable.
func (w *watch) storeDevices(ctx context.Context, found map[string]leads.DeviceState) {
	var changed []leads.Device
	for ext, state := range found {
		if w.devices[ext] != state {
			changed = append(changed, leads.Device{Extension: ext, State: state})
		}
	}
	for ext, state := range w.devices {
		if _, known := found[ext]; !known && state != leads.DeviceUnreachable {
			changed = append(changed, leads.Device{Extension: ext, State: leads.DeviceUnreachable})
		}
	}
	if len(changed) == 0 {
		return
	}
	if err := w.env.Calls.Devices(ctx, changed...); err != nil {
		if ctx.Err() == nil {
			w.log.Warn("states of telephones not stored, trying again", "err", err)
		}
		return
	}
	for _, d := range changed {
		w.devices[d.Extension] = d.State
	}
}

// markDevicesUnknown stores the state unknown for every telephone, because the
// exchange is out of reach.
func (w *watch) markDevicesUnknown(ctx context.Context) {
	if len(w.devices) == 0 {
		return
	}
	unknown := make(map[string]leads.DeviceState, len(w.devices))
	for ext := range w.devices {
		unknown[ext] = leads.DeviceUnknown
	}
	w.storeDevices(ctx, unknown)
}
