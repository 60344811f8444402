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

// pushed reads a body of events of calls: one, or a list. An event that is not
// understood and carries somebody's number, or is one of several, is quarantined,
// so that nobody is lost; otherwise the error is a fault.
func (s *source) pushed(v any, body []byte) (touches []leads.Touch, err error) {
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
		t, err := s.push(e)
		switch wrong := (fault{}); {
		case errors.Is(err, errPasses), errors.Is(err, errNobody) && !s.carries(o):
			continue
		case errors.As(err, &wrong) && (len(list) > 1 || s.carries(o)):
			t = s.unreadEvent(e, fmt.Sprintf("event-%s-%d", posted.Hash(body), i), string(body), wrong)
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
	errPasses = errors.New("an event during a call, which goes on")
	errNobody = errors.Join(fault{"event", "must be newCall, answer or hangup"}, errors.New("it is of a known call and names nobody"))
)

// push reads one event of a call. Each is a moment of it ([leads.Call.Piece]):
// they may come late, twice or not at all. The error is a fault, errPasses, or
// errNobody for an event of an unknown kind.
func (s *source) push(e event) (leads.Touch, error) {
	name, id, now := bare(e.get("event")), e.get("callid"), s.now()
	from, to := e.get("from", "caller"), e.get("to", "callee", "called")
	state, isMoment := moments[name]
	switch {
	case !isMoment && passing[name]:
		return leads.Touch{}, errPasses
	case id == "":
		return leads.Touch{}, fault{"callId", "is missing"}
	case !isMoment && name != "" && from == "" && to == "":
		return leads.Touch{}, errNobody
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
		c.From = "" // the first event knew better who called
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
	if extension(from) && extension(to) {
		c.Direction, c.DID = leads.Internal, ""
	}
	return s.touchOf(&c, from, to), nil
}

// ended notes how the call came out. One that says who answered was answered,
// though that event may be missing.
func (s *source) ended(c *leads.Call, e event) {
	cause := bare(e.get("cause", "type"))
	c.Disposition, c.HangupBy = ending(cause)
	if c.Direction == leads.Out && c.Disposition == leads.Abandoned {
		c.Disposition, c.HangupBy = leads.Missed, "" // it was ours to give up
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

// answered notes who took the call. A mailbox is nobody: the call stays as it
// was, and comes out as one that voicemail took unless a person takes it.
func (s *source) answered(c *leads.Call, e event, users []string) {
	if e.mailboxIn("user", "userid", "fulluserid", "answeringnumber", "answeringuser", "peer") {
		c.State, c.Disposition = leads.CallRinging, leads.Voicemail
		return
	}
	c.Answered = s.now()
	if c.Direction != leads.In {
		return
	}
	if c.Operator = s.answerer(e.get("answeringnumber", "peer"), users); c.Operator != "" {
		c.Legs = []leads.Leg{{Channel: c.Operator, Extension: c.Operator, State: leads.LegTalking, Rang: c.Answered, Answered: c.Answered}}
	}
}

// touchOf is the touch of a call between these.
func (s *source) touchOf(c *leads.Call, from, to string) leads.Touch {
	t := leads.Touch{ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started, To: c.To, Call: c}
	customer := from
	if c.Direction == leads.Out {
		customer = to
	}
	name, number := vendors.Caller(customer)
	if c.Direction != leads.Internal && number != "" && !short(number) {
		t.From = []leads.Identity{{Kind: leads.KindPhone, Value: number}}
	}
	if c.Direction == leads.In {
		t.Name = name
	}
	return t
}

// directionOf reads the direction. Where an event does not say, its name does,
// or else who called: one of our telephones calls out.
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
	case extension(from) || s.Extensions[from] != "":
		return leads.Out, nil
	}
	return leads.In, nil
}

// ending is what a cause says of how an unanswered call came out; of an
// answered one it says nothing.
func ending(cause string) (d leads.Disposition, by string) {
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
	return leads.Missed, "" // noAnswer, forwarded to where the hub does not see, and what is not known
}

// extensions are the telephones of the users that an event names, at most 50.
func (s *source) extensions(e event) (all []string) {
	for _, user := range e["user"] {
		u := word(cmp.Or(s.Extensions[user], user))
		if u != "" && !slices.Contains(all, u) && len(all) < 50 && !mailbox.MatchString(user) {
			all = append(all, u)
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
	if _, in := vendors.Caller(number); in != "" {
		if number = in; s.Extensions[in] != "" {
			return s.Extensions[in]
		}
	}
	if extension(number) || len(users) == 0 {
		return word(number)
	}
	return users[0]
}

// number is a number as calls keep it: in E.164, else as it came; empty for a
// withheld one.
func (s *source) number(text string) string {
	_, text = vendors.Caller(text)
	if e164, _, err := leads.NormalisePhone(text, s.region); err == nil {
		return e164
	}
	return word(text)
}

// extension reports whether a number is an internal one: 2 to 6 digits.
func extension(text string) bool {
	_, number := vendors.Caller(text)
	return len(number) >= 2 && short(number)
}

// short reports whether a number is too short for one outside.
func short(number string) bool {
	return len(number) <= 6 && strings.Trim(number, "0123456789") == ""
}

// unreadEvent keeps an event that is not understood for a person to look at.
func (s *source) unreadEvent(e event, id, body string, why fault) leads.Touch {
	t := leads.Touch{
		ExternalID: id, Channel: "webhook", Direction: leads.In, At: s.now(),
		Text: body, Suspect: "the event is not understood: " + why.Error(),
	}
	name, number := vendors.Caller(e.get("from", "caller"))
	if number != "" && !short(number) {
		t.Name, t.From = name, []leads.Identity{{Kind: leads.KindPhone, Value: number}}
	}
	return t
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
