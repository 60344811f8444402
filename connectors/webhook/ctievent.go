package webhook

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ctihub/connectors/vendors"
	"ctihub/leads"
)

// event holds the values of a body by normalised names: callid is callId, call_id
// and Call-ID; user is user[] and user[0] too, as PHP writes lists into forms.
type event map[string][]string

var listMark = regexp.MustCompile(`\[[0-9]*\]$`)

func readEvent(o map[string]any) event {
	e := event{}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		name := normaliseName(listMark.ReplaceAllString(key, ""))
		values, isList := o[key].([]any)
		if !isList {
			values = []any{o[key]}
		}
		for _, v := range values[:min(len(values), 50)] {
			text := asText(v)
			if n, isNumber := v.(json.Number); isNumber && strings.ContainsAny(text, ".eE") {
				if f, err := n.Float64(); err == nil {
					text = strconv.FormatFloat(f, 'f', -1, 64)
				}
			}
			if text != "" && text != "null" {
				e[name] = append(e[name], text)
			}
		}
	}
	return e
}

// normaliseName returns a name in lower case, with letters and digits only.
func normaliseName(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// get returns the first value of the first of the names that has one.
func (e event) get(names ...string) string {
	for _, name := range names {
		if len(e[name]) > 0 {
			return e[name][0]
		}
	}
	return ""
}

// eventStates are the states of calls by the names of events: those of Zammad and
// sipgate (newCall, answer, hangup), of Placetel, and synonyms.
var eventStates = map[string]leads.CallState{
	"newcall": leads.CallRinging, "incomingcall": leads.CallRinging, "outgoingcall": leads.CallRinging, "ring": leads.CallRinging, "ringing": leads.CallRinging,
	"answer": leads.CallTalking, "answered": leads.CallTalking, "callaccepted": leads.CallTalking, "accepted": leads.CallTalking, "connected": leads.CallTalking, "pickup": leads.CallTalking,
	"hangup": leads.CallEnded, "hungup": leads.CallEnded, "ended": leads.CallEnded, "callended": leads.CallEnded,
}

// ignoredEvents are events during a call that do not change what is stored of it.
var ignoredEvents = map[string]bool{
	"dtmf": true, "data": true, "hold": true, "onhold": true, "unhold": true, "offhold": true, "resume": true, "retrieve": true, "mute": true, "unmute": true,
	"transfer": true, "transferred": true, "forward": true, "redirect": true, "diversion": true, "park": true, "unpark": true, "conference": true, "queue": true,
	"dial": true, "dialing": true, "record": true, "recording": true, "recordingstarted": true, "recordingstopped": true, "progress": true, "ping": true, "test": true, "update": true,
}

// mailbox matches the name of a voice mailbox: a word for it, or one of sipgate's ids
// (v0, 1234567v0).
var mailbox = regexp.MustCompile(`(?i)voice[ _-]?mail|mail[ _-]?box|anrufbeantworter|answering ?machine|answerphone|автоответчик|голосов(ая|ой) почт|r[ée]pondeur|messagerie vocale|buz[oó]n de voz|segreteria|^([0-9]+)?v[0-9]+$`)

// mailboxIn reports whether one of the fields has the name of a mailbox.
func (e event) mailboxIn(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.ContainsFunc(e[name], mailbox.MatchString) })
}

// hasPhone reports whether a body, whose depth is bounded, has a telephone number
// anywhere.
func (s *source) hasPhone(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if n := normaliseName(name); n != "callid" && n != "origcallid" && s.hasPhone(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, s.hasPhone)
	case string, json.Number:
		_, number := vendors.Caller(asText(v))
		_, _, err := leads.NormalisePhone(number, s.region)
		return err == nil
	}
	return false
}
