package asterisk

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/CyCoreSystems/ari/v5"
)

// channel is a snapshot of one Asterisk channel.
type channel struct {
	id       string // uniqueid
	name     string // "PJSIP/100-0000007b"
	state    string // Down, Ring (calls us), Ringing (we call it), Up …
	linkedid string // empty if ari.conf does not hand it out
	number   string // of the party at the channel's far end
	caller   string // name of that party
	exten    string // present extension in the dialplan
	dnid     string // number as dialled when it came in
	app      string // dialplan application it runs
	appData  string
	recorded string // MIXMONITOR_FILENAME: the file that it is or was recorded in
	source   string // CHANNEL(hangupsource): name of the channel that hung up
	created  time.Time
}

// event is one ARI event.
type event struct {
	kind       string // ARI's type
	at         time.Time
	ch         channel // of a Dial the peer, of a transfer the transferer's first leg
	other      channel // of a Dial the caller, of an attended transfer the second leg
	status     string  // Dial: "" begins, RINGING, ANSWER, BUSY …; transfers: the result
	cause      int     // Q.850, of a hang-up
	tech       int     // SIP status behind it
	byExchange bool    // the exchange requested the hang-up, not the far end
	bridge     string
	inside     []string // channel ids in the bridge after the event
	user       string   // name of a user event
}

// wanted are the event types of calls, and the two by which the link checks itself.
// Asterisk is asked to send no others.
var wanted = []string{
	"ChannelCreated", "ChannelDialplan", "ChannelStateChange", "ChannelHangupRequest", "ChannelDestroyed", "Dial",
	"ChannelEnteredBridge", "ChannelLeftBridge", "ChannelHold", "ChannelUnhold", "BridgeDestroyed", "BridgeAttendedTransfer",
	"ChannelUserevent", "ApplicationReplaced",
}

// errUnwanted says that an event has a type that this hub does not use. It is skipped.
var errUnwanted = errors.New("event of another type")

// extra are fields that package ari's types lack, read from the raw event.
type extra struct {
	Type      string `json:"type"`
	TechCause int    `json:"tech_cause"`
}

// decode reads one message of the websocket. It returns errUnwanted, with the
// type in the event, for what is to be skipped, and another error for an event
// that should have been understood.
func decode(raw []byte) (event, error) {
	var x extra
	if err := json.Unmarshal(raw, &x); err != nil {
		return event{}, fmt.Errorf("reading an event: %w", err)
	}
	e := event{kind: x.Type, tech: x.TechCause}
	known := false
	for _, w := range wanted {
		known = known || w == x.Type
	}
	if !known {
		return e, errUnwanted
	}
	decoded, err := ari.DecodeEvent(raw)
	if err != nil {
		return e, fmt.Errorf("reading an event of type %s: %w", x.Type, err)
	}
	e.fill(decoded)
	return e, nil
}

func (e *event) fill(decoded ari.Event) {
	var head ari.EventData
	switch d := decoded.(type) {
	case *ari.ChannelCreated:
		head, e.ch = d.EventData, fromARI(d.Channel)
	case *ari.ChannelDialplan:
		head, e.ch = d.EventData, fromARI(d.Channel)
		e.ch.app, e.ch.appData = d.DialplanApp, d.DialplanAppData
	case *ari.ChannelStateChange:
		head, e.ch = d.EventData, fromARI(d.Channel)
	case *ari.ChannelHangupRequest:
		head, e.ch, e.cause, e.byExchange = d.EventData, fromARI(d.Channel), d.Cause, d.Soft
	case *ari.ChannelDestroyed:
		head, e.ch, e.cause = d.EventData, fromARI(d.Channel), d.Cause
	case *ari.Dial:
		head, e.ch, e.other, e.status = d.EventData, fromARI(d.Peer), fromARI(d.Caller), d.Dialstatus
	case *ari.ChannelEnteredBridge:
		head, e.ch, e.bridge, e.inside = d.EventData, fromARI(d.Channel), d.Bridge.ID, d.Bridge.ChannelIDs
	case *ari.ChannelLeftBridge:
		head, e.ch, e.bridge, e.inside = d.EventData, fromARI(d.Channel), d.Bridge.ID, d.Bridge.ChannelIDs
	case *ari.ChannelHold:
		head, e.ch = d.EventData, fromARI(d.Channel)
	case *ari.ChannelUnhold:
		head, e.ch = d.EventData, fromARI(d.Channel)
	case *ari.BridgeDestroyed:
		head, e.bridge = d.EventData, d.Bridge.ID
	case *ari.BridgeAttendedTransfer:
		head, e.status = d.EventData, d.Result
		e.ch, e.other = fromARI(d.TransfererFirstLeg), fromARI(d.TransfererSecondLeg)
	case *ari.ChannelUserevent:
		head, e.user = d.EventData, d.Eventname
	case *ari.ApplicationReplaced:
		head = d.EventData
	}
	e.at = time.Time(head.Timestamp).UTC()
}

// fromARI reads a channel of package ari; absent parts stay empty.
func fromARI(d ari.ChannelData) channel {
	ch := channel{
		id: d.ID, name: d.Name, state: d.State,
		linkedid: d.ChannelVars["CHANNEL(linkedid)"],
		dnid:     d.ChannelVars["CALLERID(dnid)"],
		source:   d.ChannelVars["CHANNEL(hangupsource)"],
		recorded: d.ChannelVars["MIXMONITOR_FILENAME"],
	}
	if d.Caller != nil {
		ch.number, ch.caller = d.Caller.Number, d.Caller.Name
	}
	if d.Dialplan != nil {
		ch.exten = d.Dialplan.Exten
	}
	if d.Creationtime != nil {
		ch.created = time.Unix(d.Creationtime.Seconds, int64(d.Creationtime.Nanos)).UTC()
	}
	return ch
}
