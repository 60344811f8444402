package app

import (
	"context"
	"log/slog"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

const (
	// memoryEvery is how often the hub checks whether a burst left free memory.
	memoryEvery = 5 * time.Second
	// memorySpare is how much heap the hub may keep while it has nothing to do, in
	// bytes.
	memorySpare = 48 << 20
)

// LimitMemory sets the garbage collector's memory limit from the process's control
// group (a container's limit, systemd's MemoryMax). GOMEMLIMIT in the environment
// takes precedence.
func LimitMemory(log *slog.Logger) {
	if _, err := memlimit.Set(); err != nil {
		log.Debug("the memory limit of the control group is not known", "error", err)
	}
}

// GiveBackMemory returns free memory to the system after a burst, until ctx ends.
// The runtime collects when the heap has doubled. After password hashes of 64 MiB
// each an idle hub does not reach that for hours, and the collection that the
// runtime forces every two minutes keeps half of the memory.
func GiveBackMemory(ctx context.Context) {
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	var last, own uint64 // cycles of the collector: at the last check, after our own collection
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		cycles, heap := heapNow()
		if cycles == last && cycles != own && heap > memorySpare { // idle, and not collected by us since
			debug.FreeOSMemory()
			cycles, _ = heapNow()
			own = cycles
		}
		last = cycles
	}
}

// heapNow returns the number of collections and the heap's size in bytes: live and
// dead objects, and free memory that is not returned to the system.
func heapNow() (cycles, bytes uint64) {
	s := []metrics.Sample{
		{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Uint64() + s[2].Value.Uint64()
}
