package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctihub/leads"
)

// mapped reads a body by the mapping.
func (s *source) mapped(body any, raw []byte) ([]leads.Touch, error) {
	items, several := []any{body}, s.read.items != nil
	if several {
		if items = s.read.items.path.Select(body); len(items) == 1 {
			if list, ok := items[0].([]any); ok {
				items = list // $.events means the same as $.events[*]
			}
		}
	}
	switch {
	case len(items) == 0:
		return nil, fault{"items", "there is nothing in the body where the configuration looks for items"}
	case len(items) > maxItems:
		return nil, fault{"items", fmt.Sprintf("the body holds more than %d", maxItems)}
	}
	touches := make([]leads.Touch, 0, len(items))
	for i, item := range items {
		id, text, at := hash(raw), string(raw), ""
		if several {
			b, err := json.Marshal(item)
			if err != nil {
				return nil, fault{"items", "cannot be read"}
			}
			id, text, at = fmt.Sprintf("%s-%d", id, i), string(b), fmt.Sprintf("items[%d].", i)
		}
		t, err := s.touch(item, id)
		if wrong := (fault{}); errors.As(err, &wrong) {
			return nil, fault{at + wrong.field, wrong.message}
		}
		t.Raw = text
		touches = append(touches, t)
	}
	return touches, nil
}

// touch reads one item. What is wrong in a way that a person can still read,
// such as half a phone number, is kept in the text.
func (s *source) touch(item any, id string) (t leads.Touch, err error) {
	m := s.read
	t = leads.Touch{
		ExternalID: id, Channel: s.Channel, Direction: leads.In, At: s.now(),
		Name: join(m.name, item, " "), Subject: m.subject.one(item), To: m.to.one(item), Text: join(m.text, item, "\n\n"),
	}
	if m.id != nil {
		given := m.id.one(item)
		if given == "" {
			return t, fault{"id", "is missing in the body"}
		}
		t.ExternalID = key(given)
	}
	if when := m.at.one(item); when != "" {
		if t.At, err = moment(when); err != nil {
			return t, fault{"at", err.Error()}
		}
	}
	if which := m.direction.one(item); which != "" {
		if t.Direction, err = direction(which); err != nil {
			return t, fault{"direction", err.Error()}
		}
	}
	var notes []string
	claim := func(kind leads.IdentityKind, what, text string) {
		usable := true
		switch kind {
		case leads.KindPhone:
			_, _, err := leads.NormalisePhone(text, s.region)
			usable = err == nil
		case leads.KindEmail:
			_, err := leads.NormaliseEmail(text)
			usable = err == nil
		}
		id := leads.Identity{Kind: kind, Value: text}
		switch {
		case !usable:
			notes = append(notes, what+": "+text)
		case !slices.Contains(t.From, id):
			t.From = append(t.From, id)
		}
	}
	for _, v := range m.phones {
		for _, text := range v.all(item) {
			claim(leads.KindPhone, "phone", text)
		}
	}
	for _, v := range m.emails {
		for _, text := range v.all(item) {
			claim(leads.KindEmail, "email", text)
		}
	}
	for kind, v := range m.identities {
		for _, text := range v.all(item) {
			claim(leads.IdentityKind(kind), kind, text)
		}
	}
	for name, v := range m.utm {
		if text := v.one(item); text != "" {
			if t.UTM == nil {
				t.UTM = map[string]string{}
			}
			t.UTM[name] = text
		}
	}
	slices.Sort(notes)
	t.Text = strings.Join(nonEmpty(append([]string{t.Text}, notes...)), "\n\n")
	if t.Name == "" && t.Text == "" && t.Subject == "" && len(t.From) == 0 {
		return t, fault{"map", "nothing of what the configuration looks for is in the body"}
	}
	return t, nil
}

// join returns all values, each once.
func join(values []*value, item any, sep string) string {
	var texts []string
	for _, v := range values {
		for _, text := range v.all(item) {
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return strings.Join(texts, sep)
}

// direction reads a word for it.
func direction(word string) (leads.Direction, error) {
	switch strings.ToLower(word) {
	case "in", "inbound", "incoming":
		return leads.In, nil
	case "out", "outbound", "outgoing":
		return leads.Out, nil
	}
	return "", errors.New("must be in, inbound, incoming, out, outbound or outgoing")
}

var errMoment = errors.New("must be a time as in RFC 3339 (2026-11-22T10:00:00+03:00), or seconds or milliseconds since 1970")

// moment reads a time: RFC 3339, or a Unix time in seconds or, from twelve
// digits on, in milliseconds.
func moment(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil && t.Year() >= 1970 {
		return t, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(n > 0 && n < 253402300800e3): // the year 10000; not a number neither
		return time.Time{}, errMoment
	case n < 1e11:
		return time.UnixMicro(int64(n * 1e6)), nil
	}
	return time.UnixMilli(int64(n)), nil
}
