package leads

import "time"

// RecordedFile is a recording as the exchange names it.
type RecordedFile struct {
	File    string // path or name at the exchange, as MixMonitor's MIXMONITOR_FILENAME or ARI tells it; unique within the call
	Channel string // uniqueid of the channel that was recorded, empty when unknown
}

// RecordingState is where a recording stands on its way from the exchange.
type RecordingState string

// States of a recording.
const (
	RecordingWaiting RecordingState = "waiting" // still at the exchange; Error is that of the last attempt
	RecordingStored  RecordingState = "stored"
	RecordingMissing RecordingState = "missing" // given up: the exchange does not have it, or it could not be read for days
	RecordingExpired RecordingState = "expired" // deleted after its time
)

// Recording is the sound of a call, or of a part of it.
type Recording struct {
	ID       string         `json:"id"`
	State    RecordingState `json:"state"`
	Leg      string         `json:"extension,omitempty"` // extension of the leg that was recorded; empty: the customer's side, or unknown
	Seconds  float64        `json:"seconds,omitempty"`   // length; 0 when unknown
	Channels int            `json:"channels,omitempty"`  // 1 mono, 2 stereo: customer left, operator right as the exchange mixed them; 0 unknown
	Size     int64          `json:"size,omitempty"`      // bytes
	Error    string         `json:"error,omitempty"`     // why it is not there, in words

	Channel string `json:"-"` // as RecordedFile
}

// StoredRecording is a recording with what is needed to serve it.
type StoredRecording struct {
	Recording
	CallID string
	Key    string // of its content in the file store
	Type   string // media type by content
	Peaks  []byte // loudness for the waveform, see recordings.Peaks; empty when it cannot be drawn
	Called time.Time
}

// WantedRecording is a recording that has to be fetched from its exchange.
type WantedRecording struct {
	ID      string
	Source  string
	File    string
	Attempt int       // counts from 1
	Called  time.Time // when the call began
}

// FetchedRecording is the result of fetching a [WantedRecording].
type FetchedRecording struct {
	ID    string
	State RecordingState
	Error string    // in words, without personal data
	Next  time.Time // waiting: when to try again

	Key      string
	Type     string
	Size     int64
	Seconds  float64
	Channels int
	Peaks    []byte
}
