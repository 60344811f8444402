package webhook

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"ctihub/leads"
)

// push reads one event of a call. Each is a moment of it ([leads.Call.Piece]):
// they may come late, twice or not at all.
func (s *source) push(body any) (leads.Touch, error) {
	o, ok := body.(map[string]any)
	if !ok {
		return leads.Touch{}, fault{"event", "the body is not an object"}
	}
	get := func(name string) string {
		v, there := o[name]
		if !there {
			v = o[name+"[]"] // as PHP writes lists into forms
		}
		if list, is := v.([]any); is && len(list) > 0 {
			v = list[0]
		}
		return asText(v)
	}
	id, now := get("callId"), s.now()
	if id == "" {
		return leads.Touch{}, fault{"callId", "is missing"}
	}
	c := leads.Call{
		Linkedid: key(id), From: s.number(get("from")), To: s.number(get("to")), Queue: get("queue"), Started: now, Piece: true,
	}
	switch get("direction") {
	case "in":
		c.Direction, c.DID = leads.In, c.To
	case "out":
		c.Direction = leads.Out
	default:
		return leads.Touch{}, fault{"direction", "must be in or out"}
	}
	users := s.extensions(o)
	switch {
	case c.Direction == leads.Out && len(users) > 0:
		c.Operator, c.From = users[0], users[0]
	case c.Direction == leads.Out && get("event") != "newCall":
		c.From = "" // the first event knew better who called
	}
	switch get("event") {
	case "newCall":
		c.State = leads.CallRinging
		if c.Direction == leads.In {
			for _, e := range users {
				c.Legs = append(c.Legs, leads.Leg{Channel: e, Extension: e, State: leads.LegRinging, Rang: now})
			}
		}
	case "answer":
		c.State, c.Answered = leads.CallTalking, now
		if c.Direction == leads.In {
			c.Operator = s.answerer(get("answeringNumber"), users)
			if c.Operator != "" {
				c.Legs = []leads.Leg{{Channel: c.Operator, Extension: c.Operator, State: leads.LegTalking, Rang: now, Answered: now}}
			}
		}
	case "hangup":
		c.State, c.Ended = leads.CallEnded, now
		if c.Disposition, c.HangupBy = ending(get("cause")); c.Direction == leads.Out && c.Disposition == leads.Abandoned {
			c.Disposition, c.HangupBy = leads.Missed, "" // it was ours to give up
		}
	default:
		return leads.Touch{}, fault{"event", "must be newCall, answer or hangup"}
	}
	if extension(get("from")) && extension(get("to")) {
		c.Direction, c.DID = leads.Internal, ""
	}
	t := leads.Touch{ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: now, To: c.To, Call: &c}
	customer := get("from")
	if c.Direction == leads.Out {
		customer = get("to")
	}
	if c.Direction != leads.Internal && customer != "" {
		t.From = []leads.Identity{{Kind: leads.KindPhone, Value: customer}}
	}
	return t, nil
}

// ending is what a cause says of how an unanswered call came out; of an
// answered one it says nothing.
func ending(cause string) (d leads.Disposition, by string) {
	switch cause {
	case "cancel":
		return leads.Abandoned, "caller"
	case "normalClearing":
		return leads.Abandoned, ""
	case "busy":
		return leads.Busy, ""
	case "congestion", "notFound":
		return leads.Failed, ""
	}
	return leads.Missed, "" // noAnswer, forwarded to where the hub does not see, and what is not known
}

// extensions are the telephones of the users that an event names, at most 50.
func (s *source) extensions(o map[string]any) (all []string) {
	for _, name := range []string{"user", "user[]"} {
		list, ok := o[name].([]any)
		if !ok {
			list = []any{o[name]}
		}
		for _, v := range list {
			user := asText(v)
			e := word(cmp.Or(s.Extensions[user], user))
			if e != "" && !slices.Contains(all, e) && len(all) < 50 {
				all = append(all, e)
			}
		}
	}
	return all
}

// answerer is the telephone that answered: the number when it is one of ours,
// else that of the user.
func (s *source) answerer(number string, users []string) string {
	if e := s.Extensions[number]; e != "" {
		return e
	}
	if extension(number) || len(users) == 0 {
		return word(number)
	}
	return users[0]
}

// number is a number as calls keep it: in E.164, else its digits; empty for a
// withheld one.
func (s *source) number(text string) string {
	if e164, _, err := leads.NormalisePhone(text, s.region); err == nil {
		return e164
	}
	if text = word(text); leads.CheckDialable(text) != nil {
		return ""
	}
	return text
}

// extension reports whether a number is an internal one: 2 to 6 digits.
func extension(number string) bool {
	return len(number) >= 2 && len(number) <= 6 && strings.Trim(number, "0123456789") == ""
}

// word is a name of a telephone without what has no place in one.
func word(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, text)
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40])
	}
	return text
}
