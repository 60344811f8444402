package recordings

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Sound describes the content of a recording.
type Sound struct {
	Type     string  // media type
	Seconds  float64 // 0: unknown
	Channels int     // 0: unknown
	// Peaks has PeakCount bytes for each channel, one channel after the other:
	// the loudest moment of each of as many equal parts, 255 for full scale.
	// Nil: no waveform.
	Peaks []byte
}

// PeakCount is how many parts a waveform has.
const PeakCount = 400

// errBroken says that a file is truncated or empty.
var errBroken = errors.New("the file is not whole")

// Formats of a WAV file, as WAVE_FORMAT_* of RFC 2361.
const (
	formatPCM  = 1
	formatALaw = 6
	formatULaw = 7
	formatGSM  = 49
)

// Listen reads a recording to its end. It knows WAV as Asterisk's MixMonitor
// writes it (16 bit, A-law, µ-law; GSM without peaks), and tells MP3 and Ogg by
// their first bytes; anything else is application/octet-stream.
func Listen(r io.Reader) (Sound, error) {
	head := make([]byte, 12)
	n, err := io.ReadFull(r, head)
	if n == 0 {
		return Sound{}, errBroken
	}
	head = head[:n]
	switch {
	case err == nil && string(head[:4]) == "RIFF" && string(head[8:]) == "WAVE":
		return listenWAV(r)
	case bytes.HasPrefix(head, []byte("OggS")):
		return Sound{Type: "audio/ogg"}, nil
	case bytes.HasPrefix(head, []byte("ID3")), n > 1 && head[0] == 0xff && head[1]&0xe0 == 0xe0:
		return Sound{Type: "audio/mpeg"}, nil
	}
	return Sound{Type: "application/octet-stream"}, nil
}

// wavFormat is the "fmt " chunk of a WAV file.
type wavFormat struct {
	Format, Channels  uint16
	Rate, BytesPerSec uint32
	Align, Bits       uint16
}

func listenWAV(r io.Reader) (Sound, error) {
	s := Sound{Type: "audio/wav"}
	var f wavFormat
	for {
		var chunk struct {
			ID   [4]byte
			Size uint32
		}
		if err := binary.Read(r, binary.LittleEndian, &chunk); err != nil {
			return s, errBroken
		}
		switch string(chunk.ID[:]) {
		case "fmt ":
			body := make([]byte, 16)
			if chunk.Size < 16 || chunk.Size > 1024 {
				return s, errBroken
			}
			if _, err := io.ReadFull(r, body); err != nil {
				return s, errBroken
			}
			_ = binary.Read(bytes.NewReader(body), binary.LittleEndian, &f) // 16 bytes are there
			if err := skip(r, padded(chunk.Size)-16); err != nil {
				return s, err
			}
		case "data":
			return listenData(r, s, f, int64(chunk.Size))
		default:
			if err := skip(r, padded(chunk.Size)); err != nil {
				return s, err
			}
		}
	}
}

func padded(size uint32) int64 { return int64(size) + int64(size&1) }

func skip(r io.Reader, n int64) error {
	if _, err := io.CopyN(io.Discard, r, n); err != nil {
		return errBroken
	}
	return nil
}

// listenData measures the samples.
func listenData(r io.Reader, s Sound, f wavFormat, size int64) (Sound, error) {
	if f.BytesPerSec == 0 || f.Channels == 0 || f.Align == 0 {
		return s, errBroken
	}
	s.Seconds, s.Channels = float64(size)/float64(f.BytesPerSec), int(f.Channels)
	loud := loudness(f)
	if loud == nil || f.Channels > 2 {
		return s, skip(r, size)
	}
	frames := size / int64(f.Align)
	if frames == 0 {
		return s, nil
	}
	width := int(f.Align) / int(f.Channels)
	s.Peaks = make([]byte, PeakCount*s.Channels)
	buf := make([]byte, int(f.Align)*4096)
	for done := int64(0); done < frames; {
		n := min(int64(len(buf)/int(f.Align)), frames-done)
		part := buf[:n*int64(f.Align)]
		if _, err := io.ReadFull(r, part); err != nil {
			return s, errBroken
		}
		for i := range n {
			at := int((done + i) * PeakCount / frames)
			for c := range s.Channels {
				p := &s.Peaks[c*PeakCount+at]
				*p = max(*p, loud(part[int(i)*int(f.Align)+c*width:]))
			}
		}
		done += n
	}
	return s, nil
}

// loudness returns how the format's samples are measured; nil: not at all.
func loudness(f wavFormat) func([]byte) byte {
	switch {
	case f.Format == formatPCM && f.Bits == 16:
		return func(b []byte) byte {
			v := int(int16(binary.LittleEndian.Uint16(b)))
			return byte(min(max(v, -v)>>7, 255))
		}
	case f.Format == formatULaw:
		return func(b []byte) byte { return segment(^b[0]) }
	case f.Format == formatALaw:
		return func(b []byte) byte { return segment(b[0] ^ 0x55) }
	}
	return nil
}

// segment measures a G.711 sample roughly: its exponent and mantissa.
func segment(b byte) byte {
	exponent, mantissa := b>>4&7, b&15
	return byte((int(mantissa)*2 + 33) << exponent >> 5 & 0xff)
}
