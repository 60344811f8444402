package recordings

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// wav is a file with these samples, channels side by side.
func wav(format, channels, bits uint16, rate uint32, samples any) []byte {
	var data, b bytes.Buffer
	_ = binary.Write(&data, binary.LittleEndian, samples)
	align := channels * bits / 8
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, uint32(36+data.Len()))
	b.WriteString("WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, uint32(16))
	_ = binary.Write(&b, binary.LittleEndian, wavFormat{format, channels, rate, rate * uint32(align), align, bits})
	b.WriteString("LIST\x03\x00\x00\x00odd\x00data") // other chunks are skipped, padding too
	_ = binary.Write(&b, binary.LittleEndian, uint32(data.Len()))
	b.Write(data.Bytes())
	return b.Bytes()
}

func TestListen(t *testing.T) {
	mono := make([]int16, 8000*2)
	mono[8000] = -32768 // the middle
	s, err := Listen(bytes.NewReader(wav(formatPCM, 1, 16, 8000, mono)))
	if err != nil || s.Type != "audio/wav" || s.Seconds != 2 || s.Channels != 1 || len(s.Peaks) != PeakCount {
		t.Fatalf("%+v, %v", s, err)
	}
	for i, p := range s.Peaks {
		if want := byte(0); i == PeakCount/2 && p != 255 || i != PeakCount/2 && p != want {
			t.Errorf("part %d is %d loud", i, p)
		}
	}
	stereo := make([]int16, 2*8000)
	stereo[1] = 16384 // the first of the right side
	s, err = Listen(bytes.NewReader(wav(formatPCM, 2, 16, 8000, stereo)))
	if err != nil || s.Seconds != 1 || s.Channels != 2 || len(s.Peaks) != 2*PeakCount || s.Peaks[0] != 0 || s.Peaks[PeakCount] != 128 {
		t.Errorf("stereo: %v s, %d channels, %v, %v", s.Seconds, s.Channels, s.Peaks, err)
	}
	for name, format := range map[string]uint16{"µ-law": formatULaw, "A-law": formatALaw} {
		quiet, loud := byte(0xff), byte(0x80) // µ-law
		if format == formatALaw {
			quiet, loud = 0xd5, 0xaa
		}
		s, err = Listen(bytes.NewReader(wav(format, 1, 8, 8000, []byte{quiet, loud})))
		if err != nil || s.Peaks[0] > 2 || s.Peaks[PeakCount/2] < 240 {
			t.Errorf("%s: quiet is %d, loud is %d, %v", name, s.Peaks[0], s.Peaks[PeakCount/2], err)
		}
	}
}

func TestListenToOtherFiles(t *testing.T) {
	for content, want := range map[string]string{
		"OggS\x00\x02 and so on": "audio/ogg", "ID3\x04 and so on": "audio/mpeg", "\xff\xfb\x90\x00 and so on": "audio/mpeg",
		"<html><script>alert(1)</script>": "application/octet-stream", "?": "application/octet-stream",
	} {
		if s, err := Listen(bytes.NewReader([]byte(content))); err != nil || s.Type != want || s.Peaks != nil {
			t.Errorf("%q: %+v, %v", content, s, err)
		}
	}
	whole := wav(formatPCM, 1, 16, 8000, make([]int16, 100))
	for _, n := range []int{0, 20, 40, len(whole) - 1} {
		if _, err := Listen(bytes.NewReader(whole[:n])); !errors.Is(err, errBroken) {
			t.Errorf("%d bytes of a file: %v", n, err)
		}
	}
}

func FuzzListen(f *testing.F) {
	f.Add(wav(formatPCM, 2, 16, 8000, make([]int16, 100)))
	f.Add(wav(formatULaw, 1, 8, 8000, make([]byte, 100)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Listen(bytes.NewReader(b))
		if err == nil && s.Type == "" || len(s.Peaks) > 2*PeakCount {
			t.Errorf("%+v, %v", s, err)
		}
	})
}
