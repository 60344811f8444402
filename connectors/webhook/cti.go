package webhook

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/posted"
	"ctihub/leads"
)

// readCallEvents reads a body of call events: one, or a list. An event that cannot be
// read is quarantined if it has a phone number or is one of several, so that no
// caller is lost; otherwise the error is a fault.
func (s *source) readCallEvents(v any, body []byte) (touches []leads.Touch, err error) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	if len(list) > maxItems {
		return nil, fault{"event", "the body has too many events"}
	}
	for i, item := range list {
		o, isObject := item.(map[string]any)
		if !isObject && len(list) == 1 {
			return nil, fault{"event", "the body is neither an event nor a list of them"}
		}
		e := readEvent(o)
		t, err := s.readCallEvent(e)
		switch wrong := (fault{}); {
		case errors.Is(err, errIgnoredEvent), errors.Is(err, errUnknownEvent) && !s.hasPhone(o):
			continue
		case errors.As(err, &wrong) && (len(list) > 1 || s.hasPhone(o)):
			t = s.quarantineEvent(e, fmt.Sprintf("event-%s-%d", posted.Hash(body), i), string(body), wrong)
		case err != nil:
			return nil, err
		}
		t.Raw = string(body)
		touches = append(touches, t)
	}
	return touches, nil
}

// Why an event has nothing to store.
var (
	errIgnoredEvent = errors.New("an event during a call that does not change its state")
	errUnknownEvent = errors.Join(fault{"event", "must be newCall, answer or hangup"}, errors.New("it is of a known call and has no number"))
)

// readCallEvent reads one event of a call. Each is a state of it ([leads.Call.Piece]):
// they may come late, twice or not at all. The error is a fault, errIgnoredEvent, or
// errUnknownEvent for an event of an unknown kind.
func (s *source) readCallEvent(e event) (leads.Touch, error) {
	name, id, now := normaliseName(e.get("event")), e.get("callid"), s.now()
	from, to := e.get("from", "caller"), e.get("to", "callee", "called")
	state, isMoment := eventStates[name]
	switch {
	case !isMoment && ignoredEvents[name]:
		return leads.Touch{}, errIgnoredEvent
	case id == "":
		return leads.Touch{}, fault{"callId", "is missing"}
	case !isMoment && name != "" && from == "" && to == "":
		return leads.Touch{}, errUnknownEvent
	}
	direction, err := s.directionOf(e, name, from, to)
	if err != nil {
		return leads.Touch{}, err
	}
	if !isMoment {
		return leads.Touch{}, fault{"event", "must be newCall, answer or hangup"}
	}
	c := leads.Call{
		Linkedid: posted.Key(id), Direction: direction, State: state, From: s.number(from), To: s.number(to), Queue: e.get("queue"), Started: now, Piece: true,
	}
	if direction == leads.In {
		c.DID = c.To
	}
	users := s.extensions(e)
	switch {
	case direction == leads.Out && len(users) > 0:
		c.Operator, c.From = users[0], users[0]
	case direction == leads.Out && state != leads.CallRinging:
		c.From = "" // the first event has the caller
	}
	switch state {
	case leads.CallRinging:
		if direction == leads.In {
			for _, u := range users {
				c.Legs = append(c.Legs, leads.Leg{Channel: u, Extension: u, State: leads.LegRinging, Rang: now})
			}
		}
	case leads.CallTalking:
		s.answered(&c, e, users)
	case leads.CallEnded:
		s.ended(&c, e)
	}
	if isExtension(from) && isExtension(to) {
		c.Direction, c.DID = leads.Internal, ""
	}
	return s.touchOf(&c, from, to), nil
}

// ended sets the disposition. An event with the answering number means that the call
// was answered, even if the answer event is missing.
func (s *source) ended(c *leads.Call, e event) {
	cause := normaliseName(e.get("cause", "type"))
	c.Disposition, c.HangupBy = dispositionOf(cause)
	if c.Direction == leads.Out && c.Disposition == leads.Abandoned {
		c.Disposition, c.HangupBy = leads.Missed, "" // we cancelled it
	}
	toMailbox := e.mailboxIn("answeringnumber", "answeringuser", "peer", "cause", "type") ||
		cause == "normalclearing" && e.get("answeringnumber") == "" && e.mailboxIn("user", "userid", "fulluserid")
	switch {
	case toMailbox:
		c.Disposition, c.HangupBy = leads.Voicemail, ""
	case cause == "accepted" || cause == "normalclearing" && e.get("answeringnumber") != "":
		s.answered(c, e, nil)
	}
	c.State, c.Ended = leads.CallEnded, cmp.Or(c.Answered, s.now())
}

// answered sets who answered the call. A mailbox is not a person: the call keeps
// ringing, with the disposition voicemail unless a person answers it.
func (s *source) answered(c *leads.Call, e event, users []string) {
	if e.mailboxIn("user", "userid", "fulluserid", "answeringnumber", "answeringuser", "peer") {
		c.State, c.Disposition = leads.CallRinging, leads.Voicemail
		return
	}
	c.Answered = s.now()
	if c.Direction != leads.In {
		return
	}
	if c.Operator = s.answeringDevice(e.get("answeringnumber", "peer"), users); c.Operator != "" {
		c.Legs = []leads.Leg{{Channel: c.Operator, Extension: c.Operator, State: leads.LegTalking, Rang: c.Answered, Answered: c.Answered}}
	}
}

// touchOf returns the touch of a call between two numbers.
func (s *source) touchOf(c *leads.Call, from, to string) leads.Touch {
	t := leads.Touch{ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started, To: c.To, Call: c}
	customer := from
	if c.Direction == leads.Out {
		customer = to
	}
	name, number := vendors.Caller(customer)
	if c.Direction != leads.Internal && number != "" && !isShort(number) {
		t.From = []leads.Identity{{Kind: leads.KindPhone, Value: number}}
	}
	if c.Direction == leads.In {
		t.Name = name
	}
	return t
}

// directionOf reads the direction: from the event's field, else from its name, else
// from the caller: one of our telephones calls out.
func (s *source) directionOf(e event, name, from, to string) (leads.Direction, error) {
	switch word := e.get("direction"); {
	case word != "":
		d, err := direction(word)
		if err != nil {
			return "", fault{"direction", "must be in or out"}
		}
		return d, nil
	case name == "outgoingcall":
		return leads.Out, nil
	case name == "incomingcall":
		return leads.In, nil
	case from == "" && to == "":
		return "", fault{"direction", "must be in or out"}
	case isExtension(from) || s.Extensions[from] != "":
		return leads.Out, nil
	}
	return leads.In, nil
}

// dispositionOf returns the disposition of an unanswered call by its cause.
func dispositionOf(cause string) (d leads.Disposition, by string) {
	switch cause {
	case "cancel":
		return leads.Abandoned, "caller"
	case "normalclearing", "accepted":
		return leads.Abandoned, ""
	case "busy":
		return leads.Busy, ""
	case "congestion", "notfound":
		return leads.Failed, ""
	case "blocked":
		return leads.Barred, ""
	}
	return leads.Missed, "" // noAnswer, forwarded elsewhere, and unknown causes
}

// extensions are the telephones of the users that an event names, at most 50.
func (s *source) extensions(e event) (all []string) {
	for _, user := range e["user"] {
		u := deviceName(cmp.Or(s.Extensions[user], user))
		if u != "" && !slices.Contains(all, u) && len(all) < 50 && !mailbox.MatchString(user) {
			all = append(all, u)
		}
	}
	return all
}

// answeringDevice returns the telephone that answered: the number if it is one of
// ours, else that of the user.
func (s *source) answeringDevice(number string, users []string) string {
	if e := s.Extensions[number]; e != "" {
		return e
	}
	if _, in := vendors.Caller(number); in != "" {
		if number = in; s.Extensions[in] != "" {
			return s.Extensions[in]
		}
	}
	if isExtension(number) || len(users) == 0 {
		return deviceName(number)
	}
	return users[0]
}

// number returns a number in E.164, else as it came; empty for a withheld one.
func (s *source) number(text string) string {
	_, text = vendors.Caller(text)
	if e164, _, err := leads.NormalisePhone(text, s.region); err == nil {
		return e164
	}
	return deviceName(text)
}

// isExtension reports whether a number is an internal one: 2 to 6 digits.
func isExtension(text string) bool {
	_, number := vendors.Caller(text)
	return len(number) >= 2 && isShort(number)
}

// isShort reports whether a number is too short for one outside.
func isShort(number string) bool {
	return len(number) <= 6 && strings.Trim(number, "0123456789") == ""
}

// quarantineEvent returns the touch of an event that cannot be read, for quarantine.
func (s *source) quarantineEvent(e event, id, body string, why fault) leads.Touch {
	t := leads.Touch{
		ExternalID: id, Channel: "webhook", Direction: leads.In, At: s.now(),
		Text: body, Suspect: "the event is not understood: " + why.Error(),
	}
	name, number := vendors.Caller(e.get("from", "caller"))
	if number != "" && !isShort(number) {
		t.Name, t.From = name, []leads.Identity{{Kind: leads.KindPhone, Value: number}}
	}
	return t
}

// deviceName removes white space and control characters from the name of a
// telephone, and bounds its length.
func deviceName(text string) string {
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
