package asterisk

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// celRow is one event of the exchange's journal (CEL), as written by the
// mapping in deploy/asterisk/cel_custom.conf.
type celRow struct {
	kind     string // CHAN_START, ANSWER, BRIDGE_ENTER … LINKEDID_END
	at       time.Time
	coarse   bool   // at is known to the second only
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

	// place is the row's place in the journal and grows from row to row. The reader of
	// the journal sets it; see celAssembler.resume.
	place int64
}

// celExtra is the content of the column eventextra; absent parts are zero.
type celExtra struct {
	Cause      int    // hangupcause of HANGUP: Q.850
	Source     string // hangupsource of HANGUP: name of the channel that hung up
	Bridge     string // bridge_id of BRIDGE_ENTER, BRIDGE_EXIT, BLINDTRANSFER
	BridgeTech string // bridge_technology

	Exten      string // extension of BLINDTRANSFER: to whom
	Second     string // channel2_uniqueid of ATTENDEDTRANSFER: the transferer's other leg
	Target     string // transfer_target_channel_uniqueid of ATTENDEDTRANSFER: to whom; empty while ringing
	TargetName string // transfer_target_channel_name

	Picker string // pickup_channel_uniqueid of PICKUP: who takes the ringing call
}

// readExtra reads the JSON of an event's extra field. A value may be of any
// simple type: converted journals hold numbers as texts.
func readExtra(text string) (x celExtra, err error) {
	if text = strings.TrimSpace(text); text == "" {
		return x, nil
	}
	var o map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&o); err != nil {
		return x, fmt.Errorf("%w: what stands in eventextra is no JSON object: %w", errRow, err)
	}
	get := func(name string) string {
		switch v := o[name].(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		}
		return ""
	}
	if cause, err := strconv.ParseFloat(strings.TrimSpace(get("hangupcause")), 64); err == nil && cause >= 0 && cause < math.MaxInt16 {
		x.Cause = int(cause)
	}
	x.Source, x.Bridge, x.BridgeTech, x.Exten = get("hangupsource"), get("bridge_id"), get("bridge_technology"), get("extension")
	x.Second, x.Target, x.TargetName = get("channel2_uniqueid"), get("transfer_target_channel_uniqueid"), get("transfer_target_channel_name")
	x.Picker = get("pickup_channel_uniqueid")
	return x, nil
}

// celColumns maps columns to the fields of a row.
type celColumns struct {
	least                                        int // fields of a row; further ones are ignored
	number, dnid, exten, context, channel        int
	app, appData, uniqueid, linkedid, peer, more int
}

// celMappings are the supported mappings: that of Asterisk's sample of
// cel_custom.conf, and that of deploy/asterisk/cel_custom.conf. Both begin with
// eventtype and eventtime.
var celMappings = []celColumns{
	{20, 3, 6, 7, 8, 9, 10, 11, 14, 15, 16, 19},
	{13, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
}

// fit reports whether a row can have this mapping: the channel's name has a
// technology ("PJSIP/100-0000007b") or is a word of Asterisk's, and no id looks
// like one.
func (m celColumns) fit(f []string) bool {
	if len(f) < m.least || !channelName.MatchString(f[m.channel]) {
		return false
	}
	for _, id := range []string{f[m.uniqueid], f[m.linkedid]} {
		if strings.TrimSpace(id) == "" || strings.Contains(id, "/") {
			return false
		}
	}
	return true
}

var (
	channelName = regexp.MustCompile(`^[A-Za-z0-9_]+/|^[A-Za-z]{4,}$`)
	rowBegins   = regexp.MustCompile(`^(?:\x{FEFF})?"?[A-Z_]{4,30}"?,"([^",]{4,40})`)
)

// Why a line of the journal is malformed. It is counted and quarantined.
var (
	errRow        = errors.New("not a row of the call journal")
	errCelTime    = errors.New("the form of its time (eventtime) can mean several moments, or none: remove the line dateformat from cel.conf")
	errCelColumns = errors.New("its fields are not those of the mapping in deploy/asterisk/cel_custom.conf")
)

// parseRow reads one row of the journal, without its line end. It returns an
// error that wraps errRow for anything else.
func parseRow(line string, clock *celClock) (celRow, error) {
	line = utf8Of(strings.TrimPrefix(line, "\uFEFF"))
	if strings.ContainsRune(line, 0) {
		return celRow{}, fmt.Errorf("%w: it holds a zero byte", errRow)
	}
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	f, err := r.Read()
	if err == nil {
		if _, err = r.Read(); errors.Is(err, io.EOF) {
			err = nil
		} else {
			err = errors.New("something follows it")
		}
	}
	if err != nil {
		return celRow{}, fmt.Errorf("%w: %w", errRow, err)
	}
	for _, m := range celMappings {
		if m.fit(f) {
			return m.row(f, clock)
		}
	}
	return celRow{}, fmt.Errorf("%w: %w", errRow, errCelColumns)
}

// row converts the fields of one row.
func (m celColumns) row(f []string, clock *celClock) (celRow, error) {
	row := celRow{
		kind: strings.ToUpper(strings.TrimSpace(f[0])), number: f[m.number], dnid: f[m.dnid], exten: f[m.exten], context: f[m.context],
		channel: f[m.channel], app: f[m.app], appData: f[m.appData], uniqueid: strings.TrimSpace(f[m.uniqueid]),
		linkedid: strings.TrimSpace(f[m.linkedid]), peer: f[m.peer],
	}
	if row.kind == "" || strings.ContainsAny(row.kind, "/.<>@") {
		return celRow{}, fmt.Errorf("%w: %w", errRow, errCelColumns)
	}
	var err error
	if row.at, row.coarse, err = clock.read(f[1]); err != nil {
		return celRow{}, err
	}
	row.extra, err = readExtra(f[m.more])
	return row, err
}

// utf8Of converts a text to UTF-8. Russian exchanges write windows-1251 where the
// dialplan does; a truncated letter is replaced.
func utf8Of(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	for _, r := range s {
		if r >= utf8.RuneSelf && r != utf8.RuneError {
			return strings.ToValidUTF8(s, "\uFFFD")
		}
	}
	decoded, err := charmap.Windows1251.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return decoded
}

// beginsRow reports whether a line, which may be cut off behind its time, begins
// like a row: with the name of an event and a time. A line inside a field does not,
// because quotation marks are doubled there.
func beginsRow(line []byte) bool {
	m := rowBegins.FindSubmatch(line)
	return m != nil && bytes.ContainsAny(m[1], "0123456789")
}
