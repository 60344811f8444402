package asterisk

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// celRow is one event of the exchange's own journal (CEL), as written by the
// mapping in deploy/asterisk/cel_custom.conf.
type celRow struct {
	kind     string // CHAN_START, ANSWER, BRIDGE_ENTER … LINKEDID_END
	at       time.Time
	number   string // CALLERID(num) of the channel
	dnid     string // number as dialled when the channel came in
	exten    string // where it stands in the dialplan
	context  string
	channel  string // name: "PJSIP/100-0000007b"
	app      string // dialplan application it runs, or AppDial and the like for one that was rung
	appData  string
	uniqueid string
	linkedid string
	peer     string // name of the channel in the same bridge
	extra    celExtra

	// place is where the row stands in the journal: it grows from row to row.
	// Whoever reads the journal sets it; see fold.resume.
	place int64
}

// celExtra is what an event says beside the columns; absent parts are zero.
type celExtra struct {
	Cause      int    `json:"hangupcause"`  // HANGUP: Q.850
	Source     string `json:"hangupsource"` // HANGUP: name of the channel that hung up
	DialStatus string `json:"dialstatus"`   // HANGUP
	Bridge     string `json:"bridge_id"`    // BRIDGE_ENTER, BRIDGE_EXIT, BLINDTRANSFER
	BridgeTech string `json:"bridge_technology"`

	Exten      string `json:"extension"`                        // BLINDTRANSFER: to whom
	Transferee string `json:"transferee_channel_uniqueid"`      // transfers: who is handed over
	Second     string `json:"channel2_uniqueid"`                // ATTENDEDTRANSFER: the transferer's other leg
	Target     string `json:"transfer_target_channel_uniqueid"` // ATTENDEDTRANSFER: to whom; empty while ringing
	TargetName string `json:"transfer_target_channel_name"`

	Picker     string `json:"pickup_channel_uniqueid"` // PICKUP: who takes the ringing call
	PickerName string `json:"pickup_channel"`
	Reason     string `json:"reason"`             // PARK_END
	LocalTwo   string `json:"local_two_uniqueid"` // LOCAL_OPTIMIZE
}

// celColumns is the number of fields of a row.
const celColumns = 13

// errRow says that a line of the journal is none. It is to be counted and skipped.
var errRow = errors.New("not a row of the call journal")

// parseRow reads one line of the journal, without its line end. It returns an
// error that wraps errRow for anything else.
func parseRow(line string) (celRow, error) {
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, "\uFFFD")
	}
	if strings.ContainsRune(line, 0) {
		return celRow{}, fmt.Errorf("%w: it holds a zero byte", errRow)
	}
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = celColumns
	f, err := r.Read()
	if err != nil {
		return celRow{}, fmt.Errorf("%w: %w", errRow, err)
	}
	at, err := celTime(f[1])
	if err != nil {
		return celRow{}, err
	}
	row := celRow{
		kind: f[0], at: at, number: f[2], dnid: f[3], exten: f[4], context: f[5], channel: f[6],
		app: f[7], appData: f[8], uniqueid: f[9], linkedid: f[10], peer: f[11],
	}
	if row.kind == "" || row.uniqueid == "" || row.linkedid == "" {
		return celRow{}, fmt.Errorf("%w: it names no event or no channel", errRow)
	}
	if f[12] != "" {
		if err := json.Unmarshal([]byte(f[12]), &row.extra); err != nil {
			return celRow{}, fmt.Errorf("%w: %w", errRow, err)
		}
	}
	return row, nil
}

// celTime reads seconds since 1970 with a fraction, to the microsecond.
func celTime(s string) (time.Time, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds <= 0 || seconds > math.MaxInt32*4 {
		return time.Time{}, fmt.Errorf("%w: no time", errRow)
	}
	fraction = (fraction + "000000")[:6]
	micros, err := strconv.ParseUint(fraction, 10, 32)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: no time", errRow)
	}
	return time.Unix(seconds, int64(micros)*1000).UTC(), nil
}
