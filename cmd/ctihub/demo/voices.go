package demo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"time"

	"ctihub/leads"
)

// Sound of the recordings, as a telephone carries it.
const (
	rate       = 8000 // samples a second, 16 bit, stereo: customer left, operator right
	longest    = 3 * time.Minute
	frameBytes = 4
)

var recordingName = regexp.MustCompile(`^([a-z0-9.-]+)_([0-9]{1,4})s\.wav$`)

// recordingOf names the recording of an answered call; the name has its length.
func recordingOf(c leads.Call) leads.RecordedFile {
	return leads.RecordedFile{File: fmt.Sprintf("%s_%ds.wav", c.Linkedid, max(1, int(c.Talked.Seconds()))), Channel: c.Linkedid + "-1"}
}

// recording synthesizes the sound for a name of recordingOf: two humming voices in
// turn. The same name always gives the same sound.
func recording(name string) ([]byte, error) {
	m := recordingName.FindStringSubmatch(name)
	if m == nil {
		return nil, fs.ErrNotExist
	}
	seconds, err := strconv.Atoi(m[2])
	if err != nil {
		return nil, fmt.Errorf("recording %s: %w", name, err)
	}
	seconds = min(seconds, int(longest.Seconds()))
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(name))
	r := rand.New(rand.NewPCG(seed.Sum64(), 8))
	left, right := make([]float64, seconds*rate), make([]float64, seconds*rate)
	who := 1 // the operator speaks first
	for at := rate / 4; at < len(left); who = 1 - who {
		side, pitch := left, 110.0
		if who == 1 {
			side, pitch = right, 190.0
		}
		at += hum(r, side[at:], pitch, 3+r.IntN(14))
		at += rate/5 + r.IntN(rate/2)
	}
	return wav(left, right), nil
}

// hum synthesizes some syllables into the samples and returns how many it took.
func hum(r *rand.Rand, into []float64, pitch float64, syllables int) int {
	n, phase := 0, 0.0
	for range syllables {
		length := rate/10 + r.IntN(rate/6)
		vowel := 350 + 500*r.Float64() // Hz, where the sound of the mouth is strongest
		tone := pitch * (0.85 + 0.3*r.Float64())
		loud := 0.1 + 0.15*r.Float64()
		for i := range length {
			if n+i >= len(into) {
				return len(into)
			}
			phase += tone / rate
			part := float64(i) / float64(length)
			var s float64
			for k := 1.0; k*tone < rate/2 && k <= 12; k++ { // harmonics, the nearer to the vowel the louder
				off := (k*tone - vowel) / 150
				s += math.Sin(2*math.Pi*k*phase) / (1 + off*off)
			}
			into[n+i] = s * loud * math.Sin(math.Pi*part)
		}
		n += length + r.IntN(rate/20)
	}
	return n
}

// wav encodes two channels of the same length as a WAV file.
func wav(left, right []float64) []byte {
	size := len(left) * frameBytes
	b := bytes.NewBuffer(make([]byte, 0, 44+size))
	b.WriteString("RIFF")
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(b, binary.LittleEndian, v) // a buffer takes everything
		}
	}
	put(uint32(36 + size))
	b.WriteString("WAVEfmt ")
	put(uint32(16), uint16(1), uint16(2), uint32(rate), uint32(rate*frameBytes), uint16(frameBytes), uint16(16))
	b.WriteString("data")
	put(uint32(size))
	frame := make([]byte, 0, size)
	for i := range left {
		frame = binary.LittleEndian.AppendUint16(frame, sample(left[i]))
		frame = binary.LittleEndian.AppendUint16(frame, sample(right[i]))
	}
	b.Write(frame)
	return b.Bytes()
}

func sample(v float64) uint16 { return uint16(int16(max(-1, min(1, v)) * 32000)) }
