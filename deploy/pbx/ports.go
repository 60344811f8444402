package pbx

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Ports of one instance, from its base on.
const (
	firstBase = 10_000
	lastBase  = 31_000
	width     = 700
)

var names = []string{"Anna", "Boris", "Clara", "Dmitri", "Elena", "Fyodor", "Galina", "Igor", "Julia", "Kirill"}

// Reserve reserves free ports, which no other instance of this package on the machine
// takes, and configures an instance in dir.
func Reserve(root, dir string) (Config, error) {
	slots := (lastBase - firstBase) / width
	start := rand.IntN(slots)
	for n := range slots {
		base := firstBase + (start+n)%slots*width
		release, err := claim(base)
		if err != nil {
			continue
		}
		c := Config{
			Root: root, Dir: dir, Name: "pbx" + strconv.Itoa(base), EntityID: fmt.Sprintf("02:00:00:%02x:%02x:01", base>>8, base&0xff),
			SIP: base, HTTP: base + 1, Trunk: base + 3, RTPStart: base + 100, RTPEnd: base + width - 1,
			User: "hub", Password: "secret", release: release,
		}
		for i, name := range names {
			c.Phones = append(c.Phones, Phone{strconv.Itoa(100 + i), name, base + 10 + i})
		}
		return c, nil
	}
	return Config{}, errors.New("no free ports for an Asterisk")
}

// claim locks a base port against other processes and checks that its ports are free.
func claim(base int) (release func(), err error) {
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), fmt.Sprintf("ctihub-pbx-%d.lock", base)), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, fmt.Errorf("reserving ports: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("reserving ports: %w", err)
	}
	for p := base; p < base+20; p++ {
		if err := free(p); err != nil {
			_ = lock.Close()
			return nil, err
		}
	}
	return func() { _ = lock.Close() }, nil
}

func free(port int) error {
	address := "127.0.0.1:" + strconv.Itoa(port)
	var config net.ListenConfig
	packet, err := config.ListenPacket(context.Background(), "udp", address)
	if err != nil {
		return fmt.Errorf("reserving ports: %w", err)
	}
	_ = packet.Close()
	stream, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return fmt.Errorf("reserving ports: %w", err)
	}
	return stream.Close()
}
