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

// event is what a body says, by names in small letters without marks: callid is
// callId, call_id and Call-ID; user is user[] and user[0] too, as PHP writes
// lists into forms.
type event map[string][]string

var listMark = regexp.MustCompile(`\[[0-9]*\]$`)

func readEvent(o map[string]any) event {
	e := event{}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		name := bare(listMark.ReplaceAllString(key, ""))
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

// bare is a word in small letters, without anything that is no letter or digit.
func bare(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// get returns the first value of the first of these that there is.
func (e event) get(names ...string) string {
	for _, name := range names {
		if len(e[name]) > 0 {
			return e[name][0]
		}
	}
	return ""
}

// moments are the events of calls by their names in the formats of Zammad and
// sipgate (newCall, answer, hangup), of Placetel, and in other words for them.
var moments = map[string]leads.CallState{
	"newcall": leads.CallRinging, "incomingcall": leads.CallRinging, "outgoingcall": leads.CallRinging, "ring": leads.CallRinging, "ringing": leads.CallRinging,
	"answer": leads.CallTalking, "answered": leads.CallTalking, "callaccepted": leads.CallTalking, "accepted": leads.CallTalking, "connected": leads.CallTalking, "pickup": leads.CallTalking,
	"hangup": leads.CallEnded, "hungup": leads.CallEnded, "ended": leads.CallEnded, "callended": leads.CallEnded,
}

// passing are events during a call that change nothing of what is kept of it.
var passing = map[string]bool{
	"dtmf": true, "data": true, "hold": true, "onhold": true, "unhold": true, "offhold": true, "resume": true, "retrieve": true, "mute": true, "unmute": true,
	"transfer": true, "transferred": true, "forward": true, "redirect": true, "diversion": true, "park": true, "unpark": true, "conference": true, "queue": true,
	"dial": true, "dialing": true, "record": true, "recording": true, "recordingstarted": true, "recordingstopped": true, "progress": true, "ping": true, "test": true, "update": true,
}

// mailbox is how exchanges name what takes messages: by a word, or by sipgate's
// ids of mailboxes (v0, 1234567v0).
var mailbox = regexp.MustCompile(`(?i)voice[ _-]?mail|mail[ _-]?box|anrufbeantworter|answering ?machine|answerphone|автоответчик|голосов(ая|ой) почт|r[ée]pondeur|messagerie vocale|buz[oó]n de voz|segreteria|^([0-9]+)?v[0-9]+$`)

// mailboxIn reports whether one of these names a mailbox.
func (e event) mailboxIn(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.ContainsFunc(e[name], mailbox.MatchString) })
}

// carries reports whether a body, whose depth is bounded, holds somebody's
// telephone number anywhere.
func (s *source) carries(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if n := bare(name); n != "callid" && n != "origcallid" && s.carries(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, s.carries)
	case string, json.Number:
		_, number := vendors.Caller(asText(v))
		_, _, err := leads.NormalisePhone(number, s.region)
		return err == nil
	}
	return false
}
