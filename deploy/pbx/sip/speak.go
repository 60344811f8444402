package sip

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"time"
)

// Frame of RTP (RFC 3550) with A-law sound (RFC 3551): 20 ms at 8 kHz.
const (
	frameTime    = 20 * time.Millisecond
	frameSamples = 160
	payloadALaw  = 8
)

// Speak sends a tone of 1 kHz to the far side until the call ends.
// The call must have been answered.
func (c *Call) Speak() error {
	c.mu.Lock()
	to := c.sound
	c.mu.Unlock()
	if to == "" {
		return errors.New("the far side has no RTP address in its SDP")
	}
	conn, err := new(net.Dialer).DialContext(context.Background(), "udp4", to)
	if err != nil {
		return err
	}
	go func() {
		defer func() { _ = conn.Close() }()
		frame := make([]byte, 12+frameSamples)
		frame[0], frame[1] = 0x80, payloadALaw
		copy(frame[8:], "tone")
		for i := range frameSamples {
			frame[12+i] = []byte{0xd5, 0x9d, 0xaa ^ 0x08, 0x9d, 0xd5, 0x1d, 0x2a ^ 0x08, 0x1d}[i%8]
		}
		tick := time.NewTicker(frameTime)
		defer tick.Stop()
		for n := uint32(0); ; n++ {
			binary.BigEndian.PutUint16(frame[2:], uint16(n))
			binary.BigEndian.PutUint32(frame[4:], n*frameSamples)
			_, _ = conn.Write(frame) // the far side may have closed its socket
			select {
			case <-tick.C:
			case <-c.done:
				return
			}
		}
	}()
	return nil
}
